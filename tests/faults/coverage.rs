//! Over random histories of exports: every claim that the service's model had updated is in a verified file, or still
//! ahead of the next default export.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::time::Duration;

use ab2d_engine::contract::ContractId;
use ab2d_engine::parameters::{FhirVersion, Selection};
use ab2d_engine::view::{CoverageView, ExportForm, ExportView, PhaseView};
use ab2d_practice::{Claims, ContentFault, Fault, JobFault, Options, RequestKind, Rule};
use ab2d_tests::chance;
use ab2d_tests::desk::{Desk, everything};
use ab2d_tests::proof::Proof;
use anyhow::{Context, Result, bail, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::StreamExt;
use futures_util::stream::iter;
use proptest::prelude::*;
use proptest::strategy::ValueTree;

use crate::oracle;

/// Histories that are tried.
const HISTORIES: u64 = 12;

/// So long ago the service's clock begins.
const BEGINNING: TimeDelta = TimeDelta::days(60);

/// What happens next at a contract.
#[derive(Debug, Clone)]
enum Turn {
    /// Claims with these keys are added or updated, and then so many minutes pass.
    Update(Vec<u64>, u64),
    /// An export of this choice, with this result, after which so many minutes pass.
    Export(Choice, FhirVersion, Fate, u64),
}

#[derive(Debug, Clone, Copy)]
enum Choice {
    SinceLast,
    Everything,
    /// Up to so many minutes ago.
    EverythingUntil(u64),
    /// From so many minutes ago, for so many minutes.
    Period(u64, u64),
}

/// What becomes of an export.
#[derive(Debug, Clone, Copy)]
enum Fate {
    Complete,
    BrokenOff,
    JobFailed,
    Cancelled,
    Unannounced,
    ErrorFiles,
}

fn turn() -> impl Strategy<Value = Turn> {
    use Choice::{Everything, EverythingUntil, Period, SinceLast};
    let choice = prop_oneof![
        4 => Just(SinceLast),
        1 => Just(Everything),
        1 => (1_u64..2_000).prop_map(EverythingUntil),
        2 => (1_u64..2_000, 1_u64..2_000).prop_map(|(from, length)| Period(from, length)),
    ];
    let version = prop_oneof![4 => Just(FhirVersion::R4), 1 => Just(FhirVersion::Stu3)];
    let fate = prop_oneof![
        5 => Just(Fate::Complete),
        1 => Just(Fate::BrokenOff),
        1 => Just(Fate::JobFailed),
        1 => Just(Fate::Cancelled),
        1 => Just(Fate::Unannounced),
        1 => Just(Fate::ErrorFiles),
    ];
    prop_oneof![
        (prop::collection::vec(0_u64..12, 1..5), 0_u64..400)
            .prop_map(|(keys, minutes)| Turn::Update(keys, minutes)),
        (choice, version, fate, 0_u64..400)
            .prop_map(|(choice, version, fate, minutes)| Turn::Export(choice, version, fate, minutes)),
    ]
}

/// A contract's life, and what is known of it.
struct History {
    desk: Desk,
    contract: ContractId,
    /// Every update: which claim, and when.
    updates: BTreeSet<(u64, DateTime<Utc>)>,
    /// The latest state of each claim that a verified file holds.
    held: HashMap<(FhirVersion, u64), DateTime<Utc>>,
}

impl History {
    async fn begin() -> Result<Self> {
        let desk = Desk::new(Options::instant().files(0, 30_000)).await?;
        desk.service.clock().rewind(BEGINNING.to_std()?);
        let contract = desk.add("Z1001").await?;
        Ok(Self { desk, contract, updates: BTreeSet::new(), held: HashMap::new() })
    }

    async fn take(&mut self, turn: &Turn) -> Result<()> {
        match turn {
            Turn::Update(keys, minutes) => {
                let now = self.desk.service.clock().now();
                for key in keys {
                    self.desk.service.claims().update("Z1001", *key, now);
                    self.updates.insert((*key, now));
                }
                self.pass(*minutes);
            }
            Turn::Export(choice, version, fate, minutes) => {
                let form =
                    ExportForm { selection: self.selection(*choice), version: *version, ..everything() };
                if !refused(&self.desk, self.contract, &form).await? {
                    self.export(form, *fate).await?;
                }
                self.pass(*minutes);
            }
        }
        self.check().await
    }

    fn pass(&self, minutes: u64) {
        self.desk.service.clock().advance(Duration::from_secs(minutes * 60 + 1));
    }

    fn selection(&self, choice: Choice) -> Selection {
        let ago = |minutes: u64| self.desk.service.clock().now() - Duration::from_secs(minutes * 60);
        match choice {
            Choice::SinceLast => Selection::SinceLast,
            Choice::Everything => Selection::Everything { until: None },
            Choice::EverythingUntil(minutes) => Selection::Everything { until: Some(ago(minutes)) },
            Choice::Period(minutes, length) => {
                Selection::Period { since: ago(minutes), until: Some(ago(minutes.saturating_sub(length))) }
            }
        }
    }

    async fn export(&mut self, form: ExportForm, fate: Fate) -> Result<()> {
        let faults = self.desk.service.faults();
        match fate {
            Fate::Complete | Fate::Cancelled => {}
            Fate::BrokenOff => {
                drop(faults.arm(Rule::on(RequestKind::File, Fault::Content(ContentFault::Shorter)).always()));
            }
            Fate::JobFailed => {
                drop(faults.arm(Rule::on(RequestKind::Status, Fault::Job(JobFault::Failed)).always()));
            }
            Fate::Unannounced => {
                drop(faults.arm(Rule::on(RequestKind::Manifest, Fault::no_checksums()).always()));
            }
            Fate::ErrorFiles => drop(faults.arm(Rule::on(RequestKind::Manifest, as_errors()).always())),
        }
        let version = form.version;
        let id = self.desk.start(self.contract, form).await?;
        if matches!(fate, Fate::Cancelled) {
            self.desk.controller.cancel(id).await?;
        }
        let mut export = self.desk.rests(id).await?;
        if matches!(export.phase, PhaseView::Waiting { .. }) {
            self.desk.controller.cancel(id).await?;
            export = self.desk.rests(id).await?;
        }
        self.desk.service.faults().clear();
        if export.phase == PhaseView::Complete {
            self.read(&export, version)?;
        }
        Ok(())
    }

    /// Notes what an export's files of claims hold.
    fn read(&mut self, export: &ExportView, version: FhirVersion) -> Result<()> {
        let Some(folder) = oracle::folder(export).filter(|_| export.error_files == 0) else { return Ok(()) };
        for held in self.desk.held(export)? {
            for line in fs::read_to_string(folder.join(held.name))?.lines() {
                let claim: serde_json::Value = serde_json::from_str(line)?;
                let id = claim["id"].as_str().context("a claim has an ID")?;
                let number: u64 = id.rsplit('-').next().unwrap_or_default().parse()?;
                let updated: DateTime<Utc> =
                    claim["meta"]["lastUpdated"].as_str().context("a claim has a time")?.parse()?;
                let known = self.held.entry((version, number)).or_insert(updated);
                *known = (*known).max(updated);
            }
        }
        Ok(())
    }

    /// Every update is in a verified file, as it was or as it became later, or ahead of the next default export.
    async fn check(&self) -> Result<()> {
        for view in self.coverage().await? {
            for (key, at) in &self.updates {
                let held = self.held.get(&(view.version, Claims::number(*key)));
                let is_held = held.is_some_and(|held| held.timestamp_millis() >= at.timestamp_millis());
                let is_ahead = view.covered_to.is_none_or(|mark| *at >= mark);
                ensure!(is_held || is_ahead, "claim {key} of {at} falls between: {view:?}");
            }
        }
        Ok(())
    }

    async fn coverage(&self) -> Result<Vec<CoverageView>> {
        let contracts = self.desk.controller.contracts().await?;
        let contract = contracts.into_iter().find(|contract| contract.id == self.contract);
        Ok(contract.context("the contract is gone")?.coverage)
    }

    /// Every gap that is shown can be closed by one export of it.
    async fn close_gaps(&mut self) -> Result<()> {
        for view in self.coverage().await? {
            for gap in &view.gaps {
                let closing = self.desk.controller.close_gap(self.contract, view.version, *gap).await;
                let id = closing.map_err(|error| anyhow::anyhow!("{error:?}"))?;
                let export = self.desk.rests(id).await?;
                ensure!(export.phase == PhaseView::Complete, "{export:#?}");
                self.read(&export, view.version)?;
            }
            let after = self.coverage().await?;
            let left = after.iter().find(|after| after.version == view.version).context("no coverage")?;
            ensure!(left.gaps.is_empty(), "a gap stays: {left:?}");
        }
        self.check().await
    }
}

/// What the service could not deliver comes as error files.
fn as_errors() -> Fault {
    Fault::edit(|json| {
        json["error"] = json["output"].take();
        json["output"] = serde_json::json!([]);
    })
}

async fn refused(desk: &Desk, contract: ContractId, form: &ExportForm) -> Result<bool> {
    Ok(!desk.controller.preview(contract, form.clone()).await?.refusals.is_empty())
}

async fn lived(turns: &[Turn]) -> Result<usize> {
    let mut history = History::begin().await?;
    for turn in turns {
        history.take(turn).await?;
    }
    history.close_gaps().await?;
    Ok(history.held.len())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_claim_falls_between_two_exports() -> Result<()> {
    let trees = chance::cases(&prop::collection::vec(turn(), 4..14), HISTORIES)?;
    let histories: Vec<_> = trees.iter().map(ValueTree::current).collect();
    let results: Vec<Result<usize>> = iter(&histories).map(|turns| lived(turns)).buffered(32).collect().await;
    let mut held = 0;
    for (turns, result) in histories.iter().zip(results) {
        match result {
            Ok(claims) => held += claims,
            Err(error) => bail!("{turns:#?}\n{error:#}"),
        }
    }
    println!("{} histories, {held} claims held", histories.len());
    ensure!(held > 0, "no history held a claim");
    let (cases, outcome) = (histories.len() as u64, "no claim falls between two exports");
    Proof { stage: "coverage", fault: "a history of exports", outcome, cases, kills: 0, bytes: 0 }.note()
}
