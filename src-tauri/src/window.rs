//! The window: opening it, closing it, and what reaches its page.

use std::path::{Path, PathBuf};

use ab2d_engine::controller::Controller;
use ab2d_engine::settings::Settings;
use ab2d_engine::view::{Event, ExportId};
use tauri::{
    App, AppHandle, DragDropEvent, Emitter, Manager, Runtime, WebviewUrl, WebviewWindow,
    WebviewWindowBuilder, Window, WindowEvent,
};
use tokio::sync::broadcast::error::RecvError;

use crate::follow::{Wish, Wishes};
use crate::geometry::Geometry;
use crate::running::Exports;
use crate::words;

/// The one window.
pub(crate) const MAIN: &str = "main";

/// The one event that the page listens to; it carries an [`Event`].
const EVENT: &str = "ab2d";

/// Logical pixels in which every control can be reached: a screen of 1280×720 at 200 %.
pub(crate) const SMALLEST: (f64, f64) = (640.0, 360.0);

/// Opens the window where it was left.
pub(crate) fn open(app: &App) -> tauri::Result<()> {
    let window = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::default())
        .title(words::PROGRAM)
        .min_inner_size(SMALLEST.0, SMALLEST.1)
        .visible(false)
        // The page is one document: it is never left, whatever a link says.
        .on_navigation(|url| matches!(url.scheme(), "tauri") || url.host_str() == Some("tauri.localhost"))
        .build()?;
    app.state::<Geometry>().restore(&window)?;
    enlarge(app.handle(), &app.state::<Controller>().settings());
    window.show()
}

/// Shows the window and gives it the focus.
pub(crate) fn bring_forward<R: Runtime>(app: &AppHandle<R>) {
    with_window(app, "the window did not come forward", |window| {
        window.show()?;
        window.unminimize()?;
        window.set_focus()
    });
    app.state::<Wishes>().send(Wish::Shown);
    focus_once_managed(app);
}

/// A window manager that has not yet met a window that was hidden gives it no focus: it is asked again for a while.
#[cfg(target_os = "linux")]
fn focus_once_managed<R: Runtime>(app: &AppHandle<R>) {
    const PAUSE: std::time::Duration = std::time::Duration::from_millis(150);
    const TRIES: u8 = 20;
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        for _ in 0..TRIES {
            tokio::time::sleep(PAUSE).await;
            let Some(window) = app.get_webview_window(MAIN) else { return };
            if window.is_focused().unwrap_or(true) || !window.is_visible().unwrap_or(false) {
                return;
            }
            with_window(&app, "the window did not get the focus", WebviewWindow::set_focus);
        }
    });
}

#[cfg(not(target_os = "linux"))]
fn focus_once_managed<R: Runtime>(_app: &AppHandle<R>) {}

/// Brings the window to an export.
pub(crate) fn open_export<R: Runtime>(app: &AppHandle<R>, id: ExportId) {
    app.state::<Controller>().emit(Event::OpenExport { id });
    bring_forward(app);
}

/// Shows the page as large as the settings say.
fn enlarge<R: Runtime>(app: &AppHandle<R>, settings: &Settings) {
    let zoom = f64::from(settings.zoom) / 100.0;
    with_window(app, "the page was not enlarged", |window| window.set_zoom(zoom));
}

/// Takes the window off the screen; the tray brings it back.
pub(crate) fn hide<R: Runtime>(app: &AppHandle<R>) {
    with_window(app, "the window could not be hidden", WebviewWindow::hide);
}

/// Leaves the window in the task bar.
pub(crate) fn minimise<R: Runtime>(app: &AppHandle<R>) {
    with_window(app, "the window could not be minimised", WebviewWindow::minimize);
}

fn with_window<R: Runtime>(
    app: &AppHandle<R>,
    otherwise: &str,
    act: impl FnOnce(&WebviewWindow<R>) -> tauri::Result<()>,
) {
    if let Some(Err(error)) = app.get_webview_window(MAIN).map(|window| act(&window)) {
        tracing::warn!(%error, "{otherwise}");
    }
}

