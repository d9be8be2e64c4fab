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
        match controller.unfinished().await {
            Ok(exports) => switch(&controller, &exports).await,
            Err(problem) => tracing::warn!(%problem, "no export could be paused or resumed"),
        }
    });
}

/// One that refuses does not keep the others back.
async fn switch(controller: &Controller, exports: &[ExportView]) {
    let own = || exports.iter().filter(|export| !export.driven_elsewhere);
    let running: Vec<_> = own().filter(|export| runs(&export.phase)).collect();
    for export in &running {
        told(export, controller.pause(export.id).await);
    }
    if running.is_empty() {
        for export in own().filter(|export| export.phase == PhaseView::Paused) {
            told(export, controller.resume(export.id).await);
        }
    }
}

fn told(export: &ExportView, switched: Result<(), Problem>) {
    if let Err(problem) = switched {
        tracing::warn!(export = export.id.0, %problem, "an export could not be paused or resumed");
    }
}
