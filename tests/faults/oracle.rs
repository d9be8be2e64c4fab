//! What may and must lie in an export's folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use ab2d_engine::view::{ExportView, FileState};
use ab2d_practice::HeldFile;
use ab2d_tests::desk::{Desk, sha256};
use ab2d_tests::folder::{OWN, final_named};
use anyhow::{Context, Result, ensure};

/// Makes sure that no file under a final name is anything but one that the service holds, whatever state the export
/// is in.
pub(crate) fn nothing_wrong(desk: &Desk, export: &ExportView) -> Result<()> {
    let Some(folder) = folder(export).filter(|folder| folder.exists()) else { return Ok(()) };
    let held = desk.held(export)?;
    for (name, content) in final_named(&folder)? {
        let sum = sha256(&content);
        ensure!(held.iter().any(|file| file.sha256 == sum), "{name} looks complete and is not");
    }
    Ok(())
}

/// Makes sure that a complete export has every file that the service holds and nothing else, with checksums and
/// manifest, and returns the bytes compared.
pub(crate) async fn complete(desk: &Desk, export: &ExportView) -> Result<u64> {
    nothing_wrong(desk, export)?;
    let folder = folder(export).context("a complete export has a folder")?;
    let held = desk.held(export)?;
    let here = final_named(&folder)?;
    let sums: Vec<String> = here.values().map(|content| sha256(content)).collect();
    for file in &held {
        ensure!(sums.contains(&file.sha256), "{} is missing", file.name);
    }
    for own in OWN {
        ensure!(folder.join(own).is_file(), "{own} is missing");
    }
    serde_json::from_slice::<serde_json::Value>(&fs::read(folder.join("manifest.json"))?)?;
    for entry in fs::read_dir(&folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        ensure!(here.contains_key(&name) || OWN.contains(&name.as_str()), "{name} was left behind");
    }
    let report = desk.controller.verify(export.id).await?.context("nobody stopped it")?;
    ensure!(
        report.whole.len() == here.len()
            && report.damaged.is_empty()
            && report.missing.is_empty()
            && report.unreadable.is_empty()
            && report.foreign.is_empty(),
        "SHA256SUMS does not describe the folder: {report:?}"
    );
    counted(export, &held, &here)?;
    Ok(here.values().map(|content| content.len() as u64).sum())
}

/// Names of files that are verified, with how often the service gave them out.
pub(crate) async fn verified(desk: &Desk, export: &ExportView) -> Result<BTreeMap<String, u32>> {
    let held = desk.held(export).unwrap_or_default();
    let files = desk.controller.files(export.id).await?;
    let verified = files.into_iter().filter(|file| file.state == FileState::Verified);
    Ok(verified
        .filter_map(|file| {
            let name = file.name.strip_suffix(".gz").unwrap_or(&file.name).to_owned();
            let held = held.iter().find(|held| held.name == name)?;
            Some((name, held.downloads))
        })
        .collect())
}

/// The sums that the window shows are those of the files.
fn counted(export: &ExportView, held: &[HeldFile], here: &BTreeMap<String, Vec<u8>>) -> Result<()> {
    let errors: Vec<&str> = held.iter().filter(|file| file.error).map(|file| file.sha256.as_str()).collect();
    let lines = |content: &Vec<u8>| content.split_inclusive(|byte| *byte == b'\n').count() as u64;
    let claims: u64 =
        here.values().filter(|content| !errors.contains(&sha256(content).as_str())).map(lines).sum();
    ensure!(export.progress.claims == claims, "{} claims shown, {claims} here", export.progress.claims);
    let tally = export.tally.as_ref().context("a complete export has its pictures")?;
    let pictured: u64 = tally.by_type.values().sum();
    ensure!(pictured == claims, "{pictured} claims in the pictures, {claims} here");
    Ok(())
}

/// The folder of an export.
pub(crate) fn folder(export: &ExportView) -> Option<PathBuf> {
    export.folder.as_ref().map(PathBuf::from)
}
