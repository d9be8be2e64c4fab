//! Settings: each does what it says, and is the same after a restart.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use ab2d_practice::{Fault, Options, Pause, RequestKind, Rule};
use ab2d_tests::driver::{Window, button, css, field, list, role};
use ab2d_tests::home::Home;
use anyhow::{Context, Result, ensure};
use serde_json::json;

use crate::steps::{self, SOON};

#[tokio::test]
async fn settings_do_what_they_say_and_outlive_a_restart() -> Result<()> {
    let service = ab2d_practice::serve(Options::instant().files(6, 200_000)).await?;
    service.faults().arm(Rule::on(RequestKind::File, Fault::stall_at(500, Pause::UntilReleased)).always());
    let home = Home::with_contracts(&service, &["Z1001"]).await?;
    let window = home.open().await?;
    steps::go_to(&window, "Settings").await?;
    window.look("settings").await?;
    change_everything(&window).await?;
    window.look("settings-changed").await?;
    window.quit().await?;

    let window = home.open().await?;
    steps::go_to(&window, "Settings").await?;
    is_changed(&window).await?;
    steps::go_to(&window, "Contracts").await?;
    steps::start_export(&window, "Z1001").await?;
    window.wait_for(&button("In progress 2")).await?;
    ensure!(!window.page_text().await?.contains("stays awake"), "the computer is kept awake all the same");
    service.faults().clear();
    window.wait_for_text("all verified", SOON).await?;
    let export = fs::read_dir(home.save_folder("Z1001"))?.next().context("nothing was exported")??;
    let mode = export.metadata()?.permissions().mode();
    ensure!(mode & 0o050 != 0, "the folder is for its owner alone: {mode:o}");
    window.quit().await
}

async fn change_everything(window: &Window) -> Result<()> {
    window.select(&list("Files at a time"), "2").await?;
    for switch in ["Keep the computer awake while data flows", "Only I can open the files", "Notifications"] {
        window.click(&role("switch", switch)).await?;
    }
    window.click(&button("Dark")).await?;
    window.select(&list("Dates are written as in"), "English (United Kingdom)").await?;
    window.click(&css("input[name=proxy][value=manual]")).await?;
    window.fill(&field("Proxy address"), "proxy.example:8080").await?;
    window.click(&button("Use this proxy")).await?;
    window.wait_for_text("Write the address with http://", SOON).await?;
    window.fill(&field("Proxy address"), "http://proxy.example:8080").await?;
    window.click(&button("Use this proxy")).await?;
    window.wait_for_text("The proxy is used from now on.", SOON).await
}

async fn is_changed(window: &Window) -> Result<()> {
    const LOOK: &str = "return [
        document.documentElement.dataset.theme,
        document.querySelector('#parallel').value,
        document.querySelector('#date-language').value,
        document.querySelector('[name=proxyUrl]').value,
        ...[...document.querySelectorAll('[role=switch]')].map(each => String(each.checked))]";
    let is_so = async || {
        let found: Vec<String> = window.run(LOOK, json!([])).await?;
        ensure!(
            found == ["dark", "2", "en-GB", "http://proxy.example:8080", "false", "false", "false"],
            "the settings are {found:?}"
        );
        Ok(true)
    };
    window.wait_until("every setting is as it was left", SOON, is_so).await
}
