//! The power is cut: what was not flushed may be lost, each part of it by chance, as a file system may have it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ab2d_tests::chance;
use ab2d_tests::proof::{Proof, WRONG};
use anyhow::{Context, Result, ensure};
use futures_util::StreamExt;
use futures_util::stream::iter;
use proptest::prelude::any;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use crate::desk::{Desk, Kept};
use crate::oracle::{self, COMPLETE};
use crate::points::{AT_A_TIME, CONTRACT, desk, share_of, steps};
use crate::step::{Act, Moment, Step};
use crate::tracer::{self, Ended};

/// Cuts that are tried unless told otherwise.
const CASES: u64 = 16;

/// A file, whatever its name.
type Id = usize;

/// What a disk holds for certain, beside what programs see.
struct Disk {
    /// Names as programs see them; a folder has no file behind it.
    seen: BTreeMap<PathBuf, Option<Id>>,
    /// Names that a flush of their folder has kept.
    kept: BTreeMap<PathBuf, Option<Id>>,
    /// Bytes that a flush of the file has kept.
    bytes: BTreeMap<Id, Vec<u8>>,
    next: Id,
}

/// What lies on a disk when the power is back: folders, and files with their bytes.
type Remains = BTreeMap<PathBuf, Option<Vec<u8>>>;

impl Disk {
    fn new() -> Self {
        Self { seen: BTreeMap::new(), kept: BTreeMap::new(), bytes: BTreeMap::new(), next: 0 }
    }

    /// Takes note of a step that was done.
    fn see(&mut self, step: &Step) -> Result<()> {
        match step.act {
            Act::Create if self.seen.contains_key(&step.path) => {}
            Act::Create => {
                self.seen.insert(step.path.clone(), Some(self.next));
                self.next += 1;
            }
            Act::Write => {}
            Act::MakeFolder => drop(self.seen.insert(step.path.clone(), None)),
            Act::Remove => drop(self.seen.remove(&step.path)),
            Act::Rename => {
                let before = step.from.as_ref().and_then(|before| self.seen.remove(before));
                let file = before.with_context(|| format!("{step}: from nowhere"))?;
                self.seen.insert(step.path.clone(), file);
            }
            Act::Flush if step.path.is_dir() => self.keep_names(&step.path),
            Act::Flush => {
                if let Some(Some(file)) = self.seen.get(&step.path) {
                    self.bytes.insert(*file, fs::read(&step.path)?);
                }
            }
        }
        Ok(())
    }

    fn keep_names(&mut self, folder: &Path) {
        let is_in_it = |path: &Path| path.parent() == Some(folder);
        self.kept.retain(|path, _| !is_in_it(path));
        let names = self.seen.iter().filter(|(path, _)| is_in_it(path));
        self.kept.extend(names.map(|(path, file)| (path.clone(), *file)));
    }

    /// What remains when whatever was not flushed survives where `survives` says so.
    fn remains(&self, mut survives: impl FnMut() -> bool) -> Result<Remains> {
        let (mut remains, mut placed) = (Remains::new(), BTreeSet::new());
        let names: BTreeSet<&PathBuf> = self.seen.keys().chain(self.kept.keys()).collect();
        for path in names {
            let (seen, kept) = (self.seen.get(path), self.kept.get(path));
            let Some(file) = (if seen == kept || survives() { seen } else { kept }) else { continue };
            // A renamed file has one of its names.
            if file.is_some_and(|file| !placed.insert(file)) {
                continue;
            }
            // Parents come first. Nothing lies in a folder that is gone; what was there before counts as kept.
            let parent = path.parent().unwrap_or(path);
            let is_ours = self.seen.contains_key(parent) || self.kept.contains_key(parent);
            if !is_ours || remains.contains_key(parent) {
                remains.insert(path.clone(), file.map(|file| self.content(file, &mut survives)).transpose()?);
            }
        }
        Ok(remains)
    }

    fn content(&self, file: Id, survives: &mut impl FnMut() -> bool) -> Result<Vec<u8>> {
        let name = self.seen.iter().find(|(_, seen)| **seen == Some(file)).map(|(path, _)| path);
        let kept = || self.bytes.get(&file).cloned().unwrap_or_default();
        match name {
            Some(name) if survives() => match fs::read(name) {
                // Another thread gave it another name in the moment of the cut, for which it was flushed.
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(kept()),
                read => Ok(read?),
            },
            _ => Ok(kept()),
        }
    }
}

