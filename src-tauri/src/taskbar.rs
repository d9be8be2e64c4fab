//! The progress bar on the program's icon in the task bar.

use tauri::{AppHandle, Runtime};

use crate::running::Bar;

/// The icon in the task bar.
pub(crate) struct TaskBar<R: Runtime> {
    #[cfg_attr(target_os = "linux", expect(dead_code, reason = "Linux has one progress bar a program"))]
    app: AppHandle<R>,
}

impl<R: Runtime> TaskBar<R> {
    pub(crate) fn new(app: AppHandle<R>) -> Self {
        Self { app }
    }

    /// Shows how far all of it is; `None` takes the bar away.
    #[cfg(target_os = "linux")]
    pub(crate) async fn show(&self, bar: Option<Bar>) {
        if let Err(error) = launcher::update(bar).await {
            tracing::debug!(%error, "the task bar shows no progress");
        }
    }

    /// Shows how far all of it is; `None` takes the bar away.
    #[cfg(not(target_os = "linux"))]
    #[expect(clippy::unused_async, reason = "as on Linux, where the desktop's bus is written to")]
    pub(crate) async fn show(&self, bar: Option<Bar>) {
        use tauri::Manager;
        use tauri::window::{ProgressBarState, ProgressBarStatus};

        let Some(window) = self.app.get_webview_window(crate::window::MAIN) else { return };
        let status = match bar {
            None => ProgressBarStatus::None,
            // Yellow, where the system has colours: nothing failed.
            Some(bar) if bar.held || bar.needs_person => ProgressBarStatus::Paused,
            Some(_) => ProgressBarStatus::Normal,
        };
        let progress = bar.map(|bar| u64::from(bar.percent));
        if let Err(error) = window.set_progress_bar(ProgressBarState { status: Some(status), progress }) {
            tracing::warn!(%error, "the task bar shows no progress");
        }
    }
}

/// The launcher interface that the docks of GNOME, KDE and others follow. Tauri's own way needs a library that most
/// of them come without.
#[cfg(target_os = "linux")]
mod launcher {
    use std::collections::HashMap;

    use zbus::Variant;

    use super::Bar;
    use crate::{bus, words};

    pub(super) async fn update(bar: Option<Bar>) -> zbus::Result<()> {
        let program = format!("application://{}.desktop", words::PROGRAM);
        bus::session()
            .await?
            .emit_signal(
                None::<&str>,
                "/org/ab2d_desktop/launcher",
                "com.canonical.Unity.LauncherEntry",
                "Update",
                &(program, entry(bar)),
            )
            .await
    }

    fn entry(bar: Option<Bar>) -> HashMap<&'static str, Variant<'static>> {
        HashMap::from([
            ("progress", Variant::from(bar.map_or(0.0, |bar| f64::from(bar.percent) / 100.0))),
            ("progress-visible", Variant::from(bar.is_some())),
            ("urgent", Variant::from(bar.is_some_and(|bar| bar.needs_person))),
        ])
    }
}
