//! One window for each data folder.

use ab2d_tests::desktop::Desktop;
use ab2d_tests::driver::{Launch, heading};
use ab2d_tests::home::Home;
use ab2d_tests::screen::{Manager, Screen};
use anyhow::{Context, Result, ensure};
use tokio::process::Command;

use crate::at_work::AtWork;
use crate::steps::SOON;

#[tokio::test]
async fn a_second_start_leaves_the_first_window_alone() -> Result<()> {
    let home = Home::new()?;
    let window = home.open().await?;
    window.wait_for(&heading("Add your first contract")).await?;
    start_again(home.launch()?).await?;
    let asked = home.path().join("data/window-wanted");
    let noticed = async || Ok(!asked.exists());
    window.wait_until("the first window notices that it is wanted", SOON, noticed).await?;
    window.wait_for(&heading("Add your first contract")).await?;
    window.quit().await
}

#[tokio::test]
async fn a_second_start_brings_a_hidden_or_minimised_window_forward() -> Result<()> {
    let (_desktop, _manager) = (Desktop::new().await?, Manager::start().await?);
    let at_work = AtWork::new().await?;
    let window = at_work.open().await?;
    let screen = Screen::connect()?;
    screen.close()?;
    screen.until("the window is in the tray", |screen| Ok(!screen.shows_window()?)).await?;
    start_again(at_work.launch.clone()).await?;
    screen.until("it comes out of the tray, with the focus", Screen::window_has_focus).await?;

    screen.minimise()?;
    screen.until("the window is minimised", Screen::window_is_minimised).await?;
    start_again(at_work.launch.clone()).await?;
    screen.until("it is no longer minimised", |screen| Ok(!screen.window_is_minimised()?)).await?;
    screen.until("and has the focus", Screen::window_has_focus).await?;
    at_work.go_on();
    window.wait_for_text("all verified", SOON).await?;
    window.quit().await
}

/// Starts the program where it runs already, and waits until this one has ended.
async fn start_again(launch: Launch) -> Result<()> {
    let second = Command::new(&launch.program).envs(launch.environment).kill_on_drop(true).status();
    let ended = tokio::time::timeout(SOON, second);
    let status = ended.await.context("a second window stayed open")??;
    ensure!(status.success(), "the second start ended with {status}");
    Ok(())
}
