//! The form for an export: what is asked for, in which version, and where to.

use ab2d_practice::Options;
use ab2d_tests::driver::keys::{ENTER, LEFT, PAGE_UP, TAB};
use ab2d_tests::driver::{Window, button, css, field, heading, native, role};
use ab2d_tests::home::Home;
use anyhow::{Context, Result, ensure};
use chrono::{Days, Local, NaiveDate};
use serde_json::json;

use crate::steps::{self, SOON};

#[tokio::test]
async fn the_next_export_starts_where_the_last_one_ended() -> Result<()> {
    let service = ab2d_practice::serve(Options::instant()).await?;
    let home = Home::with_contracts(&service, &["Z1001"]).await?;
    home.export("Z1001").await?;
    let window = open_form(&home).await?;
    window.wait_for_text("Claims added or changed after", SOON).await?;
    window.look("form-since-last").await?;
    window.click(&button("Show the request")).await?;
    window.wait_for_text("_since=", SOON).await?;
    window.click(&button("Copy the request")).await?;
    window.wait_for_text("Copied", SOON).await?;
    let copied = arboard::Clipboard::new()?.get_text()?;
    ensure!(copied.starts_with(service.api_url().as_str()), "{copied}");
    ensure!(copied.contains("_since=") && copied.contains("%3A") && !copied.contains("eyJ"), "{copied}");
    window.look("form-request").await?;

    window.click(&button("Export")).await?;
    window.wait_for(&heading("No new claims")).await?;
    window.look("result-no-new-claims").await?;
    window.quit().await
}

#[tokio::test]
async fn a_period_is_typed_or_chosen_from_the_calendar_and_checked() -> Result<()> {
    let service = ab2d_practice::serve(Options::instant()).await?;
    let home = Home::with_contracts(&service, &["Z1001"]).await?;
    let window = open_form(&home).await?;
    let from = today() - Days::new(100);
    choose_period(&window).await?;
    window.fill(&field("From, date"), &from.format("%Y-%m-%d").to_string()).await?;
    window.click(&button("Choose the “To” date from a calendar")).await?;
    window.wait_for(&role("dialog", "Calendar")).await?;
    window.look("form-calendar").await?;
    window.press(&format!("{PAGE_UP}{LEFT}{ENTER}")).await?;
    window.wait_until_gone(&role("dialog", "Calendar")).await?;
    window.wait_for_text("Claims added or changed from", SOON).await?;
    holds(&window, "since", &from.format("%m/%d/%Y").to_string()).await?;
    window.look("form-period").await?;

    let tomorrow = today() + Days::new(2);
    window.fill(&field("From, date"), &tomorrow.format("%m/%d/%Y").to_string()).await?;
    window.press(TAB).await?;
    window.wait_for(&css("[name=since][aria-invalid=true]")).await?;
    window.look("form-refused").await?;
    window.click(&button("Export")).await?;
    window.wait_for_focus("From, date").await?;
    ensure!(service.jobs().is_empty(), "what is refused was asked for");
    window.quit().await
}

#[tokio::test]
async fn a_stretch_that_was_left_out_is_exported_with_one_press() -> Result<()> {
    // So many claims that some are of last month, whatever day it is.
    let service = ab2d_practice::serve(Options::instant().files(2, 2_000_000)).await?;
    let home = Home::with_contracts(&service, &["Z1001"]).await?;
    let window = open_form(&home).await?;
    choose_period(&window).await?;
    window.wait_for_text("are not in this export", SOON).await?;
    window.look("form-leaves-gap").await?;
    window.click(&button("Export")).await?;
    window.wait_for_text("all verified", SOON).await?;
    steps::go_to(&window, "Contracts").await?;
    window.click(&button("Export… Z1001")).await?;
    window.wait_for_text("has not been exported yet", SOON).await?;
    window.look("form-gap").await?;
    // What is proposed fetches it, too; a period does not.
    choose_period(&window).await?;
    window.click(&css(".gaps button")).await?;
    window.wait_for_text("all verified", SOON).await?;
    steps::go_to(&window, "Contracts").await?;
    window.click(&button("Export… Z1001")).await?;
    window.wait_for_text("Claims added or changed after", SOON).await?;
    ensure!(!window.page_text().await?.contains("has not been exported yet"), "the gap is still there");
    window.quit().await
}

