//! The exports that this process drives, and what other processes do meanwhile.

use std::panic::AssertUnwindSafe;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::locks::{Held, Locks};
use super::{Controller, Inner, lock};
use crate::contract::{Contract, ContractId, ContractKey};
use crate::export::{Access, Asked, Drive, FileRecord, Live, Order, Phase, Record, Step};
use crate::problem::{Kind, Problem, Stage};
use crate::store;
use crate::view::{Event, ExportId};

/// How often the records are looked at for what another process does.
const WATCH: Duration = Duration::from_secs(1);

/// An export that this process drives.
pub(super) struct Running {
    orders: mpsc::Sender<Asked>,
    pub(super) live: Arc<Mutex<Live>>,
    task: JoinHandle<()>,
}

/// An export that nobody drives while this process changes something of it.
pub(super) struct Claim {
    held: Held,
    noted: Noted,
}

impl Claim {
    /// Gives up an export that has ended, and stays so.
    pub(super) fn retire(self) {
        self.held.retire();
    }
}

/// Who else of this process wants the export waits until this is dropped.
struct Noted {
    of: Controller,
    id: ExportId,
}

impl Drop for Noted {
    fn drop(&mut self) {
        self.of.0.claims.send_modify(|claims| _ = claims.remove(&self.id));
    }
}

impl Controller {
    /// Drives an export, unless another process does. What this process changes of it is waited for.
    pub(super) async fn take_up(&self, id: ExportId) -> Result<(), Problem> {
        loop {
            self.unclaimed(id).await;
            let _alone = self.0.taking_up.lock().await;
            if self.is_claimed(id) {
                continue;
            }
            if lock(&self.0.running).contains_key(&id) {
                return Ok(());
            }
            let held = self.lock_of(id).await?;
            return self.drive(id, held).await;
        }
    }

    /// Stores an export and drives it, without a moment in which another process could take it up.
    pub(super) async fn take_up_new(&self, record: Record) -> Result<ExportId, Problem> {
        let _alone = self.0.taking_up.lock().await;
        let (id, held) = self.store_new(record).await?;
        self.drive(id, held.ok_or_else(driven_elsewhere)?).await?;
        Ok(id)
    }

    /// Drives an export whose lock is held.
    async fn drive(&self, id: ExportId, held: Held) -> Result<(), Problem> {
        // Read under the lock, so that nobody else can have gone on with it meanwhile.
        let (mut record, files) = self.load(id).await?;
        if record.phase.has_ended() {
            held.retire();
            return Ok(());
        }
        if let Some(contract) = record.contract_id {
            // It may have been corrected while nobody drove the export.
            if let Some(contract) = self.contract(contract).await?.filter(|contract| record.is_of(contract)) {
                record.endpoints = contract.endpoints;
            }
        }
        let live = Arc::new(Mutex::new(Live::new(record, files)));
        let (orders, inbox) = mpsc::channel(16);
        let drive = Drive::new(
            Arc::new(self.clone()) as Arc<dyn Access>,
            self.0.store.clone(),
            Arc::clone(&self.0.journal),
            self.0.events.clone(),
            Arc::clone(&self.0.polls),
            self.0.alarm.clone(),
            Arc::clone(&live),
        );
        let (controller, shown) = (self.clone(), Arc::clone(&live));
        {
            let mut running = lock(&self.0.running);
            if self.0.closed.load(Ordering::SeqCst) {
                return Err(driven_elsewhere());
            }
            let task = tokio::spawn(async move {
                // A panic would leave a drive that nobody hears of again.
                let broke_off = AssertUnwindSafe(drive.run(inbox)).catch_unwind().await.is_err();
                if broke_off {
                    controller.note_fault(id, &shown).await;
                }
                controller.left(id, &shown, held).await;
                if broke_off && let Err(problem) = controller.show_export(id).await {
                    tracing::warn!(%problem, "an export that broke off could not be shown");
                }
            });
            running.insert(id, Running { orders, live, task });
        }
        self.show_export(id).await
    }

    /// A fault of this program ended the drive. Nothing tries again by itself: it would end the same way.
    async fn note_fault(&self, id: ExportId, live: &Mutex<Live>) {
        tracing::error!(export = id.0, "a fault of this program ended an export's drive");
        let mut record = lock(live).record.clone();
        let Some(step) = record.phase.step() else { return };
        let stage = match step {
            Step::Requesting => Stage::Start,
            Step::Preparing => Stage::Status,
            Step::Downloading => Stage::File,
        };
        record.phase = Phase::Waiting { problem: Problem::new(Kind::ProgramFault, stage), until: None, step };
        let stored =
            self.0.store.write(move |transaction| store::exports::replace(transaction, &record)).await;
        if let Err(problem) = stored {
            tracing::error!(%problem, "what ended an export's drive could not be stored");
        }
    }

