//! A JSON object a line, for the program that called the command. The last line of an export is its result.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use ab2d_engine::export::{FileRecord, VerifiedFile};
use ab2d_engine::parameters::FhirVersion;
use ab2d_engine::view::{
    CandidateView, CoverageOutcome, ExportId, ExportView, FileState, PhaseView, ProblemView, Progress,
    RequestView,
};
use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{Ending, Screen, json_line, phase_name};
use crate::failure::Failure;

/// At most one line of progress an export in this time.
const APART: Duration = Duration::from_secs(1);

/// JSON lines on standard output.
#[derive(Default)]
pub(super) struct JsonLines {
    said: HashMap<ExportId, (String, Option<u8>)>,
    progress_at: HashMap<ExportId, Instant>,
}

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "camelCase", rename_all_fields = "camelCase")]
enum Line<'a> {
    Started {
        export: ExportId,
        contract: &'a str,
        environment: &'static str,
        fhir_version: FhirVersion,
        since: Option<DateTime<Utc>>,
        until: Option<DateTime<Utc>>,
    },
    Phase {
        export: ExportId,
        phase: &'static str,
        percent: Option<u8>,
    },
    Retrying {
        export: ExportId,
        problem: &'a ProblemView,
        until: DateTime<Utc>,
        candidates: &'a [CandidateView],
    },
    Progress {
        export: ExportId,
        #[serde(flatten)]
        progress: &'a Progress,
    },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Result<'a> {
    event: &'static str,
    export: ExportId,
    contract: &'a str,
    folder: Option<&'a str>,
    job: Option<&'a str>,
    files: Vec<File<'a>>,
    error_files: u32,
    claims: u64,
    bytes: u64,
    coverage: Option<&'a CoverageOutcome>,
    other_request: Option<&'a RequestView>,
    problem: Option<&'a ProblemView>,
}

/// A verified file. `bytes` and `sha256` are of its uncompressed content, which the service announced.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct File<'a> {
    name: &'a str,
    bytes: u64,
    sha256: String,
    claims: u64,
    is_error: bool,
    #[serde(flatten)]
    stored: Option<Stored>,
}

/// What lies on the disk, where it differs: a compressed file.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    stored_bytes: u64,
    stored_sha256: String,
}

#[derive(Serialize)]
struct FailureLine<'a> {
    event: &'static str,
    code: &'static str,
    message: &'a str,
    files: [File<'a>; 0],
}

impl Screen for JsonLines {
    fn begin(&mut self, export: &ExportView) {
        json_line(&Line::Started {
            export: export.id,
            contract: &export.contract_number,
            environment: export.environment.as_str(),
            fhir_version: export.version,
            since: export.since,
            until: export.until,
        });
    }

    fn phase(&mut self, export: &ExportView) {
        let percent = match &export.phase {
            PhaseView::Preparing { percent } => Some(*percent),
            PhaseView::Waiting { problem, until: Some(until) } => {
                let (export, candidates) = (export.id, &export.candidates);
                json_line(&Line::Retrying { export, problem, until: *until, candidates });
                None
            }
            PhaseView::Requesting | PhaseView::Downloading | PhaseView::Paused => None,
            PhaseView::Waiting { until: None, .. }
            | PhaseView::Complete
            | PhaseView::Cancelled
            | PhaseView::Expired { .. }
            | PhaseView::Failed { .. } => return,
        };
        self.say_once(export.id, phase_name(&export.phase), percent);
    }

    fn progress(&mut self, export: ExportId, progress: &Progress) {
        if self.progress_at.get(&export).is_none_or(|at| at.elapsed() >= APART) {
            self.progress_at.insert(export, Instant::now());
            json_line(&Line::Progress { export, progress });
        }
    }

    fn end(&mut self, ending: &Ending<'_>) {
        let export = ending.export;
        json_line(&Result {
            event: ending.status.event(),
            export: export.id,
            contract: &export.contract_number,
            folder: export.folder.as_deref(),
            job: export.job.as_deref(),
            files: ending.files.iter().filter_map(file).collect(),
            error_files: export.error_files,
            claims: export.progress.claims,
            bytes: export.progress.bytes_done,
            coverage: export.coverage.as_ref(),
            other_request: export.other_request.as_ref(),
            problem: ending.problem,
        });
    }
}

impl JsonLines {
    fn say_once(&mut self, export: ExportId, phase: &'static str, percent: Option<u8>) {
        let now = (phase.to_owned(), percent);
        if phase != "waiting" && self.said.get(&export) != Some(&now) {
            json_line(&Line::Phase { export, phase, percent });
        }
        self.said.insert(export, now);
    }
}

/// The result of a command that began no export.
pub(super) fn failure(failure: &Failure) {
    let message = failure.to_string();
    json_line(&FailureLine {
        event: failure.status().event(),
        code: failure.code(),
        message: &message,
        files: [],
    });
}

fn file(record: &FileRecord) -> Option<File<'_>> {
    let verified = record.verified.as_ref().filter(|_| record.state != FileState::Damaged)?;
    Some(File {
        name: &verified.name,
        bytes: verified.bytes,
        sha256: verified.sha256.to_string(),
        claims: if record.is_error { 0 } else { verified.claims },
        is_error: record.is_error,
        stored: stored(verified),
    })
}

fn stored(verified: &VerifiedFile) -> Option<Stored> {
    (verified.stored_sha256 != verified.sha256).then(|| Stored {
        stored_bytes: verified.stored_bytes,
        stored_sha256: verified.stored_sha256.to_string(),
    })
}