#[tokio::test]
async fn a_version_rules_out_what_it_does_not_have() -> Result<()> {
    let service = ab2d_practice::serve(Options::instant()).await?;
    let home = Home::with_contracts(&service, &["Z1001"]).await?;
    let window = open_form(&home).await?;
    choose_period(&window).await?;
    window.wait_for_text("No “to” date", SOON).await?;
    window.click(&role("radio", "STU3 No “to” date")).await?;
    ensure!(!is_checked(&window, "stu3").await?, "STU3 was chosen though it has no “to” date");
    window.fill(&field("To, date"), "").await?;
    window.click(&css("input[value=stu3]")).await?;
    window.wait_for_text("STU3 has no “to” date: up to now", SOON).await?;
    window.look("form-stu3").await?;

    window.click(&css("input[value=r4v3]")).await?;
    window.fill(&field("Dates of service, From"), "2026-01-01").await?;
    window.wait_for_text("Only claims for care on or after Jan 1, 2026.", SOON).await?;
    window.look("form-v3").await?;
    window.quit().await
}

#[tokio::test]
async fn an_export_goes_elsewhere_for_once_and_stays_compressed() -> Result<()> {
    let service = ab2d_practice::serve(Options::instant()).await?;
    let home = Home::with_contracts(&service, &["Z1001"]).await?;
    let elsewhere = home.path().join("Elsewhere");
    std::fs::create_dir(&elsewhere)?;
    let window = open_form(&home).await?;
    window.click(&css("input[value=everything]")).await?;
    window.click(&button("Choose…")).await?;
    native::choose("Choose a folder for claims", &elsewhere.to_string_lossy()).await?;
    window.wait_for_text("For this export only", SOON).await?;
    window.click(&role("radio", "Compressed .ndjson.gz")).await?;
    window.look("form-elsewhere").await?;
    window.click(&button("Export")).await?;
    window.wait_for_text("all verified", SOON).await?;
    let export = std::fs::read_dir(&elsewhere)?.next().context("nothing was exported there")??.path();
    ensure!(export.join("Z1001_0001.ndjson.gz").is_file(), "the files are not compressed");

    steps::go_to(&window, "Contracts").await?;
    window.click(&button("Export… Z1001")).await?;
    window.wait_for(&heading("Export Z1001")).await?;
    holds(&window, "folder", &home.save_folder("Z1001").to_string_lossy()).await?;
    let remembered = async || is_checked(&window, "true").await;
    window.wait_until("the last choice is remembered", SOON, remembered).await?;
    window.quit().await
}

async fn open_form(home: &Home) -> Result<Window> {
    let window = home.open().await?;
    window.click(&button("Export… Z1001")).await?;
    window.wait_for(&heading("Export Z1001")).await?;
    Ok(window)
}

async fn choose_period(window: &Window) -> Result<()> {
    window.click(&css("input[value=period]")).await?;
    window.wait_for(&field("From, date")).await
}

/// Waits until a field has this value.
async fn holds(window: &Window, name: &str, value: &str) -> Result<()> {
    let read = "return document.querySelector(`[name=${arguments[0]}]`).value";
    let is_so = async || {
        let found: String = window.run(read, json!([name])).await?;
        ensure!(found == value, "it is {found:?}");
        Ok(true)
    };
    window.wait_until(&format!("{name} is {value:?}"), SOON, is_so).await
}

async fn is_checked(window: &Window, choice: &str) -> Result<bool> {
    let read = "return document.querySelector(`input[value=${arguments[0]}]`).checked";
    window.run(read, json!([choice])).await
}

fn today() -> NaiveDate {
    Local::now().date_naive()
}
