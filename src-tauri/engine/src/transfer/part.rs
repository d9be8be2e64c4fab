//! A file that is being written under a name of its own, before it gets its final one.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::disk;
use super::sink::Fault;
use crate::api::Checksum;
use crate::durable;

/// The inflater writes 32 kB at a time; this many bytes go to the disk at once.
const BUFFER: usize = 256 * 1024;

/// A virus scanner may open a new file, and lets go of it soon.
const PAUSES: [Duration; 3] = [Duration::from_millis(50), Duration::from_millis(250), Duration::from_secs(1)];

/// An open `.part` file.
pub(super) struct Part {
    file: BufWriter<File>,
    bytes: u64,
    /// Only where the bytes on the disk are not the content, whose checksum is taken anyway.
    hasher: Option<Sha256>,
}

impl Part {
    /// Starts the file anew.
    pub(super) fn create(path: &Path, private: bool, hashed: bool) -> Result<Self, Fault> {
        let file = create(path, private).map_err(Fault::Disk)?;
        let file = BufWriter::with_capacity(BUFFER, file);
        Ok(Self { file, bytes: 0, hasher: hashed.then(Sha256::new) })
    }

    /// Writes what is buffered and has the disk keep it. Returns length and checksum, the latter where it was taken.
    pub(super) fn keep(self) -> Result<(u64, Option<Checksum>), Fault> {
        let file = self.file.into_inner().map_err(|error| Fault::Disk(error.into_error()))?;
        durable::flush(&file).map_err(Fault::Disk)?;
        Ok((self.bytes, self.hasher.map(|hasher| Checksum::new(hasher.finalize().into()))))
    }
}

impl Write for Part {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes).map_err(Fault::Disk)?;
        self.bytes += written as u64;
        if let Some(hasher) = &mut self.hasher {
            hasher.update(&bytes[..written]);
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush().map_err(|error| Fault::Disk(error).into())
    }
}

/// Gives a whole file that was found its final name; whether the disk kept all of it is not known.
pub(super) fn name(part: &Path, name: &Path) -> io::Result<()> {
    durable::flush(&OpenOptions::new().write(true).open(part)?)?;
    rename(part, name)
}

/// Gives a file its final name, and has the disk keep that, too.
pub(super) fn rename(part: &Path, name: &Path) -> io::Result<()> {
    patiently(&PAUSES, || durable::rename(part, name).map_err(|error| held(error, name)))
}

/// Removes a file.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    patiently(&PAUSES, || std::fs::remove_file(path))
}

/// Windows refuses to replace a file that another program has open, in the words for a lack of permission.
fn held(error: io::Error, name: &Path) -> io::Error {
    let refused = cfg!(windows) && error.kind() == io::ErrorKind::PermissionDenied && name.exists();
    if refused { io::ErrorKind::ResourceBusy.into() } else { error }
}

/// Does something to a file that another program may hold for a moment.
fn patiently<T>(pauses: &[Duration], mut act: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    for pause in pauses {
        match act() {
            Err(error) if disk::is_held(&error) => thread::sleep(*pause),
            result => return result,
        }
    }
    act()
}

/// Creates or empties a file; for this user alone where `private` says so.
pub(super) fn create(path: &Path, private: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    restrict(&mut options, private);
    options.open(path)
}

/// A name with an ending of its own: `Z1001_0001.ndjson.part`.
pub(super) fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

#[cfg(unix)]
fn restrict(options: &mut OpenOptions, private: bool) {
    if private {
        std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    }
}

/// Elsewhere a file inherits what its folder allows.
#[cfg(not(unix))]
fn restrict(_options: &mut OpenOptions, _private: bool) {}

#[cfg(test)]
mod tests {
    use super::*;

    /// How often it is tried when the first tries end so.
    fn tries(errors: &[io::ErrorKind]) -> (usize, bool) {
        let mut count = 0;
        let result = patiently(&[Duration::ZERO; 2], || {
            count += 1;
            errors.get(count - 1).map_or(Ok(()), |kind| Err((*kind).into()))
        });
        (count, result.is_ok())
    }

    #[test]
    fn a_file_that_is_held_for_a_moment_is_waited_for() {
        use io::ErrorKind::{NotFound, ResourceBusy};
        assert_eq!(tries(&[]), (1, true));
        assert_eq!(tries(&[ResourceBusy, ResourceBusy]), (3, true));
        assert_eq!(tries(&[ResourceBusy; 9]), (3, false));
        assert_eq!(tries(&[ResourceBusy, NotFound]), (2, false));
    }
}
