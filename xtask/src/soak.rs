//! `cargo xtask soak`: every fault, and as many random ones and kills as one has patience for.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use xshell::{Shell, cmd};

use crate::steps::Steps;
use crate::test::EVERYTHING;
use crate::{folders, npm, setup};

/// Cases of each random test, unless told otherwise: some thousand kills in all.
const CASES: u64 = 300;

/// How much is tried, and which of what is left to chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Extent {
    cases: u64,
    seed: u64,
}

impl Extent {
    /// Reads `--cases N` and `--seed S`.
    pub(crate) fn read(arguments: &[&str]) -> Result<Self> {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH)?;
        let mut extent = Self { cases: CASES, seed: u64::from(since_1970.subsec_nanos()) };
        let (pairs, rest) = arguments.as_chunks::<2>();
        for [option, value] in pairs {
            let number = value.parse().with_context(|| format!("{option} needs a number"))?;
            match *option {
                "--cases" => extent.cases = number,
                "--seed" => extent.seed = number,
                _ => bail!("cargo xtask soak knows no option {option}"),
            }
        }
        if let [option] = rest {
            bail!("{option} needs a number");
        }
        Ok(extent)
    }
}

/// Runs the fault matrix and the crash tests at this extent, and prints what was proved.
pub(crate) fn soak(shell: &Shell, extent: Extent) -> Result<()> {
    let proofs = folders::target().join("proofs.tsv");
    shell.remove_path(&proofs)?;
    let Extent { cases, seed } = extent;
    println!("cargo xtask soak --cases {cases} --seed {seed}");
    let mut steps = Steps::default();
    steps.step("Set up", || set_up(shell))?;
    steps.step("Page: build", || npm::script(shell, "build"))?;
    steps.step("Build", || Ok(cmd!(shell, "cargo build {EVERYTHING...} --bins").run()?))?;
    let run = steps.step("Faults and crashes", || {
        let tests = ["--test", "faults", "--test", "crash"];
        // Not nextest, which ends what takes as long as this.
        let cargo = cmd!(shell, "cargo test --no-fail-fast {EVERYTHING...} {tests...}");
        let cargo = cargo.env("AB2D_CASES", cases.to_string()).env("AB2D_SEED", seed.to_string());
        Ok(cargo.env("AB2D_PROOFS", &proofs).run()?)
    });
    match read(&proofs) {
        Ok(proofs) => print(&proofs),
        Err(error) => return run.and(Err(error)),
    }
    println!("\nAgain: cargo xtask soak --cases {cases} --seed {seed}");
    run
}

fn set_up(shell: &Shell) -> Result<()> {
    setup::for_tests(shell)?;
    npm::install(shell)
}

/// A fault, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    fault: String,
    outcome: String,
}

/// How often, and what was compared.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Sum {
    cases: u64,
    kills: u64,
    bytes: u64,
}

impl Sum {
    fn add(&mut self, other: Self) {
        self.cases += other.cases;
        self.kills += other.kills;
        self.bytes += other.bytes;
    }
}

/// Where it came to that, and how often.
type Proofs = BTreeMap<Row, (BTreeSet<String>, Sum)>;

fn read(path: &Path) -> Result<Proofs> {
    let text = fs::read_to_string(path).context("no test proved anything")?;
    let mut proofs = Proofs::new();
    for line in text.lines() {
        let (stage, row, sum) = proof(line).with_context(|| format!("a proof cannot be read: {line}"))?;
        let (stages, all) = proofs.entry(row).or_default();
        stages.insert(stage);
        all.add(sum);
    }
    Ok(proofs)
}

/// A line as the tests write it: stage, fault, outcome, cases, kills and bytes, with tabs between.
fn proof(line: &str) -> Option<(String, Row, Sum)> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [stage, fault, outcome, cases, kills, bytes] = fields[..] else { return None };
    let row = Row { fault: fault.to_owned(), outcome: outcome.to_owned() };
    let sum = Sum { cases: cases.parse().ok()?, kills: kills.parse().ok()?, bytes: bytes.parse().ok()? };
    Some((stage.to_owned(), row, sum))
}

/// Prints fault × stage × outcome, how often each outcome was, and the sum of all.
fn print(proofs: &Proofs) {
    let (mut outcomes, mut all) = (BTreeMap::<&str, Sum>::new(), Sum::default());
    println!("\n{:<58} {:<39} {:>6} {:>6} {:>9}  STAGES", "FAULT", "OUTCOME", "CASES", "KILLS", "KB");
    for (Row { fault, outcome }, (stages, sum)) in proofs {
        let Sum { cases, kills, bytes } = *sum;
        let stages = stages.iter().map(String::as_str).collect::<Vec<_>>().join("; ");
        println!("{fault:<58} {outcome:<39} {cases:>6} {kills:>6} {:>9}  {stages}", bytes / 1000);
        outcomes.entry(outcome).or_default().add(*sum);
        all.add(*sum);
    }
    println!("\n{:>6}  OUTCOME", "CASES");
    for (outcome, sum) in outcomes {
        println!("{:>6}  {outcome}", sum.cases);
    }
    let Sum { cases, kills, bytes } = all;
    println!("\n{cases} cases, {kills} kills, {bytes} bytes compared.");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extent_is_what_is_asked_for() {
        assert_eq!(Extent::read(&["--seed", "7", "--cases", "5"]).unwrap(), Extent { cases: 5, seed: 7 });
        assert_eq!(Extent::read(&[]).unwrap().cases, CASES);
        for wrong in [&["--cases"][..], &["--cases", "many"], &["--kills", "5"]] {
            assert!(Extent::read(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_proof_is_a_line() {
        let (stage, row, sum) = proof("file\treset once\tcomplete\t1\t0\t120").unwrap();
        let texts = (stage.as_str(), row.fault.as_str(), row.outcome.as_str());
        assert_eq!(texts, ("file", "reset once", "complete"));
        assert_eq!(sum, Sum { cases: 1, kills: 0, bytes: 120 });
        assert_eq!(proof("file\treset"), None);
    }
}
