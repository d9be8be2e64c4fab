//! One export from end to end: the engine against the practice service, over HTTP.

mod cancelled;
mod disk;

use std::path::Path;
use std::time::Duration;

use ab2d_engine::contract::{ContractId, Environment};
use ab2d_engine::credentials::{Credentials, Secret};
use ab2d_engine::parameters::Selection;
use ab2d_engine::view::{
    CredentialsForm, Event, ExportId, FileState, HistoryFilter, NotCovered, PhaseView, VerifyReport,
};
use ab2d_practice::{Clock, Fault, JobFault, Options, Pause, RequestKind, Rule};
use ab2d_tests::desk::{Desk, everything, form};
use anyhow::{Context, Result};
use chrono::{NaiveTime, TimeDelta, Utc};

fn code(phase: &PhaseView) -> &str {
    match phase {
        PhaseView::Waiting { problem, .. }
        | PhaseView::Expired { problem }
        | PhaseView::Failed { problem } => &problem.code,
        PhaseView::Requesting => "requesting",
        PhaseView::Preparing { .. } => "preparing",
        PhaseView::Downloading => "downloading",
        PhaseView::Paused => "paused",
        PhaseView::Complete => "complete",
        PhaseView::Cancelled => "cancelled",
    }
}

/// Adds Z1001 with credentials that the service refuses.
async fn add_refused(desk: &Desk) -> Result<ContractId> {
    let mut form = desk.contract_form("Z1001", "Z1001")?;
    form.credentials = CredentialsForm::Typed {
        client_id: "nobody".to_owned(),
        client_secret: Secret::new("nothing".to_owned()),
    };
    let added = desk.controller.add_contract(form).await;
    Ok(added.map_err(|error| anyhow::anyhow!("{error:?}"))?.id)
}

/// What reading an export's folder again finds.
async fn verified(desk: &Desk, id: ExportId) -> Result<VerifyReport> {
    desk.controller.verify(id).await?.context("nobody stopped it")
}

#[tokio::test]
async fn everything_arrives_verified() -> Result<()> {
    let desk = Desk::new(Options::instant().files(5, 300_000)).await?;
    let contract = desk.add("Z1001").await?;
    let export = desk.export(contract).await?;
    assert_eq!(code(&export.phase), "complete", "{export:#?}");
    assert!(desk.compare(&export)? > 1_000_000);
    let held = desk.held(&export)?;
    assert_eq!(export.progress.claims, held.iter().map(|file| file.claims).sum::<u64>());
    let tally = export.tally.as_ref().context("no pictures")?;
    assert_eq!(tally.by_type.values().sum::<u64>(), export.progress.claims);
    assert_eq!(tally.by_month.values().sum::<u64>(), export.progress.claims);
    assert!(export.coverage.as_ref().is_some_and(|coverage| coverage.moved));
    let report = verified(&desk, export.id).await?;
    assert_eq!(
        (report.whole.len(), report.damaged.len(), report.missing.len(), report.foreign.len()),
        (held.len(), 0, 0, 0)
    );
    Ok(())
}

#[tokio::test]
async fn the_next_export_begins_where_claims_are_covered() -> Result<()> {
    let midnight = Utc::now().date_naive().and_time(NaiveTime::MIN).and_utc();
    for clock in [Clock::running(), Clock::stopped_at(midnight + TimeDelta::seconds(20))] {
        let desk = Desk::new(Options::instant().clock(clock)).await?;
        let contract = desk.add("Z1001").await?;
        let first = desk.export(contract).await?;
        let covered = first.coverage.context("no coverage")?.next_since;
        let id = desk.start(contract, form(Selection::SinceLast)).await?;
        let second = desk.rests(id).await?;
        assert_eq!((code(&second.phase), second.since), ("complete", covered));
        assert_eq!(second.progress.files, 0, "no new claims is a result");
    }
    Ok(())
}

