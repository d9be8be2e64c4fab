//! The side file that keeps a transfer's bytes as they came off the wire, so that it can go on where it broke off.
//!
//! Its first line tells from where the bytes are, how they are coded, and by which strong validator the service knows
//! them. It is kept for no file whose validator is weak or absent.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use url::Url;

use super::part;
use super::sink::Fault;
use crate::api::{Coding, Rest};

/// Longest first line; a longer one is none of ours.
const LONGEST_LABEL: u64 = 16 * 1024;

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Label {
    url: Url,
    validator: String,
    coding: Coding,
}

/// Bytes of an earlier attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Saved {
    label: Label,
    bytes: u64,
}

impl Saved {
    /// What an earlier attempt left, if it is of this URL.
    pub(super) fn find(path: &Path, url: &Url) -> Option<Self> {
        let (label, reader) = open(path).ok()?;
        let whole = reader.get_ref().get_ref().metadata().ok()?.len();
        let bytes = whole.checked_sub(line(&label).ok()?.len() as u64)?;
        (label.url == *url && bytes > 0).then_some(Self { label, bytes })
    }

    /// What to ask the service for.
    pub(super) fn rest(&self) -> Rest<'_> {
        Rest { from: self.bytes, validator: &self.label.validator, coding: self.label.coding }
    }
}

/// A side file that is being written.
pub(super) struct Wire(File);

impl Wire {
    /// Starts a side file.
    pub(super) fn create(
        path: &Path,
        private: bool,
        url: &Url,
        validator: String,
        coding: Coding,
    ) -> io::Result<Self> {
        let mut file = part::create(path, private)?;
        file.write_all(&line(&Label { url: url.clone(), validator, coding })?)?;
        Ok(Self(file))
    }

    /// Goes on with a side file, whose bytes so far are given to `replay`.
    pub(super) fn resume(
        path: &Path,
        saved: &Saved,
        mut replay: impl FnMut(&[u8]) -> Result<(), Fault>,
    ) -> Result<Self, Fault> {
        let (_, reader) = open(path).map_err(Fault::Disk)?;
        let mut reader = reader.into_inner().take(saved.bytes);
        let mut buffer = vec![0; 64 * 1024];
        let mut left = saved.bytes;
        while left > 0 {
            let count = reader.read(&mut buffer).map_err(Fault::Disk)?;
            if count == 0 {
                return Err(Fault::Disk(io::ErrorKind::UnexpectedEof.into()));
            }
            replay(&buffer[..count])?;
            left -= count as u64;
        }
        OpenOptions::new().append(true).open(path).map(Self).map_err(Fault::Disk)
    }

    /// Keeps more bytes.
    pub(super) fn take(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
    }
}

/// Removes a side file, if there is one.
pub(super) fn discard(path: &Path) {
    _ = fs::remove_file(path);
}

fn line(label: &Label) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(label)?;
    line.push(b'\n');
    Ok(line)
}

/// Opens a side file and reads its first line; the bytes follow.
fn open(path: &Path) -> io::Result<(Label, io::Take<BufReader<File>>)> {
    let mut reader = BufReader::new(File::open(path)?).take(LONGEST_LABEL);
    let mut line = Vec::new();
    reader.read_until(b'\n', &mut line)?;
    let label = serde_json::from_slice(&line)?;
    Ok((label, reader))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(path: &str) -> Url {
        Url::parse("https://api.example").unwrap().join(path).unwrap()
    }

    #[test]
    fn a_transfer_goes_on_where_it_broke_off() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wire");
        let mut wire = Wire::create(&path, true, &url("/a"), "\"v\"".to_owned(), Coding::Gzip).unwrap();
        wire.take(b"one").unwrap();
        drop(wire);
        let saved = Saved::find(&path, &url("/a")).unwrap();
        assert_eq!(
            (saved.rest().from, saved.rest().validator, saved.rest().coding),
            (3, "\"v\"", Coding::Gzip)
        );

        let mut replayed = Vec::new();
        let mut wire = Wire::resume(&path, &saved, |bytes| {
            replayed.extend_from_slice(bytes);
            Ok(())
        })
        .unwrap();
        assert_eq!(replayed, b"one");
        wire.take(b"two").unwrap();
        assert_eq!(Saved::find(&path, &url("/a")).unwrap().rest().from, 6);
    }

    #[test]
    fn a_side_file_that_cannot_be_read_is_not_taken_for_a_damaged_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wire");
        let mut wire = Wire::create(&path, true, &url("/a"), "\"v\"".to_owned(), Coding::Gzip).unwrap();
        wire.take(b"one").unwrap();
        let saved = Saved::find(&path, &url("/a")).unwrap();
        fs::remove_file(&path).unwrap();
        let resumed = Wire::resume(&path, &saved, |_| Ok(()));
        assert!(matches!(resumed.map(drop), Err(Fault::Disk(_))));
    }

    #[test]
    fn only_bytes_of_the_same_url_count() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wire");
        assert_eq!(Saved::find(&path, &url("/a")), None);
        let mut wire = Wire::create(&path, true, &url("/a"), "\"v\"".to_owned(), Coding::Identity).unwrap();
        assert_eq!(Saved::find(&path, &url("/a")), None, "no bytes yet");
        wire.take(b"x").unwrap();
        assert!(Saved::find(&path, &url("/a")).is_some());
        assert_eq!(Saved::find(&path, &url("/b")), None);
        fs::write(&path, "garbage\nx").unwrap();
        assert_eq!(Saved::find(&path, &url("/a")), None);
    }
}
