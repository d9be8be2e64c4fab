use ab2d_engine::contract::Environment;
use ab2d_engine::parameters::{FhirVersion, Selection, parse_time};
use ab2d_engine::problem::{Kind, Problem, Stage};
use ab2d_engine::view::{ExportId, StepTimes};

use super::*;

/// An export in a phase.
pub(crate) fn example(phase: PhaseView) -> ExportView {
    ExportView {
        id: ExportId(3),
        contract_id: None,
        contract_number: "Z1001".to_owned(),
        nickname: String::new(),
        environment: Environment::Practice,
        version: FhirVersion::R4,
        selection: Selection::SinceLast,
        since: None,
        until: None,
        service_dates: Vec::new(),
        compressed: false,
        folder: Some("/home/ada/Claims/Z1001 2026-11-22 4b2b3a0e".to_owned()),
        job: None,
        phase,
        times: StepTimes::default(),
        expires_at: None,
        progress: Progress {
            files: 412,
            files_verified: 3,
            bytes: 80_200_000_000,
            bytes_done: 12_000_000,
            claims: 1_204_331,
            bytes_per_second: 10_100_000,
            seconds_left: Some(754),
        },
        error_files: 0,
        tally: None,
        coverage: None,
        unrepaired: None,
        damaged: 0,
        candidates: Vec::new(),
        other_request: None,
        driven_elsewhere: false,
    }
}

fn problem(kind: Kind) -> ProblemView {
    ProblemView::from(&Problem::new(kind, Stage::File))
}

fn phases() -> Vec<PhaseView> {
    let full = || problem(Kind::DiskFull { needed: 80_200_000_000, reserve: 0, free: 1_500_000 });
    vec![
        PhaseView::Requesting,
        PhaseView::Preparing { percent: 37 },
        PhaseView::Downloading,
        PhaseView::Waiting { problem: full(), until: None },
        PhaseView::Paused,
        PhaseView::Complete,
        PhaseView::Cancelled,
        PhaseView::Expired { problem: problem(Kind::FilesExpired) },
        PhaseView::Failed { problem: problem(Kind::JobFailed) },
    ]
}

fn ended(status: Status, export: &ExportView) -> String {
    let problem = problem(Kind::CredentialsMissing);
    let problem = matches!(status, Status::Waiting | Status::Failed).then_some(&problem);
    ending(&Ending { status, export, problem, files: &[] })
}

#[test]
fn all_phases() {
    let texts: Vec<_> = phases().into_iter().map(|one| phase(&example(one))).collect();
    insta::assert_snapshot!(texts.join("\n"));
}

#[test]
fn a_wait_names_the_time_of_the_next_try() {
    let until = parse_time("2026-11-22T09:14:00Z").unwrap();
    let waiting = PhaseView::Waiting { problem: problem(Kind::Maintenance), until: Some(until) };
    let text = phase(&example(waiting));
    assert!(text.ends_with(&format!("It is tried again at {}.", local_time(until))), "{text}");
}

#[test]
fn running_jobs_are_listed_with_what_is_known_of_them() {
    let job = |job: &str, state| CandidateView { job: job.to_owned(), state };
    let request = |version| RequestView { version, ..RequestView::default() };
    let export = ExportView {
        candidates: vec![
            job("4b2b3a0e", CandidateState::Running { percent: None }),
            job("7d3f7c6a", CandidateState::Running { percent: Some(37) }),
            job("9a634a0b", CandidateState::Done { request: request(Some(FhirVersion::R4)) }),
            job("8f0c5e11", CandidateState::Done { request: request(None) }),
            job("5e113a0e", CandidateState::Gone),
        ],
        ..example(PhaseView::Requesting)
    };
    insta::assert_snapshot!(candidates(&export).join("\n"));
    assert_eq!(candidates(&example(PhaseView::Requesting)), [""; 0]);
}

#[test]
fn progress_has_what_is_known() {
    let all = example(PhaseView::Downloading).progress;
    let unknown = Progress { bytes_per_second: 0, seconds_left: None, ..all.clone() };
    insta::assert_snapshot!(format!("{}\n{}", progress(&all), progress(&unknown)));
}

#[test]
fn all_endings() {
    let complete = example(PhaseView::Complete);
    let error_files = |error_files| ExportView { error_files, ..example(PhaseView::Complete) };
    let empty = ExportView { progress: Progress::default(), ..example(PhaseView::Complete) };
    let waiting = PhaseView::Waiting { problem: problem(Kind::CredentialsMissing), until: None };
    let of_another = RequestView { version: Some(FhirVersion::Stu3), ..RequestView::default() };
    let other = ExportView { other_request: Some(of_another), ..example(PhaseView::Complete) };
    let gap = CoverageOutcome { moved: false, next_since: None, reason: Some(NotCovered::Gap) };
    let id = Some(ab2d_engine::contract::ContractId(1));
    let gap = ExportView { coverage: Some(gap), contract_id: id, ..example(PhaseView::Complete) };
    let texts = [
        ended(Status::Complete, &complete),
        ended(Status::Complete, &error_files(1)),
        ended(Status::Complete, &error_files(2)),
        ended(Status::Complete, &empty),
        ended(Status::Complete, &other),
        ended(Status::Complete, &gap),
        ended(Status::Cancelled, &example(PhaseView::Cancelled)),
        ended(Status::Interrupted, &example(PhaseView::Downloading)),
        ended(Status::Waiting, &example(waiting)),
        ended(Status::Failed, &example(PhaseView::Failed { problem: problem(Kind::JobFailed) })),
    ];
    insta::assert_snapshot!(texts.join("\n\n"));
}

#[test]
fn all_reasons_for_an_unmoved_mark() {
    use NotCovered::{
        AlreadyCovered, ErrorFiles, Gap, NotAllVerified, OtherRequest, ServiceDates, TimeUnknown,
        WhoseUnknown,
    };
    let reasons = [
        ServiceDates,
        NotAllVerified,
        ErrorFiles,
        Gap,
        AlreadyCovered,
        OtherRequest,
        WhoseUnknown,
        TimeUnknown,
    ]
    .map(|reason| covered(&CoverageOutcome { moved: false, next_since: None, reason: Some(reason) }));
    insta::assert_snapshot!(reasons.join("\n"));
}
