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

/// The first of the name, the name with a 2, … under which there is nothing yet, from a number on, and its number. In
/// a save folder that is gone nothing is free: a missing drive is not papered over.
pub fn free(save_folder: &Path, name: &str, from: u32) -> Result<(PathBuf, u32), Problem> {
    if let Err(error) = fs::metadata(save_folder) {
        return Err(diagnose(&error, save_folder));
    }
    let mut number = from;
    loop {
        let name = if number == 1 { name.to_owned() } else { format!("{name} ({number})") };
        let folder = save_folder.join(name);
        if folder.symlink_metadata().is_err() {
            return Ok((folder, number));
        }
        number += 1;
    }
}

/// Makes an export's folder, for this user alone where `private` says so; it is the export's own, and may be there from
/// before. The save folder that it is in is not made.
pub fn make(folder: &Path, private: bool) -> Result<(), Problem> {
    let save_folder = folder.parent().unwrap_or(folder);
    durable::make_folder(folder, private).map_err(|error| diagnose(&error, save_folder))
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
        let free = |from| free(home.path(), "x", from).unwrap();
        assert_eq!(free(1), (home.path().join("x"), 1));
        assert_eq!(free(2), (home.path().join("x (2)"), 2));
        fs::create_dir(home.path().join("x")).unwrap();
        fs::write(home.path().join("x (2)"), "").unwrap();
        assert_eq!(free(1), (home.path().join("x (3)"), 3));
    }

    #[test]
    fn a_missing_drive_is_not_papered_over() {
        let home = tempfile::tempdir().unwrap();
        let drive = home.path().join("drive");
        assert_eq!(free(&drive, "x", 1).unwrap_err().code(), "folderMissing");
        assert_eq!(make(&drive.join("x"), true).unwrap_err().code(), "folderMissing");
        assert!(!drive.exists());
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
        let folder = save_folder.join("S5601 x");
        make(&folder, true).unwrap();
        write_whole(&folder, MANIFEST, b"{}", true).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(&folder.join(MANIFEST))), (0o700, 0o600));
    }
}
