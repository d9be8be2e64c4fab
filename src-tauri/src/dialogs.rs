//! The system's own dialogs. They are opened from Rust, so that the page's reach over files stays as small as it is.

use std::future::Future;
use std::path::PathBuf;

use rfd::{AsyncFileDialog, FileHandle};
use tauri::{AppHandle, Manager, Runtime};

use crate::window::MAIN;

/// The system's folder chooser.
pub(crate) async fn choose_folder<R: Runtime>(
    app: &AppHandle<R>,
    title: &str,
    start: Option<PathBuf>,
) -> Option<PathBuf> {
    let title = title.to_owned();
    show(app, move |dialog| in_folder(dialog.set_title(title), start).pick_folder()).await
}

/// The system's file chooser.
pub(crate) async fn choose_file<R: Runtime>(app: &AppHandle<R>, title: &str) -> Option<PathBuf> {
    let title = title.to_owned();
    show(app, move |dialog| dialog.set_title(title).pick_file()).await
}

/// Where to save a file.
pub(crate) async fn choose_target<R: Runtime>(
    app: &AppHandle<R>,
    title: &str,
    name: &str,
) -> Option<PathBuf> {
    let (title, name) = (title.to_owned(), name.to_owned());
    show(app, move |dialog| dialog.set_title(title).set_file_name(name).save_file()).await
}

/// A message before there is a window.
pub(crate) fn say_and_wait(title: &str, text: &str) {
    rfd::MessageDialog::new()
        .set_title(title)
        .set_description(text)
        .set_level(rfd::MessageLevel::Error)
        .show();
}

/// Dialogs are made on the main thread, which some systems insist on.
async fn show<R, F, D>(app: &AppHandle<R>, open: F) -> Option<PathBuf>
where
    R: Runtime,
    F: FnOnce(AsyncFileDialog) -> D + Send + 'static,
    D: Future<Output = Option<FileHandle>> + Send + 'static,
{
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let parent = app.get_webview_window(MAIN);
    let made = app.run_on_main_thread(move || {
        let dialog = AsyncFileDialog::new();
        let dialog = match &parent {
            Some(window) => dialog.set_parent(window),
            None => dialog,
        };
        _ = sender.send(open(dialog));
    });
    made.ok()?;
    receiver.await.ok()?.await.map(|chosen| chosen.path().to_path_buf())
}

/// Begins in a folder or, where it is not there yet, in the nearest one above it that is.
fn in_folder(dialog: AsyncFileDialog, start: Option<PathBuf>) -> AsyncFileDialog {
    let start = start.unwrap_or_default();
    match start.ancestors().find(|folder| folder.is_dir()) {
        Some(folder) => dialog.set_directory(folder),
        None => dialog,
    }
}
