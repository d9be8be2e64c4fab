//! What a power failure would leave: the order in which an export writes, and has the disk keep what it wrote.

use std::collections::BTreeSet;
use std::fs;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};

use crate::desk::{Desk, Kept};
use crate::points::{CONTRACT, NOTED, RECORDS, desk, has_flushed_records};
use crate::step::{Act, Moment, Step};
use crate::tracer::{self, Ended, SAID};

/// The phases in their order.
const PHASES: [&str; 4] = ["requesting", "preparing", "downloading", "complete"];

/// What was seen of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Seen {
    /// A step was done.
    Step(Step),
    /// So much of [`NOTED`] is on the disk.
    Noted(usize),
    /// The command said this, while this phase was on the disk.
    Said(String, Option<usize>),
}

struct Watch {
    desk: Arc<Desk>,
    seen: Vec<Seen>,
    noted: usize,
    phase: Option<usize>,
    said: usize,
}

impl Watch {
    fn see(&mut self, moment: Moment, step: &Step) -> Result<()> {
        if moment == Moment::Before {
            return Ok(());
        }
        if step.name() == SAID {
            let all = fs::read_to_string(&step.path)?;
            let new = all.get(self.said..).unwrap_or_default().to_owned();
            self.said = all.len();
            self.seen.push(Seen::Said(new, self.phase));
            return Ok(());
        }
        if !step.matters_in(self.desk.home()) {
            return Ok(());
        }
        self.seen.push(Seen::Step(step.clone()));
        if has_flushed_records(moment, step) {
            let records = self.desk.records_left_behind()?;
            while self.noted < NOTED.len() && records.say(NOTED[self.noted].1) {
                self.seen.push(Seen::Noted(self.noted));
                self.noted += 1;
            }
            self.phase = (0..PHASES.len())
                .find(|phase| records.say(&format!("phase = '{}' from export", PHASES[*phase])));
        }
        Ok(())
    }
}

async fn watched(kept: Kept) -> Result<Vec<Seen>> {
    let desk = desk(kept).await?;
    let command = desk.export(CONTRACT, 1)?;
    tokio::task::spawn_blocking(move || {
        let mut watch = Watch { desk, seen: Vec::new(), noted: 0, phase: None, said: 0 };
        let mut failed = None;
        let ended = tracer::run(&command, &mut |moment, step| match watch.see(moment, step) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                failed = Some(error);
                ControlFlow::Break(())
            }
        })?;
        failed.map_or(Ok(()), Err)?;
        ensure!(ended == Ended::Exited(0), "{ended:?}");
        Ok(watch.seen)
    })
    .await?
}

/// The places at which something was seen.
fn places(seen: &[Seen], act: Act, name: &str) -> Vec<usize> {
    let fits = |one: &Seen| matches!(one, Seen::Step(step) if step.act == act && step.name() == name);
    seen.iter().enumerate().filter(|(_, one)| fits(one)).map(|(place, _)| place).collect()
}

fn place(seen: &[Seen], act: Act, name: &str) -> Result<usize> {
    places(seen, act, name).last().copied().with_context(|| format!("nobody did {act:?} {name}"))
}

fn noted(seen: &[Seen], index: usize) -> Result<usize> {
    let place = seen.iter().position(|one| *one == Seen::Noted(index));
    place.with_context(|| format!("{} was never noted", NOTED[index].0))
}

