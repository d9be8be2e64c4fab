//! What must be true when the program was killed, and when it has gone on to the end.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use ab2d_practice::HeldFile;
use ab2d_tests::desk::sha256;
use ab2d_tests::folder::{OWN, final_named};
use anyhow::{Context, Result, ensure};

use crate::desk::Desk;

/// What comes of everything here.
pub(crate) const COMPLETE: &str = "complete, nothing fetched twice";

/// What was proved.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Told {
    /// How often the program was killed.
    pub(crate) kills: u64,
    /// Bytes that were compared with the service's.
    pub(crate) bytes: u64,
}

/// Where a contract's export stood when the program was killed.
pub(crate) struct Standing {
    /// Files that were whole under their final names, as the service names them.
    whole: BTreeSet<String>,
    /// The job, where it was recorded.
    job: Option<String>,
    /// Requests that the service had met by then.
    requests: usize,
}

/// Makes sure that nothing under a final name is wrong, and that what is recorded is there.
pub(crate) fn standing(desk: &Desk, contract: &str) -> Result<Standing> {
    let held = held(desk);
    let mut whole = BTreeSet::new();
    for folder in desk.exported(contract)? {
        for (name, content) in final_named(&folder)? {
            let sum = sha256(&content);
            let file = held.iter().find(|file| file.sha256 == sum);
            whole.insert(file.with_context(|| format!("{name} looks complete and is not"))?.name.clone());
        }
        own_files_are_whole(&folder)?;
    }
    let records = desk.records()?;
    for name in records.verified_files(contract)? {
        ensure!(whole.contains(&name), "{name} is recorded and not there");
    }
    let job = records.job(contract)?;
    Ok(Standing { whole, job, requests: desk.service.journal().len() })
}

/// Makes sure that a contract's export is complete, that nothing was fetched or asked for again that was there at one of
/// these times, and that coverage and audit record tell of it. Returns the bytes compared.
pub(crate) async fn complete(desk: &Desk, contract: &str, before: &[Standing]) -> Result<u64> {
    let now = standing(desk, contract)?;
    let records = desk.records()?;
    let is = |condition: &str| records.say(&format!("{condition} from export where number = '{contract}'"));
    ensure!(is("count(*) = 1 and min(phase) = 'complete'"), "it is not one complete export");
    ensure!(is("record ->> '$.coverage.moved'"), "coverage did not move");
    ensure!(
        records.say(&format!("count(*) = 1 from coverage where number = '{contract}'")),
        "nothing is covered"
    );
    let bytes = folder_is_complete(desk, contract, now.job.as_deref().context("no job is recorded")?)?;
    for standing in before {
        nothing_again(desk, standing)?;
        ensure!(standing.job.is_none() || standing.job == now.job, "another job was started");
    }
    desk.run(desk.verify_audit()?).await.context("the audit record")?;
    Ok(bytes)
}

fn held(desk: &Desk) -> Vec<HeldFile> {
    desk.service.jobs().into_iter().flat_map(|job| desk.service.held_files(job)).collect()
}

/// `manifest.json` and `SHA256SUMS` are whole or not there.
fn own_files_are_whole(folder: &Path) -> Result<()> {
    let manifest = folder.join("manifest.json");
    if manifest.exists() {
        serde_json::from_slice::<serde_json::Value>(&fs::read(manifest)?).context("manifest.json")?;
    }
    let sums = folder.join("SHA256SUMS");
    ensure!(!sums.exists() || fs::read_to_string(&sums)?.ends_with('\n'), "SHA256SUMS is cut off");
    Ok(())
}

/// The folder has every file that the service holds of the job, `SHA256SUMS` describes it, and nothing was left behind.
fn folder_is_complete(desk: &Desk, contract: &str, job: &str) -> Result<u64> {
    let folders = desk.exported(contract)?;
    let [folder] = &folders[..] else { anyhow::bail!("not one folder: {folders:?}") };
    let here = final_named(folder)?;
    let sums: BTreeMap<String, &[u8]> =
        here.values().map(|content| (sha256(content), &content[..])).collect();
    for file in desk.service.held_files(job.parse()?) {
        ensure!(sums.contains_key(&file.sha256), "{} is missing", file.name);
    }
    let described = fs::read_to_string(folder.join("SHA256SUMS"))?;
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if OWN.contains(&name.as_str()) {
            continue;
        }
        ensure!(here.contains_key(&name), "{name} was left behind");
        let line = format!("{}  {name}\n", sha256(&fs::read(folder.join(&name))?));
        ensure!(described.contains(&line), "SHA256SUMS does not describe {name}");
    }
    ensure!(described.lines().count() == here.len(), "SHA256SUMS describes what is not there");
    Ok(here.values().map(|content| content.len() as u64).sum())
}

/// No file that was whole was asked for again.
fn nothing_again(desk: &Desk, standing: &Standing) -> Result<()> {
    for request in &desk.service.journal()[standing.requests..] {
        let name = request.path.rsplit_once("/file/").map(|(_, name)| name);
        ensure!(
            name.is_none_or(|name| !standing.whole.contains(name)),
            "{} was whole, and was fetched again",
            request.path
        );
    }
    Ok(())
}
