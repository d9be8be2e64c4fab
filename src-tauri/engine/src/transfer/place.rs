//! A file's names in its folder.

use std::path::PathBuf;

use super::{Target, part};
use crate::api::ManifestFile;

/// Where one file goes; owned, so that the disk thread can have it.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// The name on the disk.
    pub(super) name: String,
    /// The export's folder.
    pub(super) folder: PathBuf,
    /// Whether it is kept compressed.
    pub(super) compressed: bool,
    /// Whether it is for this user alone.
    pub(super) private: bool,
}

impl Place {
    pub(super) fn new(file: &ManifestFile, target: &Target<'_>) -> Self {
        let ending = if target.compressed { ".gz" } else { "" };
        Self {
            name: format!("{}{ending}", file.name),
            folder: target.folder.to_path_buf(),
            compressed: target.compressed,
            private: target.private,
        }
    }

    /// The final name: who has it is whole.
    pub(super) fn path(&self) -> PathBuf {
        self.folder.join(&self.name)
    }

    /// The file while it is written.
    pub(super) fn part(&self) -> PathBuf {
        part::with_ending(&self.path(), ".part")
    }

    /// The bytes as they came off the wire, while a transfer may have to go on later.
    pub(super) fn wire(&self) -> PathBuf {
        part::with_ending(&self.path(), ".wire")
    }
}
