//! Exports: previewing, starting, ordering and showing them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Local, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};

use super::locks::Held;
use super::{Controller, lock};
use crate::audit::{AuditEvent, Subject};
use crate::contract::{Contract, ContractId, ContractKey, Endpoints};
use crate::coverage::Coverage;
use crate::credentials::Credentials;
use crate::export::end::tidy_up;
use crate::export::{Order, Phase, Record, Totals};
use crate::parameters::{FhirVersion, Parameters, Refusal, Selection};
use crate::problem::{Kind, Problem, Stage};
use crate::store;
use crate::transfer::tally::Tally;
use crate::view::{
    Event, ExportForm, ExportId, ExportPreview, ExportView, FileView, HistoryFilter, HistoryPage, HistoryRow,
    Interval, StepTimes,
};

/// Why an export was not started. Nothing was changed.
#[derive(Debug)]
pub enum StartError {
    /// Rules of the service that the parameters break.
    Refused(Vec<Refusal>),
    /// A problem of this computer.
    Problem(Problem),
}

impl From<Problem> for StartError {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl Controller {
    /// What an export would do, for the form as it stands.
    pub async fn preview(&self, id: ContractId, form: ExportForm) -> Result<ExportPreview, Problem> {
        let contract = self.contract(id).await?.ok_or_else(gone)?;
        let (parameters, coverage) = self.resolve(&contract.key(), &form).await?;
        let base = api_base(contract.endpoints.as_ref());
        Ok(ExportPreview {
            refusals: parameters.check(now(&coverage)),
            since: parameters.since,
            until: parameters.until,
            request: parameters.export_url(&base).to_string(),
            gaps: coverage.gaps(),
            leaves_gap: coverage.would_leave_gap(&parameters),
        })
    }

    /// Starts an export of a stored contract, and remembers the choice.
    pub async fn start_export(&self, id: ContractId, form: ExportForm) -> Result<ExportId, StartError> {
        let contract = self.contract(id).await?.ok_or_else(gone)?;
        let remembered = form.clone();
        let started = self.begin(&contract, form).await?;
        // It is started whatever becomes of the rest: who is told otherwise starts another one.
        let remembered = self
            .0
            .store
            .write(move |transaction| {
                store::contracts::remember_form(transaction, id, &ExportForm { folder: None, ..remembered })
            })
            .await;
        if let Err(problem) = remembered.and(self.show_contracts().await) {
            tracing::warn!(%problem, "what was chosen for an export is not remembered");
        }
        Ok(started)
    }

    /// Starts the export of a stretch that no verified file of a contract covers, kept as the last export was.
    pub async fn close_gap(
        &self,
        id: ContractId,
        version: FhirVersion,
        gap: Interval,
    ) -> Result<ExportId, StartError> {
        let contract = self.contract(id).await?.ok_or_else(gone)?;
        let last = self.0.store.read(move |connection| store::contracts::last_form(connection, id)).await?;
        let form = ExportForm {
            selection: Selection::of_gap(gap, version),
            version,
            service_dates: Vec::new(),
            folder: None,
            compressed: last.is_some_and(|form| form.compressed),
        };
        self.begin(&contract, form).await
    }

    /// Starts an export with credentials for this run: of a stored contract where no keychain is at hand, or of one that
    /// is not stored at all.
    pub async fn start_with(
        &self,
        contract: &Contract,
        credentials: Credentials,
        form: ExportForm,
    ) -> Result<ExportId, StartError> {
        self.keep_for_this_run(&contract.key(), credentials);
        self.begin(contract, form).await
    }

    /// Gives an export credentials for this run.
    pub async fn use_credentials(&self, id: ExportId, credentials: Credentials) -> Result<(), Problem> {
        let record = self.export_record(id).await?;
        self.keep_for_this_run(&record.key(), credentials);
        Ok(())
    }

    /// Gives an export credentials for this run, and lets it go on.
    pub async fn resume_with(&self, id: ExportId, credentials: Credentials) -> Result<(), Problem> {
        self.use_credentials(id, credentials).await?;
        self.resume(id).await
    }

    /// Pauses an export.
    pub async fn pause(&self, id: ExportId) -> Result<(), Problem> {
        self.order(id, Order::Pause).await
    }

    /// Goes on with an export that is paused, waits, or was left by another process.
    pub async fn resume(&self, id: ExportId) -> Result<(), Problem> {
        self.order(id, Order::GoOn).await
    }

    /// Takes a running job for an export's own: the answer to its start was lost, and the person knows which it is.
    pub async fn adopt_job(&self, id: ExportId, job: &str) -> Result<(), Problem> {
        self.order(id, Order::Adopt(job.to_owned())).await
    }

    /// Lets an export start a job of its own as soon as there is room: none of those that run is.
    pub async fn start_anew(&self, id: ExportId) -> Result<(), Problem> {
        self.order(id, Order::StartAnew).await
    }

    /// Cancels an export: what was verified stays.
    pub async fn cancel(&self, id: ExportId) -> Result<(), Problem> {
        self.order(id, Order::Cancel).await
    }

