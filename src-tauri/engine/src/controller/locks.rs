//! A lock for each export, for every process that works on these records: who holds it drives the export.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::view::ExportId;

/// For how long a lock is asked for. Who only looks whether it is held shares it meanwhile.
const PATIENCE: Duration = Duration::from_millis(500);

/// How soon it is asked for again.
const PAUSE: Duration = Duration::from_millis(10);

/// The folder of the exports' locks.
#[derive(Clone)]
pub(super) struct Locks(PathBuf);

/// An export's lock, until it is dropped.
pub(super) struct Held {
    file: File,
    path: PathBuf,
}

impl Locks {
    pub(super) fn in_folder(data_folder: &Path) -> Self {
        Self(data_folder.join("locks"))
    }

    /// Takes an export's lock; `None` while another has it.
    pub(super) async fn take(&self, id: ExportId) -> io::Result<Option<Held>> {
        let asked = Instant::now();
        loop {
            match self.try_take(id)? {
                None if asked.elapsed() < PATIENCE => tokio::time::sleep(PAUSE).await,
                held_or_refused => return Ok(held_or_refused),
            }
        }
    }

    /// Takes an export's lock at the first attempt, or not at all.
    pub(super) fn try_take(&self, id: ExportId) -> io::Result<Option<Held>> {
        fs::create_dir_all(&self.0)?;
        let path = self.path(id);
        let file = File::options().create(true).truncate(false).write(true).open(&path)?;
        Held { file, path }.locked()
    }

    /// Whether anybody has an export's lock. To look takes it from nobody.
    pub(super) fn is_held(&self, id: ExportId) -> bool {
        // Nobody holds what is not there.
        let Ok(file) = File::open(self.path(id)) else { return false };
        matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
    }

    fn path(&self, id: ExportId) -> PathBuf {
        self.0.join(format!("export-{}.lock", id.0))
    }
}

impl Held {
    /// Locks a file that was opened, unless another has it or it was taken away meanwhile.
    fn locked(self) -> io::Result<Option<Self>> {
        match self.file.try_lock() {
            Ok(()) if self.is_in_place()? => Ok(Some(self)),
            Ok(()) | Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Whether everybody who asks for this lock asks for this very file.
    fn is_in_place(&self) -> io::Result<bool> {
        let own = same_file::Handle::from_file(self.file.try_clone()?)?;
        Ok(same_file::Handle::from_path(&self.path).is_ok_and(|there| there == own))
    }

    /// Gives the lock of an export that has ended back, and leaves no file behind.
    pub(super) fn retire(self) {
        // While it is held: a file that another had just locked must not be taken away.
        _ = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: ExportId = ExportId(7);

    fn locks() -> (tempfile::TempDir, Locks) {
        let folder = tempfile::tempdir().unwrap();
        let locks = Locks::in_folder(folder.path());
        (folder, locks)
    }

    #[tokio::test]
    async fn only_one_has_a_lock() {
        let (_folder, locks) = locks();
        assert!(!locks.is_held(ID));
        let held = locks.take(ID).await.unwrap();
        assert!(held.is_some() && locks.is_held(ID));
        assert!(locks.take(ID).await.unwrap().is_none());
        drop(held);
        assert!(!locks.is_held(ID));
        assert!(locks.take(ID).await.unwrap().is_some());
    }

    #[tokio::test]
    async fn who_looks_whether_it_is_held_takes_it_from_nobody() {
        let (_folder, locks) = locks();
        drop(locks.take(ID).await.unwrap());
        let look = File::open(locks.path(ID)).unwrap();
        look.try_lock_shared().unwrap();
        assert!(!locks.is_held(ID), "two that look at once see each other");
        let (taken, ()) = tokio::join!(locks.take(ID), async { drop(look) });
        assert!(taken.unwrap().is_some());
    }

    #[test]
    fn a_file_that_was_taken_away_is_no_lock() {
        let (_folder, locks) = locks();
        let first = locks.try_take(ID).unwrap().unwrap();
        let late = Held { file: File::open(locks.path(ID)).unwrap(), path: locks.path(ID) };
        first.retire();
        let second = locks.try_take(ID).unwrap();
        assert!(second.is_some());
        assert!(late.locked().unwrap().is_none(), "two have the lock of one export");
    }

    #[test]
    fn an_export_that_has_ended_leaves_no_lock_behind() {
        let (_folder, locks) = locks();
        locks.try_take(ID).unwrap().unwrap().retire();
        assert!(!locks.path(ID).exists() && !locks.is_held(ID));
    }
}
