//! A file that cannot be had, among others that can: they come all the same, whatever else happens meanwhile.

use ab2d_engine::view::{ExportView, PhaseView};
use ab2d_practice::{Answer, ContentFault, Fault, Options, Pause, RequestKind, Rule};
use ab2d_tests::desk::{Desk, everything};
use anyhow::Result;

use crate::deed::FIRST_FILE;
use crate::{oracle, trial};

const FILES: u32 = 4;

/// More resets in a row than are passed over quietly: the export waits in between.
const RESETS: u32 = 6;

/// A desk that fetches a file at a time, the first of which has this fault.
async fn desk(fault: Fault) -> Result<Desk> {
    let desk = Desk::new(Options::instant().files(FILES, 60_000)).await?;
    desk.controller.set_parallel_files(1);
    desk.service.faults().arm(Rule::on(RequestKind::File, fault).file(FIRST_FILE).always());
    Ok(desk)
}

fn altered() -> Fault {
    Fault::Content(ContentFault::Altered)
}

fn used_up() -> Fault {
    let text = "The file has already been download the maximum number of allowed times.";
    Fault::Answer(Answer::outcome(500, "exception", text))
}

/// The code of what the export rests at.
fn code(export: &ExportView) -> &str {
    match &export.phase {
        PhaseView::Waiting { problem, until: None }
        | PhaseView::Failed { problem }
        | PhaseView::Expired { problem } => &problem.code,
        other => panic!("it does not rest: {other:#?}"),
    }
}

fn downloads_of_the_first(desk: &Desk, export: &ExportView) -> Result<u32> {
    Ok(desk.held(export)?.iter().find(|file| file.name == FIRST_FILE).map_or(0, |file| file.downloads))
}

#[tokio::test]
async fn the_others_are_fetched_though_the_line_drops_meanwhile() -> Result<()> {
    for (fault, rests_at, downloads) in [(altered(), "checksumMismatch", 3), (used_up(), "downloadLimit", 0)]
    {
        let desk = desk(fault).await?;
        desk.service.faults().arm(Rule::on(RequestKind::File, Fault::Reset).times(RESETS));
        let contract = desk.add("Z1001").await?;
        let export = desk.export(contract).await?;
        assert_eq!((code(&export), export.progress.files_verified), (rests_at, FILES - 1));
        assert_eq!(downloads_of_the_first(&desk, &export)?, downloads, "only a person has it tried again");
        oracle::nothing_wrong(&desk, &export)?;
    }
    Ok(())
}

#[tokio::test]
async fn a_program_that_ends_meanwhile_goes_on_with_the_others_and_not_with_it() -> Result<()> {
    let mut desk = desk(altered()).await?;
    let contract = desk.add("Z1001").await?;
    let hang = Fault::stall_at(500, Pause::UntilDisarmed);
    let held = desk.service.faults().arm(Rule::on(RequestKind::File, hang).always());
    let id = desk.start(contract, everything()).await?;
    trial::reached(&held).await?;
    desk.restart().await?;
    held.disarm();
    let export = desk.rests(id).await?;
    assert_eq!((code(&export), export.progress.files_verified), ("checksumMismatch", FILES - 1));
    assert_eq!(downloads_of_the_first(&desk, &export)?, 3);
    desk.service.faults().clear();
    desk.controller.resume(id).await?;
    let export = desk.rests(id).await?;
    assert_eq!(export.phase, PhaseView::Complete);
    oracle::complete(&desk, &export).await?;
    Ok(())
}

#[tokio::test]
async fn a_pause_meanwhile_is_a_pause() -> Result<()> {
    let desk = desk(used_up()).await?;
    let contract = desk.add("Z1001").await?;
    let hang = Fault::stall_at(500, Pause::UntilDisarmed);
    let held = desk.service.faults().arm(Rule::on(RequestKind::File, hang).always());
    let id = desk.start(contract, everything()).await?;
    trial::reached(&held).await?;
    desk.controller.pause(id).await?;
    assert_eq!(desk.controller.export(id).await?.phase, PhaseView::Paused);
    Ok(())
}
