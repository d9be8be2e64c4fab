//! What is stored of an export and of each of its files.

use std::collections::HashSet;
use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::candidates::{Candidate, LONGEST_JOB};
use super::machine::{Phase, Step};
use crate::api::{Checksum, JobUrl, ManifestFile};
use crate::contract::{Contract, ContractId, ContractKey, ContractNumber, Endpoints, Environment};
use crate::parameters::{Parameters, Selection};
use crate::problem::Problem;
use crate::transfer::tally::Tally;
use crate::transfer::{self, Expected, ExpectedSums, Verified};
use crate::view::{CoverageOutcome, ExportId, FileState, StepTimes};

/// How long the service keeps the files of a job that is done.
const RETENTION: TimeDelta = TimeDelta::hours(72);

/// An export: what was asked for, where it stands, and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// Its number in the store; 0 until it is stored.
    #[serde(skip)]
    pub id: ExportId,
    /// Its contract in the store; `None` for an export that was started without one.
    pub contract_id: Option<ContractId>,
    /// The contract's number at CMS.
    pub number: ContractNumber,
    /// Which service.
    pub environment: Environment,
    /// Where requests go; `None` for Practice.
    pub endpoints: Option<Endpoints>,
    /// The contract's nickname at the time.
    pub nickname: String,
    /// What the person chose.
    pub selection: Selection,
    /// What was sent.
    pub parameters: Parameters,
    /// Whether files are kept as gzip.
    pub compressed: bool,
    /// The folder in which the export makes its own.
    pub save_folder: PathBuf,
    /// The export's own folder, once it has its name.
    pub folder: Option<PathBuf>,
    /// The system's user.
    pub user: String,
    /// The computer's name.
    pub computer: String,
    /// Where it stands.
    pub phase: Phase,
    /// How far the job is, as the service says.
    pub percent: u8,
    /// When each step was reached.
    pub times: StepTimes,
    /// Whether a start was sent whose answer is not known.
    pub start_unanswered: bool,
    /// The jobs that ran when the maximum of them kept such a start from being repeated: one of them may be ours.
    #[serde(default)]
    pub candidates: Vec<Candidate>,
    /// Whether the person chose the job among those.
    #[serde(default)]
    pub adopted: bool,
    /// The client ID with which the files were fetched.
    #[serde(default)]
    pub client_id: Option<String>,
    /// The request that a job answers which the person chose, where it is another than this export's.
    #[serde(default)]
    pub other_request: Option<String>,
    /// The job at the service.
    pub job: Option<JobUrl>,
    /// When the service was asked, by its own clock, less a minute.
    pub asked_at: Option<DateTime<Utc>>,
    /// When the service deletes the files.
    pub expires_at: Option<DateTime<Utc>>,
    /// Sums over the files.
    pub totals: Totals,
    /// Pictures of the claims in verified files.
    pub tally: Tally,
    /// What it did to the coverage mark; `None` until it is complete. It stays when files are fetched again.
    pub coverage: Option<CoverageOutcome>,
    /// Why files that were no longer whole could not be fetched again, the last time that was asked for.
    #[serde(default)]
    pub unrepaired: Option<Problem>,
    /// Files that were damaged or missing when they were read the last time.
    #[serde(default)]
    pub damaged: u32,
}

/// Sums over an export's files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Totals {
    /// Files in the manifest, error files included.
    pub files: u32,
    /// Of these, files of `OperationOutcome`s.
    pub error_files: u32,
    /// Files verified.
    pub verified: u32,
    /// Files verified without an announced length and checksum.
    pub unannounced: u32,
    /// Bytes announced, uncompressed.
    pub bytes: u64,
    /// Bytes in verified files, uncompressed.
    pub verified_bytes: u64,
    /// Claims in verified files.
    pub claims: u64,
}

impl Record {
    /// What coverage, credentials and history are kept under.
    pub fn key(&self) -> ContractKey {
        let origin = self.endpoints.as_ref().map_or_else(
            || self.environment.as_str().to_owned(),
            |endpoints| endpoints.api_origin().ascii_serialization(),
        );
        ContractKey { environment: self.environment, origin, number: self.number.clone() }
    }

