//! Faults in any order: whatever comes, an export ends complete or at a problem that nothing can mend, and nothing wrong
//! ever looks complete.

use ab2d_engine::view::{ExportForm, ExportId, PhaseView};
use ab2d_practice::{Answer, ContentFault, Fault, JobFault, Options, RequestKind, Rule};
use ab2d_tests::chance;
use ab2d_tests::desk::{Desk, everything};
use ab2d_tests::proof::Proof;
use anyhow::{Result, bail, ensure};
use futures_util::StreamExt;
use futures_util::stream::iter;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;

use crate::oracle;

/// Sequences that are tried unless told otherwise.
const CASES: u64 = 32;

/// More often than the sequences can make an export rest.
const RESTS: usize = 60;

/// How often the service gives a file out.
const DOWNLOADS: u32 = 6;

/// A fault that happens to so many requests of a kind after so many others.
#[derive(Debug, Clone)]
struct Mishap {
    fault: &'static str,
    requests: RequestKind,
    skip: u32,
    times: u32,
}

/// A sequence of faults, and how the claims are kept.
#[derive(Debug, Clone)]
struct Story {
    mishaps: Vec<Mishap>,
    compressed: bool,
    range: bool,
}

const FAULTS: [&str; 20] = [
    "reset",
    "lost",
    "cut 0",
    "cut 7",
    "cut 900",
    "reset 900",
    "end 900",
    "end 0",
    "corrupt",
    "altered",
    "shorter",
    "identity",
    "401",
    "403",
    "502",
    "503",
    "portal",
    "revoked",
    "other etag",
    "wrong range",
];

/// These end an export.
const FINAL: [&str; 3] = ["job failed", "job cancelled", "files gone"];

fn fault(name: &str) -> Fault {
    match name {
        "reset" => Fault::Reset,
        "lost" => Fault::LoseAnswer,
        "cut 0" => Fault::cut_at(0),
        "cut 7" => Fault::cut_at(7),
        "cut 900" => Fault::cut_at(900),
        "reset 900" => Fault::reset_at(900),
        "end 900" => Fault::end_at(900),
        "end 0" => Fault::end_at(0),
        "corrupt" => Fault::corrupt_at(900),
        "altered" => Fault::Content(ContentFault::Altered),
        "shorter" => Fault::Content(ContentFault::Shorter),
        "identity" => Fault::Identity,
        "401" => Fault::Answer(Answer::status(401)),
        "403" => Fault::Answer(Answer::status(403)),
        "502" => Fault::Answer(Answer::status(502)),
        "503" => Fault::Answer(Answer::status(503)),
        "portal" => Fault::Answer(Answer::captive_portal()),
        "other etag" => Fault::NewEtag,
        "wrong range" => Fault::WrongContentRange,
        "job failed" => Fault::Job(JobFault::Failed),
        "job cancelled" => Fault::Job(JobFault::Cancelled),
        "files gone" => Fault::Job(JobFault::Expired),
        _ => Fault::RevokeTokens,
    }
}

fn mishap() -> impl Strategy<Value = Mishap> {
    use RequestKind::{File, Manifest, Start, Status, Token};
    let faults = prop_oneof![40 => select(FAULTS.as_slice()), 1 => select(FINAL.as_slice())];
    let requests = prop_oneof![4 => Just(File), 1 => select(vec![Token, Start, Status, Manifest])];
    (faults, requests, 0_u32..4, 1_u32..4).prop_map(|(fault, requests, skip, times)| Mishap {
        fault,
        requests,
        skip,
        times,
    })
}

fn story() -> impl Strategy<Value = Story> {
    (prop::collection::vec(mishap(), 1..7), any::<bool>(), any::<bool>())
        .prop_map(|(mishaps, compressed, range)| Story { mishaps, compressed, range })
}

/// Tells a story, and returns the bytes compared at its end.
async fn told(story: &Story) -> Result<u64> {
    let desk = Desk::new(Options::instant().files(3, 30_000).range(story.range)).await?;
    for mishap in &story.mishaps {
        let rule = Rule::on(mishap.requests, fault(mishap.fault)).skip(mishap.skip).times(mishap.times);
        desk.service.faults().arm(rule);
    }
    let contract = desk.add("Z1001").await?;
    let id = desk.start(contract, ExportForm { compressed: story.compressed, ..everything() }).await?;
    ends(&desk, id, story).await
}

async fn ends(desk: &Desk, id: ExportId, story: &Story) -> Result<u64> {
    for _ in 0..RESTS {
        let rests = |phase: &PhaseView| {
            !matches!(phase, PhaseView::Requesting | PhaseView::Preparing { .. } | PhaseView::Downloading)
        };
        let export = desk.until(id, |export| rests(&export.phase)).await?;
        oracle::nothing_wrong(desk, &export)?;
        match &export.phase {
            PhaseView::Complete => return oracle::complete(desk, &export).await,
            PhaseView::Failed { problem } | PhaseView::Expired { problem } => {
                let spoilt = story.mishaps.iter().any(|mishap| FINAL.contains(&mishap.fault));
                let used_up = desk.held(&export)?.iter().any(|file| file.downloads == DOWNLOADS);
                let is_final = if problem.code == "downloadLimit" { used_up } else { spoilt };
                ensure!(is_final, "it ended with {}", problem.code);
                return Ok(0);
            }
            _ => desk.controller.resume(id).await?,
        }
    }
    bail!("it goes on for ever")
}

#[tokio::test(flavor = "multi_thread")]
async fn any_sequence_of_faults() -> Result<()> {
    let trees = chance::cases(&story(), CASES)?;
    let results: Vec<Result<u64>> = iter(&trees)
        .map(|tree| {
            let story = tree.current();
            async move { told(&story).await }
        })
        .buffered(32)
        .collect()
        .await;
    let (cases, bytes) = (trees.len() as u64, results.iter().flatten().sum::<u64>());
    println!("{cases} sequences of faults, {bytes} bytes compared");
    for (tree, result) in trees.into_iter().zip(results) {
        if let Err(error) = result {
            let (story, error) = shrunk(tree, error).await;
            bail!("{story:#?}\n{error:#}");
        }
    }
    let outcome = "complete, or ended by what nothing mends";
    Proof { stage: "any", fault: "a sequence of faults", outcome, cases, kills: 0, bytes }.note()
}

/// The simplest story that still goes wrong.
async fn shrunk(mut tree: impl ValueTree<Value = Story>, mut error: anyhow::Error) -> (Story, anyhow::Error) {
    let mut worst = tree.current();
    let mut further = tree.simplify();
    while further {
        let story = tree.current();
        match told(&story).await {
            Err(simpler) => {
                (worst, error) = (story, simpler);
                further = tree.simplify();
            }
            Ok(_) => further = tree.complicate(),
        }
    }
    (worst, error)
}