#[tokio::test]
async fn a_paused_export_goes_on_after_a_restart_and_fetches_nothing_twice() -> Result<()> {
    let mut desk = Desk::new(Options::instant().files(12, 400_000)).await?;
    let contract = desk.add("Z1001").await?;
    let hang = Rule::on(RequestKind::File, Fault::stall_at(500, Pause::UntilDisarmed)).always();
    desk.service.faults().arm(hang.file("Z1001_0012.ndjson"));
    let id = desk.start(contract, everything()).await?;
    desk.until(id, |export| export.progress.files_verified > 0).await?;
    desk.controller.pause(id).await?;
    let paused = desk.rests(id).await?;
    assert_eq!(code(&paused.phase), "paused");
    desk.nothing_wrong(&paused)?;
    let since = paused.times.rested;
    assert!(since > paused.times.prepared, "{:?}", paused.times);
    let files = desk.controller.files(id).await?;
    let verified: Vec<_> =
        files.into_iter().filter(|file| file.sha256.is_some()).map(|file| file.name).collect();
    assert!(!verified.is_empty());
    desk.restart().await?;
    assert_eq!(desk.controller.export(id).await?.times.rested, since);
    desk.service.faults().clear();
    desk.controller.resume(id).await?;
    let export = desk.rests(id).await?;
    assert_eq!(code(&export.phase), "complete");
    desk.compare(&export)?;
    let twice = |file: &ab2d_practice::HeldFile| verified.contains(&file.name) && file.downloads > 1;
    assert!(!desk.held(&export)?.iter().any(twice), "{:#?}", desk.held(&export)?);
    Ok(())
}

#[tokio::test]
async fn a_file_is_said_to_be_fetched_again_only_when_it_did_not_match() -> Result<()> {
    let cases = [
        (Fault::cut_at(3_000), FileState::Downloading, 0),
        (Fault::corrupt_at(3_000), FileState::FetchingAgain, 1),
    ];
    for (fault, state, mismatches) in cases {
        let desk = Desk::new(Options::instant().files(1, 100_000)).await?;
        let contract = desk.add("Z1001").await?;
        desk.service.faults().once(RequestKind::File, fault);
        let stall = Rule::on(RequestKind::File, Fault::stall_at(5_000, Pause::UntilDisarmed)).always();
        let stalled = desk.service.faults().arm(stall);
        let id = desk.start(contract, everything()).await?;
        desk.until(id, |_| stalled.fired() > 0).await?;
        let file = &desk.controller.files(id).await?[0];
        assert_eq!((file.state, file.mismatches), (state, mismatches));
        desk.service.faults().clear();
        assert_eq!(code(&desk.rests(id).await?.phase), "complete");
    }
    Ok(())
}

#[tokio::test]
async fn an_export_that_the_program_left_goes_on_by_itself() -> Result<()> {
    let mut desk =
        Desk::new(Options::instant().files(3, 200_000).job_duration(Duration::from_secs(2))).await?;
    let contract = desk.add("Z1001").await?;
    let id = desk.start(contract, everything()).await?;
    desk.until(id, |export| export.job.is_some()).await?;
    desk.restart().await?;
    let export = desk.rests(id).await?;
    assert_eq!((code(&export.phase), desk.service.jobs().len()), ("complete", 1));
    desk.compare(&export)?;
    Ok(())
}

#[tokio::test]
async fn another_contracts_credentials_are_noticed_before_anything_is_downloaded() -> Result<()> {
    let desk = Desk::new(Options::instant()).await?;
    let contract = desk.add_as("Z1001", "Z1002").await?;
    let export = desk.export(contract).await?;
    assert_eq!(code(&export.phase), "wrongContract");
    assert_eq!(export.folder, None);
    assert!(desk.held(&export)?.iter().all(|file| file.downloads == 0));
    Ok(())
}

#[tokio::test]
async fn what_is_mended_while_a_try_is_under_way_is_not_asked_for() -> Result<()> {
    let desk = Desk::new(Options::instant()).await?;
    let contract = add_refused(&desk).await?;
    let asking = desk.service.faults().once(RequestKind::Token, Fault::Silence(Pause::UntilDisarmed));
    let id = desk.start(contract, everything()).await?;
    desk.until(id, |_| asking.fired() > 0).await?;

    let owner = desk.service.contract("Z1001").context("the service has no such contract")?;
    desk.controller.resume_with(id, Credentials::new(&owner.client_id, &owner.client_secret)).await?;
    asking.disarm();
    let export = desk.rests(id).await?;
    assert_eq!(code(&export.phase), "complete", "{export:#?}");
    Ok(())
}

