//! The folder that an export makes for itself.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Local};

use crate::contract::ContractNumber;
use crate::durable;
use crate::problem::{Kind, Problem, Stage};

/// `<contract> <local date> <first eight characters of the job's ID>`.
pub fn name(number: &ContractNumber, started: DateTime<Local>, job: &str) -> String {
    let short: String = job.chars().filter(char::is_ascii_hexdigit).take(8).collect();
    format!("{number} {} {short}", started.format("%Y-%m-%d"))
}

/// The name, or the name with a number, under which there is nothing yet: an export's folder is its own.
pub fn free(save_folder: &Path, name: &str) -> String {
    let numbered = (2..).map(|number| format!("{name} ({number})"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    names.find(|name| is_free(&save_folder.join(name))).unwrap_or_else(|| name.to_owned())
}

/// Whether nothing is there, or no more than a program leaves that ends before the folder is noted.
fn is_free(folder: &Path) -> bool {
    match fs::read_dir(folder) {
        Ok(entries) => {
            entries.flatten().all(|entry| entry.file_name().to_string_lossy().starts_with("manifest.json"))
        }
        Err(error) => error.kind() != io::ErrorKind::NotADirectory,
    }
}

/// Makes an export's folder in its save folder, for this user alone where `private` says so; one that is there already
/// is taken. A save folder that is gone is not made again: a missing drive is not papered over.
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
    use super::*;

    #[test]
    fn an_exports_folder_names_contract_day_and_job() {
        let started = DateTime::parse_from_rfc3339("2026-11-20T12:00:00Z").unwrap().with_timezone(&Local);
        let name = name(&"S5601".parse().unwrap(), started, "3fa81c2e-aaaa-bbbb-cccc-dddddddddddd");
        assert_eq!(name, "S5601 2026-11-20 3fa81c2e");
    }

    #[test]
    fn a_folder_that_holds_anything_is_anothers() {
        let home = tempfile::tempdir().unwrap();
        let free = || free(home.path(), "x");
        assert_eq!(free(), "x");
        fs::create_dir(home.path().join("x")).unwrap();
        fs::write(home.path().join("x/manifest.json.part"), "").unwrap();
        assert_eq!(free(), "x", "a program ended before it noted it");
        fs::write(home.path().join("x/Z1001_0001.ndjson.part"), "").unwrap();
        fs::write(home.path().join("x (2)"), "").unwrap();
        assert_eq!(free(), "x (3)");
    }

    #[test]
    fn a_missing_drive_is_not_papered_over() {
        let home = tempfile::tempdir().unwrap();
        let problem = make(&home.path().join("drive"), Path::new("x"), true).unwrap_err();
        assert_eq!(problem.code(), "folderMissing");
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
