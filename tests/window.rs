//! Stories in the real window.
#![cfg(target_os = "linux")]

#[path = "window/contract.rs"]
mod contract;
#[path = "window/home.rs"]
mod home;
#[path = "window/pages.rs"]
mod pages;
#[path = "window/practice.rs"]
mod practice;
#[path = "window/single.rs"]
mod single;
#[path = "window/waiting.rs"]
mod waiting;

use ab2d_tests::driver::{button, heading};
use anyhow::Result;

use home::Home;

#[tokio::test]
async fn a_newcomer_is_offered_a_contract_and_practice_data() -> Result<()> {
    let home = Home::new()?;
    let window = home.open().await?;

    window.wait_for(&heading("Add your first contract")).await?;
    window.wait_for(&button("Add your first contract")).await?;
    window.wait_for(&button("Try it with practice data")).await?;
    window.screenshot("first-run").await?;

    let violations = window.accessibility_violations().await?;
    assert!(violations.is_empty(), "{violations:#?}");
    window.quit().await
}
