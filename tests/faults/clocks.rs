//! A clock of this computer that is wrong or jumps, and a computer that slept.

use std::time::{Duration, Instant};

use ab2d_engine::parameters::Selection;
use ab2d_engine::view::{ExportView, PhaseView};
use ab2d_practice::{Answer, Fault, Options, Pause, RequestKind, Rule};
use ab2d_tests::desk::{Desk, everything, form};
use anyhow::{Context, Result};

use crate::{deed, oracle, trial};

const DAY: Duration = Duration::from_hours(24);

fn is_complete(export: &ExportView) -> bool {
    export.phase == PhaseView::Complete
}

#[tokio::test]
async fn files_that_are_gone_by_a_clock_that_is_days_ahead_are_fetched_all_the_same() -> Result<()> {
    let mut desk = Desk::new(Options::instant().files(3, 60_000)).await?;
    desk.service.clock().rewind(4 * DAY);
    let contract = desk.add("Z1001").await?;
    let hang = Fault::stall_at(500, Pause::UntilDisarmed);
    let held = desk.service.faults().arm(Rule::on(RequestKind::File, hang).skip(1).always());
    let id = desk.start(contract, everything()).await?;
    trial::reached(&held).await?;
    desk.restart().await?;
    desk.service.faults().clear();
    let export = desk.until(id, is_complete).await?;
    oracle::complete(&desk, &export).await?;
    let left = export.expires_at.context("nothing says when the files go")? - chrono::Utc::now();
    assert!((70..=72).contains(&left.num_hours()), "{left}");
    Ok(())
}

/// A laptop wakes with a wrong clock and without a network.
#[tokio::test]
async fn files_that_are_gone_by_this_computers_clock_are_waited_for_until_the_service_says_so() -> Result<()>
{
    let mut desk = Desk::new(Options::instant().files(3, 60_000)).await?;
    let contract = desk.add("Z1001").await?;
    let hang = Fault::stall_at(500, Pause::UntilDisarmed);
    let held = desk.service.faults().arm(Rule::on(RequestKind::File, hang).skip(1).always());
    let id = desk.start(contract, everything()).await?;
    trial::reached(&held).await?;
    desk.controller.shutdown().await;
    let expired = "update export set record = json_set(record, '$.expiresAt', '2020-02-13T05:00:00Z')";
    deed::records(&desk, expired)?;
    desk.service.refuse_connections().await;
    desk.restart().await?;
    let rests = |export: &ExportView| {
        matches!(export.phase, PhaseView::Waiting { .. }) || trial::rests_for_good(export)
    };
    let waiting = desk.until(id, rests).await?;
    assert!(matches!(waiting.phase, PhaseView::Waiting { until: Some(_), .. }), "{:#?}", waiting.phase);
    desk.service.faults().clear();
    desk.service.accept_connections().await;
    let export = desk.until(id, is_complete).await?;
    oracle::complete(&desk, &export).await?;
    Ok(())
}

#[tokio::test]
async fn what_waits_for_a_person_until_its_files_are_gone_says_so() -> Result<()> {
    // It has to wait for a person before they are gone.
    let retention = Duration::from_secs(40);
    let desk = Desk::new(Options { retention, ..Options::instant().files(3, 60_000) }).await?;
    let contract = desk.add("Z1001").await?;
    let refused = Fault::Answer(Answer::status(403));
    desk.service.faults().arm(Rule::on(RequestKind::File, refused).skip(1).always());
    let id = desk.start(contract, everything()).await?;
    let waiting = desk.rests(id).await?;
    assert!(matches!(waiting.phase, PhaseView::Waiting { until: None, .. }), "{:#?}", waiting.phase);
    desk.service.faults().clear();
    // The service says in whole seconds when they go; they are gone for it before this computer's clock comes to that.
    desk.service.clock().advance(retention);
    let over = |export: &ExportView| matches!(export.phase, PhaseView::Expired { .. });
    desk.until(id, over).await?;
    Ok(())
}

#[tokio::test]
async fn a_clock_that_is_behind_the_services_does_not_keep_the_next_export_from_starting() -> Result<()> {
    let desk = Desk::new(Options::instant()).await?;
    desk.service.clock().advance(DAY);
    let contract = desk.add("Z1001").await?;
    let first = desk.export(contract).await?;
    let covered = first.coverage.and_then(|coverage| coverage.next_since).context("nothing is covered")?;
    assert!(covered > chrono::Utc::now(), "it is in the future here");
    let id = desk.start(contract, form(Selection::SinceLast)).await?;
    let second = desk.rests(id).await?;
    assert_eq!((second.phase, second.since), (PhaseView::Complete, Some(covered)));
    Ok(())
}

#[tokio::test]
async fn what_waits_for_the_clock_is_tried_as_soon_as_the_computer_wakes() -> Result<()> {
    let desk = Desk::new(Options::instant()).await?;
    let refused = desk.refuse_starts();
    let contract = desk.add("Z1001").await?;
    let id = desk.start(contract, everything()).await?;
    let until = |export: &ExportView| match export.phase {
        PhaseView::Waiting { until, .. } => until,
        _ => None,
    };
    let waiting = desk.until(id, |export| until(export).is_some()).await?;
    refused.disarm();
    desk.controller.wake();
    desk.until(id, is_complete).await?;
    assert!(until(&waiting) > Some(chrono::Utc::now()), "it waited for its time");
    Ok(())
}

#[tokio::test]
async fn a_transfer_that_died_in_the_computers_sleep_is_given_up_soon() -> Result<()> {
    let desk = Desk::new(Options::instant().files(2, 60_000)).await?;
    let contract = desk.add("Z1001").await?;
    let hang = Fault::stall_at(500, Pause::UntilDisarmed);
    let held = desk.service.faults().arm(Rule::on(RequestKind::File, hang));
    let id = desk.start(contract, everything()).await?;
    trial::reached(&held).await?;
    let woke = Instant::now();
    desk.controller.wake();
    let export = desk.until(id, is_complete).await?;
    assert!(woke.elapsed() < Duration::from_secs(30), "it took {:?}, as any stall", woke.elapsed());
    oracle::complete(&desk, &export).await?;
    Ok(())
}

#[tokio::test]
async fn a_start_that_died_in_the_computers_sleep_may_have_been_accepted() -> Result<()> {
    let options = Options { maximum_running_jobs: 1, ..Options::instant().files(1, 60_000) };
    let desk = Desk::new(options.job_duration(Duration::from_mins(10))).await?;
    let contract = desk.add("Z1001").await?;
    // The service takes it, and says so to nobody.
    let held = desk.service.faults().once(RequestKind::Start, Fault::LateAnswer(Pause::UntilDisarmed));
    let id = desk.start(contract, everything()).await?;
    trial::reached(&held).await?;
    desk.controller.wake();
    let waiting = desk.until(id, |export| !export.candidates.is_empty()).await?;
    assert_eq!(waiting.candidates.len(), 1);
    desk.service.clock().advance(Duration::from_mins(10));
    let export = desk.until(id, is_complete).await?;
    assert_eq!((desk.service.jobs().len(), export.job), (1, Some(waiting.candidates[0].job.clone())));
    Ok(())
}
