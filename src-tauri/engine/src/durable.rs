//! What a power failure must not take back: a file's bytes are kept by flushing the file, its name by flushing the folder
//! that it is in. What another program holds for a moment is waited for.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::thread;
use std::time::Duration;

use tempfile::NamedTempFile;

/// A virus scanner may open a new file, and lets go of it soon.
const PAUSES: [Duration; 3] = [Duration::from_millis(50), Duration::from_millis(250), Duration::from_secs(1)];

/// Writes a small file whole, in place of one that has its name: as `part` first, flushed, then renamed.
pub(crate) fn write(part: &Path, name: &Path, content: &[u8], private: bool) -> io::Result<()> {
    // What a write that was interrupted left behind.
    _ = remove(part);
    let mut file = options(private).open(part)?;
    file.write_all(content)?;
    flush(&file)?;
    rename(part, name)
}

/// Puts a file that was written in full in place of the one that has its name.
pub fn replace(part: NamedTempFile, name: &Path) -> io::Result<()> {
    flush(part.as_file())?;
    // Closed before it is renamed: Windows asks for that.
    rename(&part.into_temp_path(), name)
}

/// Has the disk keep a file's bytes. What macOS flushes down to the medium with is unknown to its network drives: there
/// it is asked as on other systems.
#[cfg(unix)]
pub(crate) fn flush(file: &File) -> io::Result<()> {
    match file.sync_all() {
        Err(error) if is_unknown_here(&error) => Ok(rustix::fs::fsync(file)?),
        flushed => flushed,
    }
}

/// Has the disk keep a file's bytes.
#[cfg(not(unix))]
pub(crate) fn flush(file: &File) -> io::Result<()> {
    file.sync_all()
}

/// Gives a file its final name, in place of one that has it.
pub(crate) fn rename(part: &Path, name: &Path) -> io::Result<()> {
    patiently(&PAUSES, || fs::rename(part, name).map_err(|error| held(error, name)))?;
    keep_name(name)
}

/// Removes a file.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    patiently(&PAUSES, || fs::remove_file(path))
}

/// Whether another program holds the file: sharing and lock violations on Windows, which have no kind of their own.
pub(crate) fn is_held(error: &io::Error) -> bool {
    let held = cfg!(windows) && matches!(error.raw_os_error(), Some(32 | 33));
    held || matches!(error.kind(), io::ErrorKind::ResourceBusy | io::ErrorKind::ExecutableFileBusy)
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
            Err(error) if is_held(&error) => thread::sleep(*pause),
            result => return result,
        }
    }
    act()
}

/// Makes a folder; one that is there already is taken.
pub(crate) fn make_folder(folder: &Path, private: bool) -> io::Result<()> {
    match builder(private).create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        // One that is there may have been made a moment before the program ended.
        Ok(()) | Err(_) => keep_name(folder),
    }
}

/// Makes a folder and those above it, where they are not there yet.
pub(crate) fn make_folders(folder: &Path, private: bool) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    match builder(private).create(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            make_folders(folder.parent().ok_or(error)?, private)?;
            make_folder(folder, private)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        made => made.and_then(|()| keep_name(folder)),
    }
}

/// Has the disk keep a name.
pub(crate) fn keep_name(name: &Path) -> io::Result<()> {
    match name.parent() {
        Some(folder) if folder.as_os_str().is_empty() => flush_folder(Path::new(".")),
        Some(folder) => flush_folder(folder),
        None => Ok(()),
    }
}

/// Some network drives know no flushing of folders, and some folders may be written into and not be read.
#[cfg(unix)]
fn flush_folder(folder: &Path) -> io::Result<()> {
    match File::open(folder).and_then(|folder| flush(&folder)) {
        Err(error) if is_unknown_here(&error) || error.kind() == io::ErrorKind::PermissionDenied => Ok(()),
        flushed => flushed,
    }
}

/// Whether this kind of drive knows no such flush.
#[cfg(unix)]
fn is_unknown_here(error: &io::Error) -> bool {
    use rustix::io::Errno;
    matches!(Errno::from_io_error(error), Some(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP | Errno::NOTTY))
}

/// Elsewhere folders cannot be flushed; the file system's journal keeps the name.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "on Unix it can fail")]
fn flush_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn builder(private: bool) -> fs::DirBuilder {
    let mut builder = fs::DirBuilder::new();
    if private {
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    }
    builder
}

/// Folders take the permissions of the one they are in: in a person's own folders, theirs alone.
#[cfg(not(unix))]
fn builder(_private: bool) -> fs::DirBuilder {
    fs::DirBuilder::new()
}

/// Creates a file that is not there yet. Elsewhere than on Unix it inherits what its folder allows.
pub(crate) fn options(private: bool) -> fs::OpenOptions {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if private {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    #[cfg(not(unix))]
    let _ = private;
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_replaces_the_one_before_it_whatever_was_left_behind() {
        let home = tempfile::tempdir().unwrap();
        let (part, name) = (home.path().join("a.part"), home.path().join("a"));
        fs::write(&part, "half of an earlier").unwrap();
        for content in ["one", "two"] {
            write(&part, &name, content.as_bytes(), true).unwrap();
            assert_eq!(fs::read_to_string(&name).unwrap(), content);
        }
        assert!(!part.exists());
    }

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

    #[test]
    fn folders_are_made_once() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("a/b/c");
        assert_eq!(make_folder(&folder, true).unwrap_err().kind(), io::ErrorKind::NotFound);
        for _ in 0..2 {
            make_folders(&folder, true).unwrap();
            make_folder(&folder, true).unwrap();
        }
        fs::write(folder.join("d"), "").unwrap();
        assert_eq!(make_folders(&folder.join("d"), true).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
    }
}
