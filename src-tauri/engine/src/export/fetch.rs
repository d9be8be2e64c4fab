//! The third step: the finished job's files, fetched several at a time and verified.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Local, Utc};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::downloads::{MISMATCHES, Next, Queue};
use super::drive::{Drive, Halt, overslept, sleep_until};
use super::folder;
use super::known::Taken;
use super::record::{FileRecord, Record, VerifiedFile, sums};
use crate::api::{Api, Finished, JobStatus, ManifestFile};
use crate::contract::ContractNumber;
use crate::place;
use crate::problem::{Kind, Problem, Recovery, Stage};
use crate::store;
use crate::transfer::{self, Target, TransferError, Verified};
use crate::view::{Event, FileState};
use crate::wake::Listener;

/// How often progress is shown: ten times a second.
const TICK: Duration = Duration::from_millis(100);

/// Room that is left free beside the claims, for the folder's small files and the program's own records.
const RESERVE: u64 = 16 << 20;

/// What all transfers of one step share.
struct Round {
    api: Api,
    files: Vec<ManifestFile>,
    folder: PathBuf,
    compressed: bool,
    private: bool,
    stop: CancellationToken,
}

impl Drive {
    /// Fetches what is not verified yet, and ends when every file is.
    pub(super) async fn download(&self, stop: &CancellationToken) -> Result<(), Halt> {
        let finished = self.finished(stop).await?;
        self.check_contract(&finished)?;
        let api = self.api(stop).await?;
        let record = self.record();
        // Stored with the files.
        self.lock().record.client_id = Some(api.client_id().to_owned());
        self.compare_request(&finished, api.endpoints().api()).await?;
        let folder = self.make_folder(&finished).await?;
        self.take_files(&finished).await?;
        self.check_room(&folder).await?;
        let round = Round {
            api,
            files: finished.manifest.files,
            folder,
            compressed: record.compressed,
            private: self.access.private_files(),
            stop: stop.child_token(),
        };
        self.fetch_all(&round, stop).await?;
        self.write_sums(&round).await?;
        Ok(())
    }

    async fn finished(&self, stop: &CancellationToken) -> Result<Finished, Halt> {
        if let Some(finished) = self.take_finished() {
            return Ok(finished);
        }
        loop {
            match self.poll(stop).await? {
                JobStatus::Complete(finished) => {
                    let expires = finished.expires;
                    self.note(|record| record.expires_at = expires.or(record.expires_at)).await?;
                    return Ok(*finished);
                }
                JobStatus::InProgress { poll_after, .. } => super::drive::pause(poll_after, stop).await?,
            }
        }
    }

    /// Credentials decide whose claims come; the file names tell.
    fn check_contract(&self, finished: &Finished) -> Result<(), Problem> {
        let expected = self.record().number;
        let mut found =
            finished.manifest.files.iter().filter_map(|file| ContractNumber::of_file_name(&file.name));
        match found.find(|number| *number != expected) {
            None => Ok(()),
            Some(found) => {
                let kind = Kind::WrongContract { expected: expected.to_string(), found: found.to_string() };
                Err(Problem::new(kind, Stage::Manifest))
            }
        }
    }

    /// The export's own folder, with the manifest as the service sent it.
    async fn make_folder(&self, finished: &Finished) -> Result<PathBuf, Problem> {
        let folder = self.own_folder().await?;
        let private = self.access.private_files();
        let (made, raw) = (folder.clone(), finished.raw.clone());
        blocking(move || {
            folder::make(&made, private)?;
            folder::write_whole(&made, folder::MANIFEST, &raw, private)
        })
        .await?;
        Ok(folder)
    }

