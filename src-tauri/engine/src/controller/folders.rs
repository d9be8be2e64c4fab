//! Save folders: looked at, made and checked, away from the asynchronous threads.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Controller;
use crate::contract::Contract;
use crate::place;
use crate::problem::{Kind, Problem, Stage};
use crate::store;
use crate::view::FolderView;

/// How long a drive may take to tell of itself; one that is asleep or far away may take for ever.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

impl Controller {
    /// What is known of a folder, which need not exist yet.
    pub async fn look_at_folder(&self, folder: &Path) -> FolderView {
        let path = folder.display().to_string();
        let folder = folder.to_path_buf();
        let looking = tokio::task::spawn_blocking(move || place::look(&folder));
        match tokio::time::timeout(PATIENCE, looking).await {
            Ok(Ok(view)) => view,
            _ => FolderView { path, free_bytes: None, warnings: Vec::new() },
        }
    }

    /// Makes a folder that a person has just chosen, and makes sure that this user can write into it.
    pub(super) async fn check_chosen(&self, folder: &Path) -> Result<(), Problem> {
        let (folder, private) = (folder.to_path_buf(), self.settings().private_files);
        tokio::task::spawn_blocking(move || place::check_chosen(&folder, private))
            .await
            .map_err(|e| store::fault(&e))?
    }

    /// The folder that was chosen for a contract some time. One that is gone is not made again: the disk that it was on
    /// may be another than the one that would take its place.
    pub(super) async fn check_folder_of(&self, contract: &Contract) -> Result<PathBuf, Problem> {
        let folder = contract.folder.clone();
        let check = move || place::check_writable(&folder).map(|()| folder);
        tokio::task::spawn_blocking(check).await.map_err(|error| store::fault(&error))?
    }

    /// Makes sure that so many bytes would fit into a folder, where its room is known.
    pub(super) async fn check_room(&self, folder: &Path, needed: u64) -> Result<(), Problem> {
        match self.look_at_folder(folder).await.free_bytes {
            Some(free) if free < needed => {
                Err(Problem::new(Kind::DiskFull { needed, reserve: 0, free }, Stage::Preparation))
            }
            _ => Ok(()),
        }
    }
}