    /// The drive has ended, or was told to stop.
    async fn left(&self, id: ExportId, live: &Mutex<Live>, held: Held) {
        let ended = lock(live).record.phase.has_ended();
        // First the lock: who no longer finds the export here may take it up.
        if ended {
            held.retire();
        } else {
            drop(held);
        }
        lock(&self.0.running).remove(&id);
        if ended && let Err(problem) = self.show_contracts().await {
            tracing::warn!(%problem, "the list of contracts could not be shown");
        }
    }

    /// Gives an order to an export, which is taken up first where nobody drives it.
    pub(super) async fn order(&self, id: ExportId, order: Order) -> Result<(), Problem> {
        // A drive that ends, or is taken over, leaves orders behind: they are given to the next.
        for _ in 0..2 {
            if self.orders_of(id).is_none() {
                self.take_up(id).await?;
            }
            let Some(orders) = self.orders_of(id) else { return Ok(()) };
            let (asked, obeyed) = Asked::new(order.clone());
            if orders.send(asked).await.is_ok() && obeyed.await.is_ok() {
                break;
            }
        }
        Ok(())
    }

    fn orders_of(&self, id: ExportId) -> Option<mpsc::Sender<Asked>> {
        lock(&self.0.running).get(&id).map(|running| running.orders.clone())
    }

    /// Stops driving an export, and keeps everybody from taking it up until the claim is dropped or handed on.
    pub(super) async fn claim(&self, id: ExportId) -> Result<Claim, Problem> {
        let (noted, running) = loop {
            self.unclaimed(id).await;
            let _alone = self.0.taking_up.lock().await;
            if !self.is_claimed(id) {
                self.0.claims.send_modify(|claims| _ = claims.insert(id));
                break (Noted { of: self.clone(), id }, lock(&self.0.running).remove(&id));
            }
        };
        if let Some(running) = running {
            _ = running.orders.send(Asked::new(Order::Stop).0).await;
            running.task.await.map_err(|error| store::fault(&error))?;
        }
        Ok(Claim { held: self.lock_of(id).await?, noted })
    }

    /// Goes on with an export that was claimed, without a moment in which another process could take it up.
    pub(super) async fn go_on(&self, claim: Claim) -> Result<(), Problem> {
        let Claim { held, noted } = claim;
        let id = noted.id;
        self.drive(id, held).await?;
        drop(noted);
        self.resume(id).await
    }

    fn is_claimed(&self, id: ExportId) -> bool {
        self.0.claims.borrow().contains(&id)
    }

    /// Waits until this process changes nothing of an export any more.
    async fn unclaimed(&self, id: ExportId) {
        // Its sender lives as long as this does.
        _ = self.0.claims.subscribe().wait_for(|claims| !claims.contains(&id)).await;
    }

    /// Stops every export; the next start goes on where they are.
    pub async fn shutdown(&self) {
        self.0.closed.store(true, Ordering::SeqCst);
        let running: Vec<_> = lock(&self.0.running).drain().collect();
        for (_, one) in &running {
            _ = one.orders.send(Asked::new(Order::Stop).0).await;
        }
        for (_, one) in running {
            _ = one.task.await;
        }
    }

    /// Waits until this process no longer drives an export.
    pub async fn driven(&self, id: ExportId) {
        let mut events = self.subscribe();
        while lock(&self.0.running).contains_key(&id) {
            _ = tokio::time::timeout(WATCH, events.recv()).await;
        }
    }

    /// Lets the exports of a contract that wait for a person go on: what they waited for has come.
    pub(super) fn nudge(&self, key: &ContractKey) {
        self.nudge_where(|record| record.key() == *key, |_| true);
    }

    /// Lets the exports go on that wait for a way to the service: it is another one now.
    pub(super) fn nudge_cut_off(&self) {
        self.nudge_where(|_| true, |problem| problem.kind.is_of_the_way());
    }

    /// Those that are at work, too: a try that began before may still fail for what was mended meanwhile.
    fn nudge_where(&self, concerns: impl Fn(&Record) -> bool, is_mended: impl Fn(&Problem) -> bool) {
        for running in lock(&self.0.running).values() {
            let may_go_on = {
                let record = &lock(&running.live).record;
                concerns(record)
                    && match &record.phase {
                        Phase::Active { .. } => true,
                        Phase::Waiting { problem, .. } => is_mended(problem),
                        _ => false,
                    }
            };
            if may_go_on {
                _ = running.orders.try_send(Asked::new(Order::GoOn).0);
            }
        }
    }

