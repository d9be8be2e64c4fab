//! The system's own dialogs. They are opened from Rust, so that the page's reach over files stays as small as it is.

use std::future::Future;
use std::path::{Path, PathBuf};

use rfd::{
    AsyncFileDialog, AsyncMessageDialog, FileHandle, MessageButtons, MessageDialogResult, MessageLevel,
};
use tauri::{AppHandle, Manager, Runtime};

use crate::refusal::Refusal;
use crate::window::MAIN;
use crate::words;

/// What a person chose; `None` when they closed the dialog.
type Answer = Result<Option<PathBuf>, Refusal>;

/// The system's folder chooser.
pub(crate) async fn choose_folder<R: Runtime>(
    app: &AppHandle<R>,
    title: &'static str,
    start: Option<PathBuf>,
) -> Answer {
    let start = nearest(start).await;
    choose(app, move |dialog| in_folder(dialog.set_title(title), start).pick_folder()).await
}

/// The system's file chooser.
pub(crate) async fn choose_file<R: Runtime>(app: &AppHandle<R>, title: &'static str) -> Answer {
    choose(app, move |dialog| dialog.set_title(title).pick_file()).await
}

/// Where to save a file.
pub(crate) async fn choose_target<R: Runtime>(
    app: &AppHandle<R>,
    title: &'static str,
    name: String,
) -> Answer {
    choose(app, move |dialog| dialog.set_title(title).set_file_name(name).save_file()).await
}

/// A message where there is no window, and never will be.
pub(crate) fn say_and_wait(title: &str, text: &str) {
    rfd::MessageDialog::new().set_title(title).set_description(text).set_level(MessageLevel::Error).show();
}

/// A message beside the window.
pub(crate) fn say<R: Runtime>(app: &AppHandle<R>, title: &'static str, text: String) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let dialog =
            AsyncMessageDialog::new().set_title(title).set_description(text).set_level(MessageLevel::Warning);
        on_main_thread(&app, move || dialog.show()).await;
    });
}

/// Asks whether to quit though something runs.
pub(crate) async fn confirm_quit<R: Runtime>(app: &AppHandle<R>, text: &str) -> bool {
    use words::dialog::{KEEP_RUNNING, QUIT, QUIT_NOW};
    // Windows' own messages take no words for their buttons, and "Cancel" would be taken for an export's.
    let buttons = if cfg!(windows) {
        MessageButtons::YesNo
    } else {
        MessageButtons::OkCancelCustom(QUIT_NOW.to_owned(), KEEP_RUNNING.to_owned())
    };
    // Its caption alone would ask.
    let text = if cfg!(windows) { format!("{QUIT}\n\n{text}") } else { text.to_owned() };
    let dialog = AsyncMessageDialog::new().set_title(QUIT).set_description(text).set_buttons(buttons);
    match on_main_thread(app, move || dialog.show()).await {
        Some(MessageDialogResult::Custom(answer)) => answer == QUIT_NOW,
        Some(answer) => matches!(answer, MessageDialogResult::Ok | MessageDialogResult::Yes),
        // Nobody can be asked, and nothing is lost by quitting.
        None => true,
    }
}

async fn choose<R, F, D>(app: &AppHandle<R>, open: F) -> Answer
where
    R: Runtime,
    F: FnOnce(AsyncFileDialog) -> D + Send + 'static,
    D: Future<Output = Option<FileHandle>> + Send + 'static,
{
    let parent = app.get_webview_window(MAIN);
    let chosen = on_main_thread(app, move || {
        let dialog = AsyncFileDialog::new();
        open(match &parent {
            Some(window) => dialog.set_parent(window),
            None => dialog,
        })
    });
    let chosen = chosen.await.ok_or_else(|| Refusal::says(words::NO_DIALOG))?;
    Ok(chosen.map(|file| file.path().to_path_buf()))
}

/// Dialogs are made on the main thread, which some systems insist on. `None`: it could not be reached.
async fn on_main_thread<R, F, D>(app: &AppHandle<R>, open: F) -> Option<D::Output>
where
    R: Runtime,
    F: FnOnce() -> D + Send + 'static,
    D: Future + Send + 'static,
{
    let (sender, receiver) = tokio::sync::oneshot::channel();
    app.run_on_main_thread(move || _ = sender.send(open())).ok()?;
    Some(receiver.await.ok()?.await)
}

/// A folder or, where it is not there yet, the nearest one above it that is. A drive that is gone may take long to say
/// so, and the window must not wait for it.
async fn nearest(folder: Option<PathBuf>) -> Option<PathBuf> {
    let folder = folder?;
    let look = move || folder.ancestors().find(|each| each.is_dir()).map(Path::to_path_buf);
    tokio::task::spawn_blocking(look).await.ok()?
}

fn in_folder(dialog: AsyncFileDialog, start: Option<PathBuf>) -> AsyncFileDialog {
    match start {
        Some(folder) => dialog.set_directory(folder),
        None => dialog,
    }
}
