//! The window: opening it, closing it, and what reaches its page.

use ab2d_engine::controller::Controller;
use ab2d_engine::view::Event;
use tauri::{
    App, AppHandle, DragDropEvent, Emitter, Manager, Runtime, WebviewUrl, WebviewWindowBuilder, Window,
    WindowEvent,
};
use tokio::sync::broadcast::error::RecvError;

/// The one window.
pub(crate) const MAIN: &str = "main";

/// The one event that the page listens to; it carries an [`Event`].
const EVENT: &str = "ab2d";

/// Opens the window.
pub(crate) fn open(app: &App) -> tauri::Result<()> {
    WebviewWindowBuilder::new(app, MAIN, WebviewUrl::default())
        .title("AB2D Desktop")
        .inner_size(1120.0, 760.0)
        .min_inner_size(800.0, 560.0)
        // Ctrl with +, - and 0, as in a browser.
        .zoom_hotkeys_enabled(true)
        // The page is one document: it is never left, whatever a link says.
        .on_navigation(|url| matches!(url.scheme(), "tauri") || url.host_str() == Some("tauri.localhost"))
        .build()?;
    Ok(())
}

/// Shows the window and gives it the focus.
pub(crate) fn bring_forward<R: Runtime>(app: &AppHandle<R>) {
    let Some(window) = app.get_webview_window(MAIN) else { return };
    for done in [window.show(), window.unminimize(), window.set_focus()] {
        if let Err(error) = done {
            tracing::warn!(%error, "the window did not come forward");
        }
    }
}

/// Sends what happens to the page.
pub(crate) fn forward_events<R: Runtime>(app: AppHandle<R>, controller: &Controller) {
    let (mut events, controller) = (controller.subscribe(), controller.clone());
    tauri::async_runtime::spawn(async move {
        loop {
            match events.recv().await {
                Ok(event) => emit(&app, &event),
                Err(RecvError::Lagged(_)) => catch_up(&app, &controller).await,
                Err(RecvError::Closed) => return,
            }
        }
    });
}

/// Some events were missed: shows every export as it is now.
async fn catch_up<R: Runtime>(app: &AppHandle<R>, controller: &Controller) {
    for export in controller.unfinished().await.unwrap_or_default() {
        emit(app, &Event::Export { export: Box::new(export) });
    }
}

fn emit<R: Runtime>(app: &AppHandle<R>, event: &Event) {
    if let Err(error) = app.emit_to(MAIN, EVENT, event) {
        tracing::warn!(%error, "an event did not reach the page");
    }
}

/// A credentials file is dropped, or the window is closed.
pub(crate) fn on_event<R: Runtime>(window: &Window<R>, event: &WindowEvent) {
    match event {
        WindowEvent::DragDrop(DragDropEvent::Drop { paths, .. }) => dropped(window, paths.first()),
        WindowEvent::CloseRequested { api, .. } if window.state::<Controller>().is_active() => {
            // What runs goes on; the window waits in the task bar until it is wanted.
            api.prevent_close();
            if let Err(error) = window.minimize() {
                tracing::warn!(%error, "the window could not be minimised");
            }
        }
        _ => {}
    }
}

fn dropped<R: Runtime>(window: &Window<R>, path: Option<&std::path::PathBuf>) {
    let Some(path) = path.cloned() else { return };
    let controller = window.state::<Controller>().inner().clone();
    tauri::async_runtime::spawn(async move {
        let file = controller
            .read_credentials_file(&path)
            .await
            .map_err(|error| format!("{error} {}", error.next_step()));
        controller.emit(Event::CredentialsDropped { file });
    });
}
