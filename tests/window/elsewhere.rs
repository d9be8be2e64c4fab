//! An export that another program drives on this computer, such as the command by a schedule.

use ab2d_practice::{Fault, Options, Pause, RequestKind, Rule};
use ab2d_tests::desk;
use ab2d_tests::driver::button;
use ab2d_tests::home::Home;
use anyhow::{Context, Result, ensure};

use crate::steps::{self, SOON};

#[tokio::test]
async fn what_another_program_exports_is_watched() -> Result<()> {
    let service = ab2d_practice::serve(Options::instant().files(3, 200_000)).await?;
    let held = Rule::on(RequestKind::File, Fault::stall_at(500, Pause::UntilDisarmed));
    let held = service.faults().arm(held.file("Z1001_0003.ndjson").always());
    let home = Home::with_contracts(&service, &["Z1001"]).await?;
    let other = home.engine().await?;
    let contract = other.contracts().await?.first().context("no contract")?.id;
    let id = desk::start(&other, contract, desk::everything()).await?;
    let window = home.open().await?;
    let reached = async || Ok(held.fired() > 0);
    window.wait_until("the third file is on its way", SOON, reached).await?;
    window.click(&button("Show progress, Z1001")).await?;
    window.wait_for_text("2 of 3", SOON).await?;
    window.wait_for_text("Another window or command", SOON).await?;
    ensure!(!window.sees(&button("Pause")).await?, "what another program drives can be paused");
    window.look("running-elsewhere").await?;
    service.faults().clear();
    desk::rests(&other, id).await?;
    other.shutdown().await;
    window.wait_for_text("all verified", SOON).await?;
    steps::go_to(&window, "Contracts").await?;
    window.wait_for_text("Up to date", SOON).await?;
    window.quit().await
}
