//! What an export leaves on the disk that ends before every file is verified.

use std::path::Path;
use std::time::Duration;

use ab2d_engine::view::{ExportForm, ExportId, ExportView, PhaseView};
use ab2d_practice::{Fault, JobFault, Options, Pause, RequestKind, Rule};
use ab2d_tests::desk::{Desk, everything};
use ab2d_tests::folder::OWN;
use anyhow::{Context, Result};

use crate::code;

#[tokio::test]
async fn a_cancelled_export_keeps_what_was_verified_and_cancels_the_job() -> Result<()> {
    let desk = Desk::new(Options::instant().job_duration(Duration::from_mins(1))).await?;
    let contract = desk.add("Z1001").await?;
    let id = desk.start(contract, everything()).await?;
    desk.until(id, |export| matches!(export.phase, PhaseView::Preparing { .. }) && export.job.is_some())
        .await?;
    desk.controller.cancel(id).await?;
    let export = desk.rests(id).await?;
    assert_eq!(code(&export.phase), "cancelled");
    desk.controller.driven(id).await;
    assert!(!desk.service.is_running(export.job.context("no job")?.parse()?));
    Ok(())
}

/// A file that comes no further than its middle.
const HALF: &str = "Z1001_0002.ndjson";

/// An export of which one file is verified and another half here, kept as the service's bytes so that it could go on.
async fn half_done(compressed: bool) -> Result<(Desk, ExportId)> {
    let desk = Desk::new(Options::instant().files(2, 500_000).range(true)).await?;
    let stall = Fault::stall_at(9_000, Pause::UntilDisarmed);
    drop(desk.service.faults().arm(Rule::on(RequestKind::File, stall).file(HALF).always()));
    let contract = desk.add("Z1001").await?;
    let id = desk.start(contract, ExportForm { compressed, ..everything() }).await?;
    let export = desk.until(id, |export| export.progress.files_verified == 1).await?;
    let folder = export.folder.context("no folder")?;
    desk.until(id, |_| names(Path::new(&folder)).iter().any(|name| is_wire(name))).await?;
    Ok((desk, id))
}

/// Whether a file holds the service's bytes of one that has not arrived whole.
fn is_wire(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "wire")
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Makes sure that a folder holds the verified files with their checksums, and nothing else.
async fn only_verified(desk: &Desk, export: &ExportView) -> Result<()> {
    let files = desk.controller.files(export.id).await?;
    let verified = files.into_iter().filter(|file| file.sha256.is_some()).map(|file| file.name);
    let mut expected: Vec<_> = verified.chain(OWN.map(str::to_owned)).collect();
    expected.sort();
    let folder = export.folder.as_ref().context("no folder")?;
    assert_eq!(names(Path::new(folder)), expected);
    let report = crate::verified(desk, export.id).await?;
    assert_eq!((report.whole.len(), report.damaged.len(), report.missing.len()), (1, 0, 0), "{report:?}");
    assert!(report.foreign.is_empty(), "{report:?}");
    Ok(())
}

#[tokio::test]
async fn no_half_file_is_left_by_an_export_that_is_cancelled() -> Result<()> {
    for compressed in [false, true] {
        let (desk, id) = half_done(compressed).await?;
        desk.controller.cancel(id).await?;
        let export = desk.rests(id).await?;
        assert_eq!(code(&export.phase), "cancelled");
        only_verified(&desk, &export).await?;
    }
    Ok(())
}

#[tokio::test]
async fn no_half_file_is_left_by_an_export_that_is_cancelled_while_it_is_paused() -> Result<()> {
    let (mut desk, id) = half_done(false).await?;
    desk.controller.pause(id).await?;
    let paused = desk.rests(id).await?;
    let folder = paused.folder.context("no folder")?;
    assert!(names(Path::new(&folder)).contains(&format!("{HALF}.wire")), "it could go on");
    // What a program leaves that is ended by force.
    std::fs::write(Path::new(&folder).join(format!("{HALF}.part")), "half")?;
    desk.restart().await?;
    desk.controller.cancel(id).await?;
    only_verified(&desk, &desk.rests(id).await?).await
}

#[tokio::test]
async fn no_half_file_is_left_by_an_export_that_fails_or_expires() -> Result<()> {
    for (fault, end) in [(JobFault::Expired, "filesExpired"), (JobFault::Failed, "jobFailed")] {
        let (desk, id) = half_done(false).await?;
        desk.controller.pause(id).await?;
        let export = desk.rests(id).await?;
        desk.service.faults().clear();
        desk.service.spoil_job(export.job.context("no job")?.parse()?, fault);
        desk.controller.resume(id).await?;
        let export = desk.rests(id).await?;
        assert_eq!(code(&export.phase), end);
        only_verified(&desk, &export).await?;
    }
    Ok(())
}

#[tokio::test]
async fn no_half_file_is_left_in_the_folder_that_an_export_moves_out_of() -> Result<()> {
    let (desk, id) = half_done(false).await?;
    let before = desk.controller.export(id).await?.folder.context("no folder")?;
    desk.controller.move_export(id, &desk.claims.path().join("elsewhere")).await?;
    desk.service.faults().clear();
    let export = desk.rests(id).await?;
    assert_eq!(code(&export.phase), "complete");
    desk.compare(&export)?;
    assert_eq!(names(Path::new(&before)), ["SHA256SUMS", "Z1001_0001.ndjson", "manifest.json"]);
    Ok(())
}
