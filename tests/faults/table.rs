//! Runs cases side by side, and prints what came of each.

use std::time::Duration;

use ab2d_tests::proof;
use anyhow::Result;
use futures_util::StreamExt;
use futures_util::stream::iter;

use crate::case::{Case, Lasts, Outcome};
use crate::trial::{self, Proof};

/// Cases at a time: most of their time they wait.
const AT_A_TIME: usize = 100;

/// Holds a table's cases against the engine, prints them, and fails with all that are not as they must be.
pub(crate) async fn hold(title: &str, cases: impl IntoIterator<Item = Case>) {
    let cases = cases.into_iter().flat_map(Case::both);
    let runs = cases.map(|case| async move {
        let proof = tokio::spawn(async move { trial::run(&case).await }).await;
        (case, proof.unwrap_or_else(|panic| Err(panic.into())))
    });
    let results: Vec<(Case, Result<Proof>)> = iter(runs).buffered(AT_A_TIME).collect().await;
    let bytes: u64 = results.iter().filter_map(|(_, result)| Some(result.as_ref().ok()?.bytes)).sum();
    for (case, result) in &results {
        println!("{}", line(title, case, result));
        note(title, case, result);
    }
    println!("{title}: {} cases, {bytes} bytes compared", results.len());
    let wrong: Vec<String> = results
        .iter()
        .filter_map(|(case, result)| {
            Some(format!("{} {}: {:#}", case.fault, lasts(case), result.as_ref().err()?))
        })
        .collect();
    assert!(!results.is_empty() && wrong.is_empty(), "{title}\n{}", wrong.join("\n"));
}

#[expect(clippy::unwrap_used, reason = "proofs that cannot be kept are none")]
fn note(title: &str, case: &Case, result: &Result<Proof>) {
    let (outcome, fault) = (case.expected().to_string(), format!("{} {}", case.fault, lasts(case)));
    proof::Proof {
        stage: title,
        fault: fault.trim_end(),
        outcome: if result.is_ok() { &outcome } else { proof::WRONG },
        cases: 1,
        kills: 0,
        bytes: result.as_ref().map_or(0, |proof| proof.bytes),
    }
    .note()
    .unwrap();
}

fn line(title: &str, case: &Case, result: &Result<Proof>) -> String {
    let outcome = case.expected().to_string();
    let took = result.as_ref().map_or(Duration::ZERO, |proof| proof.took);
    let verdict = if result.is_ok() { "" } else { "  WRONG" };
    format!(
        "{title:<21} {:<34} {:<8} {outcome:<46} {:>5.1} s{verdict}",
        case.fault,
        lasts(case),
        took.as_secs_f64()
    )
}

fn lasts(case: &Case) -> &'static str {
    match (case.lasts, case.outcome) {
        (Lasts::Once, _) => "once",
        (Lasts::On, Outcome::Ends(_)) => "",
        (Lasts::On, _) => "lasting",
    }
}
