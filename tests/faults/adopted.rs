//! Starts whose answer was lost: the job is not lost with it, and nobody else's is taken for it.

use std::time::Duration;

use ab2d_engine::contract::ContractId;
use ab2d_engine::parameters::Selection;
use ab2d_engine::view::{ExportForm, ExportView, PhaseView};
use ab2d_practice::{Fault, Options, RequestKind};
use ab2d_tests::desk::{Desk, everything, form};
use anyhow::{Context, Result};
use chrono::{TimeDelta, Utc};

use crate::oracle;

/// How long a job takes, by the service's clock.
const JOB: Duration = Duration::from_mins(10);

/// No job runs longer.
const LONGEST_JOB: TimeDelta = TimeDelta::hours(48);

fn running_at_most(jobs: usize) -> Options {
    Options { maximum_running_jobs: jobs, ..Options::instant().files(2, 60_000).job_duration(JOB) }
}

/// Another person of the organisation asks for a job.
async fn somebody_starts(desk: &Desk, contract: ContractId, form: ExportForm) -> Result<()> {
    let owner = desk.service.contract("Z1001").context("the service has no such contract")?;
    let client = reqwest::Client::builder().user_agent("somebody").no_proxy().build()?;
    let granted = client
        .post(desk.service.token_url())
        .query(&[("grant_type", "client_credentials"), ("scope", "clientCreds")])
        .basic_auth(&owner.client_id, Some(&owner.client_secret))
        .header("accept", "application/json")
        .header("content-type", "application/x-www-form-urlencoded")
        .body("")
        .send()
        .await?
        .text()
        .await?;
    let granted: serde_json::Value = serde_json::from_str(&granted)?;
    let token = granted["access_token"].as_str().context("no token")?;
    let request = desk.controller.preview(contract, form).await?.request;
    let request = client.get(request).bearer_auth(token).header("accept", "application/json");
    request.header("prefer", "respond-async").send().await?.error_for_status()?;
    Ok(())
}

fn other_period() -> ExportForm {
    form(Selection::Period { since: Utc::now() - TimeDelta::days(30), until: None })
}

/// Waits until the export is kept back by running jobs, and then until they are done and it has gone on.
async fn kept_back_and_completed(desk: &Desk, contract: ContractId) -> Result<ExportView> {
    let id = desk.start(contract, everything()).await?;
    let is_kept_back = |export: &ExportView| matches!(&export.phase, PhaseView::Waiting { problem, until: Some(_) } if problem.code == "runningJobsLimit");
    desk.until(id, is_kept_back).await?;
    desk.service.clock().advance(JOB);
    let export = desk.until(id, |export| export.phase == PhaseView::Complete).await?;
    oracle::complete(desk, &export).await?;
    Ok(export)
}

#[tokio::test]
async fn a_job_whose_start_was_not_answered_is_found_among_the_running_ones() -> Result<()> {
    let desk = Desk::new(running_at_most(1)).await?;
    let contract = desk.add("Z1001").await?;
    desk.service.faults().once(RequestKind::Start, Fault::LoseAnswer);
    let export = kept_back_and_completed(&desk, contract).await?;
    assert_eq!(desk.service.jobs().len(), 1, "no job but the first was ever started");
    let covered = export.coverage.and_then(|coverage| coverage.next_since).context("nothing is covered")?;
    assert!(
        covered <= desk.service.clock().now() - LONGEST_JOB,
        "{covered}: it may have been somebody else's, asked for earlier"
    );
    Ok(())
}

#[tokio::test]
async fn it_is_found_among_other_peoples_too() -> Result<()> {
    let desk = Desk::new(running_at_most(3)).await?;
    let contract = desk.add("Z1001").await?;
    somebody_starts(&desk, contract, other_period()).await?;
    somebody_starts(&desk, contract, other_period()).await?;
    desk.service.faults().once(RequestKind::Start, Fault::LoseAnswer);
    let export = kept_back_and_completed(&desk, contract).await?;
    assert_eq!(desk.service.jobs().len(), 3);
    assert_eq!(export.job, desk.service.jobs().last().map(ToString::to_string));
    Ok(())
}

#[tokio::test]
async fn nobody_elses_job_is_taken_when_every_answer_came() -> Result<()> {
    let desk = Desk::new(running_at_most(1)).await?;
    let contract = desk.add("Z1001").await?;
    somebody_starts(&desk, contract, everything()).await?;
    let theirs = desk.service.jobs().first().map(ToString::to_string);
    let export = kept_back_and_completed_by_its_own(&desk, contract).await?;
    assert_ne!(export.job, theirs, "the same request, and not ours");
    Ok(())
}

/// As above, but the export's own job starts when the other one is done.
async fn kept_back_and_completed_by_its_own(desk: &Desk, contract: ContractId) -> Result<ExportView> {
    let id = desk.start(contract, everything()).await?;
    desk.until(id, |export| matches!(export.phase, PhaseView::Waiting { .. })).await?;
    desk.service.clock().advance(JOB);
    desk.until(id, |export| export.job.is_some()).await?;
    desk.service.clock().advance(JOB);
    let export = desk.until(id, |export| export.phase == PhaseView::Complete).await?;
    oracle::complete(desk, &export).await?;
    Ok(export)
}
