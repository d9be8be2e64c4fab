//! Reading files on the disk again: is what lies there what was verified?

use std::collections::BTreeMap;
use std::convert::identity;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;

use super::content::{Content, Decoder, Measured, Output};
use super::lines::Lines;
use super::place::Place;
use super::sink::Fault;
use super::{SUMS, Target, Verified, disk, part, sums, wire};
use crate::api::{Checksum, Coding, ManifestFile};
use crate::problem::{Problem, Stage};
use crate::view::{VerifiedBy, VerifyProgress, VerifyReport};

/// Written into the folder beside the files, and none of them.
const OWN_FILES: [&str; 2] = [SUMS, "manifest.json"];

/// The file as it lies under its final name, if it is whole: length and checksum were announced and match. One that is
/// whole and has not got its name yet gets it.
///
/// # Errors
/// A problem of the disk.
pub async fn inspect(file: &ManifestFile, target: &Target<'_>) -> Result<Option<Verified>, Problem> {
    let (file, place) = (file.clone(), Place::new(file, target));
    blocking(move || inspected(&file, &place)).await
}

/// What the files of a folder are compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// What the folder's own `SHA256SUMS` says. Who can change a file can change that.
    Sums,
    /// What was recorded when the files were verified, by name. `SHA256SUMS` is then one of the files that are compared.
    Record {
        /// The checksum of each file.
        files: BTreeMap<String, Checksum>,
        /// What is expected of `SHA256SUMS`.
        sums: ExpectedSums,
    },
}

/// What is expected of the `SHA256SUMS` of a folder whose files are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpectedSums {
    /// It is there, and says what was recorded.
    There,
    /// Where it is there, it says what was recorded.
    Right,
    /// Nothing: it is written when the export ends.
    Nothing,
}

impl Expected {
    fn by(&self) -> VerifiedBy {
        match self {
            Self::Sums => VerifiedBy::Sums,
            Self::Record { .. } => VerifiedBy::Record,
        }
    }
}

/// A verification under way: how far it is, and the means to end it. A large export is hundreds of gigabytes.
#[derive(Debug, Default)]
pub struct Verification {
    files: AtomicU32,
    files_done: AtomicU32,
    bytes: AtomicU64,
    bytes_done: AtomicU64,
    stop: CancellationToken,
}

impl Verification {
    /// How far it is.
    pub fn progress(&self) -> VerifyProgress {
        VerifyProgress {
            files: self.files.load(Ordering::Relaxed),
            files_done: self.files_done.load(Ordering::Relaxed),
            bytes: self.bytes.load(Ordering::Relaxed),
            bytes_done: self.bytes_done.load(Ordering::Relaxed),
        }
    }

    /// Ends it, at the next quarter of a megabyte.
    pub fn stop(&self) {
        self.stop.cancel();
    }

    fn begin(&self, folder: &Path, names: &BTreeMap<String, Checksum>) {
        let length = |name: &String| fs::metadata(folder.join(name)).map_or(0, |file| file.len());
        self.files.store(u32::try_from(names.len()).unwrap_or(u32::MAX), Ordering::Relaxed);
        self.bytes.store(names.keys().map(length).sum(), Ordering::Relaxed);
    }

    fn took(&self, bytes: usize) -> io::Result<()> {
        self.bytes_done.fetch_add(bytes as u64, Ordering::Relaxed);
        if self.stop.is_cancelled() { Err(Stopped.into()) } else { Ok(()) }
    }
}

/// A verification was ended early.
#[derive(Debug, thiserror::Error)]
#[error("the verification was stopped")]
struct Stopped;

impl From<Stopped> for io::Error {
    fn from(stopped: Stopped) -> Self {
        Self::other(stopped)
    }
}

fn is_stopped(error: &io::Error) -> bool {
    error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<Stopped>)
}

