//! Two faults in one export, each at a stage of its own: what one of them leaves behind does not make the other worse.

use ab2d_engine::api::Timing;
use ab2d_engine::view::{ExportForm, ExportId, ExportView, PhaseView};
use ab2d_practice::{Armed, Fault, Options, Rule};
use ab2d_tests::chance;
use ab2d_tests::desk::{Desk, everything};
use ab2d_tests::proof::{Proof, WRONG};
use anyhow::{Context, Result, bail, ensure};
use futures_util::StreamExt;
use futures_util::stream::iter;
use proptest::prelude::any;
use proptest::sample::Index;
use proptest::strategy::ValueTree;

use crate::case::{Case, Outcome, Stage, Trouble};
use crate::trial::{JOB, SHORT, rests_for_good};
use crate::{matrix, oracle, stages};

/// The stages at which the service can do something.
const STAGES: [Stage; 6] =
    [Stage::Token, Stage::Start, Stage::Status, Stage::Manifest, Stage::File, Stage::Verify];

/// Pairs of faults that are tried, unless told otherwise: four of each pair of stages.
const CASES: u64 = 60;

/// Pairs at a time: most of their time they wait.
const AT_A_TIME: usize = 60;

/// More often than two faults make an export rest.
const RESTS: usize = 8;

/// What the service can do at a stage. Nothing else is needed than an ordinary contract and two files.
fn faults(stage: Stage) -> Vec<Case> {
    let cases = match stage {
        Stage::Token | Stage::Status | Stage::File => matrix::column(stage),
        Stage::Start => [matrix::column(stage), stages::start()].concat(),
        Stage::Manifest => [matrix::column(stage), stages::manifest()].concat(),
        Stage::Verify | Stage::Rename | Stage::Store => stages::verifying(),
    };
    let ordinary = |case: &Case| {
        case.contract == "Z1001" && matches!(case.trouble, Trouble::Fault(_)) && case.fault != "hostile names"
    };
    cases.into_iter().filter(ordinary).collect()
}

/// One of the two faults, which lasts until it is mended.
struct Open {
    case: Case,
    armed: Armed,
}

impl Open {
    fn arm(desk: &Desk, case: Case) -> Result<Self> {
        let Trouble::Fault(fault) = case.trouble else { bail!("it is done, and not armed") };
        Ok(Self { case, armed: desk.service.faults().arm(Rule::on(case.requests, fault()).always()) })
    }

    fn happened(&self) -> bool {
        self.armed.fired() > 0
    }

    /// Whether the export rests because of it.
    fn explains(&self, code: &str) -> bool {
        // What an error says that comes broken is not known, so that it is taken for one that passes.
        if code == "serviceFault" && self.breaks_bodies() {
            return self.happened();
        }
        let (Outcome::Waits(mine) | Outcome::Asks(mine) | Outcome::AsksAtLast(mine) | Outcome::Ends(mine)) =
            self.case.outcome
        else {
            return false;
        };
        self.happened() && mine == code
    }

    fn breaks_bodies(&self) -> bool {
        matches!(self.case.trouble, Trouble::Fault(fault) if matches!(fault(), Fault::Body(_)))
    }

    fn is_of_a_running_job(&self) -> bool {
        self.case.stage == Stage::Status
    }
}

/// An export with two faults.
struct Pair {
    desk: Desk,
    open: Vec<Open>,
    job_runs: bool,
}

impl Pair {
    async fn begin(cases: [Case; 2]) -> Result<(Self, ExportId)> {
        let any = |is: fn(&Case) -> bool| cases.iter().any(is);
        // Two faults use up more downloads and leave more jobs behind than one.
        let limits =
            Options { maximum_downloads: u32::MAX, maximum_running_jobs: usize::MAX, ..Options::instant() };
        let files = limits.files(2, 60_000);
        let has_running_job = any(|case| case.stage == Stage::Status);
        let options = if has_running_job { files.job_duration(JOB) } else { files };
        let stalls = any(|case| case.outcome == Outcome::Waits("stalled"));
        let timing = if stalls { Timing { stall: SHORT, ..Timing::default() } } else { Timing::default() };
        let desk = Desk::timed(options, timing).await?;
        let open = cases.into_iter().map(|case| Open::arm(&desk, case)).collect::<Result<_>>()?;
        let contract = desk.add("Z1001").await?;
        let id = desk.start(contract, ExportForm { compressed: false, ..everything() }).await?;
        Ok((Self { desk, open, job_runs: has_running_job }, id))
    }

