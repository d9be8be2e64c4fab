//! The program is killed at any time, again and again, alone and beside another one on the same records.

use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use ab2d_practice::Options;
use ab2d_tests::chance;
use ab2d_tests::proof::{Proof, WRONG};
use anyhow::{Result, ensure};
use futures_util::StreamExt;
use futures_util::stream::iter;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use tokio::process::{Child, Command};

use crate::desk::{Desk, Kept};
use crate::oracle::{self, COMPLETE, Standing, Told};

/// Exports that are tried unless told otherwise; most are killed more than once.
const CASES: u64 = 12;

/// Exports at a time.
const AT_A_TIME: usize = 3;

/// The contract that is exported, and the one that another process may export meanwhile.
const CONTRACTS: [&str; 2] = ["Z1001", "Z1002"];

/// An export that is killed after these shares of the time that a whole one takes.
#[derive(Debug, Clone)]
struct Story {
    kept: Kept,
    kills: Vec<f64>,
    companion: Companion,
}

/// What another process does on the same records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Companion {
    /// There is none.
    None,
    /// It exports another contract.
    Exports,
    /// It exports another contract, and is killed at the same times.
    IsKilled,
}

fn story() -> impl Strategy<Value = Story> {
    let kept = select(vec![Kept::Plain, Kept::Compressed, Kept::Ranged]);
    let companion = select(vec![Companion::None, Companion::Exports, Companion::IsKilled]);
    (kept, prop::collection::vec(0.0..1.1, 1..5), companion).prop_map(|(kept, kills, companion)| Story {
        kept,
        kills,
        companion,
    })
}

async fn desk(kept: Kept) -> Result<Desk> {
    // The service counts what it sent to a program that was killed.
    let options = Options { maximum_downloads: u32::MAX, ..Options::instant().files(4, 300_000) };
    Desk::new(kept, options).await
}

/// How long an export takes that nobody kills.
async fn whole() -> Result<Duration> {
    let desk = desk(Kept::Plain).await?;
    let began = Instant::now();
    desk.run(desk.export(CONTRACTS[0], 4)?).await?;
    Ok(began.elapsed())
}

async fn told(story: &Story, whole: Duration) -> Result<Told> {
    let desk = desk(story.kept).await?;
    let [contract, other] = CONTRACTS;
    let mut told = Told::default();
    let (mut before, mut before_other) = (Vec::<Standing>::new(), Vec::<Standing>::new());
    let mut companion: Option<Child> = None;
    for share in &story.kills {
        let mut program = start(&desk, contract)?;
        if story.companion != Companion::None && companion.is_none() {
            companion = Some(start(&desk, other)?);
        }
        tokio::time::sleep(whole.mul_f64(*share)).await;
        told.kills += killed(&mut program).await?;
        before.push(oracle::standing(&desk, contract)?);
        if let Some(mut other_program) = companion.take_if(|_| story.companion == Companion::IsKilled) {
            told.kills += killed(&mut other_program).await?;
            before_other.push(oracle::standing(&desk, other)?);
        }
    }
    if let Some(companion) = companion {
        let Output { status, stderr, .. } = companion.wait_with_output().await?;
        let said = String::from_utf8_lossy(&stderr);
        ensure!(status.success(), "the other process ended with {status}: {said}");
    }
    desk.run(desk.go_on(contract)?).await?;
    if story.companion != Companion::None {
        desk.run(desk.go_on(other)?).await?;
        told.bytes += oracle::complete(&desk, other, &before_other).await?;
    }
    told.bytes += oracle::complete(&desk, contract, &before).await?;
    Ok(told)
}

fn start(desk: &Desk, contract: &str) -> Result<Child> {
    let mut command = Command::from(desk.go_on(contract)?);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    Ok(command.kill_on_drop(true).spawn()?)
}

/// Kills a program, and says whether it was still running.
async fn killed(program: &mut Child) -> Result<u64> {
    if program.try_wait()?.is_some() {
        return Ok(0);
    }
    program.kill().await?;
    Ok(1)
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_at_any_time() -> Result<()> {
    let stories: Vec<Story> = chance::cases(&story(), CASES)?.iter().map(ValueTree::current).collect();
    let whole = whole().await?;
    let runs = stories.iter().map(|story| async move { (story, told(story, whole).await) });
    let results: Vec<(&Story, Result<Told>)> = iter(runs).buffered(AT_A_TIME).collect().await;
    let (mut sum, mut wrong) = (Told::default(), Vec::new());
    for (story, result) in results {
        let fault = format!("kill at any time, {:?}", story.kept);
        let stage = match story.companion {
            Companion::None => "alone",
            Companion::Exports => "beside another export",
            Companion::IsKilled => "with another export",
        };
        let outcome = if result.is_ok() { COMPLETE } else { WRONG };
        let Told { kills, bytes } = *result.as_ref().unwrap_or(&Told::default());
        Proof { stage, fault: &fault, outcome, cases: 1, kills, bytes }.note()?;
        (sum.kills, sum.bytes) = (sum.kills + kills, sum.bytes + bytes);
        wrong.extend(result.err().map(|error| format!("{story:?}: {error:#}")));
    }
    println!("{} exports, {} kills, {} bytes compared", stories.len(), sum.kills, sum.bytes);
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    ensure!(sum.kills > 0, "nothing was killed");
    Ok(())
}