/// Reads a folder's files again and compares them with what is expected. A file that cannot be read is told as such, and
/// the others are read all the same. `None`: it was stopped.
///
/// # Errors
/// [`Kind::FolderMissing`](crate::problem::Kind::FolderMissing), or another problem of the disk. Where
/// only `SHA256SUMS` could tell, and cannot be read, every file is foreign and it is itself missing or damaged.
pub async fn verify_folder(
    folder: &Path,
    expected: Expected,
    verification: Arc<Verification>,
) -> Result<Option<VerifyReport>, Problem> {
    let folder = folder.to_path_buf();
    blocking(move || match verified(&folder, expected, &verification) {
        Ok(report) => Ok(Some(report)),
        Err(error) if is_stopped(&error) => Ok(None),
        Err(error) => {
            let place =
                Place { name: SUMS.to_owned(), folder: folder.clone(), compressed: false, private: true };
            Err(disk::problem(&error, &place, 0, Stage::Verify))
        }
    })
    .await
}

/// Runs disk work on a thread of its own.
pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(value) => value,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

/// Length, checksum and pictures of a file's uncompressed content, as it lies on the disk.
pub(super) fn measure(path: &Path, compressed: bool, lines: Lines) -> Result<Measured, Fault> {
    let content = Content::new(None, lines, Arc::default(), Output::Nowhere);
    let coding = if compressed { Coding::Gzip } else { Coding::Identity };
    let mut decoder = Decoder::new(coding, content);
    let file = File::open(path).map_err(Fault::Disk)?;
    each_piece(file, Fault::Disk, |piece| decoder.take(piece))?;
    decoder.finish().map(|(measured, _)| measured)
}

/// Length and SHA-256 of the bytes on the disk, each piece of which is told of.
fn hash(path: &Path, mut took: impl FnMut(usize) -> io::Result<()>) -> io::Result<(u64, Checksum)> {
    let mut hasher = Sha256::new();
    let mut bytes = 0;
    each_piece(File::open(path)?, identity, |piece| {
        hasher.update(piece);
        bytes += piece.len() as u64;
        took(piece.len())
    })?;
    Ok((bytes, Checksum::new(hasher.finalize().into())))
}

/// Reads a file to its end; an error of the disk is not one of what takes the pieces.
fn each_piece<E>(
    file: File,
    unread: fn(io::Error) -> E,
    mut take: impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), E> {
    let mut reader = BufReader::new(file);
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(count) => take(&buffer[..count])?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(unread(error)),
        }
    }
}

fn inspected(file: &ManifestFile, place: &Place) -> Result<Option<Verified>, Problem> {
    let (Some(bytes), Some(sha256)) = (file.bytes, file.sha256) else { return Ok(None) };
    let disk = |error: io::Error| disk::problem(&error, place, 0, Stage::Verify);
    let whole = |path: &Path| match content(path, place, file.is_error) {
        Ok(measured) => Ok(measured.filter(|found| (found.bytes, found.sha256) == (bytes, sha256))),
        Err(error) => Err(disk(error)),
    };
    let (part, path) = (place.part(), place.path());
    let measured = match whole(&path)? {
        Some(named) => named,
        None => {
            let Some(unnamed) = whole(&part)? else { return Ok(None) };
            part::name(&part, &path).map_err(disk)?;
            unnamed
        }
    };
    // A program that ends just after it renamed the file leaves what the transfer could have gone on from.
    wire::discard(&place.wire());
    let stored = if place.compressed { hash(&path, |_| Ok(())).map_err(disk)? } else { (bytes, sha256) };
    Ok(Some(measured.stored_as(place.name.clone(), stored, true)))
}

/// What lies under a name; `None` where nothing does, or nothing that can be inflated.
fn content(path: &Path, place: &Place, is_error: bool) -> io::Result<Option<Measured>> {
    if !path.is_file() {
        return Ok(None);
    }
    match measure(path, place.compressed, Lines::of(is_error)) {
        Ok(measured) => Ok(Some(measured)),
        Err(Fault::Disk(error)) => Err(error),
        Err(_) => Ok(None),
    }
}

