//! The loop around the machine: it does the I/O, stores each phase, then shows it.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::{broadcast, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::end::cover;
use super::live::Live;
use super::machine::{Input, Phase, Step};
use super::pace::{Pace, Tries};
use super::record::{FileRecord, Record};
use crate::api::{Api, Finished};
use crate::audit::AuditEvent;
use crate::journal::Journal;
use crate::problem::{Kind, Problem, Recovery, Stage};
use crate::store::{self, Store};
use crate::view::{Event, ExportId};
use crate::wake::Alarm;

/// Gives a drive the way to the service: credentials and addresses are looked up when a step begins, so that what a
/// person corrected meanwhile is used.
pub trait Access: Send + Sync {
    /// The service, signed in or ready to.
    fn api<'a>(
        &'a self,
        record: &'a Record,
    ) -> Pin<Box<dyn Future<Output = Result<Api, Problem>> + Send + 'a>>;
    /// Asks for the credentials anew the next time: those that were refused may have been replaced by another program.
    fn forget(&self, record: &Record);
    /// Files at a time.
    fn parallel_files(&self) -> usize;
    /// Whether files and folders belong to the user alone.
    fn private_files(&self) -> bool;
}

/// What a person, or the end of the program, tells a drive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// Go on now.
    GoOn,
    /// Take the running job with this ID for the export's own.
    Adopt(String),
    /// No running job is the export's own: start one as soon as there is room.
    StartAnew,
    /// Pause.
    Pause,
    /// Cancel.
    Cancel,
    /// Stop; the next start goes on where it was.
    Stop,
}

/// An order, and who waits for it to be obeyed.
#[derive(Debug)]
pub struct Asked {
    /// The order.
    pub order: Order,
    /// Told once the phase that follows is shown.
    pub obeyed: oneshot::Sender<()>,
}

impl Asked {
    /// An order, and what to wait for until it is obeyed.
    pub fn new(order: Order) -> (Self, oneshot::Receiver<()>) {
        let (obeyed, wait) = oneshot::channel();
        (Self { order, obeyed }, wait)
    }

    fn done(self) {
        _ = self.obeyed.send(());
    }
}

/// Why a step ended without being done.
#[derive(Debug)]
pub(super) enum Halt {
    /// An order came.
    Ordered,
    /// A problem.
    Problem(Problem),
}

impl From<Problem> for Halt {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

/// One export under way.
pub struct Drive {
    /// The way to the service.
    pub access: Arc<dyn Access>,
    /// The program's records.
    pub store: Store,
    /// The audit record.
    pub journal: Arc<Journal>,
    /// Where events go.
    pub events: broadcast::Sender<Event>,
    /// Spreads the polls of all exports of this process.
    pub polls: Arc<PollBudget>,
    /// Rings when time has jumped.
    pub alarm: Alarm,
    /// The export, shared with whoever shows it.
    pub live: Arc<Mutex<Live>>,
    finished: Mutex<Option<Finished>>,
    pace: Pace,
}

impl Drive {
    /// An export to drive.
    pub fn new(
        access: Arc<dyn Access>,
        store: Store,
        journal: Arc<Journal>,
        events: broadcast::Sender<Event>,
        polls: Arc<PollBudget>,
        alarm: Alarm,
        live: Arc<Mutex<Live>>,
    ) -> Self {
        Self {
            access,
            store,
            journal,
            events,
            polls,
            alarm,
            live,
            finished: Mutex::default(),
            pace: Pace::default(),
        }
    }

