//! One window for each data folder: a second start brings the first forward.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use ab2d_engine::controller::{self, Controller};
use tauri::{AppHandle, Manager, Runtime};

use crate::window;

/// How soon the first one notices that it is wanted.
const LOOK: Duration = Duration::from_millis(300);

/// How often a second start looks whether the first came forward or ended: longer than exports have to come to a stop.
const TRIES: u8 = 50;

/// Held by the only window of a data folder for as long as it lives.
pub(crate) struct Only {
    _lock: Option<File>,
    wanted: PathBuf,
}

impl Only {
    /// Takes the folder's lock; `None` when another window has it, which is then asked to come forward. A folder that
    /// cannot be locked is left to the records' own check, which words what is wrong with it.
    pub(crate) fn of(folder: &Path) -> Option<Self> {
        let wanted = folder.join("window-wanted");
        _ = controller::make_data_folder(folder);
        let Ok(file) =
            File::options().create(true).truncate(false).write(true).open(folder.join("window.lock"))
        else {
            return Some(Self { _lock: None, wanted });
        };
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => _ = File::create(&wanted),
            Err(TryLockError::Error(_)) => return Some(Self { _lock: None, wanted }),
            Ok(()) => return Some(Self::holding(file, wanted)),
        }
        // One that is about to end comes forward no more: this one waits until it has ended.
        for _ in 0..TRIES {
            thread::sleep(LOOK);
            if !wanted.exists() {
                return None;
            }
            if file.try_lock().is_ok() {
                return Some(Self::holding(file, wanted));
            }
        }
        None
    }

    fn holding(lock: File, wanted: PathBuf) -> Self {
        _ = fs::remove_file(&wanted);
        Self { _lock: Some(lock), wanted }
    }

    /// Comes forward whenever a second start asks for it.
    pub(crate) fn watch<R: Runtime>(self, app: AppHandle<R>) {
        tauri::async_runtime::spawn(async move {
            // The whole of it, or the lock would end here.
            let only = self;
            loop {
                tokio::time::sleep(LOOK).await;
                if app.state::<Controller>().is_closing() {
                    // Who comes now waits until the lock is free.
                    return std::future::pending().await;
                }
                if fs::remove_file(&only.wanted).is_ok() {
                    window::bring_forward(&app);
                }
            }
        });
    }
}
