//! What lies in an export's folder.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result};
use flate2::read::MultiGzDecoder;

/// What every export's folder has beside its claims.
pub const OWN: [&str; 2] = ["SHA256SUMS", "manifest.json"];

/// What lies in a folder under names that look complete, uncompressed.
pub fn final_named(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() || OWN.contains(&name.as_str()) || is_unfinished(&path) {
            continue;
        }
        found.insert(name, content(&path)?);
    }
    Ok(found)
}

/// Whether a file's name says that it is not whole.
pub fn is_unfinished(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "part" || extension == "wire")
}

/// A file's content, uncompressed.
fn content(path: &Path) -> Result<Vec<u8>> {
    if path.extension().is_none_or(|extension| extension != "gz") {
        return Ok(fs::read(path)?);
    }
    let mut content = Vec::new();
    MultiGzDecoder::new(File::open(path)?)
        .read_to_end(&mut content)
        .with_context(|| format!("{} is no gzip", path.display()))?;
    Ok(content)
}
