//! One window for each data folder.

use std::time::Duration;

use ab2d_tests::driver::heading;
use anyhow::{Context, Result, ensure};
use tokio::process::Command;

use ab2d_tests::home::Home;

#[tokio::test]
async fn a_second_start_leaves_the_first_window_alone() -> Result<()> {
    let home = Home::new()?;
    let window = home.open().await?;
    window.wait_for(&heading("Add your first contract")).await?;
    let launch = home.launch()?;
    let second = Command::new(&launch.program).envs(launch.environment).kill_on_drop(true).status();
    let status = tokio::time::timeout(Duration::from_secs(20), second)
        .await
        .context("a second window stayed open")??;
    ensure!(status.success(), "the second start ended with {status}");
    let asked = home.path().join("data/window-wanted");
    let noticed = async || Ok(!asked.exists());
    window.wait_until("the first window notices that it is wanted", Duration::from_secs(5), noticed).await?;
    window.wait_for(&heading("Add your first contract")).await?;
    window.quit().await
}
