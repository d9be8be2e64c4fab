//! The words in which people read an export.

use std::time::Duration;

use ab2d_engine::problem::{Remedy, size};
use ab2d_engine::view::{
    CandidateState, CandidateView, CoverageOutcome, ExportView, NotCovered, PhaseView, ProblemView, Progress,
    RequestView,
};
use chrono::{DateTime, Local, Utc};
use indicatif::{HumanCount, HumanDuration};

use super::Ending;
use crate::status::Status;

pub(crate) use ab2d_engine::problem::size as size_of;

/// A phase's name, as `--json` has it.
pub(crate) fn phase_name(phase: &PhaseView) -> &'static str {
    match phase {
        PhaseView::Requesting => "requesting",
        PhaseView::Preparing { .. } => "preparing",
        PhaseView::Downloading => "downloading",
        PhaseView::Waiting { .. } => "waiting",
        PhaseView::Paused => "paused",
        PhaseView::Complete => "complete",
        PhaseView::Cancelled => "canceled",
        PhaseView::Expired { .. } => "expired",
        PhaseView::Failed { .. } => "failed",
    }
}

/// A time in the person's zone, with the zone.
pub(crate) fn local_time(time: DateTime<Utc>) -> String {
    time.with_timezone(&Local).format("%Y-%m-%d %H:%M:%S %:z").to_string()
}

/// What names an export: `Z1001 (practice), export 3`.
pub(super) fn name(export: &ExportView) -> String {
    format!("{} ({}), export {}", export.contract_number, export.environment, export.id.0)
}

/// A phase in a sentence.
pub(super) fn phase(export: &ExportView) -> String {
    match &export.phase {
        PhaseView::Requesting => "Signing in and asking for the export.".to_owned(),
        PhaseView::Preparing { percent } => format!("AB2D prepares the data: {percent} %."),
        PhaseView::Downloading => downloading(&export.progress),
        PhaseView::Waiting { problem, until: Some(until) } => {
            let again = format!("{} It is tried again at {}.", problem_text(problem), local_time(*until));
            [again].into_iter().chain(candidates(export)).collect::<Vec<_>>().join("\n")
        }
        PhaseView::Waiting { problem, until: None }
        | PhaseView::Expired { problem }
        | PhaseView::Failed { problem } => problem_text(problem),
        PhaseView::Paused => "Paused.".to_owned(),
        PhaseView::Complete => match (&export.unrepaired, export.damaged) {
            (Some(problem), _) => problem_text(problem),
            (None, 0) => "Complete.".to_owned(),
            (None, 1) => "Complete, but 1 file is damaged or missing.".to_owned(),
            (None, damaged) => format!("Complete, but {damaged} files are damaged or missing."),
        },
        PhaseView::Cancelled => "Canceled.".to_owned(),
    }
}

/// The running jobs that may be an export's own, a line each, and how to choose among them.
pub(crate) fn candidates(export: &ExportView) -> Vec<String> {
    if export.candidates.is_empty() {
        return Vec::new();
    }
    let id = export.id.0;
    let head = format!("Jobs of your organization, one of which may be export {id}'s:");
    let foot =
        format!("Choose one: ab2d resume {id} --job JOB. None of them: ab2d resume {id} --start-anew.");
    let jobs = export.candidates.iter().map(candidate);
    [head].into_iter().chain(jobs).chain([foot]).collect()
}

fn candidate(CandidateView { job, state }: &CandidateView) -> String {
    match state {
        CandidateState::Running { percent: None } => format!("  {job}  running"),
        CandidateState::Running { percent: Some(percent) } => format!("  {job}  running, {percent} %"),
        CandidateState::Done { request } => format!("  {job}  done; not this one: {}", asked_for(request)),
        CandidateState::Gone => format!("  {job}  ended without files"),
    }
}

/// What a job was asked for: `R4, claims changed from 2026-11-03 09:14:00 -05:00`.
fn asked_for(request: &RequestView) -> String {
    let Some(version) = request.version else { return "its request cannot be read".to_owned() };
    let mut parts = vec![version.to_string()];
    parts.push(match (request.since, request.until) {
        (None, None) => "everything".to_owned(),
        (Some(since), None) => format!("claims changed from {}", local_time(since)),
        (None, Some(until)) => format!("claims changed up to {}", local_time(until)),
        (Some(since), Some(until)) => {
            format!("claims changed from {} to {}", local_time(since), local_time(until))
        }
    });
    parts.extend(request.service_dates.iter().map(|date| format!("date of service {date}")));
    parts.join(", ")
}