    /// Where the export's own folder is: it is noted before it is made, so that no other export takes it, and this one
    /// knows it again.
    async fn own_folder(&self) -> Result<PathBuf, Problem> {
        let record = self.record();
        if let Some(own) = record.folder.as_ref().and_then(|folder| folder.file_name()) {
            let folder = record.save_folder.join(own);
            if record.folder.as_ref() != Some(&folder) {
                let moved = folder.clone();
                self.note(|record| record.folder = Some(moved)).await?;
            }
            return Ok(folder);
        }
        let started = record.times.asked.unwrap_or_else(Utc::now).with_timezone(&Local);
        let name = folder::name(&record.number, started, record.job.as_ref().map_or("", |job| job.id()));
        let mut number = 1;
        loop {
            let (save_folder, name) = (record.save_folder.clone(), name.clone());
            let (folder, free) = blocking(move || folder::free(&save_folder, &name, number)).await?;
            let (wanted, noted) = (folder.clone(), Record { folder: Some(folder.clone()), ..self.record() });
            let is_free = move |connection: &rusqlite::Connection, id| {
                let taken = store::exports::folders(connection)?;
                Ok(taken.iter().all(|(other, folder)| *other == id || *folder != wanted))
            };
            if self.replace_if(is_free, noted, None).await? {
                return Ok(folder);
            }
            number = free + 1;
        }
    }

    /// Takes the manifest's files over, with what is known of those that were verified before and are still there.
    async fn take_files(&self, finished: &Finished) -> Result<(), Problem> {
        let (mut record, known) = {
            let live = self.lock();
            (live.record.clone(), live.files.clone())
        };
        let folder = record.folder.clone().unwrap_or_default();
        record.totals.files = u32::try_from(finished.manifest.files.len()).unwrap_or(u32::MAX);
        record.totals.error_files = finished.manifest.files.iter().map(|file| u32::from(file.is_error)).sum();
        record.totals.bytes = finished.manifest.files.iter().filter_map(|file| file.bytes).sum();
        let announced: Vec<FileRecord> = (0..)
            .zip(&finished.manifest.files)
            .map(|(index, announced)| FileRecord::announced(index, announced))
            .collect();
        let Taken { files, lost } = blocking(move || Taken::over(announced, known, &folder)).await?;
        lost.iter().for_each(|file| record.uncount(file));
        let (id, stored, rows) = (record.id, record.clone(), files.clone());
        self.store
            .write(move |transaction| {
                store::exports::replace(transaction, &stored)?;
                store::exports::put_files(transaction, id, &rows)
            })
            .await?;
        let mut live = self.lock();
        live.record = record;
        live.set_files(files);
        drop(live);
        self.show();
        Ok(())
    }

    /// Room for what remains; that of compressed files is estimated.
    async fn check_room(&self, folder: &Path) -> Result<(), Problem> {
        let Record { totals, compressed, .. } = self.record();
        let remaining = totals.bytes.saturating_sub(totals.verified_bytes);
        let on_disk = if compressed { remaining / transfer::COMPRESSION } else { remaining };
        if remaining == 0 {
            return Ok(());
        }
        let folder = folder.to_path_buf();
        blocking(move || match place::free_bytes(&folder) {
            Ok(free) if free < on_disk + RESERVE => {
                let full = Kind::DiskFull { needed: on_disk, reserve: RESERVE, free };
                Err(Problem::new(full, Stage::File))
            }
            Ok(_) | Err(_) => Ok(()),
        })
        .await
    }

    async fn fetch_all(&self, round: &Round, stop: &CancellationToken) -> Result<(), Halt> {
        let mut queue = Queue::of(self.left());
        let mut under_way = FuturesUnordered::new();
        let mut ticks = tokio::time::interval(TICK);
        // Never more often, also not to make up for what a busy computer left out.
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut broken: Option<Problem> = None;
        let mut jumps = self.alarm.listen();
        loop {
            let mut hold = None;
            while under_way.len() < self.access.parallel_files() && !round.stop.is_cancelled() {
                match queue.next(Utc::now()) {
                    Next::Fetch(index) => under_way.push(self.fetch_one(round, index)),
                    Next::Hold(until) => {
                        hold = until;
                        break;
                    }
                    Next::Empty => break,
                }
            }
            if under_way.is_empty() {
                match queue.soon() {
                    Some(again) if waits(round, &mut queue, &mut jumps, again).await => continue,
                    Some(_) | None => return self.fetched(stop, &queue, broken),
                }
            }
            tokio::select! {
                Some((index, result)) = under_way.next() => {
                    if let Err(problem) = self.fetched_one(&mut queue, index, result).await {
                        round.stop.cancel();
                        broken.get_or_insert(problem);
                    }
                }
                _ = ticks.tick() => self.show_progress(),
                () = sleep_until(hold) => {}
                () = jumps.rings() => queue.wake(),
            }
        }
    }

