//! A file's names in its folder.

use std::path::PathBuf;

use super::{Target, part};
use crate::api::ManifestFile;

/// What a compressed file's name ends with.
pub(super) const COMPRESSED: &str = ".gz";
/// What the name of a file ends with while it is written.
pub(super) const PART: &str = ".part";
/// What the name of a side file ends with.
pub(super) const WIRE: &str = ".wire";

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
        let ending = if target.compressed { COMPRESSED } else { "" };
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
        part::with_ending(&self.path(), PART)
    }

    /// The bytes as they came off the wire, while a transfer may have to go on later.
    pub(super) fn wire(&self) -> PathBuf {
        part::with_ending(&self.path(), WIRE)
    }
}
