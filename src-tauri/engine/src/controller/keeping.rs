//! Who may put credentials into the keychain, or forget some there: one at a time, of all programs that share a data
//! folder. Otherwise new ones would be taken for those that are to be forgotten.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tokio::sync::{Mutex, MutexGuard};

use crate::keychain::PATIENCE;

/// How soon another program is looked at again.
const PAUSE: Duration = Duration::from_millis(50);

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

    /// Waits for a turn, for another program as long as for a keychain; `None` when it did not come. Where other programs
    /// cannot be waited for, those of this one are.
    pub(super) async fn turn(&self) -> Option<Turn<'_>> {
        let here = self.here.lock().await;
        let Ok(file) = File::options().create(true).truncate(false).write(true).open(&self.everywhere) else {
            return Some(Turn { _here: here, _everywhere: None });
        };
        let asked = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Some(Turn { _here: here, _everywhere: Some(file) }),
                Err(TryLockError::Error(_)) => return Some(Turn { _here: here, _everywhere: None }),
                Err(TryLockError::WouldBlock) if asked.elapsed() < PATIENCE => {
                    tokio::time::sleep(PAUSE).await;
                }
                Err(TryLockError::WouldBlock) => return None,
            }
        }
    }
}
