//! Lets a case happen to an export of its own, and holds what comes of it against the oracle.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use ab2d_engine::api::Timing;
use ab2d_engine::view::{ExportId, ExportView, PhaseView};
use ab2d_practice::{Armed, Fault, Options, Pause, RequestKind, Rule};
use ab2d_tests::desk::{Desk, everything};
use anyhow::{Context, Result, bail, ensure};

use crate::case::{Case, Lasts, Outcome, Stage, Trouble};
use crate::deed::{Deed, FIRST_FILE};
use crate::oracle;

/// How long nothing may arrive where a stall is to be noticed.
pub(crate) const SHORT: Duration = Duration::from_secs(2);

/// How long a job takes whose polls while it runs are looked at; the service's clock is moved on to its end.
pub(crate) const JOB: Duration = Duration::from_mins(10);

/// What a case proved.
pub(crate) struct Proof {
    /// Bytes compared with the service's.
    pub(crate) bytes: u64,
    /// How long it took.
    pub(crate) took: Duration,
}

/// One case under way.
struct Trial<'a> {
    case: &'a Case,
    desk: Desk,
    armed: Option<Armed>,
}

/// Runs a case.
pub(crate) async fn run(case: &Case) -> Result<Proof> {
    let began = Instant::now();
    let mut trial = Trial { case, desk: desk(case).await?, armed: None };
    let id = trial.begin().await?;
    let bytes = match case.expected() {
        Outcome::Complete => trial.completes(id).await?,
        Outcome::Waits(code) => trial.waits(id, code).await?,
        Outcome::Asks(code) | Outcome::AsksAtLast(code) => trial.asks(id, code).await?,
        Outcome::Ends(code) => trial.ends(id, code).await?,
        Outcome::Never => bail!("it cannot happen"),
    };
    let fired = trial.armed.as_ref().map_or(1, Armed::fired);
    ensure!(fired > 0, "the fault never happened");
    Ok(Proof { bytes, took: began.elapsed() })
}

async fn desk(case: &Case) -> Result<Desk> {
    let mut options = (case.options)(Options::instant().files(2, 60_000));
    if case.stage == Stage::Status {
        options = options.job_duration(JOB);
    }
    let stalls = case.outcome == Outcome::Waits("stalled");
    let timing = if stalls { Timing { stall: SHORT, ..Timing::default() } } else { Timing::default() };
    Desk::timed(options, timing).await
}

