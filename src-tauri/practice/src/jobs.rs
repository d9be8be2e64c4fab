//! Export jobs: what they deliver, how far they are, and what was downloaded.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::claims::file::Contents;
use crate::content::Summary;
use crate::shared::Shared;
use crate::version::Version;

/// A file that the service holds: what a test compares with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldFile {
    /// Name, as the manifest says it.
    pub name: String,
    /// Uncompressed length.
    pub bytes: u64,
    /// SHA-256 of the uncompressed bytes, in hexadecimal digits.
    pub sha256: String,
    /// Lines: claims, or in an error file outcomes.
    pub claims: u64,
    /// Whether it is one of the manifest's `error` files.
    pub error: bool,
    /// How often it was downloaded to its end.
    pub downloads: u32,
}

/// A file of a completed job.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct JobFile {
    pub(crate) held: HeldFile,
    pub(crate) gzip_bytes: Option<u64>,
    pub(crate) contents: Contents,
}

/// A job as the service keeps it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Job {
    pub(crate) id: Uuid,
    pub(crate) contract: String,
    pub(crate) version: Version,
    /// Path and query of the request that started it.
    pub(crate) request: String,
    pub(crate) created: DateTime<Utc>,
    /// Before this it is not done.
    pub(crate) due: DateTime<Utc>,
    /// At this it is cancelled when it is not done.
    pub(crate) deadline: DateTime<Utc>,
    pub(crate) contents: Vec<Contents>,
    /// Its files and when they were ready; `None` while they are being hashed.
    pub(crate) prepared: Option<(DateTime<Utc>, Vec<JobFile>)>,
    /// How much of them is hashed, in per cent.
    #[serde(skip)]
    pub(crate) hashed: u64,
    pub(crate) ended: Option<Ended>,
    pub(crate) last_poll: Option<DateTime<Utc>>,
    /// Other names that files go by, with the names that they have.
    #[serde(default)]
    pub(crate) aliases: HashMap<String, String>,
    /// How much earlier its files expire than they should.
    #[serde(default)]
    pub(crate) expired: bool,
}

/// A job that ended without files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Ended {
    Cancelled,
    Failed,
}

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Running { percent: u64 },
    Done { at: DateTime<Utc> },
    Cancelled,
    Failed,
}

impl Job {
    /// How far it is at a time.
    pub(crate) fn state(&self, now: DateTime<Utc>) -> State {
        match (self.ended, &self.prepared) {
            (Some(Ended::Cancelled), _) => State::Cancelled,
            (Some(Ended::Failed), _) => State::Failed,
            (None, Some((ready, _))) if now >= self.due => State::Done { at: (*ready).max(self.due) },
            (None, _) if now >= self.deadline => State::Cancelled,
            (None, _) => State::Running { percent: self.percent(now) },
        }
    }

    /// Its files, once it is done.
    pub(crate) fn files(&self) -> &[JobFile] {
        self.prepared.as_ref().map_or(&[], |(_, files)| files)
    }

    /// The file with a name.
    pub(crate) fn file(&self, name: &str) -> Option<&JobFile> {
        let name = self.aliases.get(name).map_or(name, String::as_str);
        self.files().iter().find(|file| file.held.name == name)
    }

    /// Whether every file was downloaded, which makes it the one from which v2's default `_since` is taken.
    fn all_downloaded(&self) -> bool {
        self.prepared.is_some() && self.files().iter().all(|file| file.held.downloads > 0)
    }

    fn percent(&self, now: DateTime<Utc>) -> u64 {
        let hashed = if self.prepared.is_some() { 100 } else { self.hashed };
        let whole = (self.due - self.created).num_milliseconds().max(1);
        let elapsed = (now - self.created).num_milliseconds().clamp(0, whole);
        u64::try_from(100 * elapsed / whole).unwrap_or(100).min(hashed)
    }