    /// Drives the export to its end, or until it is told to stop.
    pub async fn run(mut self, mut orders: mpsc::Receiver<Asked>) {
        loop {
            let order = match self.phase() {
                Phase::Active { step } => self.work(step, &mut orders).await,
                Phase::Waiting { until, .. } => {
                    let wake = [until, self.expiry()].into_iter().flatten().min();
                    self.rest(wake, until.is_some(), &mut orders).await
                }
                Phase::Paused { .. } => self.rest(None, false, &mut orders).await,
                Phase::Complete | Phase::Cancelled | Phase::Expired { .. } | Phase::Failed { .. } => return,
            };
            let Some(asked) = order else { continue };
            match &asked.order {
                Order::GoOn => {
                    self.try_all_again();
                    self.settle(Input::GoOn).await;
                }
                Order::Adopt(job) => {
                    log_unless_noted(self.adopt(job).await);
                    self.settle(Input::GoOn).await;
                }
                Order::StartAnew => {
                    log_unless_noted(self.start_anew().await);
                    self.settle(Input::GoOn).await;
                }
                Order::Pause => self.settle(Input::Pause).await,
                Order::Cancel => {
                    self.settle(Input::Cancel).await;
                    asked.done();
                    // Where that could not be stored, the export goes on, and needs its job.
                    if self.phase() == Phase::Cancelled {
                        self.cancel_job().await;
                    }
                    continue;
                }
                Order::Stop => return,
            }
            asked.done();
        }
    }

    /// Works at a step until it is done, meets a problem, or an order interrupts it, which is returned.
    async fn work(&mut self, step: Step, orders: &mut mpsc::Receiver<Asked>) -> Option<Asked> {
        let stop = CancellationToken::new();
        let mut told_to_go_on = false;
        let (result, order) = {
            let mut work = Box::pin(self.step(step, &stop));
            tokio::select! {
                result = &mut work => (result, None),
                order = next_interruption(orders, &mut told_to_go_on) => {
                    stop.cancel();
                    (work.await, Some(order))
                }
            }
        };
        self.lock().rest();
        if matches!(&result, Err(Halt::Problem(problem)) if problem.kind == Kind::CredentialsRefused) {
            self.access.forget(&self.record());
        }
        match result {
            Ok(()) => {
                self.pace.done();
                self.settle(Input::Done).await;
            }
            // What the person mended meanwhile may have come too late for this try. When the service asks to be left
            // alone, it is.
            Err(Halt::Problem(problem)) if told_to_go_on && problem.not_before.is_none() => {
                self.try_all_again();
                tracing::info!(
                    code = problem.code(),
                    "a problem met before the order to go on is tried again"
                );
            }
            Err(Halt::Problem(problem)) => self.meet(problem).await,
            Err(Halt::Ordered) => {}
        }
        order
    }

    async fn step(&self, step: Step, stop: &CancellationToken) -> Result<(), Halt> {
        match step {
            Step::Requesting => self.request(stop).await,
            Step::Preparing => self.prepare(stop).await,
            Step::Downloading => self.download(stop).await,
        }
    }

    async fn meet(&mut self, problem: Problem) {
        tracing::warn!(export = self.lock().record.id.0, code = problem.code(), stage = ?problem.stage, status = problem.http_status, "an export met a problem");
        let verified = self.lock().record.totals.verified;
        let again = self.pace.met(&problem, verified, Utc::now(), rand::random());
        // Time mends nothing any more once the files are gone.
        let expired = problem.recovery() == Recovery::Clock && {
            let live = self.lock();
            live.record.is_gone(Utc::now(), live.heard.elapsed())
        };
        self.settle(if expired { Input::Expired } else { Input::Met(problem, again) }).await;
    }

    /// When the files expire, if that is to come. What waits then, for time or for a person, tries once more: the
    /// service, and not this computer's clock, says what is left of them.
    fn expiry(&self) -> Option<DateTime<Utc>> {
        self.lock().record.expires_at.filter(|expires| *expires > Utc::now())
    }

    /// Waits for the clock, for time to jump where that may help, or for an order; what came first decides what follows.
    async fn rest(
        &mut self,
        wake: Option<DateTime<Utc>>,
        jump_helps: bool,
        orders: &mut mpsc::Receiver<Asked>,
    ) -> Option<Asked> {
        tokio::select! {
            order = orders.recv() => Some(order.unwrap_or_else(|| Asked::new(Order::Stop).0)),
            () = sleep_until(wake) => {
                self.settle(Input::GoOn).await;
                None
            }
            () = self.alarm.rings(), if jump_helps => {
                self.settle(Input::GoOn).await;
                None
            }
        }
    }

