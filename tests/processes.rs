//! Processes as the system lists them.

use std::fs;
use std::path::Path;

/// Whether a process has ended with all of its threads: only the last of them lets go of what it held. What is left then
/// stays in the list until its parent asks how it ended.
pub(crate) fn has_ended(id: u32) -> bool {
    let Ok(threads) = fs::read_dir(format!("/proc/{id}/task")) else { return true };
    threads
        .flatten()
        .all(|thread| status(&thread.path()).is_none_or(|[state, ..]| state == "Z" || state == "X"))
}

/// The processes of a group that have not ended.
pub(crate) fn running_in(group: u32) -> Vec<u32> {
    let Ok(processes) = fs::read_dir("/proc") else { return vec![] };
    let ids = processes.flatten().filter_map(|process| process.file_name().to_str()?.parse().ok());
    let is_member = |id: &u32| {
        let status = status(Path::new(&format!("/proc/{id}")));
        status.is_some_and(|[_, _, of]| of == group.to_string()) && !has_ended(*id)
    };
    ids.filter(is_member).collect()
}

/// The state of a process or thread, its parent and its group, which follow its name in brackets.
fn status(folder: &Path) -> Option<[String; 3]> {
    let status = fs::read_to_string(folder.join("stat")).ok()?;
    let (_, rest) = status.rsplit_once(')')?;
    let fields: Vec<String> = rest.split_whitespace().take(3).map(str::to_owned).collect();
    fields.try_into().ok()
}
