//! `SHA256SUMS`: the checksums of what lies in an export's folder, in the form that `sha256sum --check` reads.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::api::Checksum;

/// The name of the file.
pub const SUMS: &str = "SHA256SUMS";

/// The file's content: a line `checksum  name` for each file, sorted by name.
pub fn sums<'a>(files: impl IntoIterator<Item = (&'a str, &'a Checksum)>) -> String {
    let sorted: BTreeMap<_, _> = files.into_iter().collect();
    let mut text = String::new();
    for (name, checksum) in sorted {
        // Writing into a text cannot fail.
        _ = writeln!(text, "{checksum}  {name}");
    }
    text
}

/// Names and checksums in a `SHA256SUMS`, and whether every line of it could be read. A name that leads out of the
/// folder is no name.
pub(super) fn read(text: &str) -> (BTreeMap<String, Checksum>, bool) {
    let mut entries = BTreeMap::new();
    let mut all = true;
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        match entry(line) {
            Some((name, checksum)) => drop(entries.insert(name, checksum)),
            None => all = false,
        }
    }
    (entries, all)
}

/// `checksum  name`, or `checksum *name`, as some tools write it.
fn entry(line: &str) -> Option<(String, Checksum)> {
    let (checksum, name) = line.trim_end().split_once(' ')?;
    let name = name.strip_prefix([' ', '*']).unwrap_or(name);
    let inside = !name.is_empty() && !name.contains(['/', '\\', ':']) && name != "." && name != "..";
    Some((name.to_owned(), checksum.parse().ok()?)).filter(|_| inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_as_it_is_written() {
        let (one, two) = (Checksum::of(b"1"), Checksum::of(b"2"));
        let text = sums([("b.ndjson", &two), ("a.ndjson", &one)]);
        assert_eq!(text, format!("{one}  a.ndjson\n{two}  b.ndjson\n"));
        let (entries, all) = read(&text);
        assert!(all);
        assert_eq!(
            entries.into_iter().collect::<Vec<_>>(),
            [("a.ndjson".to_owned(), one), ("b.ndjson".to_owned(), two)]
        );
    }

    #[test]
    fn names_stay_in_the_folder() {
        let sum = Checksum::of(b"");
        for line in ["../x", "/etc/passwd", "a\\b", "c:x", "..", ""] {
            assert_eq!(read(&format!("{sum}  {line}")), (BTreeMap::new(), false), "{line}");
        }
        assert!(!read("no checksum").1);
        assert_eq!(read(&format!("{sum} *a.ndjson\r\n\r\n")).0.len(), 1);
    }
}
