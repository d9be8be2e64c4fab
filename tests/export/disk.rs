//! A folder read again: is what lies there what was verified, and can it be made whole?

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ab2d_engine::parameters::FhirVersion;
use ab2d_engine::view::{Event, ExportForm, ExportView, FileState, HistoryFilter, PhaseView, VerifiedBy};
use ab2d_practice::{Fault, JobFault, Options, Pause, RequestKind, Rule};
use ab2d_tests::desk::{Desk, everything, sha256};
use anyhow::{Context, Result};

use crate::{code, verified};

/// The checksums of an export's folder.
const SUMS: &str = "SHA256SUMS";

fn folder(export: &ExportView) -> Result<PathBuf> {
    Ok(PathBuf::from(export.folder.as_ref().context("no folder")?))
}

#[tokio::test]
async fn who_changes_a_file_and_its_checksum_is_found_out() -> Result<()> {
    let desk = Desk::new(Options::instant().files(3, 200_000)).await?;
    let contract = desk.add("Z1001").await?;
    let export = desk.export(contract).await?;
    let (folder, held) = (folder(&export)?, desk.held(&export)?);
    let sums = fs::read_to_string(folder.join(SUMS))?;
    let forged = "{\"resourceType\":\"ExplanationOfBenefit\"}\n";
    fs::write(folder.join(&held[0].name), forged)?;
    fs::write(folder.join(SUMS), sums.replace(&held[0].sha256, &sha256(forged.as_bytes())))?;

    let by_folder = desk.controller.verify_folder(&folder.join("."), Arc::default()).await?;
    for found in [verified(&desk, export.id).await?, by_folder.context("nobody stopped it")?] {
        assert_eq!(
            (found.by, found.damaged),
            (VerifiedBy::Record, vec![SUMS.to_owned(), held[0].name.clone()])
        );
        assert_eq!((found.whole.len(), found.missing.len(), found.foreign.len()), (2, 0, 0));
    }
    let states: Vec<_> = desk.controller.files(export.id).await?.iter().map(|file| file.state).collect();
    assert_eq!(states, [FileState::Damaged, FileState::Verified, FileState::Verified]);

    desk.controller.fetch_again(export.id).await?;
    let again = desk.rests(export.id).await?;
    desk.compare(&again)?;
    assert_eq!(again.times.finished, export.times.finished, "the export ended when it ended");
    assert!(again.times.repaired > again.times.finished, "{:?}", again.times);
    assert_eq!(fs::read_to_string(folder.join(SUMS))?, sums);
    let found = verified(&desk, export.id).await?;
    assert_eq!((found.whole.len(), found.damaged.len()), (3, 0));
    Ok(())
}

#[tokio::test]
async fn a_folder_that_no_export_is_in_is_held_against_its_own_checksums() -> Result<()> {
    let desk = Desk::new(Options::instant().files(2, 20_000)).await?;
    let contract = desk.add("Z1001").await?;
    let export = desk.export(contract).await?;
    let (folder, copy) = (folder(&export)?, desk.claims.path().join("copy"));
    fs::create_dir(&copy)?;
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        fs::copy(&path, copy.join(path.file_name().unwrap_or_default()))?;
    }
    fs::write(copy.join("Z1001_0001.ndjson"), "other\n")?;
    let found = desk.controller.verify_folder(&copy, Arc::default()).await?.context("nobody stopped it")?;
    assert_eq!((found.by, found.whole.len(), found.damaged.len()), (VerifiedBy::Sums, 1, 1));
    let states: Vec<_> = desk.controller.files(export.id).await?.iter().map(|file| file.state).collect();
    assert_eq!(states, [FileState::Verified; 2], "a copy says nothing of the export");
    Ok(())
}

#[tokio::test]
async fn checksums_that_are_gone_are_told_and_written_again() -> Result<()> {
    let desk = Desk::new(Options::instant().files(2, 20_000)).await?;
    let contract = desk.add("Z1001").await?;
    let export = desk.export(contract).await?;
    let folder = folder(&export)?;
    fs::remove_file(folder.join(SUMS))?;
    let found = verified(&desk, export.id).await?;
    assert_eq!((found.whole.len(), found.missing), (2, vec![SUMS.to_owned()]));
    desk.controller.fetch_again(export.id).await?;
    assert_eq!(code(&desk.rests(export.id).await?.phase), "complete");
    assert!(verified(&desk, export.id).await?.missing.is_empty());
    assert!(desk.held(&export)?.iter().all(|file| file.downloads == 1), "no claims were fetched for it");
    Ok(())
}

