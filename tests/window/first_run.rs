//! A newcomer is offered two ways, and exports made-up claims: no credentials, no network, and files that are whole.

use std::path::Path;
use std::time::Duration;

use ab2d_tests::desk::sha256;
use ab2d_tests::driver::{button, heading};
use ab2d_tests::home::Home;
use anyhow::{Context, Result, ensure};

use crate::steps::{self, SOON};

/// Preparing takes the practice service a few seconds, so that a person sees each step.
const EXPORT: Duration = Duration::from_secs(90);

#[tokio::test]
async fn a_newcomer_is_offered_a_contract_and_practice_data() -> Result<()> {
    let home = Home::new()?;
    let window = home.open().await?;
    window.wait_for(&heading("Add your first contract")).await?;
    window.wait_for(&button("Add your first contract")).await?;
    window.wait_for(&button("Try it with practice data")).await?;
    window.look("first-run").await?;
    for page in ["History", "Help", "Settings"] {
        steps::go_to(&window, page).await?;
        window.look(&format!("{}-empty", page.to_lowercase())).await?;
    }
    window.quit().await
}

#[tokio::test]
async fn a_newcomer_exports_practice_data() -> Result<()> {
    let home = Home::new()?;
    let window = home.open().await?;
    window.click(&button("Try it with practice data")).await?;
    window.wait_for(&heading("Export Z1001")).await?;
    window.look("practice-form").await?;
    window.click(&button("Export")).await?;
    window.wait_for_text("Prepar", SOON).await?;
    window.look("practice-running").await?;
    window.wait_for_text("all verified", EXPORT).await?;
    window.wait_for(&button("Open folder")).await?;
    window.look("practice-result").await?;
    let files = whole_files(&home.claims().join("Practice"))?;
    ensure!(files == 12, "the practice service holds 12 files, and {files} are here");
    window.quit().await
}

#[tokio::test]
async fn an_export_goes_on_when_the_program_is_opened_again() -> Result<()> {
    let home = Home::new()?;
    let window = home.open().await?;
    window.click(&button("Try it with practice data")).await?;
    window.click(&button("Export")).await?;
    window.wait_for_text("Prepar", SOON).await?;
    // Dropping the session ends the program at once, as a crash does.
    drop(window);
    let again = home.open().await?;
    again.wait_for_text("Z1001", SOON).await?;
    again.wait_for_text("Up to date", EXPORT).await?;
    ensure!(whole_files(&home.claims().join("Practice"))? == 12);
    again.quit().await
}

/// Counts the files of the only export in a save folder, each compared with the checksum that the service announced.
fn whole_files(save_folder: &Path) -> Result<usize> {
    let exports = std::fs::read_dir(save_folder)?.collect::<Result<Vec<_>, _>>()?;
    ensure!(exports.len() == 1, "one export was asked for, and {} folders are here", exports.len());
    let folder = exports[0].path();
    let manifest: serde_json::Value = serde_json::from_slice(&std::fs::read(folder.join("manifest.json"))?)?;
    let output = manifest["output"].as_array().context("the manifest lists no files")?;
    for file in output {
        let url = file["url"].as_str().context("a file has no address")?;
        let name = url.rsplit('/').next().unwrap_or_default();
        let announced = file["extension"][0]["valueString"].as_str().context("a file has no checksum")?;
        let here = format!("sha256:{}", sha256(&std::fs::read(folder.join(name))?));
        ensure!(here == announced, "{name} is not what the service holds");
    }
    Ok(output.len())
}