    /// Whether it is an export of a stored contract: not of what the same entry of the list was before it was edited.
    pub fn is_of(&self, contract: &Contract) -> bool {
        let (number, environment) = (&contract.number, contract.environment);
        self.contract_id == Some(contract.id) && self.number == *number && self.environment == environment
    }

    /// Whether the service will have deleted the files by this time. Where it did not say when, it is as long after the
    /// job was asked for as any job takes and any file is kept.
    pub fn has_expired(&self, now: DateTime<Utc>) -> bool {
        let at_the_latest = || Some(self.times.requested? + LONGEST_JOB + RETENTION);
        self.expires_at.or_else(at_the_latest).is_some_and(|expires| expires <= now)
    }

    /// Whether it has been complete. It then stays so, whatever becomes of files that are fetched again: its coverage and
    /// the audit record rest on that.
    pub fn was_complete(&self) -> bool {
        self.coverage.is_some()
    }

    /// The problem that it stands at, or that kept its files from being fetched again.
    pub fn problem(&self) -> Option<&Problem> {
        self.phase.problem().or(self.unrepaired.as_ref())
    }

    /// Takes up the fetching of files again, those that are not whole on the disk.
    pub(crate) fn begin_repair(&mut self, files: &mut [FileRecord], bad: &HashSet<u32>) {
        for file in files {
            if bad.contains(&file.index) {
                self.uncount(file);
                *file = file.clone().forgotten();
            } else {
                file.state = FileState::Verified;
            }
        }
        self.unrepaired = None;
        self.damaged = 0;
        if self.phase.has_ended() {
            self.phase = Phase::Active { step: Step::Downloading };
        }
    }

    /// Gives up what was not fetched again of an export that was complete: it is what it was, with damaged files.
    pub(crate) fn give_up_repair(&mut self, files: &mut [FileRecord], problem: Option<Problem>) {
        for file in files.iter_mut().filter(|file| file.verified.is_none()) {
            if let Some(before) = file.before.take() {
                self.count(&before, file.is_error);
                file.verified = Some(before);
            }
            file.state = FileState::Damaged;
        }
        self.count_damaged(files);
        self.unrepaired = problem;
        self.phase = Phase::Complete;
    }

    /// Whether the files are gone without the service's word for it, because it has been silent for so long. This
    /// computer's clock may be wrong, and the other one stands still while it sleeps: only together they are believed.
    pub fn is_gone(&self, now: DateTime<Utc>, silent: Duration) -> bool {
        self.has_expired(now) && TimeDelta::from_std(silent).is_ok_and(|silent| silent >= RETENTION)
    }

    /// Counts the files that are not as they were verified.
    pub(crate) fn count_damaged(&mut self, files: &[FileRecord]) {
        let damaged = files.iter().filter(|file| file.state == FileState::Damaged).count();
        self.damaged = u32::try_from(damaged).unwrap_or(u32::MAX);
    }

    /// Counts a verified file in.
    pub fn count(&mut self, verified: &VerifiedFile, is_error: bool) {
        self.totals.verified += 1;
        self.totals.verified_bytes += verified.bytes;
        self.totals.unannounced += u32::from(!verified.announced);
        if !is_error {
            self.totals.claims += verified.claims;
            self.tally.add(&verified.tally);
        }
    }

    /// Takes a verified file out again, because it is no longer whole on the disk.
    pub fn uncount(&mut self, file: &FileRecord) {
        let Some(verified) = &file.verified else { return };
        self.totals.verified = self.totals.verified.saturating_sub(1);
        self.totals.verified_bytes = self.totals.verified_bytes.saturating_sub(verified.bytes);
        self.totals.unannounced = self.totals.unannounced.saturating_sub(u32::from(!verified.announced));
        if !file.is_error {
            self.totals.claims = self.totals.claims.saturating_sub(verified.claims);
            self.tally.remove(&verified.tally);
        }
    }
}

