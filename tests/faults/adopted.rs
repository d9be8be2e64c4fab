//! Starts whose answer was lost: the job is not lost with it, and nobody else's is taken for it.

use std::time::Duration;

use ab2d_engine::contract::ContractId;
use ab2d_engine::controller::AuditFormat;
use ab2d_engine::parameters::Selection;
use ab2d_engine::view::{CandidateState, ExportForm, ExportView, NotCovered, PhaseView, RequestView};
use ab2d_practice::{Answer, Fault, JobFault, Options, RequestKind, Rule};
use ab2d_tests::desk::{Desk, everything, form};
use anyhow::{Context, Result};
use chrono::{Local, TimeDelta, Utc};

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

/// Whether an export waits by itself with a problem.
fn waits_for(export: &ExportView, code: &str) -> bool {
    matches!(&export.phase, PhaseView::Waiting { problem, until: Some(_) } if problem.code == code)
}

/// Waits until the export is kept back by running jobs, and then until they are done and it has gone on.
async fn kept_back_and_completed(desk: &Desk, contract: ContractId) -> Result<ExportView> {
    let id = desk.start(contract, everything()).await?;
    desk.until(id, |export| waits_for(export, "unknownJobs")).await?;
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

/// An export that waits among three running jobs, the last of which is its own.
async fn kept_back_among_three(desk: &Desk, contract: ContractId) -> Result<ExportView> {
    somebody_starts(desk, contract, other_period()).await?;
    somebody_starts(desk, contract, everything()).await?;
    desk.service.faults().once(RequestKind::Start, Fault::LoseAnswer);
    let id = desk.start(contract, everything()).await?;
    let export = desk.until(id, |export| waits_for(export, "unknownJobs")).await?;
    assert_eq!(jobs_of(&export), started(desk));
    Ok(export)
}

fn started(desk: &Desk) -> Vec<String> {
    desk.service.jobs().iter().map(ToString::to_string).collect()
}

fn jobs_of(export: &ExportView) -> Vec<String> {
    export.candidates.iter().map(|candidate| candidate.job.clone()).collect()
}

#[tokio::test]
async fn the_person_chooses_the_job_and_it_covers_what_is_certain() -> Result<()> {
    let desk = Desk::new(running_at_most(3)).await?;
    let contract = desk.add("Z1001").await?;
    let waiting = kept_back_among_three(&desk, contract).await?;
    let own = started(&desk).pop().context("no job")?;
    desk.controller.adopt_job(waiting.id, &own).await?;
    let chosen = desk.until(waiting.id, |export| matches!(export.phase, PhaseView::Preparing { .. })).await?;
    assert_eq!((chosen.job.as_ref(), chosen.candidates.len()), (Some(&own), 0));
    desk.service.clock().advance(JOB);
    let export = desk.until(waiting.id, |export| export.phase == PhaseView::Complete).await?;
    oracle::complete(&desk, &export).await?;
    assert_eq!((started(&desk).len(), export.other_request), (3, None));
    let covered = export.coverage.and_then(|coverage| coverage.next_since).context("nothing is covered")?;
    assert!(covered <= desk.service.clock().now() - LONGEST_JOB, "{covered}");
    Ok(())
}

#[tokio::test]
async fn a_chosen_job_that_answers_another_request_says_so_and_covers_nothing() -> Result<()> {
    let desk = Desk::new(running_at_most(3)).await?;
    let contract = desk.add("Z1001").await?;
    let waiting = kept_back_among_three(&desk, contract).await?;
    let theirs = started(&desk).swap_remove(0);
    desk.controller.adopt_job(waiting.id, &theirs).await?;
    desk.service.clock().advance(JOB);
    let export = desk.until(waiting.id, |export| export.phase == PhaseView::Complete).await?;
    oracle::complete(&desk, &export).await?;
    let other = export.other_request.context("it does not say so")?;
    assert!(other.since > export.since, "{other:?}");
    let coverage = export.coverage.context("no coverage")?;
    assert_eq!((coverage.next_since, coverage.reason), (None, Some(NotCovered::OtherRequest)));
    Ok(())
}

/// Two exports of the same, neither of which knows whether the one running job is its own.
async fn two_kept_back(desk: &Desk, contract: ContractId) -> Result<[ExportView; 2]> {
    let kept_back = || async {
        desk.service.faults().once(RequestKind::Start, Fault::LoseAnswer);
        let id = desk.start(contract, everything()).await?;
        desk.until(id, |export| waits_for(export, "unknownJobs")).await
    };
    Ok([kept_back().await?, kept_back().await?])
}

#[tokio::test]
async fn a_job_is_one_exports_own() -> Result<()> {
    let desk = Desk::new(running_at_most(1)).await?;
    let contract = desk.add("Z1001").await?;
    let ids = two_kept_back(&desk, contract).await?.map(|export| export.id);
    desk.service.clock().advance(JOB);
    for id in ids {
        desk.until(id, |export| export.job.is_some()).await?;
    }
    desk.service.clock().advance(JOB);
    let (mut jobs, mut folders) = (Vec::new(), Vec::new());
    for id in ids {
        let export = desk.until(id, |export| export.phase == PhaseView::Complete).await?;
        oracle::complete(&desk, &export).await?;
        jobs.extend(export.job);
        folders.extend(export.folder);
    }
    jobs.sort();
    let mut all = started(&desk);
    all.sort();
    assert_eq!(jobs, all, "each has one, and no other was started");
    assert_ne!(folders[0], folders[1]);
    Ok(())
}

#[tokio::test]
async fn a_job_that_was_chosen_for_one_export_cannot_be_chosen_for_another() -> Result<()> {
    let desk = Desk::new(running_at_most(1)).await?;
    let contract = desk.add("Z1001").await?;
    let [first, second] = two_kept_back(&desk, contract).await?;
    let job = started(&desk).pop().context("no job")?;
    desk.controller.adopt_job(first.id, &job).await?;
    desk.controller.adopt_job(second.id, &job).await?;
    let jobs = (desk.controller.export(first.id).await?.job, desk.controller.export(second.id).await?.job);
    assert_eq!(jobs, (Some(job), None));
    Ok(())
}

/// The same job, chosen in the records of two computers that save to one folder.
#[tokio::test]
async fn an_exports_folder_is_its_own() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let desk = Desk::new(running_at_most(1)).await?;
    let form = ExportForm { folder: Some(folder.path().display().to_string()), ..everything() };
    let contract = desk.add("Z1001").await?;
    let id = desk.start(contract, form).await?;
    let asked = desk.until(id, |export| export.job.is_some()).await?;
    let job = asked.job.context("it has no job")?;
    let day = asked.times.asked.context("it was not asked for")?.with_timezone(&Local).format("%Y-%m-%d");
    let taken = folder.path().join(format!("Z1001 {day} {}", &job[job.len() - 8..]));
    std::fs::create_dir(&taken)?;
    std::fs::write(taken.join("Z1001_0001.ndjson.part"), "another program writes here")?;
    desk.service.clock().advance(JOB);
    let export = desk.until(id, |export| export.phase == PhaseView::Complete).await?;
    oracle::complete(&desk, &export).await?;
    assert_eq!(export.folder, Some(format!("{} (2)", taken.display())));
    assert_eq!(std::fs::read_dir(&taken)?.count(), 1);
    Ok(())
}

