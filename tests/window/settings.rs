//! Settings: each does what it says, and is the same after a restart.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use ab2d_practice::{Fault, Options, Pause, RequestKind, Rule};
use ab2d_tests::desktop::Desktop;
use ab2d_tests::driver::{Window, button, css, field, list, role};
use ab2d_tests::home::Home;
use ab2d_tests::screen::{Manager, Screen};
use anyhow::{Context, Result, ensure};
use serde_json::json;

use crate::at_work::AtWork;
use crate::steps::{self, SOON};

#[tokio::test]
async fn settings_do_what_they_say_and_outlive_a_restart() -> Result<()> {
    let service = ab2d_practice::serve(Options::instant().files(6, 200_000)).await?;
    service.faults().arm(Rule::on(RequestKind::File, Fault::stall_at(500, Pause::UntilDisarmed)).always());
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

#[tokio::test]
async fn nothing_is_notified_while_notifications_are_off() -> Result<()> {
    let (desktop, _manager) = (Desktop::new().await?, Manager::start().await?);
    let at_work = AtWork::new().await?;
    let window = at_work.open().await?;
    let screen = Screen::connect()?;
    desktop.wait_for_tray().await?;
    steps::go_to(&window, "Settings").await?;
    switch_notifications(&window, &at_work.home, false).await?;
    screen.close()?;
    screen.until("the window is in the tray", |screen| Ok(!screen.shows_window()?)).await?;
    at_work.go_on();
    desktop.wait_until_task_bar_is_clear().await?;

    desktop.click_tray().await?;
    screen.until("the window is back and has the focus", Screen::window_has_focus).await?;
    desktop.wait_until_tray_is_empty().await?;
    switch_notifications(&window, &at_work.home, true).await?;
    let late = Rule::on(RequestKind::Start, Fault::LateAnswer(Pause::UntilDisarmed));
    at_work.service.faults().arm(late);
    steps::go_to(&window, "Contracts").await?;
    steps::start_export(&window, "Z1001").await?;
    desktop.wait_for_tray().await?;
    screen.close()?;
    desktop.notification("continues in the background").await?;
    screen.until("the window is in the tray again", |screen| Ok(!screen.shows_window()?)).await?;
    at_work.go_on();
    desktop.notification("No new claims.").await?;
    ensure!(desktop.notifications().len() == 2, "{:#?}", desktop.notifications());
    window.quit().await
}

/// Turns the switch, and waits until that is stored.
async fn switch_notifications(window: &Window, home: &Home, on: bool) -> Result<()> {
    window.click(&role("switch", "Notifications")).await?;
    let records = home.data().join("ab2d.sqlite3");
    let is_stored = async || {
        let records = rusqlite::Connection::open(&records)?;
        let stored: String =
            records.query_row("select value from setting where name = 'settings'", [], |row| row.get(0))?;
        let stored: serde_json::Value = serde_json::from_str(&stored)?;
        Ok(stored["notifications"] == on)
    };
    window.wait_until("the setting is stored", SOON, is_stored).await
}

async fn change_everything(window: &Window) -> Result<()> {
    window.select(&list("Files at a time"), "2").await?;
    for switch in ["Keep the computer awake while data flows", "Only I can open the files", "Notifications"] {
        window.click(&role("switch", switch)).await?;
    }
    window.click(&button("Dark")).await?;
    window.select(&list("Format of dates"), "English (United Kingdom)").await?;
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
