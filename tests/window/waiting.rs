//! Exports that wait: the window says what happened and what to do, its button does it, and the export goes on.

use std::fs;

use ab2d_practice::{Answer, Fault, Options, Pause, RequestKind, RetryAfter, Rule};
use ab2d_tests::disk::Disk;
use ab2d_tests::driver::{Window, button, css, dialog, field, heading, native};
use ab2d_tests::home::Home;
use anyhow::{Result, ensure};

use crate::steps::{self, SOON, TURN, owner};

#[tokio::test]
async fn refused_credentials_are_replaced_and_the_export_goes_on() -> Result<()> {
    let service = ab2d_practice::serve(Options::instant()).await?;
    let owner = owner(&service, "Z1001")?;
    let home = Home::new()?;
    let window = home.open().await?;
    window.click(&button("Add your first contract")).await?;
    steps::begin_contract(&window, &service, "Z1001").await?;
    steps::type_credentials(&window, &owner.client_id, "not the password").await?;
    window.click(&button("Save contract")).await?;
    // Not before its page is open: what came up under one's eyes takes the focus.
    let refusal = Rule::on(RequestKind::Token, Fault::stall_at(0, Pause::UntilDisarmed));
    service.faults().arm(refusal.always());
    steps::start_export(&window, "Z1001").await?;
    window.wait_for(&heading("Z1001")).await?;
    service.faults().clear();

    window.wait_for_text("AB2D refused the credentials.", SOON).await?;
    has_focus(&window, "Enter new credentials…").await?;
    window.click(&button("Details for support")).await?;
    window.look("waiting-credentials").await?;
    steps::go_to(&window, "Contracts").await?;
    window.wait_for_text("Needs you", SOON).await?;
    window.look("contracts-needs-you").await?;
    window.click(&button("Enter credentials, Z1001")).await?;
    window.click(&button("Enter new credentials…")).await?;
    window.wait_for(&dialog("New credentials for Z1001")).await?;
    steps::type_credentials(&window, &owner.client_id, &owner.client_secret).await?;
    window.look("waiting-credentials-dialog").await?;
    window.click(&button("Save and continue")).await?;
    window.wait_for_text("all verified", SOON).await?;
    window.quit().await
}

#[tokio::test]
async fn a_lost_connection_is_waited_for() -> Result<()> {
    let service = ab2d_practice::serve(Options::instant()).await?;
    let home = Home::with_contracts(&service, &["Z1001"]).await?;
    let window = home.open().await?;
    service.refuse_connections().await;
    steps::start_export(&window, "Z1001").await?;
    window.wait_for_text("There is no connection to AB2D.", SOON).await?;
    window.wait_for_text("Tries again by itself in", SOON).await?;
    window.look("waiting-connection").await?;
    service.accept_connections().await;
    window.wait_for_text("all verified", TURN).await?;
    window.quit().await
}

#[tokio::test]
async fn what_would_be_tried_in_an_hour_is_tried_now() -> Result<()> {
    let service = ab2d_practice::serve(Options::instant()).await?;
    let home = Home::with_contracts(&service, &["Z1001"]).await?;
    let closed = Answer::status(503).retry_after(RetryAfter::Seconds(3600));
    service.faults().arm(Rule::on(RequestKind::Start, Fault::Answer(closed)).always());
    let window = home.open().await?;
    steps::start_export(&window, "Z1001").await?;
    window.wait_for_text("AB2D is closed for maintenance.", SOON).await?;
    window.wait_for_text("Tries again by itself in", SOON).await?;
    service.faults().clear();
    window.click(&button("Try now")).await?;
    window.wait_for_text("all verified", SOON).await?;
    window.quit().await
}

#[tokio::test]
async fn an_export_whose_folder_vanished_goes_on_in_another() -> Result<()> {
    let service = ab2d_practice::serve(Options::instant()).await?;
    let held = Rule::on(RequestKind::File, Fault::stall_at(500, Pause::UntilDisarmed));
    let held = service.faults().arm(held.file("Z1001_0002.ndjson"));
    let home = Home::with_contracts(&service, &["Z1001"]).await?;
    let other = home.path().join("Another drive");
    fs::create_dir(&other)?;
    let window = home.open().await?;
    steps::start_export(&window, "Z1001").await?;
    let reached = async || Ok(held.fired() > 0);
    window.wait_until("the second file is on its way", SOON, reached).await?;
    fs::rename(home.claims(), home.path().join("Renamed"))?;
    service.faults().clear();
    window.wait_for_text("The save folder is not there.", SOON).await?;
    has_focus(&window, "Choose another folder…").await?;
    window.look("waiting-folder").await?;
    window.click(&button("Choose another folder…")).await?;
    native::choose("Choose a folder for claims", &other.to_string_lossy()).await?;
    window.wait_for_text("all verified", SOON).await?;
    ensure!(fs::read_dir(&other)?.next().is_some(), "nothing is in the other folder");
    window.quit().await
}

#[tokio::test]
async fn an_export_that_finds_the_disk_full_goes_on_when_there_is_room() -> Result<()> {
    let Some(disk) = Disk::mount("size=8m") else { return Ok(()) };
    let service = ab2d_practice::serve(Options::instant()).await?;
    let home = Home::with_contracts(&service, &["Z1001"]).await?;
    let window = home.open().await?;
    window.click(&button("Export… Z1001")).await?;
    window.wait_for(&heading("Export Z1001")).await?;
    window.fill(&field("Save folder"), &disk.save_folder().to_string_lossy()).await?;
    window.click(&button("Export")).await?;
    window.wait_for_text("The disk does not have room for this export.", SOON).await?;
    window.look("waiting-disk").await?;
    disk.remount("size=64m")?;
    window.click(&button("Try now")).await?;
    window.wait_for_text("all verified", SOON).await?;
    window.quit().await
}

/// The focus is on the button that mends it.
async fn has_focus(window: &Window, name: &str) -> Result<()> {
    window.wait_for(&css(".card.attention button:focus")).await?;
    window.wait_for_focus(name).await?;
    Ok(())
}
