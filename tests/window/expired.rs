//! Files that AB2D deletes before all of them were fetched.

use std::time::Duration;

use ab2d_practice::{Clock, Fault, Options, Pause, RequestKind, Rule};
use ab2d_tests::driver::{button, heading};
use ab2d_tests::home::Home;
use anyhow::Result;

use crate::steps::{self, SOON};

/// How long the service keeps files: long enough to be seen, and short enough for this computer's clock to be waited for.
/// The service's own stands still until the story moves it.
const KEPT: Duration = Duration::from_secs(30);

#[tokio::test]
async fn files_that_were_not_fetched_in_time_are_exported_again() -> Result<()> {
    let clock = Clock::stopped_at(chrono::Utc::now());
    let options = Options { retention: KEPT, clock, ..Options::instant().files(3, 200_000) };
    let service = ab2d_practice::serve(options).await?;
    let held = Rule::on(RequestKind::File, Fault::stall_at(500, Pause::UntilDisarmed));
    service.faults().arm(held.file("Z1001_0003.ndjson").always());
    let home = Home::with_contracts(&service, &["Z1001"]).await?;
    let window = home.open().await?;
    steps::start_export(&window, "Z1001").await?;
    window.wait_for_text("2 of 3", SOON).await?;
    window.look("running-soon-deleted").await?;
    window.click(&button("Pause")).await?;
    window.wait_for_text("AB2D was to delete", SOON).await?;
    window.look("paused-after-deletion").await?;

    service.faults().clear();
    service.clock().advance(KEPT);
    window.click(&button("Resume")).await?;
    window.wait_for(&heading("AB2D has deleted the files of this export.")).await?;
    window.look("ended-expired").await?;
    steps::go_to(&window, "Contracts").await?;
    window.wait_for_text("Export failed", SOON).await?;
    window.look("contracts-last-failed").await?;
    steps::start_export(&window, "Z1001").await?;
    window.wait_for_text("all verified", SOON).await?;
    window.quit().await
}