    /// Stores the phase after an input, with its audit entry and its coverage in one transaction, then shows it.
    async fn settle(&mut self, input: Input) {
        let Some(phase) = self.phase().after(input) else { return };
        if phase.has_ended() && phase != Phase::Complete {
            self.tidy_up().await;
        }
        let (record, files) = self.with_phase(phase);
        if let Err(problem) = self.store_phase(record, files).await {
            tracing::error!(%problem, "a phase could not be stored");
            let (step, mut live) = (self.phase().step().unwrap_or(Step::Requesting), self.lock());
            live.record.phase =
                Phase::Waiting { problem, until: Some(Utc::now() + Duration::from_secs(10)), step };
        }
        self.show();
    }

    /// The export in a phase, and the files that change with it: one that was complete once does not end as anything
    /// else.
    fn with_phase(&self, phase: Phase) -> (Record, Vec<FileRecord>) {
        let (mut record, mut files) = {
            let live = self.lock();
            (live.record.clone(), live.files.clone())
        };
        if phase.has_ended() && record.was_complete() {
            if phase == Phase::Complete {
                record.times.repaired = Some(Utc::now());
            } else {
                record.give_up_repair(&mut files, phase.problem().cloned());
                return (record, files);
            }
        } else if phase.has_ended() {
            record.times.finished = Some(Utc::now());
        } else if phase.rests() {
            record.times.rested = Some(Utc::now());
        }
        record.phase = phase;
        (record, vec![])
    }

    async fn store_phase(&self, mut record: Record, files: Vec<FileRecord>) -> Result<(), Problem> {
        let ended = record.phase.has_ended().then(|| self.end_event(&record));
        if ended.is_some() {
            self.journal.look_for_key().await;
        }
        let journal = Arc::clone(&self.journal);
        let (record, files, link) = self
            .store
            .write(move |transaction| {
                if record.phase == Phase::Complete {
                    cover(transaction, &mut record)?;
                }
                store::exports::replace(transaction, &record)?;
                for file in &files {
                    store::exports::put_file(transaction, record.id, file)?;
                }
                let link = ended.map(|event| journal.append(transaction, event)).transpose()?;
                Ok((record, files, link))
            })
            .await?;
        // An end that is seen is sealed.
        if let Some(link) = link {
            self.journal.seal(link).await;
        }
        self.lock().record = record;
        if !files.is_empty() {
            self.lock().files = files;
            self.show_progress();
        }
        Ok(())
    }

    /// Shows the whole export.
    pub(super) fn show(&self) {
        let live = self.lock();
        let export = Box::new(live.record.view(live.progress(), false));
        _ = self.events.send(Event::Export { export });
    }

    /// Changes the record, and stores it, without a change of phase.
    pub(super) async fn note(&self, change: impl FnOnce(&mut Record)) -> Result<(), Problem> {
        let mut record = self.lock().record.clone();
        change(&mut record);
        self.replace_if(|_, _| Ok(true), record, None).await.map(drop)
    }

    /// Replaces the record, with an audit entry in the same transaction, where the records allow it, which is returned.
    pub(super) async fn replace_if(
        &self,
        allowed: impl FnOnce(&rusqlite::Connection, ExportId) -> rusqlite::Result<bool> + Send + 'static,
        record: Record,
        event: Option<AuditEvent>,
    ) -> Result<bool, Problem> {
        if event.is_some() {
            self.journal.look_for_key().await;
        }
        let (stored, journal) = (record.clone(), Arc::clone(&self.journal));
        let written = self
            .store
            .write(move |transaction| {
                if !allowed(transaction, stored.id)? {
                    return Ok(None);
                }
                store::exports::replace(transaction, &stored)?;
                event.map(|event| journal.append(transaction, event)).transpose().map(Some)
            })
            .await?;
        let Some(link) = written else { return Ok(false) };
        if let Some(link) = link {
            self.journal.seal(link).await;
        }
        self.lock().record = record;
        Ok(true)
    }

    /// The way to the service. The keychain may wait for a person to unlock it; an order does not wait for that.
    pub(super) async fn api(&self, stop: &CancellationToken) -> Result<Api, Halt> {
        let record = self.record();
        let api = stop.run_until_cancelled(self.access.api(&record)).await.ok_or(Halt::Ordered)?;
        Ok(api?)
    }

