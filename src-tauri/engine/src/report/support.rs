//! The support report: what AB2D support asks for, as a text that a person reads before sending it.

use std::fmt::{self, Display, Formatter};

use chrono::{DateTime, SecondsFormat, Utc};

use super::redact;
use crate::problem::size;
use crate::view::{CheckResult, ExportView, PhaseView, ProblemView};

/// A support report; its `Display` is the text. It names no folder, no person and no client.
#[derive(Debug, Clone)]
pub struct SupportReport<'a> {
    /// When it is written.
    pub written_at: DateTime<Utc>,
    /// The export that it is about.
    pub export: Option<&'a ExportView>,
    /// The checks that were made since the program started.
    pub checks: &'a [Checked],
    /// The last lines of the log, the oldest first.
    pub log: &'a [String],
}

/// A check that ended.
#[derive(Debug, Clone)]
pub struct Checked {
    /// What was checked: a contract, or the computer.
    pub what: String,
    /// When it ended.
    pub at: DateTime<Utc>,
    /// How each step went.
    pub results: Vec<CheckResult>,
}

impl Display for SupportReport<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "AB2D Desktop support report, {}", time(self.written_at))?;
        writeln!(f, "It holds no credentials and no claims. AB2D support: ab2d@cms.hhs.gov")?;
        about_program(f)?;
        if let Some(export) = self.export {
            about_problem(f, export.problem())?;
            about_export(f, export)?;
        }
        self.checks.iter().try_for_each(|checked| about_check(f, checked))?;
        about_log(f, self.log)
    }
}

fn about_program(f: &mut Formatter<'_>) -> fmt::Result {
    writeln!(f, "\nProgram")?;
    row(f, "Version", env!("CARGO_PKG_VERSION"))?;
    row(f, "System", system())?;
    row(f, "Public address", "not known to the program; your network department can tell it")
}

fn system() -> String {
    let name = sysinfo::System::long_os_version().unwrap_or_else(|| std::env::consts::OS.to_owned());
    format!("{name}, {}", sysinfo::System::cpu_arch())
}

fn about_problem(f: &mut Formatter<'_>, problem: Option<&ProblemView>) -> fmt::Result {
    let Some(problem) = problem else { return Ok(()) };
    writeln!(f, "\nProblem")?;
    row(f, "Code", &problem.code)?;
    row(f, "What happened", &problem.title)?;
    row(f, "Stage", format!("{:?}", problem.stage))?;
    row(f, "HTTP status", or_none(problem.http_status))?;
    row(f, "Request ID", or_none(problem.request_id.as_ref()))
}

fn about_export(f: &mut Formatter<'_>, export: &ExportView) -> fmt::Result {
    writeln!(f, "\nExport")?;
    row(f, "Contract", format!("{} ({})", export.contract_number, export.environment))?;
    row(f, "FHIR version", export.version)?;
    row(f, "_since", or_none(export.since.map(time)))?;
    row(f, "_until", or_none(export.until.map(time)))?;
    let dates: Vec<_> = export.service_dates.iter().map(ToString::to_string).collect();
    row(f, "_typeFilter", or_none((!dates.is_empty()).then(|| dates.join(", "))))?;
    row(f, "Job", or_none(export.job.as_ref()))?;
    row(f, "Phase", phase(&export.phase))?;
    about_progress(f, export)
}

fn about_progress(f: &mut Formatter<'_>, export: &ExportView) -> fmt::Result {
    let progress = &export.progress;
    row(f, "Files verified", format!("{} of {}", progress.files_verified, progress.files))?;
    row(f, "Bytes", format!("{} of {}", size(progress.bytes_done), size(progress.bytes)))?;
    row(f, "Error files", export.error_files)?;
    let times = &export.times;
    row(f, "Asked for", or_none(times.asked.map(time)))?;
    row(f, "Signed in", or_none(times.signed_in.map(time)))?;
    row(f, "Requested", or_none(times.requested.map(time)))?;
    row(f, "Prepared", or_none(times.prepared.map(time)))?;
    row(f, "Ended", or_none(times.finished.map(time)))?;
    row(f, "Files expire", or_none(export.expires_at.map(time)))
}

fn about_check(f: &mut Formatter<'_>, Checked { what, at, results }: &Checked) -> fmt::Result {
    writeln!(f, "\nCheck of {what}, {}", time(*at))?;
    results.iter().try_for_each(|CheckResult { step, problem }| match problem {
        None => row(f, step.name(), "works"),
        Some(ProblemView { code, stage, http_status, request_id, .. }) => {
            let (status, request) = (or_none(*http_status), or_none(request_id.as_ref()));
            let told = format!("{code}, stage {stage:?}, HTTP status {status}, request ID {request}");
            row(f, step.name(), told)
        }
    })
}

