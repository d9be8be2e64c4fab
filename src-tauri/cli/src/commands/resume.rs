//! `ab2d resume`: going on with what was left unfinished.

use std::path::Path;

use ab2d_engine::controller::Controller;
use ab2d_engine::problem::{Kind, Problem};
use ab2d_engine::view::{ExportId, ExportView, PhaseView};

use super::contract::whole_path;
use super::export::set_up;
use crate::arguments::ResumeArguments;
use crate::credentials;
use crate::failure::Failure;
use crate::follow::follow;
use crate::interruption::Interruption;
use crate::output;
use crate::status::Status;

pub(super) async fn run(controller: &Controller, arguments: ResumeArguments) -> Result<Status, Failure> {
    set_up(controller, &arguments.run);
    let mut interruption = Interruption::listen()?;
    let file = arguments.credentials_file.as_deref();
    let resumed = match arguments.export {
        Some(id) => {
            let export = controller.export(id).await?;
            if let Some(folder) = &arguments.folder {
                stays_unless_unfinished(&export)?;
                controller.move_export(id, Path::new(&whole_path(folder)?)).await?;
            }
            choose_job(controller, &export, &arguments).await?;
            resume(controller, &export, file).await?;
            vec![id]
        }
        None => resume_all(controller, file).await?,
    };
    if resumed.is_empty() && !arguments.json {
        output::line("Nothing is unfinished.");
    }
    let mut screen = output::screen(arguments.json);
    Ok(follow(controller, resumed, arguments.run.max_wait, &mut *screen, &mut interruption).await?)
}

/// What has ended is whole where it is, or is exported again.
fn stays_unless_unfinished(export: &ExportView) -> Result<(), Failure> {
    match export.phase {
        PhaseView::Complete | PhaseView::Cancelled | PhaseView::Expired { .. } | PhaseView::Failed { .. } => {
            Err(Failure::Usage(format!(
                "Export {} has ended, and its files stay where they are.",
                export.id.0
            )))
        }
        PhaseView::Requesting
        | PhaseView::Preparing { .. }
        | PhaseView::Downloading
        | PhaseView::Waiting { .. }
        | PhaseView::Paused => Ok(()),
    }
}

/// Tells an export whose start was not answered which of the running jobs is its own, or that none is.
async fn choose_job(
    controller: &Controller,
    export: &ExportView,
    arguments: &ResumeArguments,
) -> Result<(), Failure> {
    if arguments.start_anew {
        return Ok(controller.start_anew(export.id).await?);
    }
    let Some(job) = &arguments.job else { return Ok(()) };
    if export.candidates.iter().all(|candidate| candidate.job != *job) {
        return Err(Failure::Usage(format!(
            "{job} is not among the jobs that may be export {}'s: `ab2d status` lists them.",
            export.id.0
        )));
    }
    Ok(controller.adopt_job(export.id, job).await?)
}

/// Takes every unfinished export up, but for those that another program is at.
async fn resume_all(controller: &Controller, file: Option<&Path>) -> Result<Vec<ExportId>, Failure> {
    let mut resumed = Vec::new();
    for export in controller.unfinished().await? {
        match resume(controller, &export, file).await {
            Ok(()) => resumed.push(export.id),
            Err(Failure::Problem(Problem { kind: Kind::DrivenElsewhere, .. })) => {
                output::note(&format!("Export {} is running in another window or command.", export.id.0));
            }
            Err(other) => return Err(other),
        }
    }
    Ok(resumed)
}

async fn resume(controller: &Controller, export: &ExportView, file: Option<&Path>) -> Result<(), Failure> {
    let Some(file) = file else { return Ok(controller.resume(export.id).await?) };
    let record = controller.export_record(export.id).await?;
    let credentials = credentials::from_file(file, &record.number)?;
    Ok(controller.resume_with(export.id, credentials).await?)
}