#[tokio::test]
async fn what_the_watched_jobs_turn_out_to_be_is_shown() -> Result<()> {
    let desk = Desk::new(running_at_most(3)).await?;
    let contract = desk.add("Z1001").await?;
    somebody_starts(&desk, contract, other_period()).await?;
    desk.service.clock().advance(JOB / 2);
    somebody_starts(&desk, contract, everything()).await?;
    desk.service.faults().once(RequestKind::Start, Fault::LoseAnswer);
    let id = desk.start(contract, everything()).await?;
    desk.until(id, |export| waits_for(export, "unknownJobs")).await?;
    // The first becomes ready and the second is cancelled, but others are quicker to take their places.
    let full = Answer::outcome(429, "throttled", "too many").header("content-location", running(&desk));
    desk.service.faults().arm(Rule::on(RequestKind::Start, Fault::Answer(full)).always());
    desk.service.spoil_job(desk.service.jobs()[1], JobFault::Cancelled);
    desk.service.clock().advance(JOB / 2);
    let known = |export: &ExportView| {
        let is_done = |request: &RequestView| request.since.is_some();
        matches!(&export.candidates[..], [first, second, third]
            if matches!(&first.state, CandidateState::Done { request } if is_done(request))
                && second.state == CandidateState::Gone
                && matches!(third.state, CandidateState::Running { percent: Some(_) }))
    };
    desk.until(id, known).await?;
    desk.service.faults().clear();
    desk.service.clock().advance(JOB / 2);
    let export = desk.until(id, |export| export.phase == PhaseView::Complete).await?;
    assert_eq!(export.job, started(&desk).pop(), "its own is found though it was not chosen");
    Ok(())
}

/// Where the service says that its last job runs.
fn running(desk: &Desk) -> String {
    let job = desk.service.jobs().last().map(ToString::to_string).unwrap_or_default();
    format!("{}/v2/fhir/Job/{job}/$status", desk.service.api_url())
}

#[tokio::test]
async fn where_none_of_the_jobs_is_its_own_it_waits_for_a_place_and_takes_nobodys() -> Result<()> {
    let desk = Desk::new(running_at_most(3)).await?;
    let contract = desk.add("Z1001").await?;
    let waiting = kept_back_among_three(&desk, contract).await?;
    let listed = jobs_of(&waiting);
    desk.controller.start_anew(waiting.id).await?;
    desk.until(waiting.id, |export| waits_for(export, "runningJobsLimit")).await?;
    desk.service.clock().advance(JOB);
    let export = desk.until(waiting.id, |export| export.job.is_some()).await?;
    assert!(!listed.contains(&export.job.unwrap_or_default()), "{listed:?}");
    Ok(())
}

#[tokio::test]
async fn a_choice_outlives_the_program_and_is_in_the_audit_record() -> Result<()> {
    let mut desk = Desk::new(running_at_most(3)).await?;
    let contract = desk.add("Z1001").await?;
    let waiting = kept_back_among_three(&desk, contract).await?;
    let own = started(&desk).pop().context("no job")?;
    desk.controller.adopt_job(waiting.id, "not-a-job-of-the-list").await?;
    desk.controller.adopt_job(waiting.id, &own).await?;
    desk.restart().await?;
    desk.service.clock().advance(JOB);
    let export = desk.until(waiting.id, |export| export.phase == PhaseView::Complete).await?;
    assert_eq!(export.job, Some(own.clone()));
    let record = tempfile::NamedTempFile::new()?;
    desk.controller.audit_export(AuditFormat::JsonLines, record.reopen()?).await?;
    let entries = std::fs::read_to_string(record.path())?;
    let adopted = entries.lines().filter(|line| line.contains("jobAdopted")).collect::<Vec<_>>();
    assert!(adopted.len() == 1 && adopted[0].contains(&own), "{entries}");
    assert_eq!(desk.controller.audit_verify(0).await?.broken, None);
    Ok(())
}
