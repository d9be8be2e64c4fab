//! Adding a contract with the file that AB2D sent, and a real keychain; then exporting from its service.

use std::time::Duration;

use ab2d_practice::Options;
use ab2d_tests::driver::{button, css, field, heading, native};
use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::home::Home;

#[tokio::test]
async fn a_contract_with_a_credentials_file_is_checked_saved_and_exported() -> Result<()> {
    let service = ab2d_practice::serve(Options::instant().files(3, 300_000)).await?;
    let owner = service.contract("Z1001").context("the service has no such contract")?;
    let home = Home::new()?;
    let encoded = STANDARD.encode(format!("{}:{}", owner.client_id, owner.client_secret));
    let file = home.path().join("credentials_Z1001_base64.txt");
    std::fs::write(&file, format!("{encoded}\r\n"))?;

    let window = home.open().await?;
    window.click(&button("Add your first contract")).await?;
    window.wait_for(&heading("Add contract")).await?;
    window.click(&css("label.tile.other")).await?;
    window.fill(&field("AB2D address"), service.api_url().as_str()).await?;
    window.fill(&field("Sign-in address"), service.token_url().as_str()).await?;
    window.click(&button("Choose file…")).await?;
    native::choose("Choose the credentials file", &file.to_string_lossy()).await?;
    window.wait_for_text("credentials_Z1001_base64.txt", Duration::from_secs(20)).await?;
    window.click(&button("Check connection")).await?;
    window.wait_for_text("Service open", Duration::from_secs(20)).await?;
    window.screenshot("contract-checked").await?;
    window.click(&button("Save contract")).await?;
    window.wait_for(&heading("Contracts")).await?;

    window.click(&button("Export… Z1001")).await?;
    window.click(&button("Export")).await?;
    window.wait_for_text("all verified", Duration::from_mins(1)).await?;
    let job = *service.jobs().first().context("no job was asked for")?;
    for held in service.held_files(job) {
        ensure!(held.downloads == 1, "{} was downloaded {} times", held.name, held.downloads);
    }
    ensure!(
        !secret_is_in(home.path().join("data").as_path(), &owner.client_secret)?,
        "the secret is on the disk"
    );
    window.quit().await
}

/// Whether a secret stands in any file of a folder.
fn secret_is_in(folder: &std::path::Path, secret: &str) -> Result<bool> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let found = if path.is_dir() {
            secret_is_in(&path, secret)?
        } else {
            std::fs::read(&path)?.windows(secret.len()).any(|window| window == secret.as_bytes())
        };
        if found {
            return Ok(true);
        }
    }
    Ok(false)
}