/// Sends what happens to the page.
pub(crate) fn forward_events<R: Runtime>(app: AppHandle<R>, controller: &Controller) {
    let (mut events, controller) = (controller.subscribe(), controller.clone());
    tauri::async_runtime::spawn(async move {
        let mut shown = Exports::default();
        loop {
            match events.recv().await {
                Ok(event) => {
                    match &event {
                        Event::Export { export } => _ = shown.take(export),
                        Event::Settings { settings, .. } => enlarge(&app, settings),
                        _ => {}
                    }
                    emit(&app, &event);
                }
                Err(RecvError::Lagged(_)) => catch_up(&app, &controller, &mut shown).await,
                Err(RecvError::Closed) => return,
            }
        }
    });
}

/// Some events were missed: shows everything as it is now, and what ended meanwhile as ended.
async fn catch_up<R: Runtime>(app: &AppHandle<R>, controller: &Controller, shown: &mut Exports) {
    if let Ok(contracts) = controller.contracts().await {
        emit(app, &Event::Contracts { contracts });
    }
    emit(app, &controller.settings_event());
    enlarge(app, &controller.settings());
    for export in shown.now(controller).await {
        shown.take(&export);
        emit(app, &Event::Export { export: Box::new(export) });
    }
}

fn emit<R: Runtime>(app: &AppHandle<R>, event: &Event) {
    if let Err(error) = app.emit_to(MAIN, EVENT, event) {
        tracing::warn!(%error, "an event did not reach the page");
    }
}

/// Files are dropped, the window is moved or resized, or it is closed.
pub(crate) fn on_event<R: Runtime>(window: &Window<R>, event: &WindowEvent) {
    match event {
        WindowEvent::DragDrop(DragDropEvent::Drop { paths, .. }) => dropped(window, paths.clone()),
        WindowEvent::Moved(_) | WindowEvent::Resized(_) => window.state::<Geometry>().note(window),
        WindowEvent::CloseRequested { api, .. } => {
            // A window that was made to fill the screen may have told its size before that.
            window.state::<Geometry>().note(window);
            window.state::<Geometry>().store();
            if window.state::<Controller>().at_work() > 0 {
                // What runs goes on without the window.
                api.prevent_close();
                window.state::<Wishes>().send(Wish::Background);
            }
        }
        // Logging off may leave no time to say where it was.
        WindowEvent::Focused(false) => window.state::<Geometry>().store(),
        _ => {}
    }
}

fn dropped<R: Runtime>(window: &Window<R>, paths: Vec<PathBuf>) {
    let controller = window.state::<Controller>().inner().clone();
    tauri::async_runtime::spawn(async move {
        let file = match only_file(&paths) {
            Ok(path) => controller
                .read_credentials_file(path)
                .await
                .map_err(|error| format!("{error} {}", error.next_step())),
            Err(sentence) => Err(sentence.to_owned()),
        };
        controller.emit(Event::CredentialsDropped { file });
    });
}

/// The one file that was dropped; if it was anything else, what to drop instead.
fn only_file(paths: &[PathBuf]) -> Result<&Path, &'static str> {
    match paths {
        [path] if path.is_dir() => Err(words::dropped::FOLDER),
        [path] => Ok(path),
        [] => Err(words::dropped::NOTHING),
        _ => Err(words::dropped::SEVERAL),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drop_is_one_file_or_a_sentence() {
        let folder = std::env::temp_dir();
        let file = folder.join("credentials_Z1001.txt");
        assert_eq!(only_file(std::slice::from_ref(&file)), Ok(file.as_path()));
        assert_eq!(only_file(std::slice::from_ref(&folder)), Err(words::dropped::FOLDER));
        assert_eq!(only_file(&[file, folder]), Err(words::dropped::SEVERAL));
        assert_eq!(only_file(&[]), Err(words::dropped::NOTHING));
    }
}
