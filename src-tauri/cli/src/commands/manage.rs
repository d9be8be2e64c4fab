//! `ab2d cancel`, `ab2d verify` and `ab2d report`.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ab2d_engine::controller::Controller;
use ab2d_engine::problem::Problem;
use ab2d_engine::transfer::Verification;
use ab2d_engine::view::{ExportId, VerifiedBy, VerifyReport};
use chrono::Utc;

use crate::arguments::export_id;
use crate::failure::Failure;
use crate::interruption::Interruption;
use crate::output;
use crate::status::Status;

/// How often the progress of a verification is shown.
const TICK: Duration = Duration::from_millis(200);

/// Cancels an export, here and at the service.
pub(super) async fn cancel(controller: &Controller, export: ExportId) -> Result<Status, Failure> {
    controller.cancel(export).await?;
    controller.driven(export).await;
    let phase = controller.export(export).await?.phase;
    output::line(&format!("Export {} is {}.", export.0, output::phase_name(&phase)));
    Ok(Status::Complete)
}

/// Verifies an export's files again, by its number or its folder.
pub(super) async fn verify(controller: &Controller, what: &str) -> Result<Status, Failure> {
    let mut interruption = Interruption::listen()?;
    let export = export_id(what).ok().filter(|_| !Path::new(what).exists());
    let verification = Arc::new(Verification::default());
    let meter = output::Meter::begin();
    let reading = read_again(controller, export, what, Arc::clone(&verification));
    tokio::pin!(reading);
    let mut ticks = tokio::time::interval(TICK);
    let report = loop {
        tokio::select! {
            report = &mut reading => break report?,
            () = interruption.heard() => verification.stop(),
            _ = ticks.tick() => meter.show(verification.progress()),
        }
    };
    meter.end();
    let Some(report) = report else {
        output::note("Interrupted before every file was read.");
        return Ok(Status::Interrupted);
    };
    let status = show(&report);
    if let Some(id) = export.filter(|_| status != Status::Complete) {
        offer_again(controller, id).await?;
    }
    Ok(status)
}

async fn read_again(
    controller: &Controller,
    export: Option<ExportId>,
    what: &str,
    verification: Arc<Verification>,
) -> Result<Option<VerifyReport>, Problem> {
    match export {
        Some(id) => controller.verify_as(id, verification).await,
        None => controller.verify_folder(Path::new(what), verification).await,
    }
}

/// Says whether the service still has the files, and how to fetch them again.
async fn offer_again(controller: &Controller, id: ExportId) -> Result<(), Failure> {
    let export = controller.export(id).await?;
    match export.expires_at.filter(|expires| *expires > Utc::now()) {
        Some(expires) => output::line(&format!(
            "AB2D has its copies until {}. Fetch what is not intact again with: ab2d fetch-again {}",
            output::local_time(expires),
            id.0
        )),
        None => output::line("AB2D has deleted its copies. Export the same period again to replace them."),
    }
    Ok(())
}

/// Writes a support report.
pub(super) async fn report(controller: &Controller, export: Option<ExportId>) -> Result<Status, Failure> {
    output::line(&controller.support_report(export).await?);
    Ok(Status::Complete)
}

fn show(report: &VerifyReport) -> Status {
    let VerifyReport { folder, by, whole, damaged, missing, unreadable, foreign } = report;
    let marked = [
        ("damaged", damaged),
        ("missing", missing),
        ("not readable", unreadable),
        ("not of this export", foreign),
    ];
    for (mark, files) in marked {
        for file in files {
            output::line(&format!("{mark}: {file}"));
        }
    }
    let wrong = damaged.len() + missing.len() + unreadable.len();
    let files = whole.len() + wrong;
    output::line(&format!("{} of {files} files are intact in {folder}", whole.len()));
    output::line(match by {
        VerifiedBy::Record => "They were compared with what this program recorded when it verified them.",
        VerifiedBy::Sums => {
            "They were compared with the folder’s SHA256SUMS; this program knows no export in it."
        }
    });
    if wrong == 0 { Status::Complete } else { Status::Failed }
}