fn about_log(f: &mut Formatter<'_>, log: &[String]) -> fmt::Result {
    writeln!(f, "\nLog")?;
    if log.is_empty() {
        writeln!(f, "  empty")?;
    }
    log.iter().try_for_each(|line| writeln!(f, "  {}", redact(line)))
}

fn phase(phase: &PhaseView) -> String {
    match phase {
        PhaseView::Requesting => "requesting".to_owned(),
        PhaseView::Preparing { percent } => format!("preparing ({percent} %)"),
        PhaseView::Downloading => "downloading".to_owned(),
        PhaseView::Waiting { until: Some(until), .. } => format!("waiting until {}", time(*until)),
        PhaseView::Waiting { until: None, .. } => "waiting for a person".to_owned(),
        PhaseView::Paused => "paused".to_owned(),
        PhaseView::Complete => "complete".to_owned(),
        PhaseView::Cancelled => "canceled".to_owned(),
        PhaseView::Expired { .. } => "expired".to_owned(),
        PhaseView::Failed { .. } => "failed".to_owned(),
    }
}

fn row(f: &mut Formatter<'_>, name: &str, value: impl Display) -> fmt::Result {
    writeln!(f, "  {name:<17}{}", redact(&value.to_string()))
}

fn or_none(value: Option<impl Display>) -> String {
    value.map_or_else(|| "none".to_owned(), |value| value.to_string())
}

fn time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Environment;
    use crate::parameters::{FhirVersion, Selection, parse_time};
    use crate::problem::{Kind, Problem, Stage};
    use crate::view::{CheckStep, ExportId, Progress, StepTimes};

    fn at(text: &str) -> DateTime<Utc> {
        parse_time(text).unwrap()
    }

    fn waiting_export() -> ExportView {
        let mut problem = Problem::new(Kind::AccessRefused, Stage::Start).with_status(403);
        problem.request_id = Some("7f3c".to_owned());
        ExportView {
            id: ExportId(1),
            contract_id: None,
            contract_number: "Z1001".to_owned(),
            nickname: "canary nickname".to_owned(),
            environment: Environment::Sandbox,
            version: FhirVersion::R4v3,
            selection: Selection::SinceLast,
            since: Some(at("2026-11-03T14:14:00Z")),
            until: None,
            service_dates: vec!["ge2024-01-01".parse().unwrap()],
            compressed: false,
            folder: Some("/home/canary/Claims".to_owned()),
            job: None,
            phase: PhaseView::Waiting { problem: ProblemView::from(&problem), until: None },
            times: StepTimes { asked: Some(at("2026-11-22T09:14:00Z")), ..StepTimes::default() },
            expires_at: None,
            progress: Progress { files: 12, bytes: 48_000_000, ..Progress::default() },
            error_files: 0,
            tally: None,
            coverage: None,
            unrepaired: None,
            damaged: 0,
            candidates: vec![],
            other_request: None,
            driven_elsewhere: false,
        }
    }

    #[test]
    fn it_holds_what_support_asks_for() {
        let log = [
            "2026-11-22T09:14:01Z  WARN ab2d_engine: an export met a problem status=403".to_owned(),
            "authorization: Bearer canary".to_owned(),
        ];
        let export = waiting_export();
        let refused = Problem::new(Kind::AccessRefused, Stage::Status).with_status(403);
        let checks = [Checked {
            what: "Z1001 (sandbox)".to_owned(),
            at: at("2026-11-22T09:14:30Z"),
            results: vec![
                CheckResult { step: CheckStep::SecureConnection, problem: None },
                CheckResult { step: CheckStep::ServiceOpen, problem: Some(ProblemView::from(&refused)) },
            ],
        }];
        let report = SupportReport {
            written_at: at("2026-11-22T09:15:00Z"),
            export: Some(&export),
            checks: &checks,
            log: &log,
        }
        .to_string();
        assert!(!report.contains("canary"), "{report}");
        let system = system();
        insta::assert_snapshot!(report.replace(&system, "(this system)"));
    }

    #[test]
    fn it_can_be_written_without_an_export() {
        let report =
            SupportReport { written_at: at("2026-11-22T09:15:00Z"), export: None, checks: &[], log: &[] };
        assert!(report.to_string().contains("Version"));
    }
}