#[tokio::test]
async fn damaged_and_missing_files_are_found_and_fetched_again() -> Result<()> {
    let desk = Desk::new(Options::instant().files(3, 200_000)).await?;
    let contract = desk.add("Z1001").await?;
    let export = desk.export(contract).await?;
    let folder = folder(&export)?;
    let held = desk.held(&export)?;
    fs::write(folder.join(&held[0].name), "damaged")?;
    fs::remove_file(folder.join(&held[1].name))?;
    let report = verified(&desk, export.id).await?;
    assert_eq!(
        (report.damaged.as_slice(), report.missing.as_slice()),
        (&[held[0].name.clone()][..], &[held[1].name.clone()][..])
    );
    let state_of = |files: &[ab2d_engine::view::FileView], name: &str| {
        files.iter().find(|file| file.name == name).map(|file| file.state)
    };
    let files = desk.controller.files(export.id).await?;
    let states: Vec<_> = held.iter().filter_map(|file| state_of(&files, &file.name)).collect();
    assert_eq!(states, [FileState::Damaged, FileState::Damaged, FileState::Verified]);
    desk.controller.fetch_again(export.id).await?;
    let again = desk.rests(export.id).await?;
    assert_eq!(code(&again.phase), "complete");
    desk.compare(&again)?;
    assert_eq!(again.tally, export.tally, "what is fetched again is not counted twice");
    assert_eq!(again.progress.claims, export.progress.claims);
    let downloads: Vec<_> = desk.held(&again)?.iter().map(|file| file.downloads).collect();
    assert_eq!(downloads.iter().sum::<u32>() as usize, held.len() + 2);
    let counted: Vec<_> =
        desk.controller.files(export.id).await?.into_iter().map(|file| file.downloads).collect();
    assert_eq!(counted, downloads, "what the service counts is shown");
    Ok(())
}

#[tokio::test]
async fn reading_a_folder_again_says_how_far_it_is_and_can_be_stopped() -> Result<()> {
    let desk = Desk::new(Options::instant().files(3, 200_000)).await?;
    let contract = desk.add("Z1001").await?;
    let export = desk.export(contract).await?;
    let mut events = desk.controller.subscribe();
    let (stopped, ()) = tokio::join!(desk.controller.verify(export.id), async {
        tokio::task::yield_now().await;
        desk.controller.stop_verifying(export.id);
    });
    let entries = desk.controller.audit_verify(0).await?.entries;
    if stopped?.is_none() {
        assert_eq!(entries, 4, "what was not read to its end is no verification");
    }
    let told = async {
        loop {
            if let Event::Verifying { id, .. } = events.recv().await? {
                return anyhow::Ok(id);
            }
        }
    };
    assert_eq!(tokio::time::timeout(Duration::from_secs(10), told).await??, export.id);
    assert_eq!(verified(&desk, export.id).await?.whole.len(), 3);
    Ok(())
}

/// A complete export with a damaged file, and a service that sends each file so often.
async fn damaged(maximum_downloads: u32) -> Result<(Desk, ExportView)> {
    let desk = Desk::new(Options { maximum_downloads, ..Options::instant().files(3, 200_000) }).await?;
    let contract = desk.add("Z1001").await?;
    let export = desk.export(contract).await?;
    let file = folder(&export)?.join("Z1001_0001.ndjson");
    fs::copy(&file, desk.claims.path().join("backup"))?;
    fs::write(&file, "damaged")?;
    Ok((desk, export))
}

#[tokio::test]
async fn an_export_stays_complete_whose_files_cannot_be_fetched_again() -> Result<()> {
    for (downloads, problem) in [(1, "downloadLimit"), (6, "filesExpired")] {
        let (desk, before) = damaged(downloads).await?;
        if problem == "filesExpired" {
            desk.service.spoil_job(before.job.as_ref().context("no job")?.parse()?, JobFault::Expired);
        }
        desk.controller.fetch_again(before.id).await?;
        let export = desk.rests(before.id).await?;
        assert_eq!(export.phase, PhaseView::Complete);
        assert_eq!(export.problem().map(|problem| problem.code.as_str()), Some(problem));
        assert_eq!((&export.coverage, &export.tally), (&before.coverage, &before.tally));
        assert_eq!(export.progress, before.progress);
        let files = desk.controller.files(export.id).await?;
        let states: Vec<_> = files.iter().map(|file| file.state).collect();
        assert_eq!(states, [FileState::Damaged, FileState::Verified, FileState::Verified]);
        let found = verified(&desk, export.id).await?;
        assert_eq!((found.whole.len(), found.damaged), (2, vec!["Z1001_0001.ndjson".to_owned()]));

        let shown = desk.controller.history(HistoryFilter { limit: 9, ..HistoryFilter::default() }).await?;
        assert_eq!(shown.rows[0].export.phase, PhaseView::Complete);
    }
    Ok(())
}

