//! Every page, in both themes, holds up to axe-core.

use ab2d_tests::driver::{Window, button, heading};
use anyhow::{Result, ensure};
use serde_json::json;

use crate::home::Home;

#[tokio::test]
async fn every_page_is_accessible_in_both_themes() -> Result<()> {
    let home = Home::new()?;
    let window = home.open().await?;
    window.wait_for(&heading("Add your first contract")).await?;
    for page in ["History", "Help", "Settings"] {
        window.click(&button(page)).await?;
        window.wait_for(&heading(page)).await?;
        is_accessible(&window, page).await?;
    }
    window.click(&button("Contracts")).await?;
    is_accessible(&window, "First run").await?;
    window.click(&button("Add your first contract")).await?;
    window.wait_for(&heading("Add contract")).await?;
    is_accessible(&window, "Add contract").await?;
    window.quit().await
}

async fn is_accessible(window: &Window, page: &str) -> Result<()> {
    for theme in ["light", "dark"] {
        let set = "document.documentElement.dataset.theme = arguments[0]; return true";
        window.run::<bool>(set, json!([theme])).await?;
        window.screenshot(&format!("page-{}-{theme}", page.to_lowercase().replace(' ', "-"))).await?;
        let violations = window.accessibility_violations().await?;
        ensure!(violations.is_empty(), "{page}, {theme}: {violations:#?}");
    }
    Ok(())
}
