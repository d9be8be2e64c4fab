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

/// Creates a file, in place of one that was left behind: what that was, a link or readable by others, does not matter.
/// For this user alone where `private` says so.
pub(super) fn create(path: &Path, private: bool) -> io::Result<File> {
    match durable::remove(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    durable::options(private).open(path)
}

/// A name with an ending of its own: `Z1001_0001.ndjson.part`.
pub(super) fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn what_was_left_behind_or_planted_is_not_written_into() {
        let home = tempfile::tempdir().unwrap();
        let (part, other) = (home.path().join("a.part"), home.path().join("other"));
        fs::write(&other, "anothers").unwrap();
        symlink(&other, &part).unwrap();
        drop(create(&part, true).unwrap());
        assert_eq!(fs::read_to_string(&other).unwrap(), "anothers");
        drop(create(&part, false).unwrap());
        fs::set_permissions(&part, fs::Permissions::from_mode(0o644)).unwrap();
        drop(create(&part, true).unwrap());
        assert_eq!(fs::metadata(&part).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
