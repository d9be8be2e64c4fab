//! Jobs that may be an export's own: those that ran when the maximum of them kept a lost start from being repeated.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::api::{JobStatus, JobUrl};
use crate::parameters::query_of_request;
use crate::problem::{Kind, Problem};
use crate::view::{CandidateState, CandidateView, RequestView};

/// Longer than any job runs before the service cancels it (30 hours by its documentation, 48 in its source).
pub(super) const LONGEST_JOB: TimeDelta = TimeDelta::hours(49);

/// A running job of the organisation, of which it cannot be told who asked for it. It may be another person's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Candidate {
    /// The job.
    pub job: JobUrl,
    /// When it was first listed, by the service's clock; `None` where that did not say.
    pub listed_at: Option<DateTime<Utc>>,
    /// What became of it.
    pub state: CandidateState,
}

impl Candidate {
    /// Whether it may still turn out to be the export's own. One that is done and answers another request does not.
    pub fn may_be_ours(&self) -> bool {
        matches!(self.state, CandidateState::Running { .. })
    }

    /// Up to when it certainly holds claims. Somebody else may have asked for the same, as long before it was listed as
    /// a job may run.
    pub fn certain_to(&self) -> Option<DateTime<Utc>> {
        Some(self.listed_at? - LONGEST_JOB)
    }

    /// Takes in what the service says of it, once it is known not to answer the export's own request.
    pub fn learn(&mut self, answer: &Result<JobStatus, Problem>) {
        match answer {
            Ok(JobStatus::InProgress { percent, .. }) => {
                self.state = CandidateState::Running { percent: *percent };
            }
            Ok(JobStatus::Complete(finished)) => {
                self.state = CandidateState::Done { request: RequestView::of(&finished.manifest.request) };
            }
            Err(problem) if has_ended(&problem.kind) => self.state = CandidateState::Gone,
            Err(_) => {}
        }
    }

    /// As the window shows it.
    pub fn view(&self) -> CandidateView {
        CandidateView { job: self.job.id().to_owned(), state: self.state.clone() }
    }
}

/// Adds jobs that run at a time, by the service's clock. Those that are known keep what is known of them: one that has
/// ended meanwhile is not listed any more, and may be ours all the same.
pub(super) fn add(candidates: &mut Vec<Candidate>, jobs: Vec<JobUrl>, at: Option<DateTime<Utc>>) {
    for job in jobs {
        if candidates.iter().all(|known| known.job != job) {
            let state = CandidateState::Running { percent: None };
            candidates.push(Candidate { job, listed_at: at, state });
        }
    }
}

/// Whether a request in a manifest asks for the same version and parameters. What a gateway made of the host does not
/// matter.
pub(super) fn is_same_request(request: &str, ours: &Url) -> bool {
    let Ok(theirs) = Url::parse(request) else { return false };
    let asked_of =
        |url: &Url| url.path().replace("%24", "$").rsplit('/').take(4).map(str::to_owned).collect::<Vec<_>>();
    asked_of(&theirs) == asked_of(ours) && parameters_of(&theirs) == parameters_of(ours)
}

/// A query's parameters, decoded and in order, so that two ways to write one request are equal.
fn parameters_of(url: &Url) -> Vec<(String, String)> {
    let mut pairs = query_of_request(url);
    pairs.sort();
    pairs
}

fn has_ended(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::JobFailed | Kind::JobCancelled | Kind::JobNotFound | Kind::FilesExpired | Kind::AccessRefused
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Stage;

    fn job(id: &str) -> JobUrl {
        let api = Url::parse("https://ab2d.example/api").unwrap();
        JobUrl::of(&api, crate::parameters::FhirVersion::R4, id)
    }

    fn at(hours: i64) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(hours * 3600, 0)
    }

    #[test]
    fn the_same_request_is_known_however_it_is_written() {
        let ours = Url::parse(
            "https://ab2d.example/api/v2/fhir/Patient/$export?_since=2026-01-01T00%3A00%3A00Z&_type=E",
        );
        let same = |request: &str| is_same_request(request, ours.as_ref().unwrap());
        assert!(same("https://ab2d.example/api/v2/fhir/Patient/$export?_type=E&_since=2026-01-01T00:00:00Z"));
        assert!(same("http://10.0.0.7/v2/fhir/Patient/%24export?_since=2026-01-01T00%3A00%3A00Z&_type=E"));
        assert!(!same(
            "https://ab2d.example/api/v1/fhir/Patient/$export?_since=2026-01-01T00%3A00%3A00Z&_type=E"
        ));
        assert!(!same("https://ab2d.example/api/v2/fhir/Patient/$export?_type=E"));
        assert!(!same("") && !same("/"));
    }

    #[test]
    fn a_job_that_is_not_listed_any_more_is_watched_on() {
        let mut candidates = Vec::new();
        add(&mut candidates, vec![job("a"), job("b")], at(1));
        candidates[0]
            .learn(&Ok(JobStatus::InProgress { percent: Some(40), poll_after: std::time::Duration::ZERO }));
        add(&mut candidates, vec![job("b"), job("c")], at(2));
        let known: Vec<_> = candidates.iter().map(|one| (one.job.id(), one.listed_at)).collect();
        assert_eq!(known, [("a", at(1)), ("b", at(1)), ("c", at(2))]);
        assert_eq!(candidates[0].state, CandidateState::Running { percent: Some(40) });
        assert_eq!(candidates[2].certain_to(), at(2 - 49));
    }

    #[test]
    fn only_what_ends_a_job_rules_it_out() {
        let mut candidates = Vec::new();
        add(&mut candidates, vec![job("a")], at(0));
        let refused = |kind| Err(Problem::new(kind, Stage::Status));
        candidates[0].learn(&refused(Kind::Maintenance));
        assert!(candidates[0].may_be_ours());
        candidates[0].learn(&refused(Kind::JobCancelled));
        assert!(!candidates[0].may_be_ours());
    }
}
