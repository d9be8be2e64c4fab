//! An export in memory: its record, its files, and the bytes that arrive meanwhile, which are never stored.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use super::meter::Meter;
use super::record::{FileRecord, Record};
use crate::view::{FileState, FileView, Progress};

/// An export in memory.
#[derive(Debug)]
pub struct Live {
    /// What is stored of it.
    pub record: Record,
    /// What is stored of its files.
    pub files: Vec<FileRecord>,
    /// When the service last told how far its job is; at first, when the program began to ask.
    pub heard: Instant,
    arrived: Vec<Arc<AtomicU64>>,
    shown: Vec<FileView>,
    meter: Meter,
    since: Instant,
}

impl Live {
    /// An export as it was stored.
    pub fn new(record: Record, files: Vec<FileRecord>) -> Self {
        let mut live = Self {
            record,
            files: vec![],
            heard: Instant::now(),
            arrived: vec![],
            shown: vec![],
            meter: Meter::default(),
            since: Instant::now(),
        };
        live.set_files(files);
        live
    }

    /// Takes the manifest's files, with what is known of them.
    pub fn set_files(&mut self, files: Vec<FileRecord>) {
        self.arrived = files.iter().map(|_| Arc::default()).collect();
        self.files = files;
        self.shown = self.file_views();
    }

    /// The counter that a file's transfer adds its bytes to.
    pub fn counter(&self, index: usize) -> Arc<AtomicU64> {
        Arc::clone(&self.arrived[index])
    }

    /// Reads the meter; called a few times a second while data flows.
    pub fn tick(&mut self) -> Progress {
        let arrived = self.bytes_done();
        self.meter.read(self.since.elapsed(), arrived);
        self.progress()
    }

    /// Forgets the speed: nothing flows.
    pub fn rest(&mut self) {
        self.meter = Meter::default();
    }

    /// Files, bytes and claims so far.
    pub fn progress(&self) -> Progress {
        let totals = &self.record.totals;
        let bytes_done = self.bytes_done();
        Progress {
            files: totals.files,
            files_verified: totals.verified,
            bytes: totals.bytes,
            bytes_done,
            claims: totals.claims,
            bytes_per_second: self.meter.bytes_per_second(),
            seconds_left: self.meter.seconds_left(totals.bytes.saturating_sub(bytes_done)),
        }
    }

    /// The files whose state or bytes changed since this was last asked.
    pub fn changed_files(&mut self) -> Vec<FileView> {
        let now = self.file_views();
        let changed =
            now.iter().zip(&self.shown).filter(|(new, old)| new != old).map(|(new, _)| new.clone()).collect();
        self.shown = now;
        changed
    }

    /// Every file.
    pub fn file_views(&self) -> Vec<FileView> {
        self.files
            .iter()
            .zip(&self.arrived)
            .map(|(file, arrived)| file.view(arrived.load(Ordering::Relaxed)))
            .collect()
    }

    fn bytes_done(&self) -> u64 {
        let under_way = |(file, arrived): (&FileRecord, &Arc<AtomicU64>)| match file.state {
            // What broke off waits to be gone on with where it is.
            FileState::Waiting | FileState::Downloading | FileState::Verifying | FileState::FetchingAgain => {
                arrived.load(Ordering::Relaxed)
            }
            FileState::Verified | FileState::Damaged | FileState::Failed => 0,
        };
        self.record.totals.verified_bytes + self.files.iter().zip(&self.arrived).map(under_way).sum::<u64>()
    }
}
