//! Refused credentials: the window says what to do, and goes on once it is done.

use std::time::Duration;

use ab2d_practice::Options;
use ab2d_tests::driver::{button, css, dialog, field, heading};
use anyhow::{Context, Result, ensure};

use ab2d_tests::home::Home;

#[tokio::test]
async fn refused_credentials_are_replaced_and_the_export_goes_on() -> Result<()> {
    let service = ab2d_practice::serve(Options::instant().files(2, 200_000)).await?;
    let owner = service.contract("Z1001").context("the service has no such contract")?;
    let home = Home::new()?;
    let window = home.open().await?;
    window.click(&button("Add your first contract")).await?;
    window.wait_for(&heading("Add contract")).await?;
    window.click(&css("label.tile.other")).await?;
    window.fill(&field("Contract number"), "Z1001").await?;
    window.fill(&field("AB2D address"), service.api_url().as_str()).await?;
    window.fill(&field("Sign-in address"), service.token_url().as_str()).await?;
    window.click(&button("Type them instead")).await?;
    window.fill(&field("Client ID"), &owner.client_id).await?;
    window.fill(&css("input[type=password]"), "not the password").await?;
    window.click(&button("Save contract")).await?;
    window.click(&button("Export… Z1001")).await?;
    window.click(&button("Export")).await?;

    window.wait_for_text("AB2D refused the credentials.", Duration::from_secs(30)).await?;
    window.screenshot("waiting").await?;
    let violations = window.accessibility_violations().await?;
    ensure!(violations.is_empty(), "{violations:#?}");
    window.click(&button("Enter new credentials…")).await?;
    window.wait_for(&dialog("New credentials for Z1001")).await?;
    window.click(&button("Type them instead")).await?;
    window.fill(&css("dialog input[name=clientId]"), &owner.client_id).await?;
    window.fill(&css("dialog input[name=clientSecret]"), &owner.client_secret).await?;
    window.screenshot("waiting-dialog").await?;
    window.click(&button("Save and go on")).await?;
    window.wait_for_text("all verified", Duration::from_mins(1)).await?;
    window.quit().await
}
