//! Notifications: asks for attention when an export ends or waits for a person, unless the window is being looked at.

use ab2d_engine::view::{ExportId, ExportView};
use notify_rust::{Notification, NotificationResponse};
use tauri::{AppHandle, Manager, Runtime};

use crate::window::{self, MAIN};
use crate::words;

/// Tells the system whose notifications these are, once, before the first.
#[cfg(target_os = "macos")]
pub(crate) fn introduce() {
    if let Err(error) = notify_rust::set_application(crate::IDENTIFIER) {
        tracing::warn!(%error, "notifications may be shown as another program's");
    }
}

/// Elsewhere each notification says whose it is.
#[cfg(not(target_os = "macos"))]
pub(crate) fn introduce() {}

/// Says that an export has come to rest; a click on it opens the export.
pub(crate) fn ask_for_it<R: Runtime>(app: &AppHandle<R>, export: &ExportView) {
    let Some(body) = words::at_rest(export) else { return };
    if !is_looked_at(app) {
        show(app, words::export_of(export), body, Some(export.id));
    }
}

/// Says that what runs goes on without the window; a click brings the window back.
pub(crate) fn say_it_goes_on<R: Runtime>(app: &AppHandle<R>, running: usize, in_tray: bool) {
    let body = if in_tray { words::GOES_ON_IN_TRAY } else { words::GOES_ON_MINIMIZED };
    show(app, words::exports_running(running), body.to_owned(), None);
}

fn is_looked_at<R: Runtime>(app: &AppHandle<R>) -> bool {
    app.get_webview_window(MAIN).is_some_and(|window| window.is_focused().unwrap_or(false))
}

/// Shows it, and waits for the click on a thread of its own.
fn show<R: Runtime>(app: &AppHandle<R>, title: String, body: String, export: Option<ExportId>) {
    let app = app.clone();
    std::thread::spawn(move || {
        let mut notification = Notification::new();
        notification
            .appname(words::PROGRAM)
            .summary(&title)
            .body(&as_read(body))
            .action("default", words::OPEN);
        #[cfg(target_os = "linux")]
        notification.icon("ab2d-desktop").hint(notify_rust::Hint::DesktopEntry(words::PROGRAM.to_owned()));
        #[cfg(windows)]
        notification.app_id(crate::IDENTIFIER);
        let shown = notification.show().and_then(|handle| {
            handle.wait_for_response(|response: &NotificationResponse| {
                if !matches!(response, NotificationResponse::Closed(_)) {
                    bring_forward(&app, export);
                }
            })
        });
        if let Err(error) = shown {
            tracing::warn!(%error, "the system shows no notification");
        }
    });
}

fn bring_forward<R: Runtime>(app: &AppHandle<R>, export: Option<ExportId>) {
    match export {
        Some(id) => window::open_export(app, id),
        None => window::bring_forward(app),
    }
}

/// The text as this desktop reads it: where it reads markup, a folder called `Müller & Co` would be taken for some.
#[cfg(target_os = "linux")]
fn as_read(text: String) -> String {
    let markup = notify_rust::get_capabilities().is_ok_and(|all| all.iter().any(|one| one == "body-markup"));
    if markup { escaped(&text) } else { text }
}

#[cfg(not(target_os = "linux"))]
fn as_read(text: String) -> String {
    text
}

#[cfg(target_os = "linux")]
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_never_taken_for_markup() {
        assert_eq!(escaped("at /srv/Müller & Co/<b>"), "at /srv/Müller &amp; Co/&lt;b&gt;");
    }
}
