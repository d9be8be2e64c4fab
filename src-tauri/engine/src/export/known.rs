//! What is known of the files that a manifest lists: it is asked for anew each time an export goes on.

use std::collections::HashMap;
use std::path::Path;

use super::record::{FileRecord, VerifiedFile};
use crate::problem::{Kind, Problem, Recovery, Stage};
use crate::view::FileState;

/// The files of a manifest, with what is known of them.
#[derive(Debug, PartialEq)]
pub(super) struct Taken {
    pub(super) files: Vec<FileRecord>,
    /// The files as they were known that were verified, and are not any more.
    pub(super) lost: Vec<FileRecord>,
}

impl Taken {
    /// Finds what is known of each file by its name: the service may list them in another order each time it is asked.
    /// That it does not list what it has delivered is no answer: its claims would be in nobody's list any more.
    pub(super) fn over(
        announced: Vec<FileRecord>,
        known: Vec<FileRecord>,
        folder: &Path,
    ) -> Result<Self, Problem> {
        let mut known: HashMap<_, _> = known.into_iter().map(|file| (file.name.clone(), file)).collect();
        let mut lost = Vec::new();
        let mut files = Vec::with_capacity(announced.len());
        for file in announced {
            let before = known.remove(&file.name);
            let file = file.knowing(before.as_ref(), folder);
            lost.extend(before.filter(|before| before.verified != file.verified));
            files.push(file);
        }
        if known.into_values().any(|file| file.verified.or(file.before).is_some()) {
            return Err(Problem::new(Kind::UnexpectedAnswer, Stage::Manifest));
        }
        Ok(Self { files, lost })
    }
}

impl FileRecord {
    /// The file with what is known of it from before, as far as that still lies in the folder.
    fn knowing(self, known: Option<&Self>, folder: &Path) -> Self {
        let Some(known) = known.cloned() else { return self };
        let is_same = known.is_same_as(&self);
        if is_same && known.verified.as_ref().is_some_and(|verified| verified.is_there(folder)) {
            return Self { index: self.index, ..known };
        }
        let Self { downloads, mismatches, given_up, verified, before, .. } = known;
        let before = verified.or(before);
        if !is_same {
            return Self { before, ..self };
        }
        // What time mends is tried again.
        let given_up = given_up.filter(|problem| problem.recovery() != Recovery::Clock);
        let state = if given_up.is_some() { FileState::Failed } else { FileState::Waiting };
        Self { state, downloads, mismatches, given_up, before, ..self }
    }

    /// Whether both announce the same file.
    fn is_same_as(&self, other: &Self) -> bool {
        self.name == other.name && self.sha256 == other.sha256 && self.bytes == other.bytes
    }
}

impl VerifiedFile {
    /// Whether a file of the recorded length still lies in the folder.
    fn is_there(&self, folder: &Path) -> bool {
        std::fs::symlink_metadata(folder.join(&self.name))
            .is_ok_and(|found| found.is_file() && found.len() == self.stored_bytes)
    }
}
