//! Folders that the window shows in the system's file manager.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use ab2d_practice::Options;
use ab2d_tests::driver::{Window, button, native};
use ab2d_tests::home::Home;
use anyhow::{Result, ensure};

use crate::steps::{self, SOON};

/// Every program that a folder may be opened with.
const LAUNCHERS: [&str; 6] = ["xdg-open", "gio", "gnome-open", "kde-open6", "kde-open5", "kde-open"];

#[tokio::test]
async fn the_logs_folder_is_opened_and_named_where_it_cannot_be() -> Result<()> {
    let home = Home::new()?;
    let opened = home.path().join("opened");
    let programs = home.path().join("programs");
    fs::create_dir(&programs)?;
    put(&programs, "xdg-open", &format!("printf %s \"$1\" > '{}'", opened.display()))?;
    let path = format!("{}:{}", programs.display(), std::env::var("PATH")?);
    let window = Window::open(&home.launch()?.with_variable("PATH", path)).await?;
    steps::go_to(&window, "Settings").await?;
    window.click(&button("Open log folder")).await?;
    let log = home.data().join("logs");
    let is_opened = async || Ok(fs::read_to_string(&opened).is_ok_and(|folder| Path::new(&folder) == log));
    window.wait_until("the log's folder is opened", SOON, is_opened).await?;

    for launcher in LAUNCHERS {
        put(&programs, launcher, "exit 4")?;
    }
    window.click(&button("Open log folder")).await?;
    window.wait_for_text("The system opened no window for this folder.", SOON).await?;
    ensure!(window.page_text().await?.contains(&format!("go to {}.", log.display())));
    window.look("settings-no-file-manager").await?;
    window.quit().await
}

#[tokio::test]
async fn the_log_is_kept_where_the_person_wants_it() -> Result<()> {
    let service = ab2d_practice::serve(Options::instant()).await?;
    let home = Home::with_contracts(&service, &["Z1001"]).await?;
    let chosen = home.path().join("Protokolle für Ada");
    fs::create_dir(&chosen)?;
    let (usual, log) = (home.data().join("logs"), chosen.join("AB2D Desktop log"));
    let window = home.open().await?;
    steps::go_to(&window, "Settings").await?;
    window.click(&button("Change folder…")).await?;
    native::choose("Choose a folder for the log", &chosen.to_string_lossy()).await?;
    window.wait_for_text("What was logged before stays where it was.", SOON).await?;
    window.wait_for_text(&log.to_string_lossy(), SOON).await?;
    window.look("settings-log-elsewhere").await?;
    steps::go_to(&window, "Contracts").await?;
    steps::start_export(&window, "Z1001").await?;
    window.wait_for_text("all verified", SOON).await?;
    ensure!(logged(&log)?.contains("file verified"), "the export is not logged there");
    ensure!(!logged(&usual)?.contains("file verified"), "the export is logged among the records");
    window.quit().await?;

    // The drive is not connected when the program starts: it starts, and says where the log is instead.
    let away = home.path().join("away");
    fs::rename(&chosen, &away)?;
    let before = logged(&usual)?.len();
    let window = home.open().await?;
    steps::go_to(&window, "Settings").await?;
    window.wait_for_text("The log cannot be kept in", SOON).await?;
    window.look("settings-log-away").await?;
    ensure!(logged(&usual)?.len() > before, "nothing is logged among the records");
    ensure!(!logged(&usual)?.contains("Protokolle"), "the log names a folder");
    ensure!(!chosen.exists(), "a folder was made where the drive was");
    window.quit().await?;

    fs::rename(&away, &chosen)?;
    let window = home.open().await?;
    steps::go_to(&window, "Settings").await?;
    window.wait_for_text(&log.to_string_lossy(), SOON).await?;
    window.click(&button("Back to the usual folder")).await?;
    window.wait_for_text(&usual.to_string_lossy(), SOON).await?;
    window.quit().await
}

/// The log in a folder.
fn logged(folder: &Path) -> Result<String> {
    let mut text = String::new();
    for entry in fs::read_dir(folder)? {
        text.push_str(&fs::read_to_string(entry?.path())?);
    }
    Ok(text)
}

/// A program that does this.
fn put(folder: &Path, name: &str, does: &str) -> Result<()> {
    let program = folder.join(name);
    fs::write(&program, format!("#!/bin/sh\n{does}\n"))?;
    Ok(fs::set_permissions(program, fs::Permissions::from_mode(0o700))?)
}