impl Measured {
    /// The file that this is the content of.
    pub(super) fn stored_as(self, name: String, stored: (u64, Checksum), announced: bool) -> Verified {
        Verified {
            name,
            bytes: self.bytes,
            sha256: self.sha256,
            stored_bytes: stored.0,
            stored_sha256: stored.1,
            claims: self.claims,
            tally: self.tally,
            announced,
        }
    }
}

fn verified(folder: &Path, expected: Expected, verification: &Verification) -> io::Result<VerifyReport> {
    let present = names(folder)?;
    let mut report = VerifyReport {
        folder: folder.display().to_string(),
        by: expected.by(),
        whole: Vec::new(),
        damaged: Vec::new(),
        missing: Vec::new(),
        unreadable: Vec::new(),
        foreign: Vec::new(),
    };
    let entries = entries(folder, expected, &mut report)?;
    verification.begin(folder, &entries);
    for (name, expected) in &entries {
        let found = match hash(&folder.join(name), |bytes| verification.took(bytes)) {
            Ok((_, actual)) if actual == *expected => &mut report.whole,
            Ok(_) => &mut report.damaged,
            Err(error) if error.kind() == io::ErrorKind::NotFound => &mut report.missing,
            Err(error) if is_stopped(&error) => return Err(error),
            Err(error) => {
                tracing::warn!(name, %error, "a file cannot be read");
                &mut report.unreadable
            }
        };
        found.push(name.clone());
        verification.files_done.fetch_add(1, Ordering::Relaxed);
    }
    if !folder.is_dir() {
        // A drive that went away meanwhile is not a folder of missing files.
        return Err(io::ErrorKind::NotFound.into());
    }
    let is_known = |name: &String| entries.contains_key(name) || OWN_FILES.contains(&name.as_str());
    report.foreign = present.into_iter().filter(|name| !is_known(name)).collect();
    Ok(report)
}

/// The checksum that each file must have. What is wrong with `SHA256SUMS` is reported.
fn entries(
    folder: &Path,
    expected: Expected,
    report: &mut VerifyReport,
) -> io::Result<BTreeMap<String, Checksum>> {
    match expected {
        Expected::Sums => match read_sums(folder)? {
            Some((entries, all)) => {
                report.damaged.extend((!all).then(|| SUMS.to_owned()));
                Ok(entries)
            }
            None => {
                report.missing.push(SUMS.to_owned());
                Ok(BTreeMap::new())
            }
        },
        Expected::Record { files, sums } => {
            if sums != ExpectedSums::Nothing {
                match read_sums(folder)? {
                    Some((entries, all)) if all && entries == files => {}
                    Some(_) => report.damaged.push(SUMS.to_owned()),
                    None if sums == ExpectedSums::Right => {}
                    None => report.missing.push(SUMS.to_owned()),
                }
            }
            Ok(files)
        }
    }
}