/// A file of an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FileRecord {
    /// Its place in the manifest, from 0.
    pub index: u32,
    /// Its name at the service, made safe.
    pub name: String,
    /// Its announced length in bytes, uncompressed.
    pub bytes: Option<u64>,
    /// Its announced checksum, of the uncompressed content.
    pub sha256: Option<Checksum>,
    /// Whether it holds `OperationOutcome`s.
    pub is_error: bool,
    /// Where it stands.
    pub state: FileState,
    /// Fetches that arrived to their end, which the service counts (6 are allowed).
    pub downloads: u32,
    /// How often in a row it arrived to its end and was not what was announced.
    #[serde(default)]
    pub mismatches: u32,
    /// Why it is left alone until a person, or time, has mended that.
    #[serde(default)]
    pub given_up: Option<Problem>,
    /// What was verified.
    pub verified: Option<VerifiedFile>,
    /// What was verified before it was lost or damaged, for as long as it is fetched again.
    #[serde(default)]
    pub before: Option<VerifiedFile>,
}

/// What lies on the disk under a file's final name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VerifiedFile {
    /// Its name on the disk.
    pub name: String,
    /// Bytes, uncompressed.
    pub bytes: u64,
    /// SHA-256 of the uncompressed content.
    pub sha256: Checksum,
    /// Bytes on the disk.
    pub stored_bytes: u64,
    /// SHA-256 of what lies on the disk.
    pub stored_sha256: Checksum,
    /// Lines, which are claims unless it is an error file.
    pub claims: u64,
    /// Whether length and checksum were announced and match.
    pub announced: bool,
    /// Its claims, by type and month.
    pub tally: Tally,
}

impl From<&Verified> for VerifiedFile {
    fn from(verified: &Verified) -> Self {
        Self {
            name: verified.name.clone(),
            bytes: verified.bytes,
            sha256: verified.sha256,
            stored_bytes: verified.stored_bytes,
            stored_sha256: verified.stored_sha256,
            claims: verified.claims,
            announced: verified.announced,
            tally: verified.tally.clone(),
        }
    }
}

/// The lines of `SHA256SUMS` for what was verified, if only before it was lost; empty where nothing was.
pub fn sums(files: &[FileRecord]) -> String {
    let verified = files.iter().filter_map(|file| file.verified.as_ref().or(file.before.as_ref()));
    transfer::sums(verified.map(|file| (file.name.as_str(), &file.stored_sha256)))
}

/// What must lie in an export's folder.
pub fn expected(phase: &Phase, files: &[FileRecord]) -> Expected {
    let verified = files.iter().filter_map(|file| file.verified.as_ref());
    let sums = match phase {
        Phase::Complete => ExpectedSums::There,
        ended if ended.has_ended() => ExpectedSums::Right,
        _ => ExpectedSums::Nothing,
    };
    Expected::Record { files: verified.map(|file| (file.name.clone(), file.stored_sha256)).collect(), sums }
}

impl FileRecord {
    /// Notes whether the file is as it was verified, being one of those that are whole on the disk; whether that is news.
    pub(crate) fn mark(&mut self, whole: &HashSet<String>) -> bool {
        if self.verified.is_none() {
            return false;
        }
        let state = if self.is_among(whole) { FileState::Verified } else { FileState::Damaged };
        std::mem::replace(&mut self.state, state) != state
    }

    /// Whether the file was verified and is one of these, by its name on the disk.
    pub(crate) fn is_among(&self, names: &HashSet<String>) -> bool {
        self.verified.as_ref().is_some_and(|verified| names.contains(&verified.name))
    }

    /// The file as one that must be fetched again. Downloads stay counted, and what it was is kept aside.
    #[must_use]
    pub fn forgotten(self) -> Self {
        let before = self.verified.or(self.before);
        Self { state: FileState::Waiting, mismatches: 0, given_up: None, before, verified: None, ..self }
    }

    /// A file as the manifest announces it.
    pub fn announced(index: u32, file: &ManifestFile) -> Self {
        Self {
            index,
            name: file.name.clone(),
            bytes: file.bytes,
            sha256: file.sha256,
            is_error: file.is_error,
            state: FileState::Waiting,
            downloads: 0,
            mismatches: 0,
            given_up: None,
            verified: None,
            before: None,
        }
    }
}
