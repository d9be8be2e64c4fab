//! Pauses all exports with one press, or lets all go on.

use ab2d_engine::controller::Controller;
use ab2d_engine::problem::Problem;
use ab2d_engine::view::{ExportView, PhaseView};
use tauri::{AppHandle, Manager, Runtime};

use crate::running::runs;

/// Pauses what runs; where nothing does, lets go on what is paused.
pub(crate) fn all<R: Runtime>(app: &AppHandle<R>) {
    let controller = app.state::<Controller>().inner().clone();
    tauri::async_runtime::spawn(async move {
        if let Err(problem) = switch(&controller).await {
            tracing::warn!(%problem, "not all exports could be paused or resumed");
        }
    });
}

async fn switch(controller: &Controller) -> Result<(), Problem> {
    let exports: Vec<ExportView> =
        controller.unfinished().await?.into_iter().filter(|export| !export.driven_elsewhere).collect();
    if exports.iter().any(|export| runs(&export.phase)) {
        for export in exports.iter().filter(|export| runs(&export.phase)) {
            controller.pause(export.id).await?;
        }
    } else {
        for export in exports.iter().filter(|export| export.phase == PhaseView::Paused) {
            controller.resume(export.id).await?;
        }
    }
    Ok(())
}
