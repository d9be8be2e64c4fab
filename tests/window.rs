//! Stories in the real window.
#![cfg(target_os = "linux")]

use ab2d_tests::driver::{Launch, Window, button, heading};
use anyhow::Result;
use tempfile::TempDir;

/// The program with an empty data folder of its own, in which nothing was done before.
async fn open_for_the_first_time(data: &TempDir) -> Result<Window> {
    let folder = data.path().to_string_lossy();
    Window::open(&Launch::desktop()?.with_variable("AB2D_DATA_DIR", folder)).await
}

#[tokio::test]
async fn a_newcomer_is_offered_a_contract_and_practice_data() -> Result<()> {
    let data = tempfile::tempdir()?;
    let window = open_for_the_first_time(&data).await?;

    window.wait_for(&heading("Add your first contract")).await?;
    window.wait_for(&button("Add your first contract")).await?;
    window.wait_for(&button("Try it with practice data")).await?;
    window.screenshot("first-run").await?;

    let violations = window.accessibility_violations().await?;
    assert!(violations.is_empty(), "{violations:#?}");
    window.quit().await
}
