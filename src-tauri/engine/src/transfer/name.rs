//! Names that are safe on every system.

use std::collections::HashSet;

use percent_encoding::percent_decode_str;
use url::Url;

/// Every name of a file of claims ends so.
const SUFFIX: &str = ".ndjson";

/// Longest name, its suffix apart.
const LONGEST_STEM: usize = 121;

/// Names that Windows keeps for devices, whatever follows the first dot.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// The name at the end of a file's URL where it is safe, else one that is made from the file's place in the manifest.
pub(crate) fn of_url(url: &Url, index: usize) -> String {
    let last = url.path_segments().and_then(|mut segments| segments.next_back()).unwrap_or_default();
    let name = percent_decode_str(last).decode_utf8_lossy();
    if is_safe(&name) { name.into_owned() } else { format!("file_{:04}{SUFFIX}", index + 1) }
}

/// Whether a name can be nothing but a file's in its folder: letters, digits, dots, underscores and hyphens, as the
/// service's own are, and no device of Windows.
pub(crate) fn is_safe(name: &str) -> bool {
    let Some(stem) = name.strip_suffix(SUFFIX) else { return false };
    let plain = stem.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
    let starts = stem.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    starts && plain && stem.len() <= LONGEST_STEM && !is_device(stem)
}

/// The name, or the name with a number that no name so far has; upper and lower case count as the same.
pub(crate) fn unique(name: &str, taken: &mut HashSet<String>) -> String {
    if taken.insert(name.to_lowercase()) {
        return name.to_owned();
    }
    let stem = name.strip_suffix(SUFFIX).unwrap_or(name);
    let mut number = 2_u32;
    loop {
        let candidate = format!("{stem}-{number}{SUFFIX}");
        if taken.insert(candidate.to_lowercase()) {
            return candidate;
        }
        number += 1;
    }
}

fn is_device(stem: &str) -> bool {
    let first = stem.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let numbered = ["com", "lpt"].iter().any(|port| {
        first
            .strip_prefix(port)
            .is_some_and(|number| number.len() == 1 && number.as_bytes()[0].is_ascii_digit())
    });
    numbered || DEVICES.contains(&first.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(last: &str) -> String {
        of_url(&Url::parse(&format!("https://api.example/Job/1/file/{last}")).unwrap(), 6)
    }

    #[test]
    fn the_services_names_are_kept() {
        for name in ["Z1001_0001.ndjson", "S5601_0042_error.ndjson", "a.b-c.ndjson"] {
            assert_eq!(named(name), name);
        }
    }

    #[test]
    fn any_other_name_is_replaced() {
        for last in [
            "",
            "..",
            ".ndjson",
            "-x.ndjson",
            "Z1001_0001.exe",
            "NUL.ndjson",
            "com1.ndjson",
            "Com9.x.ndjson",
            "aux.ndjson",
            "..%2F..%2Fetc.ndjson",
            "a%5Cb.ndjson",
            "a%00.ndjson",
            "%E2%80%AEfdp.ndjson",
            "COM%C2%B9.ndjson",
            "a:b.ndjson",
            "a%20b.ndjson",
            &format!("{}.ndjson", "a".repeat(122)),
            "%ff.ndjson",
            "a.ndjson.",
        ] {
            assert_eq!(named(last), "file_0007.ndjson", "{last}");
        }
    }

    #[test]
    fn names_differ_in_more_than_case() {
        let mut taken = HashSet::new();
        let names: Vec<_> = ["a.ndjson", "A.ndjson", "a-2.ndjson", "a.ndjson"]
            .iter()
            .map(|name| unique(name, &mut taken))
            .collect();
        assert_eq!(names, ["a.ndjson", "A-2.ndjson", "a-2-2.ndjson", "a-3.ndjson"]);
    }
}