impl Trial<'_> {
    /// Starts the export and lets the trouble come.
    async fn begin(&mut self) -> Result<ExportId> {
        let contract = self.desk.add(self.case.contract).await?;
        let form = (self.case.form)(everything());
        match self.case.trouble {
            Trouble::Fault(fault) => {
                self.arm(fault());
                self.desk.start(contract, form).await
            }
            Trouble::Deed(deed) if deed.is_meanwhile() => {
                let held = self.desk.service.faults().arm(self.hold());
                let id = self.desk.start(contract, form).await?;
                reached(&held).await?;
                deed.happen(&self.desk, Some(id)).await?;
                self.desk.service.faults().clear();
                if deed != Deed::Refuse && self.case.stage == Stage::Status {
                    self.end_job();
                }
                Ok(id)
            }
            Trouble::Deed(deed) => {
                deed.happen(&self.desk, None).await?;
                self.desk.start(contract, form).await
            }
        }
    }

    fn arm(&mut self, fault: Fault) {
        let rule = Rule::on(self.case.requests, fault);
        let rule = if self.case.lasts == Lasts::On { rule.always() } else { rule };
        self.armed = Some(self.desk.service.faults().arm(rule));
    }

    /// Holds a request of the stage; one of the later stages when all its bytes were sent, save the end.
    fn hold(&self) -> Rule {
        match self.case.stage {
            Stage::Verify | Stage::Rename => {
                let after_the_last = Fault::stall_at(u64::MAX, Pause::UntilDisarmed);
                Rule::on(RequestKind::File, after_the_last).file(FIRST_FILE)
            }
            Stage::Token | Stage::Start | Stage::Status | Stage::Manifest | Stage::File | Stage::Store => {
                Rule::on(self.case.requests, Fault::Silence(Pause::UntilDisarmed))
            }
        }
    }

    async fn completes(&self, id: ExportId) -> Result<u64> {
        if let (Stage::Status, Some(armed)) = (self.case.stage, &self.armed) {
            reached(armed).await?;
            self.mend(id).await?;
        }
        let export = self.desk.until(id, rests_for_good).await?;
        ensure!(export.phase == PhaseView::Complete, "{:#?}", export.phase);
        oracle::complete(&self.desk, &export).await
    }

    async fn waits(&self, id: ExportId, code: &str) -> Result<u64> {
        let waits = |export: &ExportView| matches!(export.phase, PhaseView::Waiting { .. });
        let export = self.desk.until(id, |export| waits(export) || rests_for_good(export)).await?;
        self.check(&export, code)?;
        ensure!(matches!(export.phase, PhaseView::Waiting { until: Some(_), .. }), "it waits for nobody");
        self.goes_on(&export, false).await
    }

    async fn asks(&self, id: ExportId, code: &str) -> Result<u64> {
        let export = self.desk.rests(id).await?;
        self.check(&export, code)?;
        ensure!(matches!(export.phase, PhaseView::Waiting { until: None, .. }), "it asks nobody");
        self.goes_on(&export, true).await
    }

    async fn ends(&self, id: ExportId, code: &str) -> Result<u64> {
        if let (Stage::Status, Some(armed)) = (self.case.stage, &self.armed) {
            reached(armed).await?;
            self.end_job();
        }
        let export = self.desk.rests(id).await?;
        self.check(&export, code)?;
        let ended = matches!(export.phase, PhaseView::Failed { .. } | PhaseView::Expired { .. });
        ensure!(ended && export.coverage.is_none(), "{export:#?}");
        Ok(0)
    }

    /// Where an export rests, it says why, and nothing wrong looks complete.
    fn check(&self, export: &ExportView, code: &str) -> Result<()> {
        let (PhaseView::Waiting { problem, .. }
        | PhaseView::Failed { problem }
        | PhaseView::Expired { problem }) = &export.phase
        else {
            bail!("it does not rest: {:#?}", export.phase)
        };
        ensure!(problem.code == code, "it says {} ({:?}), not {code}", problem.code, problem.stage);
        ensure!(problem.remedy.is_some() && !problem.next_step.is_empty(), "it says not what to do");
        oracle::nothing_wrong(&self.desk, export)
    }

    /// Mends the fault, and sees that the export completes without fetching again what it has.
    async fn goes_on(&self, export: &ExportView, by_hand: bool) -> Result<u64> {
        let before = oracle::verified(&self.desk, export).await?;
        self.mend(export.id).await?;
        if by_hand {
            self.desk.controller.resume(export.id).await?;
        }
        let export = self.desk.until(export.id, rests_for_good).await?;
        ensure!(export.phase == PhaseView::Complete, "it does not go on: {:#?}", export.phase);
        let bytes = oracle::complete(&self.desk, &export).await?;
        self.nothing_twice(&before, &export)?;
        Ok(bytes)
    }

    async fn mend(&self, id: ExportId) -> Result<()> {
        if let Some(armed) = &self.armed {
            armed.disarm();
        }
        if let Trouble::Deed(deed) = self.case.trouble {
            deed.mend(&self.desk, id).await?;
        }
        if self.case.stage == Stage::Status {
            self.end_job();
        }
        Ok(())
    }

    fn end_job(&self) {
        self.desk.service.clock().advance(JOB);
    }

    fn nothing_twice(&self, before: &BTreeMap<String, u32>, export: &ExportView) -> Result<()> {
        if matches!(self.case.trouble, Trouble::Deed(deed) if deed.loses_files()) {
            return Ok(());
        }
        for file in self.desk.held(export)? {
            if let Some(downloads) = before.get(&file.name) {
                ensure!(file.downloads == *downloads, "{} was verified and fetched again", file.name);
            }
        }
        Ok(())
    }
}

/// Waits until a request had a fault.
pub(crate) async fn reached(armed: &Armed) -> Result<()> {
    let fired = async {
        while armed.fired() == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), fired).await.context("the stage was never reached")
}

/// Whether an export ends, or waits for a person.
pub(crate) fn rests_for_good(export: &ExportView) -> bool {
    match &export.phase {
        PhaseView::Requesting | PhaseView::Preparing { .. } | PhaseView::Downloading => false,
        PhaseView::Waiting { until, .. } => until.is_none(),
        PhaseView::Paused
        | PhaseView::Complete
        | PhaseView::Cancelled
        | PhaseView::Expired { .. }
        | PhaseView::Failed { .. } => true,
    }
}
