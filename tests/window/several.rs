//! Several contracts at once, at a service that prepares one export of each at a time.

use std::fs::{self, DirEntry};
use std::time::Duration;

use ab2d_practice::Options;
use ab2d_tests::driver::keys::ESCAPE;
use ab2d_tests::driver::{Window, button, checkbox, dialog, heading, native, role};
use ab2d_tests::home::Home;
use anyhow::{Result, ensure};
use serde_json::json;

use crate::steps::{self, SOON, TURN};

const NUMBERS: [&str; 4] = ["Z1001", "Z1002", "Z1006", "Z1008"];

/// Longer than the story: a job is done when the story moves the service's clock.
const LONG: Duration = Duration::from_mins(20);

#[tokio::test]
async fn what_the_service_refuses_waits_its_turn() -> Result<()> {
    let options = Options { maximum_running_jobs: 1, ..Options::instant().job_duration(LONG) };
    let service = ab2d_practice::serve(options).await?;
    let home = Home::with_contracts(&service, &NUMBERS).await?;
    steps::a_colleague_exports(&service, "Z1002", &[]).await?;
    steps::a_colleague_exports(&service, "Z1006", &[]).await?;
    let window = home.open().await?;
    window.wait_for(&heading("Contracts")).await?;
    window.look("contracts").await?;
    window.click(&checkbox("Select every contract shown")).await?;
    window.look("contracts-selected").await?;
    window.click(&button("Export 4 selected…")).await?;
    window.wait_for(&heading("Export 4\u{a0}contracts")).await?;
    window.look("several").await?;
    window.click(&button("Export 4\u{a0}contracts")).await?;

    shows(&window, "In the queue", 2).await?;
    shows(&window, "Preparing", 2).await?;
    let asked = async || Ok(service.jobs().len() == 4);
    window.wait_until("four jobs run, two of them the colleague's", SOON, asked).await?;
    window.look("contracts-running").await?;
    window.click(&button("Show progress, Z1002")).await?;
    window.wait_for_text("Tries again by itself in", SOON).await?;
    window.look("running-queued").await?;
    steps::go_to(&window, "Contracts").await?;
    steps::choose(&window, "Z1001", "Remove contract…").await?;
    window.wait_for(&dialog("Z1001 cannot be removed yet")).await?;
    window.look("contracts-remove-not-yet").await?;
    window.press(ESCAPE).await?;
    service.clock().advance(LONG);
    shows(&window, "Up to date", 2).await?;
    shows(&window, "Preparing", 2).await?;
    service.clock().advance(LONG);
    shows(&window, "Up to date", 4).await?;
    window.look("contracts-up-to-date").await?;
    window.quit().await
}

#[tokio::test]
async fn what_cannot_be_started_says_why_and_goes_elsewhere_for_once() -> Result<()> {
    let service = ab2d_practice::serve(Options::instant()).await?;
    let home = Home::with_contracts(&service, &["Z1001", "Z1002"]).await?;
    let elsewhere = home.path().join("Elsewhere");
    fs::create_dir(&elsewhere)?;
    fs::remove_dir(home.save_folder("Z1002"))?;
    let window = home.open().await?;
    window.click(&checkbox("Select every contract shown")).await?;
    window.click(&button("Export 2 selected…")).await?;
    window.click(&button("Export 2\u{a0}contracts")).await?;
    window.wait_for_text("The save folder is not there.", SOON).await?;
    window.look("several-refused").await?;
    window.click(&button("Change folder for Z1002")).await?;
    native::choose("Choose a folder for claims", &elsewhere.to_string_lossy()).await?;
    window.wait_for_text("For this export only", SOON).await?;
    window.look("several-elsewhere").await?;
    window.click(&button("Export 1\u{a0}contract")).await?;
    shows(&window, "Up to date", 2).await?;
    let exported: Vec<_> = fs::read_dir(&elsewhere)?.collect::<Result<_, _>>()?;
    let is_z1002s = |entry: &DirEntry| entry.file_name().to_string_lossy().starts_with("Z1002 ");
    ensure!(exported.len() == 1 && is_z1002s(&exported[0]), "{exported:?} were exported there");
    window.quit().await
}

#[tokio::test]
async fn contracts_are_searched_sorted_and_filtered() -> Result<()> {
    let service = ab2d_practice::serve(Options::instant()).await?;
    let home = Home::with_contracts(&service, &NUMBERS).await?;
    let window = home.open().await?;
    window.fill(&role("searchbox", "Search contracts"), "1006").await?;
    rows(&window, &["Z1006"]).await?;
    window.fill(&role("searchbox", "Search contracts"), "").await?;
    window.click(&button("Sort by Contract")).await?;
    rows(&window, &["Z1008", "Z1006", "Z1002", "Z1001"]).await?;
    window.click(&button("Due 0")).await?;
    window.wait_for_text("No contract is due.", SOON).await?;
    window.look("contracts-none").await?;
    window.click(&button("Show all contracts")).await?;
    window.click(&button("More for Z1002")).await?;
    window.look("contracts-menu").await?;
    window.quit().await
}

/// So many contracts of the list are in this state.
async fn shows(window: &Window, state: &str, count: usize) -> Result<()> {
    let count_now = "return [...document.querySelectorAll('td.now')]
        .filter(cell => cell.innerText.includes(arguments[0])).length";
    let is_so = async || Ok(window.run::<usize>(count_now, json!([state])).await? == count);
    window.wait_until(&format!("{count} contracts are {state}"), TURN, is_so).await
}

async fn rows(window: &Window, wanted: &[&str]) -> Result<()> {
    let shown = "return [...document.querySelectorAll('td.contract button')].map(each => each.innerText)";
    let is_so = async || Ok(window.run::<Vec<String>>(shown, json!([])).await? == wanted);
    window.wait_until(&format!("the list shows {wanted:?}"), SOON, is_so).await
}
