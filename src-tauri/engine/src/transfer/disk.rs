//! What the operating system's errors mean for a person.

use std::io::{self, ErrorKind};
use std::path::Path;

use super::place::Place;
use crate::durable;
use crate::place::free_bytes;
use crate::problem::{Kind, Problem, Stage};

/// An error while a file was written or read, for which the disk must have `needed` bytes free.
pub(super) fn problem(error: &io::Error, place: &Place, needed: u64, stage: Stage) -> Problem {
    Problem::new(kind(error, place, needed), stage)
}

fn kind(error: &io::Error, place: &Place, needed: u64) -> Kind {
    let folder = place.folder.clone();
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            Kind::DiskFull { needed, reserve: 0, free: free_bytes(&folder).unwrap_or(0) }
        }
        _ if !folder.is_dir() => Kind::FolderMissing { folder },
        _ if durable::is_held(error) => Kind::FileInUse { file: place.path() },
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Kind::FolderNotWritable { folder },
        _ => fault(&place.path(), error.to_string()),
    }
}

/// A fault that no other kind describes.
pub(super) fn fault(path: &Path, reason: String) -> Kind {
    Kind::DiskFault { path: path.to_path_buf(), reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(kind: ErrorKind, folder: &Path) -> &'static str {
        let place = Place {
            name: "a.ndjson".to_owned(),
            folder: folder.to_path_buf(),
            compressed: false,
            private: true,
        };
        problem(&io::Error::from(kind), &place, 5, Stage::File).code()
    }

    #[test]
    fn each_error_has_its_meaning() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(code(ErrorKind::StorageFull, folder.path()), "diskFull");
        assert_eq!(code(ErrorKind::QuotaExceeded, folder.path()), "diskFull");
        assert_eq!(code(ErrorKind::ReadOnlyFilesystem, folder.path()), "folderNotWritable");
        assert_eq!(code(ErrorKind::PermissionDenied, folder.path()), "folderNotWritable");
        assert_eq!(code(ErrorKind::ResourceBusy, folder.path()), "fileInUse");
        assert_eq!(code(ErrorKind::Other, folder.path()), "diskFault");
        assert_eq!(code(ErrorKind::NotFound, &folder.path().join("gone")), "folderMissing");
        assert_eq!(
            code(ErrorKind::Other, &folder.path().join("gone")),
            "folderMissing",
            "a drive that is gone"
        );
    }
}
