//! Who may put credentials into the keychain, or forget some there: one at a time, of all programs that share a data
//! folder. Otherwise new ones would be taken for those that are to be forgotten.

use std::fs::File;
use std::path::{Path, PathBuf};

use tokio::sync::{Mutex, MutexGuard};

/// The turn that is taken.
pub(super) struct Keeping {
    here: Mutex<()>,
    everywhere: PathBuf,
}

/// Held for as long as the turn lasts.
pub(super) struct Turn<'a> {
    _here: MutexGuard<'a, ()>,
    _everywhere: Option<File>,
}

impl Keeping {
    pub(super) fn new(data_folder: &Path) -> Self {
        Self { here: Mutex::default(), everywhere: data_folder.join("credentials.lock") }
    }

    /// Waits for a turn. Where other programs cannot be waited for, those of this one are.
    pub(super) async fn turn(&self) -> Turn<'_> {
        let here = self.here.lock().await;
        let path = self.everywhere.clone();
        let everywhere = tokio::task::spawn_blocking(move || locked(&path)).await;
        Turn { _here: here, _everywhere: everywhere.ok().flatten() }
    }
}

fn locked(path: &Path) -> Option<File> {
    let file = File::options().create(true).truncate(false).write(true).open(path).ok()?;
    file.lock().ok()?;
    Some(file)
}
