//! Asks for attention when an export ends or waits for a person, unless the window is being looked at.

use std::collections::HashMap;

use ab2d_engine::controller::Controller;
use ab2d_engine::view::{Event, ExportId, ExportView, PhaseView};
use notify_rust::Notification;
use tauri::{AppHandle, Manager, Runtime};
use tokio::sync::broadcast::error::RecvError;

use crate::window::MAIN;

/// Watches the exports for as long as the program runs.
pub(crate) fn ask_for_it<R: Runtime>(app: AppHandle<R>, controller: &Controller) {
    let (mut events, controller) = (controller.subscribe(), controller.clone());
    tauri::async_runtime::spawn(async move {
        let mut said = HashMap::new();
        loop {
            match events.recv().await {
                Ok(Event::Export { export }) => {
                    if is_news(&mut said, &export)
                        && controller.settings().notifications
                        && !is_looked_at(&app)
                    {
                        show(&export);
                    }
                }
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            }
        }
    });
}

/// Whether the export has come to rest since it was last seen at work here; what was at rest at the start is no news.
fn is_news(at_work: &mut HashMap<ExportId, bool>, export: &ExportView) -> bool {
    let works = sentence(export).is_none();
    at_work.insert(export.id, works).unwrap_or(false) && !works
}

fn is_looked_at<R: Runtime>(app: &AppHandle<R>) -> bool {
    app.get_webview_window(MAIN).is_some_and(|window| window.is_focused().unwrap_or(false))
}

/// What is said; `None` while it goes on by itself, and for what the person has just done.
fn sentence(export: &ExportView) -> Option<String> {
    match &export.phase {
        PhaseView::Complete if export.progress.files == 0 => Some("No new claims.".to_owned()),
        PhaseView::Complete => Some(format!("{} files, all verified.", export.progress.files_verified)),
        PhaseView::Waiting { problem, until: None }
        | PhaseView::Failed { problem }
        | PhaseView::Expired { problem } => Some(format!("{} {}", problem.title, problem.next_step)),
        PhaseView::Waiting { .. }
        | PhaseView::Requesting
        | PhaseView::Preparing { .. }
        | PhaseView::Downloading
        | PhaseView::Paused
        | PhaseView::Cancelled => None,
    }
}

fn show(export: &ExportView) {
    let Some(body) = sentence(export) else { return };
    let title = format!("Export of {}", export.contract_number);
    tauri::async_runtime::spawn_blocking(move || {
        if let Err(error) = Notification::new().appname("AB2D Desktop").summary(&title).body(&body).show() {
            tracing::warn!(%error, "the system shows no notification");
        }
    });
}
