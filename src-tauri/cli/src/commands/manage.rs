//! `ab2d cancel`, `ab2d verify` and `ab2d report`.

use std::path::Path;

use ab2d_engine::controller::Controller;
use ab2d_engine::view::{ExportId, VerifyReport};

use crate::arguments::export_id;
use crate::failure::Failure;
use crate::output;
use crate::status::Status;

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
    let report = match export_id(what) {
        Ok(export) if !Path::new(what).exists() => controller.verify(export).await?,
        Ok(_) | Err(_) => controller.verify_folder(Path::new(what)).await?,
    };
    Ok(show(&report))
}

/// Writes a support report.
pub(super) async fn report(controller: &Controller, export: Option<ExportId>) -> Result<Status, Failure> {
    output::line(&controller.support_report(export).await?);
    Ok(Status::Complete)
}

fn show(report: &VerifyReport) -> Status {
    let VerifyReport { folder, whole, damaged, missing, foreign } = report;
    let marked = [("damaged", damaged), ("missing", missing), ("not of this export", foreign)];
    for (mark, files) in marked {
        for file in files {
            output::line(&format!("{mark}: {file}"));
        }
    }
    let is_whole = damaged.is_empty() && missing.is_empty();
    let files = whole.len() + damaged.len() + missing.len();
    output::line(&format!("{} of {files} files are whole in {folder}", whole.len()));
    if is_whole { Status::Complete } else { Status::Failed }
}
