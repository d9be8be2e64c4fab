//! What transfers that will not go on have left in a folder.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::Path;

use super::place::{COMPRESSED, PART, WIRE};
use crate::durable;

/// Removes the unfinished copies of files, known by the names that the manifest gives them. What is whole stays, and so
/// does what is none of theirs. One that cannot be removed does not keep the others.
pub(crate) fn sweep(folder: &Path, names: &HashSet<&str>) -> io::Result<()> {
    let mut swept = Ok(());
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if is_unfinished(&entry.file_name().to_string_lossy(), names) {
            swept = swept.and(durable::remove(&entry.path()));
        }
    }
    // A copy whose removal was lost with the power would stay for good.
    swept.and(durable::keep_name(&folder.join("any")))
}

fn is_unfinished(name: &str, names: &HashSet<&str>) -> bool {
    let Some(name) = name.strip_suffix(PART).or_else(|| name.strip_suffix(WIRE)) else { return false };
    names.contains(name.strip_suffix(COMPRESSED).unwrap_or(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_unfinished_copies_of_these_files_go() {
        let folder = tempfile::tempdir().unwrap();
        let stay = ["a.ndjson", "a.ndjson.gz", "b.ndjson.part", "notes.part", "part"];
        let go = ["a.ndjson.part", "a.ndjson.wire", "a.ndjson.gz.part", "a.ndjson.gz.wire"];
        for name in stay.iter().chain(&go) {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        // A folder cannot be removed as a file is.
        fs::create_dir(folder.path().join("c.ndjson.part")).unwrap();
        assert!(sweep(folder.path(), &HashSet::from(["a.ndjson", "c.ndjson"])).is_err());
        let left: HashSet<_> =
            fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert!(stay.iter().all(|name| left.contains(std::ffi::OsStr::new(name))), "{left:?}");
        assert!(!go.iter().any(|name| left.contains(std::ffi::OsStr::new(name))), "{left:?}");
    }
}
