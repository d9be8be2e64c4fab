//! An export while it runs: its steps, its files, a pause, and an end before its time.

use std::path::Path;
use std::time::Duration;

use ab2d_practice::{Fault, Options, Pause, Practice, RequestKind, Rule};
use ab2d_tests::driver::{Window, button, dialog, heading, role};
use ab2d_tests::home::Home;
use anyhow::{Context, Result, ensure};

use crate::steps::{self, SOON};

/// Longer than any story: a job is done when the story moves the service's clock.
const LONG: Duration = Duration::from_hours(1);

#[tokio::test]
async fn an_export_is_watched_paused_resumed_and_completes() -> Result<()> {
    let service = ab2d_practice::serve(Options::instant().files(6, 200_000).job_duration(LONG)).await?;
    service.faults().arm(held_file("Z1001_0005.ndjson"));
    let home = Home::with_contracts(&service, &["Z1001"]).await?;
    let window = home.open().await?;
    window.listen().await?;
    steps::start_export(&window, "Z1001").await?;
    window.wait_for_text("AB2D prepares the data", SOON).await?;
    window.wait_for_text("in AB2D’s queue", SOON).await?;
    window.look("running-preparing").await?;

    service.clock().advance(LONG);
    window.wait_for_text("5 of 6", SOON).await?;
    window.look("running-downloading").await?;
    let under_way = role("progressbar", "Z1001_0005.ndjson: downloaded");
    window.wait_for(&under_way).await?;
    window.click(&button("Verified 5")).await?;
    window.wait_until_gone(&under_way).await?;
    window.click(&button("All files 6")).await?;
    window.click(&button("Pause")).await?;
    window.wait_for_text("Nothing is downloaded until you resume.", SOON).await?;
    window.look("running-paused").await?;

    window.click(&button("Resume")).await?;
    window.wait_for(&under_way).await?;
    ensure!(!window.text(&role("region", "Files")).await?.contains("Did not match"), "a pause is no damage");
    service.faults().clear();
    window.wait_for_text("all verified", SOON).await?;
    for phase in
        ["AB2D prepares the data", "downloading and verifying", "paused", "done, every file verified"]
    {
        window.wait_until_said(phase).await?;
    }
    let said = window.said().await?;
    ensure!(said.len() < 20, "too much was said: {said:#?}");
    window.quit().await
}

#[tokio::test]
async fn cancelling_asks_once_and_keeps_what_is_verified() -> Result<()> {
    let (service, home, window) = downloading(3, 200_000, "Z1001_0003.ndjson").await?;
    window.wait_for_text("2 of 3", SOON).await?;
    ask_to_cancel(&window).await?;
    window.look("running-cancel").await?;
    window.click(&button("Keep exporting")).await?;
    window.wait_until_gone(&dialog("Cancel the export of Z1001?")).await?;
    ask_to_cancel(&window).await?;
    window.click(&button("Cancel export")).await?;
    window.wait_for(&heading("Canceled")).await?;
    window.wait_for_text("2\u{a0}files were verified before and stay in their folder.", SOON).await?;
    window.look("ended-cancelled").await?;
    let verified = claim_files(&home.save_folder("Z1001"))?;
    ensure!(verified == 2, "{verified} files stayed");
    let told = async || Ok(service.journal().iter().any(|request| request.method == "DELETE"));
    window.wait_until("AB2D is told", SOON, told).await?;
    window.quit().await
}

/// WebKitGTK showed nothing where the table is, though all of it was there.
#[tokio::test]
async fn the_files_are_still_seen_after_the_page_was_enlarged() -> Result<()> {
    let (service, _home, window) = downloading(300, 4_000, "Z1001_0290.ndjson").await?;
    window.wait_for_text("299 of 300", SOON).await?;
    window.wait_for(&role("progressbar", "Z1001_0290.ndjson: downloaded")).await?;
    window.enlarge_and_back().await?;
    let seen = async || Ok(window.colors(&role("region", "Files")).await? > 20);
    window.wait_until("the files are seen", SOON, seen).await?;
    service.faults().clear();
    window.wait_for_text("all verified", SOON).await?;
    window.quit().await
}

/// The window at an export of so many files of this size, of which one does not come to its end.
async fn downloading(files: u32, bytes: u64, held: &str) -> Result<(Practice, Home, Window)> {
    let service = ab2d_practice::serve(Options::instant().files(files, bytes)).await?;
    service.faults().arm(held_file(held));
    let home = Home::with_contracts(&service, &["Z1001"]).await?;
    let window = home.open().await?;
    steps::start_export(&window, "Z1001").await?;
    Ok((service, home, window))
}

async fn ask_to_cancel(window: &Window) -> Result<()> {
    window.click(&button("Cancel export…")).await?;
    window.wait_for(&dialog("Cancel the export of Z1001?")).await
}

/// Counts the files with a final name in the only export of a save folder.
fn claim_files(save_folder: &Path) -> Result<usize> {
    let export = std::fs::read_dir(save_folder)?.next().context("nothing was exported")??.path();
    let names = std::fs::read_dir(export)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    let names = names.collect::<Result<Vec<String>>>()?;
    Ok(names.iter().filter(|name| name.starts_with("Z1001_") && name.ends_with(".ndjson")).count())
}

/// A file whose bytes stop in the middle until the faults are cleared.
fn held_file(name: &str) -> Rule {
    Rule::on(RequestKind::File, Fault::stall_at(500, Pause::UntilDisarmed)).file(name).always()
}