#[tokio::test]
async fn a_password_that_is_replaced_while_a_try_is_under_way_is_used() -> Result<()> {
    let desk = Desk::new(Options::instant()).await?;
    let contract = add_refused(&desk).await?;
    let asking = desk.service.faults().once(RequestKind::Token, Fault::Silence(Pause::UntilDisarmed));
    let id = desk.start(contract, everything()).await?;
    desk.until(id, |_| asking.fired() > 0).await?;

    let right = desk.contract_form("Z1001", "Z1001")?.credentials;
    let replaced = desk.controller.replace_credentials(contract, right).await;
    replaced.map_err(|error| anyhow::anyhow!("{error:?}"))?;
    asking.disarm();
    let export = desk.rests(id).await?;
    assert_eq!(code(&export.phase), "complete", "{export:#?}");
    Ok(())
}

#[tokio::test]
async fn a_password_that_another_program_replaced_is_used_when_the_old_one_is_refused() -> Result<()> {
    let desk = Desk::new(Options::instant()).await?;
    let contract = add_refused(&desk).await?;
    let id = desk.start(contract, everything()).await?;
    assert_eq!(desk.rests(id).await?.problem().map(|problem| &*problem.code), Some("credentialsRefused"));

    let right = desk.contract_form("Z1001", "Z1001")?.credentials;
    let replaced = desk.another().await?.replace_credentials(contract, right).await;
    replaced.map_err(|error| anyhow::anyhow!("{error:?}"))?;
    desk.controller.resume(id).await?;
    desk.until(id, |export| export.phase == PhaseView::Complete).await?;
    Ok(())
}

#[tokio::test]
async fn an_order_that_meets_a_move_is_obeyed() -> Result<()> {
    for pause in 0..6 {
        let desk = Desk::new(Options::instant().files(3, 100_000)).await?;
        let contract = desk.add("Z1001").await?;
        let stall = Rule::on(RequestKind::File, Fault::stall_at(500, Pause::UntilDisarmed)).always();
        desk.service.faults().arm(stall.file("Z1001_0003.ndjson"));
        let id = desk.start(contract, everything()).await?;
        desk.until(id, |export| export.progress.files_verified == 2).await?;

        let elsewhere = desk.claims.path().join("Elsewhere");
        std::fs::create_dir(&elsewhere)?;
        let cancel = async {
            tokio::time::sleep(Duration::from_millis(pause)).await;
            desk.controller.cancel(id).await
        };
        let (moved, cancelled) = tokio::join!(desk.controller.move_export(id, &elsewhere), cancel);
        moved?;
        cancelled?;
        assert_eq!(code(&desk.rests(id).await?.phase), "cancelled");
    }
    Ok(())
}

/// It may be at 0 % for hours: only so is it known that AB2D is reached again.
#[tokio::test]
async fn what_was_held_up_while_it_is_prepared_is_told_anew_with_the_first_answer() -> Result<()> {
    let desk = Desk::new(Options::instant().job_duration(Duration::from_hours(48))).await?;
    let contract = desk.add("Z1001").await?;
    let id = desk.start(contract, everything()).await?;
    desk.until(id, |export| matches!(export.phase, PhaseView::Preparing { .. })).await?;
    let broken = Rule::on(RequestKind::Status, Fault::Reset).always();
    let broken = desk.service.faults().arm(broken);
    desk.until(id, |export| matches!(export.phase, PhaseView::Waiting { .. })).await?;
    let mut events = desk.controller.subscribe();
    broken.disarm();
    desk.controller.wake();
    let told = async {
        let mut preparing = 0;
        while preparing < 2 {
            if let Event::Export { export } = events.recv().await?
                && matches!(export.phase, PhaseView::Preparing { percent: 0 })
            {
                preparing += 1;
            }
        }
        anyhow::Ok(())
    };
    tokio::time::timeout(Duration::from_mins(1), told).await.context("it was told but once")?
}

