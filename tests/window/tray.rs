//! What runs goes on without the window: in the tray, in the task bar, and with the computer kept awake.

use ab2d_tests::desktop::Desktop;
use ab2d_tests::driver::{button, native};
use ab2d_tests::screen::{Manager, Place, Screen};
use anyhow::{Result, ensure};

use crate::at_work::AtWork;
use crate::steps::SOON;

#[tokio::test]
async fn closed_while_an_export_runs_the_window_goes_into_the_tray_and_comes_back() -> Result<()> {
    let (desktop, _manager) = (Desktop::new().await?, Manager::start().await?);
    let at_work = AtWork::new().await?;
    let window = at_work.open().await?;
    let screen = Screen::connect()?;
    desktop.wait_until_kept_awake(true).await?;
    desktop.wait_for_tray().await?;

    screen.close()?;
    screen.until("the window is off the screen", |screen| Ok(!screen.shows_window()?)).await?;
    let said = desktop.notification("continues in the background").await?;
    ensure!(said.title == "1 export is running", "{said:?}");
    let menu = ["Z1001 (other): downloading ", "Open AB2D Desktop", "Pause all", "Quit"];
    desktop.wait_for_menu(&menu).await?;

    desktop.choose("Z1001").await?;
    screen.until("the window is back and has the focus", Screen::window_has_focus).await?;
    window.wait_for_text("Follow the download", SOON).await?;
    let place = screen.put(Place { x: 60, y: 30, width: 1100, height: 700 }).await?;
    screen.close()?;
    screen.until("the window is off the screen again", |screen| Ok(!screen.shows_window()?)).await?;
    desktop.click_tray().await?;
    screen.until("a click on the icon brings it back", Screen::shows_window).await?;
    screen.until("it is where it was", |screen| Ok(screen.place()? == place)).await?;
    ensure!(desktop.notifications().len() == 1, "once a run is enough: {:#?}", desktop.notifications());

    at_work.go_on();
    window.wait_for_text("all verified", SOON).await?;
    desktop.wait_until_kept_awake(false).await?;
    desktop.wait_until_task_bar_is_clear().await?;
    desktop.wait_until_tray_is_empty().await?;
    let shown: Vec<_> = desktop.task_bar().into_iter().flatten().collect();
    ensure!(shown.is_sorted() && shown.iter().any(|percent| *percent > 50), "{shown:?}");
    window.quit().await
}

#[tokio::test]
async fn all_is_paused_and_resumed_from_the_tray_and_the_end_is_told() -> Result<()> {
    let (desktop, _manager) = (Desktop::new().await?, Manager::start().await?);
    let at_work = AtWork::new().await?;
    let window = at_work.open().await?;
    let screen = Screen::connect()?;
    desktop.wait_until_kept_awake(true).await?;
    desktop.wait_for_tray().await?;
    screen.close()?;
    screen.until("the window is off the screen", |screen| Ok(!screen.shows_window()?)).await?;

    desktop.choose("Pause all").await?;
    desktop.wait_until_kept_awake(false).await?;
    desktop.wait_for_entry("Resume all").await?;
    at_work.go_on();
    desktop.choose("Resume all").await?;
    let told = desktop.notification("3 files, all verified.").await?;
    ensure!(told.title == "Export of Z1001 (other)", "{told:?}");
    ensure!(desktop.times_kept_awake() == 2, "{}", desktop.times_kept_awake());
    desktop.wait_until_kept_awake(false).await?;
    ensure!(!screen.shows_window()?, "the window comes when it is asked for");

    desktop.click(&told, || screen.window_has_focus().unwrap_or(false)).await?;
    window.wait_for_text("all verified", SOON).await?;
    window.quit().await
}

#[tokio::test]
async fn an_export_that_needs_a_person_asks_for_them() -> Result<()> {
    let (desktop, _manager) = (Desktop::new().await?, Manager::start().await?);
    let at_work = AtWork::new().await?;
    let window = at_work.open().await?;
    let screen = Screen::connect()?;
    desktop.wait_for_tray().await?;
    screen.close()?;
    screen.until("the window is off the screen", |screen| Ok(!screen.shows_window()?)).await?;

    let claims = at_work.home.claims();
    std::fs::rename(&claims, at_work.home.path().join("Moved away"))?;
    std::fs::write(&claims, "in the way")?;
    at_work.go_on();
    let asked = desktop.notification("The save folder is not there.").await?;
    ensure!(asked.title == "Export of Z1001 (other)", "{asked:?}");
    desktop.wait_for_entry("Z1001 (other): needs you").await?;
    desktop.click(&asked, || screen.window_has_focus().unwrap_or(false)).await?;
    window.wait_for(&button("Choose another folder…")).await?;
    window.look("waiting-after-notification").await?;
    window.quit().await
}

#[tokio::test]
async fn without_a_tray_the_window_stays_in_the_task_bar() -> Result<()> {
    let (desktop, _manager) = (Desktop::without_tray().await?, Manager::start().await?);
    let at_work = AtWork::new().await?;
    let window = at_work.open().await?;
    let screen = Screen::connect()?;
    screen.close()?;
    screen.until("the window is minimised", Screen::window_is_minimised).await?;
    desktop.notification("in the minimized window").await?;
    at_work.go_on();
    window.wait_for_text("all verified", SOON).await?;
    window.quit().await
}

#[tokio::test]
async fn quitting_says_what_happens_and_the_next_start_goes_on() -> Result<()> {
    let (desktop, _manager) = (Desktop::new().await?, Manager::start().await?);
    let at_work = AtWork::new().await?;
    let window = at_work.open().await?;
    let screen = Screen::connect()?;
    desktop.wait_for_tray().await?;
    let program = screen.program()?;

    desktop.choose("Quit").await?;
    native::press("Quit AB2D Desktop?", "Escape").await?;
    ensure!(program.is_running(), "it was told to keep running");
    desktop.choose("Quit").await?;
    native::press("Quit AB2D Desktop?", "Return").await?;
    program.wait_until_ended().await?;
    drop(window);

    at_work.go_on();
    let again = at_work.home.open().await?;
    again.wait_for_text("Up to date", SOON).await?;
    again.quit().await
}

#[tokio::test]
async fn ended_by_the_system_it_stops_in_good_order_and_the_next_start_goes_on() -> Result<()> {
    let at_work = AtWork::new().await?;
    let window = at_work.open().await?;
    let program = Screen::connect()?.program()?;
    program.tell("TERM").await?;
    program.wait_until_ended().await?;
    drop(window);
    let log = at_work.home.log()?;
    ensure!(log.contains("the system ends the program"), "{log}");

    at_work.go_on();
    let again = at_work.home.open().await?;
    again.wait_for_text("Up to date", SOON).await?;
    again.quit().await
}
