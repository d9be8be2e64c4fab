//! A contract whose claims are real: it is marked on every page, and due again two weeks after what is covered.

use ab2d_engine::contract::Environment;
use ab2d_practice::{Clock, Options};
use ab2d_tests::driver::{button, heading};
use ab2d_tests::home::Home;
use anyhow::{Result, ensure};
use chrono::{TimeDelta, Utc};

use crate::steps::{self, SOON};

#[tokio::test]
async fn a_production_contract_is_due_after_two_weeks_and_marked_everywhere() -> Result<()> {
    let then = Clock::stopped_at(Utc::now() - TimeDelta::days(20));
    let service = ab2d_practice::serve(Options::instant().files(2, 50_000).clock(then)).await?;
    let home = Home::new()?;
    home.add_from(&service, "Z1001", Environment::Production).await?;
    home.add(&service, "Z1002").await?;
    for contract in ["Z1001", "Z1002"] {
        home.export(contract).await?;
    }
    service.clock().set(Utc::now());

    let window = home.open().await?;
    window.wait_for_text("Due since", SOON).await?;
    window.look("contracts-due").await?;
    window.click(&button("Due 1")).await?;
    window.wait_until_gone(&button("Export… Z1002")).await?;
    window.click(&button("Export… Z1001")).await?;
    window.wait_for(&heading("Export Z1001")).await?;
    window.wait_for_text("Production", SOON).await?;
    window.look("form-production").await?;
    window.click(&button("Export")).await?;
    window.wait_for(&heading("No new claims")).await?;
    window.wait_for_text("Production", SOON).await?;
    window.look("result-production").await?;
    steps::go_to(&window, "Contracts").await?;
    window.click(&button("All 2")).await?;
    window.wait_for_text("Next due", SOON).await?;
    ensure!(!window.sees(&button("Due 1")).await?, "it was exported just now");
    window.quit().await
}