#[tokio::test]
async fn a_contract_stays_while_one_of_its_exports_has_not_ended() -> Result<()> {
    let desk = Desk::new(Options::instant()).await?;
    let contract = desk.add("Z1001").await?;
    desk.service.faults().once(RequestKind::Token, Fault::Silence(Pause::UntilDisarmed));
    let id = desk.start(contract, everything()).await?;
    let refused = desk.controller.remove_contract(contract).await.unwrap_err();
    assert_eq!(refused.code(), "contractInUse");
    desk.service.faults().clear();
    desk.rests(id).await?;
    desk.controller.remove_contract(contract).await?;
    assert!(desk.controller.contracts().await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn a_contract_that_another_program_removed_is_not_saved() -> Result<()> {
    let desk = Desk::new(Options::instant()).await?;
    let contract = desk.add("Z1001").await?;
    desk.another().await?.remove_contract(contract).await?;
    let form = desk.contract_form("Z1001", "Z1001")?;
    let refused = desk.controller.edit_contract(contract, form).await.unwrap_err();
    assert!(format!("{refused:?}").contains("no longer in the list"), "{refused:?}");
    Ok(())
}

#[tokio::test]
async fn an_export_that_cannot_be_locked_is_not_stored() -> Result<()> {
    let desk = Desk::new(Options::instant()).await?;
    let contract = desk.add("Z1001").await?;
    let locks = desk.data.path().join("locks");
    _ = std::fs::remove_dir_all(&locks);
    std::fs::write(&locks, "a file where the folder should be")?;
    desk.start(contract, everything()).await.unwrap_err();
    assert!(desk.controller.unfinished().await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn what_is_not_in_the_records_is_said_to_be_gone() -> Result<()> {
    let desk = Desk::new(Options::instant()).await?;
    assert_eq!(desk.controller.verify(ExportId(99)).await.unwrap_err().code(), "notInRecords");
    Ok(())
}

#[tokio::test]
async fn credentials_for_one_run_export_the_stored_contract() -> Result<()> {
    let desk = Desk::new(Options::instant()).await?;
    let id = desk.add("Z1001").await?;
    let contract = desk.controller.contract(id).await?.context("it was added")?;
    let owner = desk.service.contract("Z1001").context("the service has no such contract")?;
    let credentials = Credentials::new(&owner.client_id, &owner.client_secret);
    let started = desk.controller.start_with(&contract, credentials, everything()).await;
    let export = desk.rests(started.map_err(|error| anyhow::anyhow!("{error:?}"))?).await?;
    assert_eq!((code(&export.phase), export.contract_id), ("complete", Some(id)));
    Ok(())
}

#[tokio::test]
async fn the_history_tells_what_runs_from_what_has_ended() -> Result<()> {
    let desk = Desk::new(Options::instant().job_duration(Duration::from_mins(1))).await?;
    let contract = desk.add("Z1001").await?;
    let id = desk.start(contract, everything()).await?;
    desk.until(id, |export| matches!(export.phase, PhaseView::Preparing { .. })).await?;
    let found = async |results: &[&str]| -> Result<u32> {
        let results = results.iter().map(ToString::to_string).collect();
        let filter = HistoryFilter { results, limit: 9, ..HistoryFilter::default() };
        let page = desk.controller.history(filter).await?;
        assert_eq!(page.all, 1, "whatever the filter admits");
        Ok(page.total)
    };
    assert_eq!(found(&[]).await?, 1);
    assert_eq!(found(&["requesting", "preparing", "downloading"]).await?, 1);
    assert_eq!(found(&["complete", "failed"]).await?, 0);
    desk.controller.cancel(id).await?;
    desk.rests(id).await?;
    assert_eq!(found(&["cancelled"]).await?, 1);
    Ok(())
}

#[tokio::test]
async fn the_history_tells_what_needs_a_person_from_what_goes_on_by_itself() -> Result<()> {
    let desk = Desk::new(Options::instant()).await?;
    let refused = add_refused(&desk).await?;
    let needs = desk.start(refused, everything()).await?;
    desk.until(needs, |export| matches!(export.phase, PhaseView::Waiting { until: None, .. })).await?;
    let another = desk.add("Z1002").await?;
    desk.refuse_starts();
    let waits = desk.start(another, everything()).await?;
    desk.until(waits, |export| matches!(export.phase, PhaseView::Waiting { until: Some(_), .. })).await?;
    for (result, only) in [("waiting", waits), ("needsYou", needs)] {
        let filter = HistoryFilter { results: vec![result.to_owned()], limit: 9, ..HistoryFilter::default() };
        let found = desk.controller.history(filter).await?;
        assert_eq!(found.rows.iter().map(|row| row.export.id).collect::<Vec<_>>(), [only], "{result}");
    }
    Ok(())
}

#[tokio::test]
async fn the_history_tells_how_what_is_complete_came_out() -> Result<()> {
    let desk = Desk::new(Options::instant().files(2, 50_000)).await?;
    let contract = desk.add("Z1001").await?;
    let whole = desk.export(contract).await?.id;
    let nothing = desk.start(contract, form(Selection::SinceLast)).await?;
    assert_eq!(desk.rests(nothing).await?.progress.claims, 0);
    let spoiled = desk.export(contract).await?;
    std::fs::remove_file(Path::new(spoiled.folder.as_ref().context("no folder")?).join("Z1001_0001.ndjson"))?;
    assert_eq!(verified(&desk, spoiled.id).await?.missing.len(), 1);
    let undeliverable = desk.add("Z1007").await?;
    let partly = desk.export(undeliverable).await?;
    for (result, only) in [
        ("complete", whole),
        ("noNewClaims", nothing),
        ("notWhole", spoiled.id),
        ("partlyDelivered", partly.id),
    ] {
        let filter = HistoryFilter { results: vec![result.to_owned()], limit: 9, ..HistoryFilter::default() };
        let found = desk.controller.history(filter).await?;
        assert_eq!(found.rows.iter().map(|row| row.export.id).collect::<Vec<_>>(), [only], "{result}");
    }
    for (environment, total) in [(Environment::Sandbox, 0), (Environment::Other, 4)] {
        let filter = HistoryFilter { environment: Some(environment), limit: 9, ..HistoryFilter::default() };
        let found = desk.controller.history(filter).await?;
        assert_eq!((found.total, found.contracts.len()), (total, 2));
    }
    Ok(())
}

#[tokio::test]
async fn compressed_files_are_kept_as_gzip_and_verified() -> Result<()> {
    let desk = Desk::new(Options::instant()).await?;
    let contract = desk.add("Z1001").await?;
    let id = desk.start(contract, ab2d_engine::view::ExportForm { compressed: true, ..everything() }).await?;
    let export = desk.rests(id).await?;
    assert_eq!(code(&export.phase), "complete");
    let files = desk.controller.files(id).await?;
    assert!(files.iter().all(|file| file.name.ends_with(".ndjson.gz")));
    let sums: Vec<_> = desk.held(&export)?.into_iter().map(|file| Some(file.sha256)).collect();
    assert_eq!(files.into_iter().map(|file| file.sha256).collect::<Vec<_>>(), sums);
    let report = verified(&desk, id).await?;
    assert_eq!((report.whole.len(), report.damaged.len()), (sums.len(), 0));
    Ok(())
}

#[tokio::test]
async fn a_period_after_the_mark_leaves_a_gap_and_says_so() -> Result<()> {
    let desk = Desk::new(Options::instant()).await?;
    let contract = desk.add("Z1001").await?;
    let since = ab2d_engine::parameters::parse_time("2025-01-01T00:00:00Z")?;
    let id = desk.start(contract, form(Selection::Period { since, until: None })).await?;
    let export = desk.rests(id).await?;
    let coverage = export.coverage.context("no coverage")?;
    assert_eq!((coverage.moved, coverage.reason), (false, Some(NotCovered::Gap)));
    Ok(())
}

#[tokio::test]
async fn the_audit_record_tells_the_export_and_a_change_shows() -> Result<()> {
    let desk = Desk::new(Options::instant()).await?;
    let contract = desk.add("Z1001").await?;
    desk.export(contract).await?;
    let verdict = desk.controller.audit_verify(0).await?;
    assert_eq!((verdict.entries, verdict.broken), (4, None));
    Ok(())
}

#[tokio::test]
async fn a_contract_tells_that_its_newest_export_failed_until_another_is_complete() -> Result<()> {
    let desk = Desk::new(Options::instant()).await?;
    let contract = desk.add("Z1001").await?;
    let last =
        || async { anyhow::Ok(desk.controller.contracts().await?.remove(0).last_failed.map(|last| last.id)) };
    let failing =
        desk.service.faults().arm(Rule::on(RequestKind::Status, Fault::Job(JobFault::Failed)).always());
    let failed = desk.export(contract).await?;
    assert!(matches!(failed.phase, PhaseView::Failed { .. }), "{:?}", failed.phase);
    assert_eq!(last().await?, Some(failed.id));
    failing.disarm();
    assert_eq!(desk.export(contract).await?.phase, PhaseView::Complete);
    assert_eq!(last().await?, None);
    Ok(())
}
