//! Where the log is: among the program's records, or in a folder that a person chose.

use std::path::{Path, PathBuf};
use std::sync::PoisonError;

use super::Controller;
use super::folders::PATIENCE;
use crate::place;
use crate::problem::{Kind, Problem, Stage};
use crate::report::log;

impl Controller {
    /// Where the program's log is.
    pub fn log_folder(&self) -> PathBuf {
        self.0.log_folder.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes the log to the folder that was chosen some time; where that is gone, it stays among the records.
    pub(super) async fn open_log(&self) {
        let Some(chosen) = self.settings().log_folder else { return };
        if let Err(problem) = self.move_log(Some(&chosen)).await {
            tracing::warn!(code = problem.code(), "the log stays among the records");
        }
    }

    /// Goes on with the log in a folder, or among the records; what was logged before stays where it is.
    pub(super) async fn move_log(&self, chosen: Option<&Path>) -> Result<(), Problem> {
        let usual = log::folder(self.0.store.folder());
        let folder = chosen.map_or_else(|| usual.clone(), PathBuf::from);
        let target = folder.clone();
        let opening = tokio::task::spawn_blocking(move || {
            // Whoever logs waits for the disk, and a drive far away may take for ever.
            let is_far = target != usual && place::is_on_network(&target);
            if is_far { None } else { log::Opened::in_folder(&target).ok() }
        });
        let Ok(Ok(Some(file))) = tokio::time::timeout(PATIENCE, opening).await else {
            return Err(Problem::new(Kind::LogFolderUnusable { folder }, Stage::Preparation));
        };
        file.go_on();
        *self.0.log_folder.write().unwrap_or_else(PoisonError::into_inner) = folder;
        Ok(())
    }
}