    /// Gives the running exports of a contract its corrected addresses.
    pub(super) fn correct_endpoints(&self, contract: &Contract) {
        for running in lock(&self.0.running).values() {
            let mut live = lock(&running.live);
            if live.record.is_of(contract) {
                live.record.endpoints.clone_from(&contract.endpoints);
            }
        }
    }

    /// An export and its files as they are stored.
    pub(super) async fn load(&self, id: ExportId) -> Result<(Record, Vec<FileRecord>), Problem> {
        let found = self
            .0
            .store
            .read(move |connection| {
                let Some(record) = store::exports::get(connection, id)? else { return Ok(None) };
                Ok(Some((record, store::exports::files(connection, id)?)))
            })
            .await?;
        found.ok_or_else(super::exports::gone)
    }

    /// Whether another process holds an export's lock.
    pub(super) fn is_driven_elsewhere(&self, id: ExportId) -> bool {
        !lock(&self.0.running).contains_key(&id) && !self.is_claimed(id) && self.locks().is_held(id)
    }

    async fn lock_of(&self, id: ExportId) -> Result<Held, Problem> {
        let held = self.locks().take(id).await.map_err(|error| store::fault(&error))?;
        held.ok_or_else(driven_elsewhere)
    }

    /// The locks of all exports.
    pub(super) fn locks(&self) -> Locks {
        Locks::in_folder(self.0.store.folder())
    }

    /// Watches the records for what another process does, and takes up what it leaves behind.
    pub(super) fn watch_store(&self) {
        let inner = Arc::downgrade(&self.0);
        tokio::spawn(async move {
            let mut seen = Seen::default();
            while let Some(inner) = inner.upgrade() {
                Controller(inner).watch_once(&mut seen).await;
                tokio::time::sleep(WATCH).await;
            }
        });
    }

    async fn watch_once(&self, seen: &mut Seen) {
        let read = |connection: &rusqlite::Connection| {
            let listed =
                (store::contracts::all(connection)?, store::contracts::with_credentials(connection)?);
            Ok((store::exports::unfinished(connection)?, listed))
        };
        let Ok((unfinished, listed)) = self.0.store.read(read).await else { return };
        let others: Vec<_> =
            unfinished.into_iter().filter(|record| !lock(&self.0.running).contains_key(&record.id)).collect();
        let ended: Vec<_> = seen
            .exports
            .iter()
            .filter(|old| !others.iter().any(|new| new.id == old.id))
            .map(|old| old.id)
            .collect();
        let ended_elsewhere = !ended.is_empty();
        for id in ended {
            self.show_what_others_did(id).await;
        }
        for record in &others {
            if self.is_claimed(record.id) {
                continue;
            }
            let rests = matches!(record.phase, Phase::Paused { .. });
            let mut elsewhere = self.is_driven_elsewhere(record.id);
            if self.0.take_up && !rests && !elsewhere {
                if self.take_up(record.id).await.is_ok() {
                    continue;
                }
                elsewhere = self.is_driven_elsewhere(record.id);
            }
            if !seen.exports.contains(record) {
                let export = Box::new(record.view(record.progress_at_rest(), elsewhere));
                self.emit(Event::Export { export });
            }
        }
        seen.exports = others;
        let before = seen.listed.replace(listed);
        if ended_elsewhere || before.is_some_and(|before| Some(before) != seen.listed) {
            self.show_list().await;
        }
    }

    async fn show_what_others_did(&self, id: ExportId) {
        if let Err(problem) = self.show_export(id).await {
            tracing::warn!(%problem, "another program's export could not be shown");
        }
    }

    async fn show_list(&self) {
        if let Err(problem) = self.show_contracts().await {
            tracing::warn!(%problem, "the list of contracts could not be shown");
        }
    }
}

/// What was last seen in the records.
#[derive(Default)]
struct Seen {
    /// The exports that have not ended, and that another process drives or none.
    exports: Vec<Record>,
    /// The contracts, and which of them have credentials, once they were read.
    listed: Option<(Vec<Contract>, Vec<ContractId>)>,
}

fn driven_elsewhere() -> Problem {
    Problem::new(Kind::DrivenElsewhere, Stage::Preparation)
}

impl Drop for Inner {
    fn drop(&mut self) {
        for running in lock(&self.running).values() {
            running.task.abort();
        }
    }
}