/// Lays a disk anew.
fn lay(home: &Path, remains: &Remains) -> Result<()> {
    for folder in ["data", "claims"] {
        if home.join(folder).exists() {
            fs::remove_dir_all(home.join(folder))?;
        }
    }
    for (path, content) in remains.iter().filter(|(path, _)| path.starts_with(home)) {
        match content {
            None => fs::create_dir(path)?,
            Some(content) => fs::write(path, content)?,
        }
    }
    Ok(())
}

/// When the power is cut, and what survives of what was not flushed.
#[derive(Debug, Clone, Copy)]
struct Cut {
    kept: Kept,
    /// The share of the steps of an export that are done.
    share: f64,
    /// The share of what was not flushed that survives.
    survives: f64,
    seed: u64,
}

/// Looks on until the power is cut.
struct Watch {
    desk: Arc<Desk>,
    disk: Disk,
    steps_left: usize,
}

impl Watch {
    /// Says whether the power is cut now.
    fn see(&mut self, moment: Moment, step: &Step) -> Result<bool> {
        if moment == Moment::Before || !step.matters_in(self.desk.home()) {
            return Ok(false);
        }
        self.disk.see(step)?;
        self.steps_left = self.steps_left.saturating_sub(1);
        Ok(self.steps_left == 0)
    }
}

/// Exports until the power is cut, and returns what lies on the disk then.
fn cut(desk: Arc<Desk>, cut: Cut, steps: usize) -> Result<Remains> {
    let command = desk.export(CONTRACT, 1)?;
    let mut watch = Watch { desk, disk: Disk::new(), steps_left: share_of(cut.share, steps) };
    let mut cut_well = Ok(());
    let ended = tracer::run(&command, &mut |moment, step| match watch.see(moment, step) {
        Ok(false) => ControlFlow::Continue(()),
        Ok(true) => ControlFlow::Break(()),
        Err(error) => {
            cut_well = Err(error);
            ControlFlow::Break(())
        }
    })?;
    cut_well?;
    ensure!(matches!(ended, Ended::Killed | Ended::Exited(0)), "the export ended with {ended:?}");
    let mut chance = StdRng::seed_from_u64(cut.seed);
    watch.disk.remains(|| chance.random_bool(cut.survives))
}

/// Loses power, and goes on. Returns the bytes compared.
async fn back_again(one: Cut, steps: usize) -> Result<u64> {
    let desk = desk(one.kept).await?;
    let traced = Arc::clone(&desk);
    let remains = tokio::task::spawn_blocking(move || cut(traced, one, steps)).await??;
    lay(desk.home(), &remains)?;
    let standing = oracle::standing(&desk, CONTRACT).context("when the power is back")?;
    desk.run(desk.go_on(CONTRACT)?).await?;
    oracle::complete(&desk, CONTRACT, &[standing]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn power_cuts() -> Result<()> {
    let kinds = [Kept::Plain, Kept::Compressed, Kept::Ranged];
    let survives = select(vec![0.0, 0.5, 0.9]);
    let trees = chance::cases(&(select(kinds.to_vec()), 0.0..1.0, survives, any::<u64>()), CASES)?;
    let cuts = trees.iter().map(ValueTree::current);
    let cuts: Vec<Cut> =
        cuts.map(|(kept, share, survives, seed)| Cut { kept, share, survives, seed }).collect();
    let (mut bytes, mut wrong) = (0, Vec::new());
    for kept in kinds {
        let steps = steps(kept).await?;
        let mine = cuts.iter().filter(|cut| cut.kept == kept);
        let runs = mine.map(|cut| async move { (cut, back_again(*cut, steps).await) });
        let results: Vec<(&Cut, Result<u64>)> = iter(runs).buffered(AT_A_TIME).collect().await;
        for (cut, result) in results {
            let (stage, fault) = (format!("{kept:?}"), "power cut after any step");
            let outcome = if result.is_ok() { COMPLETE } else { WRONG };
            let compared = *result.as_ref().unwrap_or(&0);
            Proof { stage: &stage, fault, outcome, cases: 1, kills: 1, bytes: compared }.note()?;
            bytes += compared;
            wrong.extend(result.err().map(|error| format!("{cut:?}: {error:#}")));
        }
    }
    println!("{} power cuts, {bytes} bytes compared", cuts.len());
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}
