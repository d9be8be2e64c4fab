//! A request whose answer was lost while AB2D prepares as many exports as it allows: a person chooses from what runs.

use std::time::Duration;

use ab2d_practice::{Answer, Fault, JobFault, Options, Practice, RequestKind, Rule};
use ab2d_tests::driver::keys::{ENTER, SPACE};
use ab2d_tests::driver::{Window, button, css, heading};
use ab2d_tests::home::Home;
use anyhow::{Context, Result, ensure};

use crate::keyboard;
use crate::steps::{self, SOON, TURN};

/// Longer than any story: jobs are done when the story moves the service's clock.
const LONG: Duration = Duration::from_hours(1);

#[tokio::test]
async fn the_job_that_is_known_as_ones_own_is_chosen() -> Result<()> {
    let service = serve().await?;
    let home = Home::with_contracts(&service, &["Z1001"]).await?;
    let window = lose_the_answer(&home, &service).await?;
    let jobs = jobs(&service);
    for job in &jobs {
        window.wait_for(&button(&use_this(job))).await?;
    }
    window.look("waiting-jobs").await?;

    // Two of them end, but others are quicker to take their places.
    let own = jobs.last().context("no job runs")?;
    let running = format!("{}/v2/fhir/Job/{own}/$status", service.api_url());
    let full = Answer::outcome(429, "throttled", "too many").header("content-location", running);
    service.faults().arm(Rule::on(RequestKind::Start, Fault::Answer(full)).always());
    service.spoil_job(service.jobs()[1], JobFault::Cancelled);
    service.clock().advance(LONG / 2);
    window.wait_for_text("Done, and not this one: Since Feb 28, 2026", TURN).await?;
    window.wait_for_text("Ended without files", SOON).await?;
    window.wait_until_gone(&button(&use_this(&jobs[0]))).await?;
    window.look("waiting-jobs-known").await?;

    window.click(&button(&use_this(own))).await?;
    window.wait_for_text("AB2D prepares the data", SOON).await?;
    window.wait_until_gone(&css(".jobs")).await?;
    service.clock().advance(LONG / 2);
    window.wait_for_text("all verified", SOON).await?;
    ensure!(self::jobs(&service) == jobs, "another job was started");
    is_fetched(&service, own)?;
    window.quit().await
}

#[tokio::test]
async fn where_none_is_ones_own_a_place_is_waited_for_by_keyboard() -> Result<()> {
    let service = serve().await?;
    let home = Home::with_contracts(&service, &["Z1001"]).await?;
    let window = lose_the_answer(&home, &service).await?;
    let listed = jobs(&service);
    let last = listed.last().context("no job runs")?;
    keyboard::tab_to(&window, &use_this(last)).await?;
    keyboard::activate(&window, "It is none of these: start again when there is room", SPACE).await?;
    window.wait_for_text("AB2D is already preparing as many exports as it allows", SOON).await?;
    window.wait_until_gone(&css(".jobs")).await?;
    // The button has gone with what it stood among, and the focus is not lost with it.
    window.focus().await?;
    window.look("waiting-place").await?;

    service.clock().advance(LONG);
    keyboard::activate(&window, "Try now", ENTER).await?;
    window.wait_for_text("AB2D prepares the data", SOON).await?;
    let started = async || Ok(jobs(&service).len() == listed.len() + 1);
    window.wait_until("a further job is started", SOON, started).await?;
    service.clock().advance(LONG);
    window.wait_for_text("all verified", SOON).await?;
    let own = jobs(&service).pop().context("no job was started")?;
    is_fetched(&service, &own)?;
    window.quit().await
}

/// A service that prepares three exports at a time.
async fn serve() -> Result<Practice> {
    let options = Options { maximum_running_jobs: 3, ..Options::instant().job_duration(LONG) };
    Ok(ab2d_practice::serve(options).await?)
}

/// Exports beside two colleagues, and loses the answer to the request.
async fn lose_the_answer(home: &Home, service: &Practice) -> Result<Window> {
    steps::a_colleague_exports(service, "Z1001", &[("_since", "2026-03-01T00:00:00.000Z")]).await?;
    service.clock().advance(LONG / 2);
    steps::a_colleague_exports(service, "Z1001", &[]).await?;
    service.faults().once(RequestKind::Start, Fault::LoseAnswer);
    let window = home.open().await?;
    steps::start_export(&window, "Z1001").await?;
    window.wait_for(&heading("AB2D may already be preparing this export.")).await?;
    window.click(&button("I know which one it is")).await?;
    window.wait_for(&heading("Your organization’s exports at AB2D")).await?;
    Ok(window)
}

/// The service's jobs, the oldest first.
fn jobs(service: &Practice) -> Vec<String> {
    service.jobs().iter().map(ToString::to_string).collect()
}

/// The name of the button that chooses a job.
fn use_this(job: &str) -> String {
    format!("It is this one: {}", &job[..8])
}

/// Every file of this job was fetched, and of no other.
fn is_fetched(service: &Practice, own: &str) -> Result<()> {
    for job in service.jobs() {
        let expected = u32::from(job.to_string() == own);
        for file in service.held_files(job) {
            ensure!(file.downloads == expected, "{} of job {job}: {} downloads", file.name, file.downloads);
        }
    }
    Ok(())
}
