//! What keeps the program from starting as it should is said in a dialog of the system.

use ab2d_tests::driver::{Window, heading, native};
use ab2d_tests::home::Home;
use anyhow::{Context, Result, ensure};
use tokio::process::Command;

use crate::steps::SOON;

#[tokio::test]
async fn records_that_cannot_be_read_are_told_and_left_as_they_are() -> Result<()> {
    let home = Home::new()?;
    let records = home.data().join("ab2d.sqlite3");
    let damaged = [b'?'; 8192];
    std::fs::write(&records, damaged)?;
    let launch = home.launch()?;
    let mut program = Command::new(&launch.program).envs(launch.environment).kill_on_drop(true).spawn()?;
    native::press("AB2D Desktop could not start", "Return").await?;
    let ended = tokio::time::timeout(SOON, program.wait()).await.context("the program stayed")??;
    ensure!(ended.code() == Some(1), "it ended with {ended}");
    ensure!(std::fs::read(&records)? == damaged, "the records were changed");
    Ok(())
}

#[tokio::test]
async fn a_program_that_keeps_no_log_says_so_and_works() -> Result<()> {
    let home = Home::new()?;
    std::fs::write(home.data().join("logs"), "a file where the folder should be")?;
    let launch = home.launch()?;
    let (window, told) =
        tokio::join!(Window::open(&launch), native::press("AB2D Desktop keeps no log", "Return"));
    told?;
    let window = window?;
    window.wait_for(&heading("Add your first contract")).await?;
    window.quit().await
}