    /// Nothing is under way any more: why? An order comes before any problem, and what keeps files from coming that can
    /// be had before those that cannot.
    fn fetched(&self, stop: &CancellationToken, queue: &Queue, broken: Option<Problem>) -> Result<(), Halt> {
        self.show_progress();
        if stop.is_cancelled() {
            return Err(Halt::Ordered);
        }
        match broken.or_else(|| queue.standstill().cloned()).or_else(|| self.given_up()) {
            Some(problem) => Err(problem.into()),
            None if self.left().is_empty() => Ok(()),
            None => Err(Problem::new(Kind::UnexpectedAnswer, Stage::File).into()),
        }
    }

    /// Why files were given up: first what time mends, then what a person can mend, and what nothing does last.
    fn given_up(&self) -> Option<Problem> {
        let live = self.lock();
        let missing = live.files.iter().filter(|file| file.verified.is_none());
        let problems = missing.filter_map(|file| file.given_up.as_ref());
        let mended_by = |problem: &&Problem| match problem.recovery() {
            Recovery::Clock => 0,
            Recovery::Person(_) => 1,
            Recovery::Final(_) => 2,
        };
        problems.min_by_key(mended_by).cloned()
    }

    /// A person says: go on. What was given up is tried again.
    pub(super) fn try_all_again(&self) {
        self.lock().files.iter_mut().for_each(|file| file.given_up = None);
    }

    async fn fetch_one(&self, round: &Round, index: usize) -> (usize, Result<Verified, TransferError>) {
        let file = &round.files[index];
        let target = Target { folder: &round.folder, compressed: round.compressed, private: round.private };
        let arrived = {
            let mut live = self.lock();
            let record = &mut live.files[index];
            record.state =
                if record.mismatches == 0 { FileState::Downloading } else { FileState::FetchingAgain };
            live.counter(index)
        };
        // A file that was renamed when the program ended, and not yet recorded, is whole: it is not fetched twice. Nor is
        // one that could not be renamed.
        let result = match transfer::inspect(file, &target).await {
            Ok(Some(whole)) => Ok(whole),
            Ok(None) => {
                let result = self.transfer(round, file, &target, arrived).await;
                self.lock().files[index].downloads += u32::from(is_counted(&result));
                result
            }
            Err(problem) => Err(TransferError::Problem(problem)),
        };
        (index, result)
    }

    /// Fetches a file. A transfer from which nothing comes after the computer slept is given up at once.
    async fn transfer(
        &self,
        round: &Round,
        file: &ManifestFile,
        target: &Target<'_>,
        arrived: Arc<AtomicU64>,
    ) -> Result<Verified, TransferError> {
        let stop = round.stop.child_token();
        let count = Arc::clone(&arrived);
        let fetched = transfer::fetch(&round.api, file, target, arrived, stop.clone());
        tokio::pin!(fetched);
        tokio::select! {
            result = &mut fetched => return result,
            () = self.alarm.finds_silent(|| count.load(Ordering::Relaxed)) => stop.cancel(),
        }
        match fetched.await {
            Err(TransferError::Stopped) if !round.stop.is_cancelled() => {
                Err(overslept(&round.api, Stage::File).into())
            }
            result => result,
        }
    }

    /// Records how a transfer ended; an error is a problem that concerns the other files, too, and that time does not
    /// mend.
    async fn fetched_one(
        &self,
        queue: &mut Queue,
        index: usize,
        result: Result<Verified, TransferError>,
    ) -> Result<(), Problem> {
        match result {
            Ok(verified) => {
                queue.arrived(Utc::now());
                self.record_verified(index, &verified).await
            }
            Err(TransferError::Stopped) => {
                self.lock().files[index].state = FileState::Waiting;
                Ok(())
            }
            Err(TransferError::Mismatch { .. }) => self.mismatched(queue, index).await,
            Err(TransferError::Problem(problem)) => self.failed(queue, index, problem).await,
            Err(TransferError::Unkept(problem)) => {
                self.keep_file(index).await?;
                self.failed(queue, index, problem).await
            }
        }
    }

    async fn failed(&self, queue: &mut Queue, index: usize, problem: Problem) -> Result<(), Problem> {
        if concerns_one_file(&problem) {
            return self.give_up(index, problem).await;
        }
        if problem.recovery() == Recovery::Clock {
            self.lock().files[index].state = FileState::Waiting;
            queue.brake(index, problem, Utc::now(), rand::random());
            return Ok(());
        }
        self.lock().files[index].state = FileState::Failed;
        Err(problem)
    }

