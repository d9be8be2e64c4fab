//! The result of an export: its pictures, its files looked at again, and what AB2D could not deliver.

use std::fs;

use ab2d_practice::{Fault, JobFault, Options, RequestKind};
use ab2d_tests::driver::{Window, button, heading, role};
use ab2d_tests::home::Home;
use anyhow::{Result, ensure};

use crate::steps::{self, SOON};

#[tokio::test]
async fn a_damaged_file_is_found_and_fetched_again() -> Result<()> {
    let service = ab2d_practice::serve(Options::instant()).await?;
    let home = Home::with_contracts(&service, &["Z1001"]).await?;
    let folder = home.export("Z1001").await?;
    let window = open_result(&home).await?;
    window.look("result").await?;
    window.click(&button("Table")).await?;
    window.wait_for(&role("region", "Claims of every month")).await?;
    window.look("result-table").await?;
    window.click(&button("Copy summary")).await?;
    window.wait_for_text("Copied", SOON).await?;
    let copied = arboard::Clipboard::new()?.get_text()?;
    ensure!(copied.contains("all verified") && copied.contains(&*folder.to_string_lossy()), "{copied}");

    window.click(&button("Verify again")).await?;
    window.wait_for_text("all intact.", SOON).await?;
    fs::write(folder.join("Z1001_0001.ndjson"), "{}\n")?;
    fs::remove_file(folder.join("Z1001_0002.ndjson"))?;
    window.click(&button("Verify again")).await?;
    window.wait_for_text("2\u{a0}files are damaged or missing", SOON).await?;
    window.wait_for(&heading("24\u{a0}claims, 2\u{a0}files damaged or missing")).await?;
    window.look("result-damaged").await?;
    window.click(&button("Fetch again")).await?;
    window.wait_for_text("all verified", SOON).await?;
    window.click(&button("Verify again")).await?;
    window.wait_for_text("all intact.", SOON).await?;
    window.look("result-whole").await?;
    window.quit().await
}

#[tokio::test]
async fn what_could_not_be_delivered_is_said() -> Result<()> {
    let service = ab2d_practice::serve(Options::instant()).await?;
    let home = Home::with_contracts(&service, &["Z1007"]).await?;
    let window = home.open().await?;
    steps::start_export(&window, "Z1007").await?;
    window.wait_for_text("AB2D could not deliver some claims", SOON).await?;
    window.wait_for_text("This export did not change where the next one starts", SOON).await?;
    window.click(&button("Files of this export")).await?;
    window.look("result-undelivered").await?;
    window.quit().await
}

#[tokio::test]
async fn a_failed_export_is_started_again() -> Result<()> {
    let service = ab2d_practice::serve(Options::instant()).await?;
    let home = Home::with_contracts(&service, &["Z1001"]).await?;
    let window = home.open().await?;
    let failed = Fault::Job(JobFault::Failed);
    service.faults().once(RequestKind::Status, failed);
    steps::start_export(&window, "Z1001").await?;
    window.wait_for(&heading("AB2D could not prepare the data.")).await?;
    window.look("ended-failed").await?;
    window.click(&button("Export again…")).await?;
    window.wait_for(&heading("Export Z1001")).await?;
    window.click(&button("Export")).await?;
    window.wait_for_text("all verified", SOON).await?;
    window.quit().await
}

/// The result of the last export, from the contract's menu.
async fn open_result(home: &Home) -> Result<Window> {
    let window = home.open().await?;
    steps::choose(&window, "Z1001", "Show the last result").await?;
    window.wait_for_text("all verified", SOON).await?;
    Ok(window)
}
