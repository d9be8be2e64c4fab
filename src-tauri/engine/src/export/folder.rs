//! The folder that an export makes for itself.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Local};

use crate::contract::ContractNumber;
use crate::durable;
use crate::problem::{Kind, Problem, Stage};

/// The manifest as the service sent it.
pub const MANIFEST: &str = "manifest.json";

/// `<contract> <local date> <last eight characters of the job's ID>`: the jobs of v3 all begin with the same.
pub fn name(number: &ContractNumber, started: DateTime<Local>, job: &str) -> String {
    let digits: Vec<char> = job.chars().filter(char::is_ascii_hexdigit).collect();
    let short: String = digits[digits.len().saturating_sub(8)..].iter().collect();
    format!("{number} {} {short}", started.format("%Y-%m-%d"))
}

/// Makes an export's folder in its save folder, for this user alone where `private` says so. Where there is something
/// of the name, it gets a number: the folder is the export's own. A save folder that is gone is not made again: a
/// missing drive is not papered over.
pub fn make_new(save_folder: &Path, name: &str, manifest: &[u8], private: bool) -> Result<PathBuf, Problem> {
    let mut folder = save_folder.join(name);
    let mut number = 1;
    while let Err(error) = durable::make_new_folder(&folder, private) {
        if error.kind() != io::ErrorKind::AlreadyExists {
            return Err(diagnose(&error, save_folder));
        }
        if is_left_behind(&folder, manifest) {
            break;
        }
        number += 1;
        folder = save_folder.join(format!("{name} ({number})"));
    }
    Ok(folder)
}

/// Whether a folder holds this manifest and nothing else: this export made it, and the program ended before that was
/// noted.
fn is_left_behind(folder: &Path, manifest: &[u8]) -> bool {
    let only_the_manifest = fs::read_dir(folder)
        .is_ok_and(|mut entries| entries.all(|entry| entry.is_ok_and(|entry| entry.file_name() == MANIFEST)));
    only_the_manifest && fs::read(folder.join(MANIFEST)).is_ok_and(|held| held == manifest)
}

/// Makes the folder that is an export's own again, if it is not there.
pub fn make(save_folder: &Path, name: &Path, private: bool) -> Result<PathBuf, Problem> {
    let folder = save_folder.join(name);
    durable::make_folder(&folder, private).map_err(|error| diagnose(&error, save_folder))?;
    Ok(folder)
}

/// Makes a save folder that a person has just chosen, and those above it.
pub fn make_all(folder: &Path, private: bool) -> Result<(), Problem> {
    durable::make_folders(folder, private).map_err(|error| diagnose(&error, folder))
}

/// Writes a small file whole: beside its name first, flushed, then renamed.
pub fn write_whole(folder: &Path, name: &str, content: &[u8], private: bool) -> Result<(), Problem> {
    let part = folder.join(format!("{name}.part"));
    durable::write(&part, &folder.join(name), content, private)
        .map_err(|error| with_needed(diagnose(&error, folder), content.len() as u64))
}

/// What an operating system's error about a folder means.
pub fn diagnose(error: &io::Error, folder: &Path) -> Problem {
    let owned = folder.to_path_buf();
    let kind = match error.kind() {
        io::ErrorKind::NotFound => Kind::FolderMissing { folder: owned },
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            Kind::FolderNotWritable { folder: owned }
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            Kind::DiskFull { needed: 0, reserve: 0, free: crate::place::free_bytes(folder).unwrap_or(0) }
        }
        _ => Kind::DiskFault { path: owned, reason: error.to_string() },
    };
    Problem::new(kind, Stage::File)
}

/// The same problem; where the disk is full, with the bytes that it would have to take.
fn with_needed(mut problem: Problem, bytes: u64) -> Problem {
    if let Kind::DiskFull { needed, .. } = &mut problem.kind {
        *needed = bytes;
    }
    problem
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    #[test]
    fn an_exports_folder_names_contract_day_and_job() {
        let started = Local.with_ymd_and_hms(2026, 11, 20, 12, 0, 0).unwrap();
        let name = |job| name(&"S5601".parse().unwrap(), started, job);
        assert_eq!(name("33333333-aaaa-bbbb-cccc-dddd3fa81c2e"), "S5601 2026-11-20 3fa81c2e");
        assert_eq!(name("job 7a"), "S5601 2026-11-20 b7a");
    }

    #[test]
    fn a_folder_that_is_there_is_anothers() {
        let home = tempfile::tempdir().unwrap();
        let made = |manifest: &[u8]| make_new(home.path(), "x", manifest, true).unwrap();
        assert_eq!(made(b"one"), home.path().join("x"));
        fs::write(home.path().join("x (2)"), "").unwrap();
        assert_eq!(made(b"one"), home.path().join("x (3)"), "it is empty, and may be in use");
        write_whole(&home.path().join("x (3)"), MANIFEST, b"one", true).unwrap();
        assert_eq!(made(b"two"), home.path().join("x (4)"));
        assert_eq!(made(b"one"), home.path().join("x (3)"), "the program ended before it noted it");
        fs::write(home.path().join("x (3)/Z1001_0001.ndjson.part"), "").unwrap();
        assert_eq!(made(b"one"), home.path().join("x (5)"));
    }

    #[test]
    fn a_missing_drive_is_not_papered_over() {
        let home = tempfile::tempdir().unwrap();
        let drive = home.path().join("drive");
        for made in [make(&drive, Path::new("x"), true), make_new(&drive, "x", b"{}", true)] {
            assert_eq!(made.unwrap_err().code(), "folderMissing");
        }
        assert!(!home.path().join("drive").exists());
    }

    #[test]
    fn a_file_in_the_way_of_the_folder_is_named() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("claims"), "").unwrap();
        assert_eq!(make_all(&home.path().join("claims"), true).unwrap_err().code(), "diskFault");
    }

    #[cfg(unix)]
    #[test]
    fn folders_and_files_belong_to_the_user_alone() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().unwrap();
        let save_folder = home.path().join("Ansprüche/2026");
        make_all(&save_folder, true).unwrap();
        let folder = make(&save_folder, Path::new("S5601 x"), true).unwrap();
        write_whole(&folder, "manifest.json", b"{}", true).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(&folder.join("manifest.json"))), (0o700, 0o600));
    }
}