#[tokio::test]
async fn a_list_of_files_in_another_order_loses_nothing() -> Result<()> {
    let (desk, before) = damaged(1).await?;
    let folder = folder(&before)?;
    let sums = fs::read_to_string(folder.join(SUMS))?;
    let turned_round = Fault::edit(|json| json["output"].as_array_mut().map_or((), |files| files.reverse()));
    desk.service.faults().arm(Rule::on(RequestKind::Manifest, turned_round).always());
    desk.controller.fetch_again(before.id).await?;
    let export = desk.rests(before.id).await?;
    assert_eq!(export.problem().map(|problem| problem.code.as_str()), Some("downloadLimit"));
    assert_eq!((&export.progress, export.damaged), (&before.progress, 1));
    let files = desk.controller.files(export.id).await?;
    let states: Vec<_> = files.iter().map(|file| (file.name.as_str(), file.state)).collect();
    let verified_too =
        [("Z1001_0003.ndjson", FileState::Verified), ("Z1001_0002.ndjson", FileState::Verified)];
    assert_eq!(states, [verified_too[0], verified_too[1], ("Z1001_0001.ndjson", FileState::Damaged)]);
    let lines = |sums: &str| sums.lines().map(str::to_owned).collect::<BTreeSet<_>>();
    assert_eq!(lines(&fs::read_to_string(folder.join(SUMS))?), lines(&sums));
    assert!(desk.held(&export)?.iter().all(|file| file.downloads == 1), "only what is damaged is asked for");
    Ok(())
}

#[tokio::test]
async fn a_list_without_a_file_that_was_delivered_is_no_answer() -> Result<()> {
    let (desk, before) = damaged(6).await?;
    let shorter = Fault::edit(|json| json["output"].as_array_mut().map_or((), |files| drop(files.remove(0))));
    desk.service.faults().arm(Rule::on(RequestKind::Manifest, shorter).always());
    desk.controller.fetch_again(before.id).await?;
    let export = desk.rests(before.id).await?;
    assert_eq!(export.problem().map(|problem| problem.code.as_str()), Some("unexpectedAnswer"));
    desk.service.faults().clear();
    desk.controller.fetch_again(export.id).await?;
    let export = desk.rests(before.id).await?;
    assert_eq!((export.problem(), export.damaged), (None, 0));
    desk.compare(&export)?;
    Ok(())
}

/// The jobs of v3 have IDs that begin alike.
#[tokio::test]
async fn exports_of_one_day_have_folders_of_their_own() -> Result<()> {
    let desk = Desk::new(Options::instant().files(2, 60_000)).await?;
    let contract = desk.add("Z1001").await?;
    let held = Rule::on(RequestKind::File, Fault::Silence(Pause::UntilDisarmed)).always();
    let held = desk.service.faults().arm(held);
    let form = || ExportForm { version: FhirVersion::R4v3, ..everything() };
    let ids = [desk.start(contract, form()).await?, desk.start(contract, form()).await?];
    desk.until(ids[0], |_| held.fired() > 1).await?;
    for id in ids {
        desk.until(id, |export| export.folder.is_some()).await?;
    }
    held.disarm();
    let mut folders = BTreeSet::new();
    for id in ids {
        let export = desk.rests(id).await?;
        assert_eq!(code(&export.phase), "complete");
        desk.compare(&export)?;
        folders.insert(export.folder);
    }
    assert_eq!(folders.len(), 2);
    Ok(())
}

#[tokio::test]
async fn a_repair_that_is_cancelled_leaves_the_export_complete() -> Result<()> {
    let (desk, before) = damaged(6).await?;
    let stalled = desk.service.faults().once(RequestKind::File, Fault::stall_at(9_000, Pause::UntilDisarmed));
    desk.controller.fetch_again(before.id).await?;
    desk.until(before.id, |_| stalled.fired() > 0).await?;
    desk.controller.cancel(before.id).await?;
    let export = desk.rests(before.id).await?;
    assert_eq!((export.phase, export.unrepaired, export.damaged), (PhaseView::Complete, None, 1));
    assert_eq!((export.progress, export.coverage), (before.progress, before.coverage));
    assert_eq!(desk.controller.files(before.id).await?[0].state, FileState::Damaged);

    desk.controller.fetch_again(before.id).await?;
    let export = desk.rests(before.id).await?;
    desk.compare(&export)?;
    assert_eq!(desk.controller.files(before.id).await?[0].state, FileState::Verified);
    Ok(())
}

#[tokio::test]
async fn a_file_that_was_put_back_is_whole_again() -> Result<()> {
    let (desk, export) = damaged(1).await?;
    let file = folder(&export)?.join("Z1001_0001.ndjson");
    desk.controller.fetch_again(export.id).await?;
    assert!(desk.rests(export.id).await?.unrepaired.is_some());
    fs::copy(desk.claims.path().join("backup"), &file)?;
    assert_eq!(verified(&desk, export.id).await?.whole.len(), 3);
    let shown = desk.controller.export(export.id).await?;
    assert_eq!((shown.unrepaired, shown.damaged), (None, 0));

    fs::write(&file, "damaged")?;
    verified(&desk, export.id).await?;
    assert_eq!(desk.controller.export(export.id).await?.damaged, 1);
    fs::copy(desk.claims.path().join("backup"), &file)?;
    desk.controller.fetch_again(export.id).await?;
    assert_eq!(desk.rests(export.id).await?.problem(), None, "nothing had to be fetched");
    assert_eq!(desk.controller.files(export.id).await?[0].state, FileState::Verified);
    Ok(())
}
