//! The main journey with the keyboard alone: the focus is always visible, and never lost.

use ab2d_practice::Options;
use ab2d_tests::driver::keys::{CONTROL, DOWN, ENTER, SHIFT, SPACE, TAB};
use ab2d_tests::driver::{Focus, Window, heading};
use ab2d_tests::home::Home;
use anyhow::{Context, Result, bail, ensure};
use serde_json::json;

use crate::steps::{SOON, owner};

/// More stops than any page has on the way to one of its controls.
const STOPS: usize = 60;

const SINCE_LAST: &str = "New and changed since the last export _since No full R4 \
    export yet, so this fetches everything";
const EVERYTHING: &str = "Everything available From Feb 13, 2020 (Eastern), the earliest date AB2D accepts Worth \
    doing now and then: it also finds older claims of people enrolled later.";

#[tokio::test]
async fn a_contract_is_added_exported_and_found_in_the_history_by_keyboard() -> Result<()> {
    let service = ab2d_practice::serve(Options::instant()).await?;
    let owner = owner(&service, "Z1001")?;
    let home = Home::new()?;
    let window = home.open().await?;
    window.wait_for(&heading("Add your first contract")).await?;
    activate(&window, "Add your first contract", ENTER).await?;
    window.wait_for(&heading("Add contract")).await?;
    is_on_heading(&window, "Add contract").await?;

    tab_to(&window, "Production Real claims of your enrollees").await?;
    window.press(&DOWN.repeat(3)).await?;
    has_focus(&window, "Other address An address you were given").await?;
    type_into(&window, "Contract number", "Z1001").await?;
    type_into(&window, "AB2D address", service.api_url().as_str()).await?;
    type_into(&window, "Sign-in address", service.token_url().as_str()).await?;
    activate(&window, "Type the client ID and password instead", SPACE).await?;
    type_into(&window, "Client ID", &owner.client_id).await?;
    type_into(&window, "Client password", &owner.client_secret).await?;
    activate(&window, "Check connection", SPACE).await?;
    window.wait_for_text("Everything works", SOON).await?;
    has_focus(&window, "Check again").await?;
    activate(&window, "Save contract", ENTER).await?;
    window.wait_for(&heading("Contracts")).await?;
    is_on_heading(&window, "Contracts").await?;

    activate(&window, "Export… Z1001", ENTER).await?;
    window.wait_for(&heading("Export Z1001")).await?;
    tab_to(&window, SINCE_LAST).await?;
    window.press(&DOWN.repeat(2)).await?;
    has_focus(&window, EVERYTHING).await?;
    activate(&window, "Export", ENTER).await?;
    window.wait_for_text("all verified", SOON).await?;
    is_on_heading(&window, "24\u{a0}claims, all verified").await?;
    activate(&window, "Table", SPACE).await?;
    tab_to(&window, "Claims of every month").await?;

    window.press(&format!("{SHIFT}{TAB}")).await?;
    has_focus(&window, "Table").await?;
    tab_to(&window, "History").await?;
    window.press(ENTER).await?;
    window.wait_for(&heading("History")).await?;
    is_on_heading(&window, "History").await?;
    window.quit().await
}

#[tokio::test]
async fn the_keys_that_browsers_have_for_it_enlarge_the_page() -> Result<()> {
    let home = Home::new()?;
    let window = home.open().await?;
    window.wait_for(&heading("Add your first contract")).await?;
    let usual = width(&window).await?;
    window.press(&format!("{CONTROL}=====")).await?;
    let halved = async || Ok(width(&window).await? == usual / 2);
    window.wait_until("the page is twice as large", SOON, halved).await?;
    window.press(&format!("{CONTROL}0")).await?;
    let whole = async || Ok(width(&window).await? == usual);
    window.wait_until("the page is as it was", SOON, whole).await?;
    window.quit().await
}

/// How many of the page's own pixels the window is wide.
async fn width(window: &Window) -> Result<u32> {
    window.run("return innerWidth", json!([])).await
}

/// Moves to a control with the Tab key, and presses it.
pub(crate) async fn activate(window: &Window, name: &str, key: &str) -> Result<()> {
    tab_to(window, name).await?;
    window.press(key).await
}

/// Moves to a field with the Tab key, and types.
async fn type_into(window: &Window, name: &str, text: &str) -> Result<()> {
    tab_to(window, name).await?;
    window.press(text).await
}

/// Moves on with the Tab key. At every stop the focus is visible, and within the window.
pub(crate) async fn tab_to(window: &Window, name: &str) -> Result<()> {
    let mut passed = Vec::new();
    for _ in 0..STOPS {
        window.press(TAB).await?;
        let focus = visible_focus(window).await.with_context(|| format!("after {passed:#?}"))?;
        if focus.control.name == name {
            return Ok(());
        }
        passed.push(focus.control.name);
    }
    bail!("the Tab key does not lead to {name:?}, only to {passed:#?}")
}

async fn has_focus(window: &Window, name: &str) -> Result<()> {
    window.wait_for_focus(name).await?;
    visible_focus(window).await.map(drop)
}

/// What has the focus, once a person can see that it has.
async fn visible_focus(window: &Window) -> Result<Focus> {
    let is_visible = async || {
        let focus = window.focus().await?;
        ensure!(focus.ringed, "nothing shows that the focus is on {:?}", focus.control);
        ensure!(focus.in_view, "the focus is out of view, on {:?}", focus.control);
        Ok(true)
    };
    window.wait_until("the focus is visible", SOON, is_visible).await?;
    window.focus().await
}

/// After a change of page reading begins at its heading, which needs no ring.
async fn is_on_heading(window: &Window, name: &str) -> Result<()> {
    let focus = window.wait_for_focus(name).await?;
    ensure!(focus.control.role == "heading", "{focus:?}");
    Ok(())
}
