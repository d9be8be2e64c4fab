//! A file that is being written under a name of its own, before it gets its final one.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::sink::Fault;
use crate::api::Checksum;
use crate::durable;

/// The inflater writes 32 kB at a time; this many bytes go to the disk at once.
const BUFFER: usize = 256 * 1024;

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
    durable::rename(part, name)
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