    /// Saves an export elsewhere from now on. Files that were verified before stay where they are, and are fetched
    /// again, so that one folder holds the whole export. One that has ended stays where it is.
    pub async fn move_export(&self, id: ExportId, folder: &Path) -> Result<(), Problem> {
        if self.export_record(id).await?.phase.has_ended() {
            return Ok(());
        }
        self.check_chosen(folder).await?;
        let claim = self.claim(id).await?;
        let (mut record, files) = self.load(id).await?;
        if record.phase.has_ended() || record.save_folder == folder {
            return self.go_on(claim).await;
        }
        if let Some(before) = record.folder.take() {
            tidy_up(before, files.clone(), self.settings().private_files).await;
        }
        folder.clone_into(&mut record.save_folder);
        files.iter().for_each(|file| record.uncount(file));
        record.tally = Tally::default();
        let cleared: Vec<_> = files.into_iter().map(crate::export::FileRecord::forgotten).collect();
        self.0
            .store
            .write(move |transaction| {
                store::exports::replace(transaction, &record)?;
                cleared.iter().try_for_each(|file| store::exports::put_file(transaction, id, file))
            })
            .await?;
        self.go_on(claim).await
    }

    /// Fetches missing and damaged files of an ended export again, while the service still has them. The folder is read
    /// first, which events tell of and [`stop_verifying`](Self::stop_verifying) ends.
    pub async fn fetch_again(&self, id: ExportId) -> Result<(), Problem> {
        let claim = self.claim(id).await?;
        let (mut record, mut files) = self.load(id).await?;
        if record.has_expired(Utc::now()) || record.job.is_none() {
            claim.retire();
            return Err(Problem::new(Kind::FilesExpired, Stage::File));
        }
        let Some(bad) = self.damaged_files(&record, &files).await? else {
            claim.retire();
            return Ok(());
        };
        record.begin_repair(&mut files, &bad);
        self.0
            .store
            .write(move |transaction| {
                store::exports::replace(transaction, &record)?;
                files.iter().try_for_each(|file| store::exports::put_file(transaction, id, file))
            })
            .await?;
        self.go_on(claim).await
    }

    /// An export as it stands.
    pub async fn export(&self, id: ExportId) -> Result<ExportView, Problem> {
        if let Some(running) = lock(&self.0.running).get(&id) {
            let live = lock(&running.live);
            return Ok(live.record.view(live.progress(), false));
        }
        let record = self.export_record(id).await?;
        let elsewhere = !record.phase.has_ended() && self.is_driven_elsewhere(id);
        Ok(record.view(record.progress_at_rest(), elsewhere))
    }

    /// An export's record as it stands.
    pub async fn export_record(&self, id: ExportId) -> Result<Record, Problem> {
        if let Some(running) = lock(&self.0.running).get(&id) {
            return Ok(lock(&running.live).record.clone());
        }
        self.0.store.read(move |connection| store::exports::get(connection, id)).await?.ok_or_else(gone)
    }

    /// An export's files.
    pub async fn files(&self, id: ExportId) -> Result<Vec<FileView>, Problem> {
        if let Some(running) = lock(&self.0.running).get(&id) {
            return Ok(lock(&running.live).file_views());
        }
        let files = self.file_records(id).await?;
        Ok(files.iter().map(|file| file.view(0)).collect())
    }

    /// What is stored of an export's files.
    pub async fn file_records(&self, id: ExportId) -> Result<Vec<crate::export::FileRecord>, Problem> {
        self.0.store.read(move |connection| store::exports::files(connection, id)).await
    }

    /// Every export that has not ended.
    pub async fn unfinished(&self) -> Result<Vec<ExportView>, Problem> {
        let records = self.0.store.read(store::exports::unfinished).await?;
        let mut views = Vec::with_capacity(records.len());
        for record in records {
            views.push(self.export(record.id).await?);
        }
        Ok(views)
    }

    /// A page of the history, the newest first.
    pub async fn history(&self, filter: HistoryFilter) -> Result<HistoryPage, Problem> {
        let query = store::exports::Query {
            number: filter.contract_number.filter(|number| !number.is_empty()),
            environment: filter.environment,
            from: filter.from.and_then(midnight),
            before: filter.to.and_then(|day| midnight(day + TimeDelta::days(1))),
            results: filter.results,
            offset: filter.offset,
            limit: filter.limit.clamp(1, 500),
        };
        let (records, total, all, contracts) = self
            .0
            .store
            .read(move |connection| {
                let (records, total) = store::exports::history(connection, &query)?;
                let all = store::exports::count(connection)?;
                Ok((records, total, all, store::exports::contracts(connection)?))
            })
            .await?;
        let rows = records
            .into_iter()
            .map(|record| HistoryRow {
                user: record.user.clone(),
                export: record.view(record.progress_at_rest(), false),
            })
            .collect();
        Ok(HistoryPage { rows, total, all, contracts })
    }

    /// What runs, waits or is paused, for a snapshot.
    pub(super) async fn current_exports(&self) -> Result<Vec<ExportView>, Problem> {
        self.unfinished().await
    }

