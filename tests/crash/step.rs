//! What a program does to the disk, one step at a time.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::tracer::SAID;

/// A change of the disk, or its flush.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    /// A file is made, or emptied.
    Create,
    /// Bytes are written.
    Write,
    /// The disk is to keep what was written into a file, or the names in a folder.
    Flush,
    /// A file gets this name.
    Rename,
    /// A folder is made.
    MakeFolder,
    /// A file is removed.
    Remove,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) act: Act,
    pub(crate) path: PathBuf,
    /// The name that a renamed file had.
    pub(crate) from: Option<PathBuf>,
}

/// Before a step is done, or after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    Before,
    After,
}

impl Step {
    /// The path's last part.
    pub(crate) fn name(&self) -> &str {
        self.path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
    }

    /// Whether it is done to what lies in a folder or below, and matters when the program starts again.
    pub(crate) fn matters_in(&self, home: &Path) -> bool {
        let Ok(inside) = self.path.strip_prefix(home) else { return false };
        self.name() != SAID
            && !self.name().ends_with("-shm")
            && !inside.starts_with("data/logs")
            && !inside.starts_with("data/locks")
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let act = match self.act {
            Act::Create => "create",
            Act::Write => "write",
            Act::Flush => "flush",
            Act::Rename => "rename to",
            Act::MakeFolder => "make folder",
            Act::Remove => "remove",
        };
        write!(f, "{act} {}", self.name())
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Before => "before",
            Self::After => "after",
        })
    }
}