/// What a folder's `SHA256SUMS` says, and whether all of it could be read; `None`: it is not there.
fn read_sums(folder: &Path) -> io::Result<Option<(BTreeMap<String, Checksum>, bool)>> {
    match fs::read(folder.join(SUMS)) {
        Ok(bytes) => Ok(Some(sums::read(&String::from_utf8_lossy(&bytes)))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn names(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()))
        .collect::<io::Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Kind;

    #[tokio::test]
    async fn a_folder_is_whole_damaged_missing_or_foreign() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        let sum = Checksum::of(b"claims\n");
        write(SUMS, &sums([("a.ndjson", &sum), ("b.ndjson", &sum), ("c.ndjson", &sum)]));
        write("manifest.json", "{}");
        write("a.ndjson", "claims\n");
        write("b.ndjson", "claimz\n");
        write("notes.txt", "");
        let verification = Arc::new(Verification::default());
        let report =
            verify_folder(folder.path(), Expected::Sums, Arc::clone(&verification)).await.unwrap().unwrap();
        let VerifyProgress { files, files_done, bytes, bytes_done } = verification.progress();
        assert_eq!((files, files_done, bytes, bytes_done), (3, 3, 14, 14));
        assert_eq!(report.whole, ["a.ndjson"]);
        assert_eq!(report.damaged, ["b.ndjson"]);
        assert_eq!(report.missing, ["c.ndjson"]);
        assert_eq!(report.foreign, ["notes.txt"]);
    }

    #[tokio::test]
    async fn files_are_held_against_the_record_and_so_are_their_sums() {
        let folder = tempfile::tempdir().unwrap();
        let (sum, forged) = (Checksum::of(b"claims\n"), Checksum::of(b"forged\n"));
        let files = BTreeMap::from([("a.ndjson".to_owned(), sum)]);
        let verify = async |sums| {
            let expected = Expected::Record { files: files.clone(), sums };
            let report = verify_folder(folder.path(), expected, Arc::default()).await.unwrap().unwrap();
            (report.whole, report.damaged, report.missing)
        };
        let (none, file, own) = (Vec::<String>::new(), vec!["a.ndjson".to_owned()], vec![SUMS.to_owned()]);

        fs::write(folder.path().join("a.ndjson"), "claims\n").unwrap();
        assert_eq!(verify(ExpectedSums::There).await, (file.clone(), none.clone(), own.clone()));
        assert_eq!(verify(ExpectedSums::Right).await, (file.clone(), none.clone(), none.clone()));

        fs::write(folder.path().join("a.ndjson"), "forged\n").unwrap();
        fs::write(folder.path().join(SUMS), sums([("a.ndjson", &forged)])).unwrap();
        let both = [own.clone(), file.clone()].concat();
        assert_eq!(verify(ExpectedSums::Right).await, (none.clone(), both.clone(), none.clone()));
        assert_eq!(verify(ExpectedSums::There).await, (none.clone(), both, none.clone()));
        assert_eq!(verify(ExpectedSums::Nothing).await, (none.clone(), file.clone(), none.clone()));

        fs::write(folder.path().join("a.ndjson"), "claims\n").unwrap();
        fs::write(folder.path().join(SUMS), sums([("a.ndjson", &sum), ("b.ndjson", &sum)])).unwrap();
        assert_eq!(
            verify(ExpectedSums::There).await,
            (file, own, none),
            "a line for a file that nobody exported"
        );
    }

    #[tokio::test]
    async fn without_its_sums_nothing_is_called_whole() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.ndjson"), "x").unwrap();
        let report = verify_folder(folder.path(), Expected::Sums, Arc::default()).await.unwrap().unwrap();
        assert_eq!(
            (report.whole.len(), report.missing, report.foreign),
            (0, vec![SUMS.to_owned()], vec!["a.ndjson".to_owned()])
        );
        let gone =
            verify_folder(&folder.path().join("gone"), Expected::Sums, Arc::default()).await.unwrap_err();
        assert!(matches!(gone.kind, Kind::FolderMissing { .. }));
    }

    #[tokio::test]
    async fn a_file_that_cannot_be_read_does_not_keep_the_others_from_being_verified() {
        let folder = tempfile::tempdir().unwrap();
        let sum = Checksum::of(b"claims\n");
        fs::write(folder.path().join(SUMS), sums([("a.ndjson", &sum), ("b.ndjson", &sum)])).unwrap();
        // Reading a folder fails for every user.
        fs::create_dir(folder.path().join("a.ndjson")).unwrap();
        fs::write(folder.path().join("b.ndjson"), "claims\n").unwrap();
        let report = verify_folder(folder.path(), Expected::Sums, Arc::default()).await.unwrap().unwrap();
        assert_eq!(
            (report.unreadable, report.whole),
            (vec!["a.ndjson".to_owned()], vec!["b.ndjson".to_owned()])
        );
    }

    #[tokio::test]
    async fn a_verification_that_is_stopped_has_no_result() {
        let folder = tempfile::tempdir().unwrap();
        let sum = Checksum::of(b"claims\n");
        fs::write(folder.path().join(SUMS), sums([("a.ndjson", &sum)])).unwrap();
        fs::write(folder.path().join("a.ndjson"), "claims\n").unwrap();
        let verification = Arc::new(Verification::default());
        verification.stop();
        assert!(verify_folder(folder.path(), Expected::Sums, verification).await.unwrap().is_none());
    }
}
