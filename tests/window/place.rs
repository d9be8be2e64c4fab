//! The window opens where it was left, and where it can be seen.

use ab2d_tests::driver::{Window, heading};
use ab2d_tests::home::Home;
use ab2d_tests::screen::{Manager, Place, Screen};
use anyhow::{Result, ensure};
use serde_json::json;

use crate::steps::SOON;

#[tokio::test]
async fn the_window_opens_where_it_was_left_and_where_it_can_be_seen() -> Result<()> {
    let _manager = Manager::start().await?;
    let home = Home::new()?;
    let screen = Screen::connect()?;
    let window = home.open().await?;
    window.wait_for(&heading("Add your first contract")).await?;
    let left = screen.put(Place { x: 70, y: 40, width: 1100, height: 700 }).await?;
    is_wide(&window, left.width).await?;
    close(&screen, window).await?;

    let window = home.open().await?;
    screen.until("it opens there again", |screen| Ok(screen.place()? == left)).await?;
    screen.maximise()?;
    screen.until("it fills the screen", Screen::window_is_maximised).await?;
    is_wide(&window, screen.place()?.width).await?;
    close(&screen, window).await?;

    let window = home.open().await?;
    screen.until("it fills the screen again", Screen::window_is_maximised).await?;
    is_wide(&window, screen.place()?.width).await?;
    close(&screen, window).await?;
    move_to_a_screen_that_is_gone(&home)?;

    let window = home.open().await?;
    let seen = |place: Place| place.x >= 0 && place.y >= 0 && place.x < 200 && place.y < 100;
    screen.until("it opens on the screen that is left", |screen| Ok(seen(screen.place()?))).await?;
    window.quit().await
}

fn move_to_a_screen_that_is_gone(home: &Home) -> Result<()> {
    let file = home.path().join("data/window.json");
    let mut stored: serde_json::Value = serde_json::from_slice(&std::fs::read(&file)?)?;
    ensure!(stored["width"] == 1100.0 && stored["maximised"] == true, "{stored}");
    stored["maximised"] = false.into();
    stored["place"][0] = 2600.into();
    Ok(std::fs::write(&file, stored.to_string())?)
}

/// Waits until the program has noticed how wide its window is.
async fn is_wide(window: &Window, pixels: u16) -> Result<()> {
    let noticed = async || Ok(window.run::<u16>("return innerWidth", json!([])).await? == pixels);
    window.wait_until(&format!("the page is {pixels} pixels wide"), SOON, noticed).await
}

async fn close(screen: &Screen, window: Window) -> Result<()> {
    let program = screen.program()?;
    screen.close()?;
    program.wait_until_ended().await?;
    drop(window);
    Ok(())
}