    /// Tries again what fails in passing, a few times and quickly; what lasts longer is returned.
    pub(super) async fn patiently<T, F>(
        &self,
        api: &Api,
        stage: Stage,
        stop: &CancellationToken,
        mut attempt: impl FnMut() -> F,
    ) -> Result<T, Halt>
    where
        F: Future<Output = Result<T, Problem>>,
    {
        let mut tries = Tries::default();
        loop {
            let attempt = self.alarm.promptly(attempt());
            let Some(result) = stop.run_until_cancelled(attempt).await else { return Err(Halt::Ordered) };
            let problem = match result.unwrap_or_else(|| Err(overslept(api, stage))) {
                Ok(done) => return Ok(done),
                Err(problem) => problem,
            };
            let Some(span) = tries.again(&problem, rand::random()) else { return Err(problem.into()) };
            pause(span, stop).await?;
        }
    }

    /// The finished job's files, kept from the last poll.
    pub(super) fn take_finished(&self) -> Option<Finished> {
        self.finished.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Keeps the finished job's files for the next step.
    pub(super) fn keep_finished(&self, finished: Finished) {
        *self.finished.lock().unwrap_or_else(PoisonError::into_inner) = Some(finished);
    }

    /// The record as it is now.
    pub(super) fn record(&self) -> Record {
        self.lock().record.clone()
    }

    /// The export in memory.
    pub(super) fn lock(&self) -> MutexGuard<'_, Live> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn phase(&self) -> Phase {
        self.lock().record.phase.clone()
    }
}

/// What the person chose could not be stored: the export stands where it stood, and shows it.
fn log_unless_noted(noted: Result<(), Problem>) {
    if let Err(problem) = noted {
        tracing::error!(%problem, "a choice could not be stored");
    }
}

/// The next order that interrupts work; to go on is no interruption, but is noted.
async fn next_interruption(orders: &mut mpsc::Receiver<Asked>, told_to_go_on: &mut bool) -> Asked {
    loop {
        match orders.recv().await {
            Some(asked) if asked.order == Order::GoOn => {
                *told_to_go_on = true;
                asked.done();
            }
            Some(asked) => return asked,
            None => return Asked::new(Order::Stop).0,
        }
    }
}

/// Nothing came to a request that was under way when the computer slept.
pub(super) fn overslept(api: &Api, stage: Stage) -> Problem {
    let host = api.endpoints().api().host_str().unwrap_or_default().to_owned();
    Problem::new(Kind::Stalled { host }, stage)
}

/// Sleeps for a span, or until an order comes.
pub(super) async fn pause(span: Duration, stop: &CancellationToken) -> Result<(), Halt> {
    stop.run_until_cancelled(tokio::time::sleep(span)).await.ok_or(Halt::Ordered)
}

/// Sleeps until a time of the wall clock, which goes on while the computer sleeps; for ever without one.
pub(super) async fn sleep_until(time: Option<DateTime<Utc>>) {
    let Some(time) = time else { return std::future::pending().await };
    while let Ok(left) = (time - Utc::now()).to_std() {
        tokio::time::sleep(left.min(Duration::from_secs(1)).max(Duration::from_millis(1))).await;
    }
}

/// Spreads the polls of all exports of a process: the service's firewall counts requests by address.
#[derive(Debug)]
pub struct PollBudget {
    next: tokio::sync::Mutex<tokio::time::Instant>,
    apart: Duration,
}

impl Default for PollBudget {
    /// Five polls a second at most: 1,500 in the five minutes in which the firewall allows 3,000 requests.
    fn default() -> Self {
        Self { next: tokio::sync::Mutex::new(tokio::time::Instant::now()), apart: Duration::from_millis(200) }
    }
}

impl PollBudget {
    /// Waits for this poll's turn.
    pub async fn turn(&self) {
        let mut next = self.next.lock().await;
        tokio::time::sleep_until(*next).await;
        *next = tokio::time::Instant::now() + self.apart;
    }
}