/// How far the files are: `3 of 12 files verified, 12.0 MB of 48.0 MB, 10.1 MB a second, 4 seconds left`.
pub(super) fn progress(progress: &Progress) -> String {
    let Progress { files, files_verified, bytes, bytes_done, bytes_per_second, seconds_left, .. } = progress;
    let mut parts = vec![
        format!("{files_verified} of {files} files verified"),
        format!("{} of {}", size(*bytes_done), size(*bytes)),
    ];
    if *bytes_per_second > 0 {
        parts.push(format!("{} a second", size(*bytes_per_second)));
    }
    parts.extend(seconds_left.map(|left| format!("{} left", HumanDuration(Duration::from_secs(left)))));
    parts.join(", ")
}

/// The last lines about an export.
pub(super) fn ending(ending: &Ending<'_>) -> String {
    let Ending { status, export, problem, .. } = ending;
    let mut lines = vec![match status {
        Status::Complete => complete(export),
        Status::Cancelled => "Canceled. Files that were verified stay.".to_owned(),
        Status::Interrupted => format!("Interrupted. Go on with: ab2d resume {}", export.id.0),
        Status::Waiting | Status::Failed | Status::Refused => {
            problem.map_or_else(|| "It did not go on.".to_owned(), problem_text)
        }
    }];
    lines.extend(export.folder.as_ref().map(|folder| format!("Folder: {folder}")));
    lines.extend(
        export.other_request.as_ref().map(|request| {
            format!("The job that was chosen answers another request: {}.", asked_for(request))
        }),
    );
    lines.extend(candidates(export));
    lines.extend(export.coverage.as_ref().filter(|_| *status == Status::Complete).map(covered));
    lines.extend(how_to_close_gap(export));
    if is_resumable(ending) {
        lines.push(format!("Go on later with: ab2d resume {}{}", export.id.0, what_resume_needs(*problem)));
    }
    lines.join("\n")
}

fn how_to_close_gap(export: &ExportView) -> Option<String> {
    let leaves_gap = export.coverage.as_ref()?.reason == Some(NotCovered::Gap);
    (leaves_gap && export.contract_id.is_some()).then(|| {
        let ExportView { contract_number, environment, version, .. } = export;
        format!(
            "Close the gap with: ab2d export {contract_number} --environment {environment} --fhir {version} --close-gap"
        )
    })
}

fn is_resumable(ending: &Ending<'_>) -> bool {
    ending.status != Status::Interrupted && matches!(ending.export.phase, PhaseView::Waiting { .. })
}

fn what_resume_needs(problem: Option<&ProblemView>) -> &'static str {
    match problem.and_then(|problem| problem.remedy) {
        Some(Remedy::EnterCredentials) => " --credentials-file FILE",
        Some(Remedy::ChooseFolder) => " [--folder DIR]",
        Some(
            Remedy::TryNow
            | Remedy::EditContract
            | Remedy::OpenSettings
            | Remedy::ChangeParameters
            | Remedy::ExportAgain
            | Remedy::SupportReport,
        )
        | None => "",
    }
}

fn complete(export: &ExportView) -> String {
    let progress = &export.progress;
    if progress.files == 0 {
        return "Complete: no new claims.".to_owned();
    }
    let verified = format!(
        "Complete: {} claims in {} files, {}, all verified.",
        HumanCount(progress.claims),
        HumanCount(u64::from(progress.files)),
        size(progress.bytes_done)
    );
    match export.error_files {
        0 => verified,
        1 => format!("{verified} One of the files lists claims that AB2D could not deliver."),
        several => format!("{verified} {several} of the files list claims that AB2D could not deliver."),
    }
}

fn downloading(progress: &Progress) -> String {
    if progress.files == 0 {
        return "Reading the list of files.".to_owned();
    }
    format!("Downloading and verifying {} files, {}.", progress.files, size(progress.bytes))
}

fn covered(outcome: &CoverageOutcome) -> String {
    let next = outcome.next_since.map_or_else(|| "the beginning".to_owned(), local_time);
    match outcome.reason {
        None => format!("The next export starts from {next}."),
        Some(reason) => format!("The next export still starts from {next}: {}", not_covered(reason)),
    }
}

fn not_covered(reason: NotCovered) -> &'static str {
    match reason {
        NotCovered::ServiceDates => "this one selected by date of service.",
        NotCovered::NotAllVerified => "not every file of this one could be verified.",
        NotCovered::ErrorFiles => "AB2D could not deliver some claims of this one.",
        NotCovered::Gap => "this one began later and leaves a gap.",
        NotCovered::AlreadyCovered => "this one is of a time that was exported before.",
        NotCovered::OtherRequest => "the job that was chosen answers another request.",
        NotCovered::WhoseUnknown => "AB2D sent no file that shows whose claims these are.",
        NotCovered::TimeUnknown => "the answer to its start did not say what time it was.",
    }
}

fn problem_text(problem: &ProblemView) -> String {
    format!("{} {} {}", problem.title, problem.explanation, problem.next_step)
}

#[cfg(test)]
pub(crate) mod tests;