    async fn begin(&self, contract: &Contract, form: ExportForm) -> Result<ExportId, StartError> {
        let (parameters, coverage) = self.resolve(&contract.key(), &form).await?;
        let refusals = parameters.check(now(&coverage));
        if !refusals.is_empty() {
            return Err(StartError::Refused(refusals));
        }
        let save_folder = match &form.folder {
            Some(chosen) => {
                let chosen = PathBuf::from(chosen);
                self.check_chosen(&chosen).await?;
                chosen
            }
            None => self.check_folder_of(contract).await?,
        };
        let record = self.new_record(contract, &form, parameters, save_folder);
        self.0.journal.look_for_key().await;
        Ok(self.take_up_new(record).await?)
    }

    /// Stores an export. Its lock is taken before anybody can see it.
    pub(super) async fn store_new(&self, record: Record) -> Result<(ExportId, Option<Held>), Problem> {
        let (journal, locks) = (Arc::clone(&self.0.journal), self.locks());
        let (id, held, link) = self
            .0
            .store
            .write(move |transaction| {
                let id = store::exports::add(transaction, &record)?;
                let event = AuditEvent::ExportStarted {
                    export: id.0,
                    contract: Subject::from(&record.key()),
                    parameters: record.parameters.clone(),
                    folder: record.save_folder.clone(),
                };
                // Where it cannot be locked nothing is stored.
                let unlocked = |error: std::io::Error| rusqlite::Error::ToSqlConversionFailure(error.into());
                let held = locks.try_take(id).map_err(unlocked)?;
                Ok((id, held, journal.append(transaction, event)?))
            })
            .await?;
        self.0.journal.seal(link).await;
        Ok((id, held))
    }

    async fn resolve(&self, key: &ContractKey, form: &ExportForm) -> Result<(Parameters, Coverage), Problem> {
        let (owned, version) = (key.clone(), form.version);
        let coverage =
            self.0.store.read(move |connection| store::coverage::get(connection, &owned, version)).await?;
        let mut parameters = Parameters::resolve(form.selection, version, coverage.mark());
        parameters.service_dates.clone_from(&form.service_dates);
        Ok((parameters, coverage))
    }

    fn new_record(
        &self,
        contract: &Contract,
        form: &ExportForm,
        parameters: Parameters,
        save_folder: PathBuf,
    ) -> Record {
        Record {
            id: ExportId(0),
            contract_id: (contract.id != ContractId::UNSTORED).then_some(contract.id),
            number: contract.number.clone(),
            environment: contract.environment,
            endpoints: contract.endpoints.clone(),
            nickname: contract.nickname.clone(),
            selection: form.selection,
            parameters,
            compressed: form.compressed,
            save_folder,
            folder: None,
            user: self.0.journal.user().to_owned(),
            computer: self.0.journal.computer().to_owned(),
            phase: Phase::START,
            percent: 0,
            times: StepTimes { asked: Some(Utc::now()), ..StepTimes::default() },
            start_unanswered: false,
            candidates: vec![],
            adopted: false,
            client_id: None,
            other_request: None,
            job: None,
            asked_at: None,
            expires_at: None,
            totals: Totals::default(),
            tally: Tally::default(),
            coverage: None,
            unrepaired: None,
            damaged: 0,
        }
    }

    /// Shows an export as it is stored.
    pub(super) async fn show_export(&self, id: ExportId) -> Result<(), Problem> {
        if let Some(running) = lock(&self.0.running).get(&id) {
            // Within the lock: what its drive shows next comes after this.
            let live = lock(&running.live);
            self.emit(Event::Export { export: Box::new(live.record.view(live.progress(), false)) });
            return Ok(());
        }
        let export = Box::new(self.export(id).await?);
        self.emit(Event::Export { export });
        Ok(())
    }

    /// How many exports this process works at, or waits for the time to go on with.
    pub fn at_work(&self) -> usize {
        let rests = |phase: &Phase| {
            matches!(phase, Phase::Paused { .. } | Phase::Waiting { until: None, .. }) || phase.has_ended()
        };
        lock(&self.0.running).values().filter(|running| !rests(&lock(&running.live).record.phase)).count()
    }
}

/// The time that parameters are held against. What is covered tells of the service's clock, behind which this
/// computer's may be.
fn now(coverage: &Coverage) -> DateTime<Utc> {
    coverage.mark().map_or_else(Utc::now, |mark| mark.max(Utc::now()))
}

/// The base of the request that is shown. Practice has a port only while it runs.
fn api_base(endpoints: Option<&Endpoints>) -> url::Url {
    #[expect(
        clippy::expect_used,
        reason = "the address is a constant, and every preview of a practice export reads it"
    )]
    let practice = || url::Url::parse("http://127.0.0.1/api").expect("a constant address is valid");
    endpoints.map_or_else(practice, |endpoints| endpoints.api().clone())
}

fn midnight(day: NaiveDate) -> Option<DateTime<Utc>> {
    Local.from_local_datetime(&day.and_time(NaiveTime::MIN)).earliest().map(|time| time.with_timezone(&Utc))
}

/// A contract or export that is not in the store any more.
pub(super) fn gone() -> Problem {
    Problem::new(Kind::NotInRecords, Stage::Store)
}