    /// Mends whatever the export rests at, until it ends. Returns the bytes compared.
    async fn told(&mut self, id: ExportId) -> Result<u64> {
        for _ in 0..RESTS {
            let export = self.rests(id).await?;
            oracle::nothing_wrong(&self.desk, &export)?;
            match &export.phase {
                PhaseView::Complete => {
                    let ends =
                        |open: &&Open| open.happened() && matches!(open.case.outcome, Outcome::Ends(_));
                    let ended = self.open.iter().find(ends);
                    ensure!(
                        ended.is_none(),
                        "it completes in spite of {}",
                        ended.map_or("", |open| open.case.fault)
                    );
                    return oracle::complete(&self.desk, &export).await;
                }
                PhaseView::Failed { problem } | PhaseView::Expired { problem } => {
                    let expected = |open: &Open| {
                        open.explains(&problem.code) && matches!(open.case.outcome, Outcome::Ends(_))
                    };
                    ensure!(self.open.iter().any(expected), "it ended with {}", problem.code);
                    return Ok(0);
                }
                PhaseView::Waiting { problem, .. } => {
                    self.mend(&problem.code)?;
                    self.desk.controller.resume(id).await?;
                }
                _ => self.end_job(),
            }
        }
        bail!("it goes on for ever")
    }

    /// Waits until the export rests, or a running job was polled that is to end now.
    async fn rests(&self, id: ExportId) -> Result<ExportView> {
        let polled = |export: &ExportView| {
            let passes = |open: &Open| {
                let rests = matches!(
                    open.case.outcome,
                    Outcome::Waits(_) | Outcome::Asks(_) | Outcome::AsksAtLast(_)
                );
                open.is_of_a_running_job() && open.happened() && !rests
            };
            self.job_runs
                && matches!(export.phase, PhaseView::Preparing { .. })
                && self.open.iter().any(passes)
        };
        let waits = |export: &ExportView| matches!(export.phase, PhaseView::Waiting { .. });
        self.desk.until(id, |export| waits(export) || rests_for_good(export) || polled(export)).await
    }

    fn mend(&mut self, code: &str) -> Result<()> {
        let place = self.open.iter().position(|open| open.explains(code));
        let mended = self.open.remove(place.with_context(|| format!("nothing explains {code}"))?);
        mended.armed.disarm();
        if mended.is_of_a_running_job() {
            self.end_job();
        }
        Ok(())
    }

    /// The job ends; what was to happen while it ran, and passes, is over, and what ends it is noticed.
    fn end_job(&mut self) {
        self.open.retain(|open| {
            let is_over = open.is_of_a_running_job() && open.case.outcome == Outcome::Complete;
            if is_over {
                open.armed.disarm();
            }
            !is_over
        });
        self.job_runs = false;
        self.desk.service.clock().advance(JOB);
    }
}

async fn told(cases: [Case; 2]) -> Result<u64> {
    let (mut pair, id) = Pair::begin(cases).await?;
    pair.told(id).await
}

/// Two faults by chance, for one pair of stages after the other.
fn pairs() -> Result<Vec<[Case; 2]>> {
    let stages = STAGES.into_iter().enumerate();
    let of_two =
        stages.flat_map(|(index, first)| STAGES[index + 1..].iter().map(move |second| [first, *second]));
    let of_two: Vec<[Vec<Case>; 2]> = of_two.map(|pair| pair.map(faults)).collect();
    let chances = chance::cases(&(any::<Index>(), any::<Index>()), CASES)?;
    let pick = |[first, second]: &[Vec<Case>; 2], (one, other): (Index, Index)| {
        [*one.get(first), *other.get(second)]
    };
    Ok(chances.iter().zip(of_two.iter().cycle()).map(|(tree, stages)| pick(stages, tree.current())).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn two_faults_at_two_stages() -> Result<()> {
    let runs = pairs()?.into_iter().map(|cases| async move {
        let result = tokio::spawn(told(cases)).await.unwrap_or_else(|panic| Err(panic.into()));
        (cases, result)
    });
    let results: Vec<([Case; 2], Result<u64>)> = iter(runs).buffered(AT_A_TIME).collect().await;
    let (mut bytes, mut wrong) = (0, Vec::new());
    for ([one, other], result) in &results {
        let stage = format!("{} + {}", one.stage, other.stage);
        let fault = format!("{} + {}", one.fault, other.fault);
        let outcome = match result {
            Ok(0) => "ended as it must",
            Ok(_) => "complete",
            Err(_) => WRONG,
        };
        println!("{stage:<21} {fault:<70} {outcome}");
        let compared = *result.as_ref().unwrap_or(&0);
        Proof { stage: &stage, fault: "two faults", outcome, cases: 1, kills: 0, bytes: compared }.note()?;
        bytes += compared;
        if let Err(error) = result {
            wrong.push(format!("{stage}: {fault}: {error:#}"));
        }
    }
    println!("{} pairs of faults, {bytes} bytes compared", results.len());
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}