    async fn record_verified(&self, index: usize, verified: &Verified) -> Result<(), Problem> {
        let (mut record, mut file) = {
            let live = self.lock();
            (live.record.clone(), live.files[index].clone())
        };
        file.state = FileState::Verified;
        // What was found whole arrived before the program ended.
        file.downloads = file.downloads.max(1);
        file.mismatches = 0;
        let whole = VerifiedFile::from(verified);
        record.count(&whole, file.is_error);
        (file.verified, file.before) = (Some(whole), None);
        let (id, stored, row) = (record.id, record.clone(), file.clone());
        self.store
            .write(move |transaction| {
                store::exports::put_file(transaction, id, &row)?;
                store::exports::replace(transaction, &stored)
            })
            .await?;
        let mut live = self.lock();
        live.record = record;
        live.files[index] = file;
        Ok(())
    }

    async fn mismatched(&self, queue: &mut Queue, index: usize) -> Result<(), Problem> {
        let (file, attempts) = {
            let mut live = self.lock();
            // It was deleted.
            live.counter(index).store(0, Ordering::Relaxed);
            let file = &mut live.files[index];
            file.mismatches += 1;
            file.state = FileState::FetchingAgain;
            (file.name.clone(), file.mismatches)
        };
        if attempts < MISMATCHES {
            queue.again(index);
            return self.keep_file(index).await;
        }
        let kind = Kind::ChecksumMismatch { file, attempts };
        self.give_up(index, Problem::new(kind, Stage::Verify)).await
    }

    /// One file that cannot be had does not keep the others from coming.
    async fn give_up(&self, index: usize, problem: Problem) -> Result<(), Problem> {
        {
            let file = &mut self.lock().files[index];
            file.state = FileState::Failed;
            file.given_up = Some(problem);
        }
        self.keep_file(index).await
    }

    /// Stores a file as it stands.
    async fn keep_file(&self, index: usize) -> Result<(), Problem> {
        let (id, row) = {
            let live = self.lock();
            (live.record.id, live.files[index].clone())
        };
        self.store.write(move |transaction| store::exports::put_file(transaction, id, &row)).await
    }

    async fn write_sums(&self, round: &Round) -> Result<(), Problem> {
        let lines = sums(&self.lock().files);
        let (folder, private) = (round.folder.clone(), round.private);
        blocking(move || folder::write_whole(&folder, transfer::SUMS, lines.as_bytes(), private)).await
    }

    /// The files that are to be fetched.
    fn left(&self) -> Vec<usize> {
        let live = self.lock();
        live.files
            .iter()
            .enumerate()
            .filter(|(_, file)| file.verified.is_none() && file.given_up.is_none())
            .map(|(index, _)| index)
            .collect()
    }

    /// Shows how far it is, and the files that changed.
    pub(super) fn show_progress(&self) {
        let event = {
            let mut live = self.lock();
            Event::Progress { id: live.record.id, progress: live.tick(), files: live.changed_files() }
        };
        _ = self.events.send(event);
    }
}

/// Waits for a time, or until time has jumped; `false` when it was told to stop.
async fn waits(round: &Round, queue: &mut Queue, jumps: &mut Listener, until: DateTime<Utc>) -> bool {
    tokio::select! {
        () = round.stop.cancelled() => false,
        () = sleep_until(Some(until)) => true,
        () = jumps.rings() => {
            queue.wake();
            true
        }
    }
}

/// Whether the service counts what came as one of the file's downloads.
fn is_counted(result: &Result<Verified, TransferError>) -> bool {
    match result {
        Ok(_) | Err(TransferError::Mismatch(_) | TransferError::Unkept(_)) => true,
        Err(TransferError::Stopped | TransferError::Problem(_)) => false,
    }
}

fn concerns_one_file(problem: &Problem) -> bool {
    matches!(
        problem.kind,
        Kind::ChecksumMismatch { .. }
            | Kind::DownloadLimit { .. }
            | Kind::FileGone { .. }
            | Kind::FileInUse { .. }
    )
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.map_err(|error| store::fault(&error))?
}
