//! `ab2d status` and `ab2d history`.

use ab2d_engine::controller::Controller;
use ab2d_engine::view::{ExportView, HistoryFilter, HistoryRow};

use crate::arguments::HistoryArguments;
use crate::failure::Failure;
use crate::output;
use crate::status::Status;

/// Shows what is unfinished.
pub(super) async fn status(controller: &Controller, json: bool) -> Result<Status, Failure> {
    let exports = controller.unfinished().await?;
    if json {
        exports.iter().for_each(output::json_line);
    } else if exports.is_empty() {
        output::line("Nothing is unfinished.");
    } else {
        let rows: Vec<_> = exports.iter().map(status_row).collect();
        output::table(["ID", "CONTRACT", "ENVIRONMENT", "PHASE", "FILES", "EXPIRES"], &rows);
        exports.iter().flat_map(output::candidates).for_each(|line| output::line(&line));
    }
    Ok(Status::Complete)
}

/// Shows past exports.
pub(super) async fn history(controller: &Controller, arguments: HistoryArguments) -> Result<Status, Failure> {
    let filter = HistoryFilter {
        contract_number: arguments.number.map(String::from),
        limit: arguments.limit,
        ..HistoryFilter::default()
    };
    let page = controller.history(filter).await?;
    if arguments.json {
        page.rows.iter().for_each(output::json_line);
    } else {
        let rows: Vec<_> = page.rows.iter().map(history_row).collect();
        output::table(["ID", "ASKED FOR", "CONTRACT", "RESULT", "CLAIMS", "SIZE", "FOLDER"], &rows);
    }
    Ok(Status::Complete)
}

fn status_row(export: &ExportView) -> [String; 6] {
    let driven = if export.driven_elsewhere { " (running)" } else { "" };
    [
        export.id.0.to_string(),
        export.contract_number.clone(),
        export.environment.to_string(),
        format!("{}{driven}", output::phase_name(&export.phase)),
        format!("{} of {}", export.progress.files_verified, export.progress.files),
        export.expires_at.map(output::local_time).unwrap_or_default(),
    ]
}

fn history_row(row: &HistoryRow) -> [String; 7] {
    let export = &row.export;
    [
        export.id.0.to_string(),
        export.times.asked.map(output::local_time).unwrap_or_default(),
        format!("{} ({})", export.contract_number, export.environment),
        output::phase_name(&export.phase).to_owned(),
        export.progress.claims.to_string(),
        output::size_of(export.progress.bytes_done),
        export.folder.clone().unwrap_or_default(),
    ]
}