    fn name_files(&self, summaries: Vec<(Contents, Summary)>) -> Vec<JobFile> {
        let mut numbers = [0, 0];
        let filled = summaries.into_iter().filter(|(_, summary)| summary.claims > 0);
        filled
            .map(|(contents, summary)| {
                let error = contents.is_error();
                numbers[usize::from(error)] += 1;
                let suffix = if error { "_error" } else { "" };
                let number = numbers[usize::from(error)];
                let held = HeldFile {
                    name: format!("{}_{number:04}{suffix}.ndjson", self.contract),
                    bytes: summary.bytes,
                    sha256: summary.sha256,
                    claims: summary.claims,
                    error,
                    downloads: 0,
                };
                JobFile { held, gzip_bytes: summary.gzip_bytes, contents }
            })
            .collect()
    }
}

/// Every job there is, in the order in which they were started.
#[derive(Clone, Debug, Default)]
pub(crate) struct Jobs(Shared<Vec<Job>>);

impl Jobs {
    pub(crate) fn add(&self, job: Job) {
        self.0.lock().push(job);
    }

    /// What `look` sees in a job; `None` when there is none with this ID.
    pub(crate) fn look<R>(&self, id: Uuid, look: impl FnOnce(&Job) -> R) -> Option<R> {
        self.0.lock().iter().find(|job| job.id == id).map(look)
    }

    pub(crate) fn all(&self) -> Vec<Job> {
        self.0.lock().clone()
    }

    pub(crate) fn restore(&self, jobs: Vec<Job>) {
        *self.0.lock() = jobs;
    }

    /// Changes a job; `None` when there is none with this ID.
    pub(crate) fn change<R>(&self, id: Uuid, change: impl FnOnce(&mut Job) -> R) -> Option<R> {
        self.0.lock().iter_mut().find(|job| job.id == id).map(change)
    }

    /// The running jobs of a contract.
    pub(crate) fn running(&self, contract: &str, now: DateTime<Utc>) -> Vec<Uuid> {
        let jobs = self.0.lock();
        let of_contract = jobs.iter().filter(|job| job.contract == contract);
        of_contract.filter(|job| matches!(job.state(now), State::Running { .. })).map(|job| job.id).collect()
    }

    /// When the last v2 job of a contract was started whose files were all downloaded.
    pub(crate) fn last_downloaded(&self, contract: &str) -> Option<DateTime<Utc>> {
        let jobs = self.0.lock();
        let candidates = jobs.iter().filter(|job| job.contract == contract && job.version == Version::V2);
        candidates.filter(|job| job.ended.is_none() && job.all_downloaded()).map(|job| job.created).max()
    }

    /// Gives a job its files.
    pub(crate) fn prepared(&self, id: Uuid, at: DateTime<Utc>, summaries: Vec<(Contents, Summary)>) {
        self.change(id, |job| {
            let files = job.name_files(summaries);
            job.prepared = Some((at, files));
        });
    }

    /// Counts a finished download.
    pub(crate) fn downloaded(&self, id: Uuid, name: &str) {
        self.change(id, |job| {
            let files = job.prepared.iter_mut().flat_map(|(_, files)| files);
            files.filter(|file| file.held.name == name).for_each(|file| file.held.downloads += 1);
        });
    }

    /// Does to a job what its owner would notice only at the next request.
    pub(crate) fn spoil(&self, id: Uuid, fault: JobFault) {
        self.change(id, |job| match fault {
            JobFault::Failed => job.ended = Some(Ended::Failed),
            JobFault::Cancelled => job.ended = Some(Ended::Cancelled),
            JobFault::Expired => job.expired = true,
        });
    }

    /// Forgets a job, as the service does long after its files expired.
    pub(crate) fn forget(&self, id: Uuid) {
        self.0.lock().retain(|job| job.id != id);
    }

    pub(crate) fn is_running(&self, id: Uuid, now: DateTime<Utc>) -> bool {
        self.look(id, |job| matches!(job.state(now), State::Running { .. })).unwrap_or(false)
    }
}

/// What can happen to a job behind its owner's back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobFault {
    /// The service could not process it.
    Failed,
    /// Somebody of the same organisation cancelled it.
    Cancelled,
    /// Its files are gone before their time.
    Expired,
}

/// When files of a job that was done at a time expire.
pub(crate) fn expiry(done: DateTime<Utc>, retention: TimeDelta) -> DateTime<Utc> {
    done.checked_add_signed(retention).unwrap_or(DateTime::<Utc>::MAX_UTC)
}
