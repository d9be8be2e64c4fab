//! Shows a folder in the system's file manager.

use std::path::PathBuf;

use crate::refusal::Refusal;
use crate::words;

/// Opens a folder; where the system has no program for it, says where it is.
pub(crate) async fn show(folder: PathBuf) -> Result<(), Refusal> {
    let shown = folder.clone();
    // A launcher that fails does so within a moment, which is waited for.
    let opened = tauri::async_runtime::spawn_blocking(move || open::that_detached(shown)).await;
    match opened {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(refused(&folder, &error)),
        Err(error) => Err(refused(&folder, &error)),
    }
}

fn refused(folder: &std::path::Path, error: &dyn std::error::Error) -> Refusal {
    tracing::warn!(%error, "the folder could not be shown");
    Refusal::says(words::no_file_manager(folder))
}
