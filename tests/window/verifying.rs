//! Reading an export's files again: how far it is, an end to it before its time, and what it finds.

use std::fs::{self, File};
use std::path::Path;

use ab2d_practice::{Options, Practice};
use ab2d_tests::driver::keys::SPACE;
use ab2d_tests::driver::{Window, button, heading, role};
use ab2d_tests::home::Home;
use anyhow::{Context, Result, ensure};
use serde_json::json;

use crate::keyboard;
use crate::steps::{self, SOON};

/// So large that no computer reads it before the story ends, and so small that each second shows. On the disk it takes no
/// room.
const HUGE: u64 = 1 << 38;

#[tokio::test]
async fn how_far_it_is_is_shown_and_it_can_be_stopped() -> Result<()> {
    let service = ab2d_practice::serve(Options::instant()).await?;
    let home = Home::with_contracts(&service, &["Z1001"]).await?;
    let folder = home.export("Z1001").await?;
    let window = home.open().await?;
    steps::choose(&window, "Z1001", "Show the last result").await?;
    window.wait_for(&heading("24\u{a0}claims, all verified")).await?;

    grow(&folder.join("Z1001_0002.ndjson"))?;
    window.click(&button("Verify again")).await?;
    window.wait_for_text("1 of 2\u{a0}files read", SOON).await?;
    window.wait_for(&role("progressbar", "Verifying…")).await?;
    moves_on(&window).await?;
    window.look("result-verifying").await?;
    window.click(&button("Stop verifying")).await?;
    window.wait_until_gone(&role("progressbar", "Verifying…")).await?;
    window.wait_for(&button("Verify again")).await?;
    // What was not read to its end is not called damaged.
    window.wait_for(&heading("24\u{a0}claims, all verified")).await?;
    window.quit().await
}

#[tokio::test]
async fn what_is_damaged_or_missing_is_told_and_repaired() -> Result<()> {
    let service = ab2d_practice::serve(Options::instant()).await?;
    let home = Home::with_contracts(&service, &["Z1001"]).await?;
    let folder = home.export("Z1001").await?;
    let (first, second) = (folder.join("Z1001_0001.ndjson"), folder.join("Z1001_0002.ndjson"));
    fs::write(&first, "{}\n")?;
    fs::write(folder.join("notes.txt"), "mine")?;
    let window = home.open().await?;
    steps::choose(&window, "Z1001", "Show the last result").await?;
    window.wait_for(&button("Verify again")).await?;
    keyboard::activate(&window, "Verify again", SPACE).await?;
    window.wait_for_text("1\u{a0}file is damaged or missing", SOON).await?;
    for line in ["Damaged: Z1001_0001.ndjson", "Not part of this export: notes.txt", "1 used so far, 5 left"]
    {
        window.wait_for_text(line, SOON).await?;
    }

    // Fetching again reads the folder first, which can be stopped as well; then nothing is fetched.
    grow(&second)?;
    let before = downloads(&service)?;
    keyboard::activate(&window, "Fetch again", SPACE).await?;
    let looking = role("progressbar", "Looking which files to fetch again…");
    window.wait_for(&looking).await?;
    moves_on(&window).await?;
    keyboard::activate(&window, "Stop", SPACE).await?;
    window.wait_until_gone(&looking).await?;
    ensure!(downloads(&service)? == before, "something was fetched though it was stopped");

    fs::remove_file(&second)?;
    window.click(&button("Verify again")).await?;
    window.wait_for_text("2\u{a0}files are damaged or missing", SOON).await?;
    window.wait_for_text("Missing: Z1001_0002.ndjson", SOON).await?;
    window.look("result-missing").await?;
    window.click(&button("Fetch again")).await?;
    window.wait_for(&heading("24\u{a0}claims, all verified")).await?;
    window.click(&button("Verify again")).await?;
    window.wait_for_text("2\u{a0}files verified again (", SOON).await?;
    ensure!(downloads(&service)? == [2, 2], "the files were fetched {:?} times", downloads(&service)?);
    window.quit().await
}

/// Another program puts far more into a file than it held.
fn grow(file: &Path) -> Result<()> {
    Ok(File::options().write(true).open(file)?.set_len(HUGE)?)
}

/// Waits until more was read than before.
async fn moves_on(window: &Window) -> Result<()> {
    const READ: &str = "return document.querySelector('.verifying p')?.innerText";
    let line = async || window.run::<Option<String>>(READ, json!([])).await;
    let begun = async || Ok(line().await?.is_some_and(|text| text.contains(" read, ")));
    window.wait_until("it is told how far it is", SOON, begun).await?;
    let before = line().await?;
    let further = async || Ok(line().await? != before);
    window.wait_until("it moves on", SOON, further).await
}

/// How often each file of the only job was downloaded.
fn downloads(service: &Practice) -> Result<Vec<u32>> {
    let job = *service.jobs().first().context("no job was asked for")?;
    Ok(service.held_files(job).iter().map(|file| file.downloads).collect())
}