/// A file is written, flushed, renamed, and its name is kept, in this order, before this of [`NOTED`] is written.
fn is_kept_before(seen: &[Seen], part: &str, name: &str, index: usize) -> Result<()> {
    let written = place(seen, Act::Write, part)?;
    let flushed = place(seen, Act::Flush, part)?;
    let renamed = place(seen, Act::Rename, name)?;
    // The command may have said something meanwhile.
    let next = seen[renamed + 1..].iter().find_map(|one| match one {
        Seen::Step(step) => Some(step),
        Seen::Noted(_) | Seen::Said(..) => None,
    });
    let next = next.with_context(|| format!("nothing follows {name}"))?;
    let Seen::Step(rename) = &seen[renamed] else { anyhow::bail!("no step") };
    ensure!(written < flushed && flushed < renamed, "{part}: {written}, {flushed}, {renamed}");
    ensure!(
        next.act == Act::Flush && Some(next.path.as_path()) == rename.path.parent(),
        "{name}'s folder is not flushed"
    );
    let committed = noted(seen, index)?;
    let begun = places(seen, Act::Write, RECORDS).into_iter().rfind(|place| {
        *place < committed && noted(seen, index.saturating_sub(1)).is_ok_and(|before| *place > before)
    });
    ensure!(begun.is_some_and(|begun| renamed < begun), "{} is noted before {name} is kept", NOTED[index].0);
    Ok(())
}

/// Whenever something is renamed or a folder made, its name is kept before the next thing is noted; and whatever is
/// renamed was flushed after it was written last.
fn nothing_is_loose(seen: &[Seen]) -> Result<()> {
    let (mut loose_names, mut loose_bytes) = (BTreeSet::<PathBuf>::new(), BTreeSet::<PathBuf>::new());
    for one in seen {
        let Seen::Step(step) = one else { continue };
        let folder = step.path.parent().map(PathBuf::from).unwrap_or_default();
        match step.act {
            Act::Write if step.name() == RECORDS => {
                ensure!(loose_names.is_empty(), "noted before the names in {loose_names:?} are kept");
            }
            Act::Create | Act::Remove => {}
            Act::Write => drop(loose_bytes.insert(step.path.clone())),
            Act::Flush => {
                loose_bytes.remove(&step.path);
                loose_names.remove(&step.path);
            }
            Act::Rename => {
                let of_it = |path: &&PathBuf| {
                    path.parent() == Some(&folder) && path.extension().is_some_and(|e| e == "part")
                };
                ensure!(loose_bytes.iter().find(of_it).is_none(), "{step}: {loose_bytes:?} is not flushed");
                loose_names.insert(folder);
            }
            Act::MakeFolder => drop(loose_names.insert(folder)),
        }
    }
    ensure!(loose_names.is_empty(), "the names in {loose_names:?} are never kept");
    Ok(())
}

/// A phase is on the disk before it is shown.
fn nothing_is_shown_early(seen: &[Seen]) -> Result<()> {
    let mut shown = 0;
    for one in seen {
        let Seen::Said(text, phase) = one else { continue };
        for line in text.lines() {
            let line: serde_json::Value = serde_json::from_str(line)?;
            let name = match line["event"].as_str() {
                Some("phase") => line["phase"].as_str().unwrap_or_default(),
                Some("started") => PHASES[0],
                Some("complete") => PHASES[3],
                _ => continue,
            };
            let wanted = PHASES.iter().position(|phase| *phase == name).context("another phase")?;
            ensure!(phase.is_some_and(|stored| stored >= wanted), "{name} is shown, and {phase:?} is stored");
            shown += 1;
        }
    }
    ensure!(shown >= 4, "only {shown} phases were shown");
    Ok(())
}

#[expect(clippy::print_stdout, reason = "what was proved is what these tests show")]
async fn hold(kept: Kept, ending: &str) -> Result<()> {
    let seen = watched(kept).await?;
    for (name, index) in [
        ("manifest.json".to_owned(), 9),
        (format!("Z1001_0001.ndjson{ending}"), 10),
        (format!("Z1001_0002.ndjson{ending}"), 11),
        ("SHA256SUMS".to_owned(), 12),
    ] {
        is_kept_before(&seen, &format!("{name}.part"), &name, index)?;
    }
    nothing_is_loose(&seen)?;
    nothing_is_shown_early(&seen)?;
    println!("{kept:?}: {} steps in order", seen.len());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_noted_is_on_the_disk_before() -> Result<()> {
    for (kept, ending) in [(Kept::Plain, ""), (Kept::Compressed, ".gz"), (Kept::Ranged, "")] {
        hold(kept, ending).await.with_context(|| format!("{kept:?}"))?;
    }
    Ok(())
}
