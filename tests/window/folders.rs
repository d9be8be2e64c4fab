//! Folders that the window shows in the system's file manager.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use ab2d_tests::driver::{Window, button};
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

/// A program that does this.
fn put(folder: &Path, name: &str, does: &str) -> Result<()> {
    let program = folder.join(name);
    fs::write(&program, format!("#!/bin/sh\n{does}\n"))?;
    Ok(fs::set_permissions(program, fs::Permissions::from_mode(0o700))?)
}
