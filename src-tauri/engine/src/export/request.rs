//! The first two steps: asking for a job, and asking how far it is.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::Utc;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::drive::{Drive, Halt, pause};
use super::record::Listed;
use crate::api::{Api, JobStatus, JobUrl, StartRefused, Started};
use crate::problem::{Kind, Problem, Stage};

/// Longer than any job runs before the service cancels it (30 hours by its documentation, 48 in its source).
const LONGEST_JOB: chrono::TimeDelta = chrono::TimeDelta::hours(49);

/// What is added to the service's `Retry-After`, so that a poll is not refused for coming a moment early.
const MARGIN: Duration = Duration::from_millis(100);

impl Drive {
    /// Signs in, asks for a job, and stores its address.
    ///
    /// That the question was sent is stored before it is sent. A lost answer is repeated: a second job is harmless.
    /// Only when the repeat is refused because the maximum of jobs is running, ours is looked for among them.
    pub(super) async fn request(&self, stop: &CancellationToken) -> Result<(), Halt> {
        if self.record().job.is_some() {
            // The program ended between the answer and the next phase.
            return Ok(());
        }
        let api = self.access.api(&self.record()).await?;
        self.patiently(stop, || api.sign_in()).await?;
        self.note(|record| _ = record.times.signed_in.get_or_insert_with(Utc::now)).await?;
        self.show();
        let found = stop.run_until_cancelled(self.find_ours(&api)).await.ok_or(Halt::Ordered)?;
        let started = match found {
            Some(started) => started,
            None => self.start(&api, stop).await?,
        };
        self.note(|record| {
            record.job = Some(started.job);
            record.asked_at = Some(started.asked_at);
            record.start_unanswered = false;
            record.listed = None;
            record.times.requested = Some(Utc::now());
        })
        .await?;
        Ok(())
    }

    async fn start(&self, api: &Api, stop: &CancellationToken) -> Result<Started, Halt> {
        let record = self.record();
        let open = AtomicBool::new(record.start_unanswered);
        let running = Mutex::new(None);
        self.note(|record| record.start_unanswered = true).await?;
        let ask = || async {
            api.start(&record.parameters).await.map_err(|refused| {
                let (problem, listed) = listed_in(refused);
                open.fetch_or(may_have_started(&problem), Ordering::Relaxed);
                *running.lock().unwrap_or_else(PoisonError::into_inner) = listed;
                problem
            })
        };
        let started = self.patiently(stop, ask).await;
        if let Err(Halt::Problem(_)) = &started {
            let open = open.into_inner();
            let running = running.into_inner().unwrap_or_else(PoisonError::into_inner).filter(|_| open);
            self.note(|record| {
                record.start_unanswered = open;
                record.listed = running.or(record.listed.take());
            })
            .await?;
        }
        started
    }

    /// Looks among the jobs that ran for one that is done and whose request is ours. A running job does not tell its
    /// parameters, so the others are left alone.
    async fn find_ours(&self, api: &Api) -> Option<Started> {
        let record = self.record();
        let (listed, ours) = (record.listed?, record.parameters.export_url(api.endpoints().api()));
        for job in listed.jobs {
            self.polls.turn().await;
            let Ok(JobStatus::Complete(finished)) = api.status(&job).await else { continue };
            if is_same_request(&finished.manifest.request, &ours) {
                tracing::info!(
                    export = record.id.0,
                    job = job.id(),
                    "a start whose answer was lost is found again"
                );
                // Somebody else may have asked for the same, as long before as a job may run.
                return Some(Started { job, asked_at: listed.at - LONGEST_JOB });
            }
        }
        None
    }

    /// Asks how far the job is, as often as the service allows, until it is done.
    pub(super) async fn prepare(&self, stop: &CancellationToken) -> Result<(), Halt> {
        loop {
            match self.poll(stop).await? {
                JobStatus::InProgress { percent, poll_after } => {
                    self.show_percent(percent);
                    pause(poll_after + MARGIN, stop).await?;
                }
                JobStatus::Complete(finished) => {
                    let expires = finished.expires;
                    self.note(|record| {
                        record.percent = 100;
                        record.expires_at = expires;
                        record.times.prepared.get_or_insert_with(Utc::now);
                    })
                    .await?;
                    self.keep_finished(*finished);
                    return Ok(());
                }
            }
        }
    }

    /// One poll, within the budget of all exports.
    pub(super) async fn poll(&self, stop: &CancellationToken) -> Result<JobStatus, Halt> {
        let record = self.record();
        let api = self.access.api(&record).await?;
        let job = record.job.ok_or_else(|| Problem::new(Kind::JobNotFound, Stage::Status))?;
        let job = JobUrl::of(api.endpoints().api(), record.parameters.version, job.id());
        self.patiently(stop, || async {
            self.polls.turn().await;
            api.status(&job).await
        })
        .await
    }

    fn show_percent(&self, percent: Option<u8>) {
        let Some(percent) = percent else { return };
        let changed = std::mem::replace(&mut self.lock().record.percent, percent) != percent;
        if changed {
            self.show();
        }
    }
}

/// What a refusal says, and the running jobs that it lists.
fn listed_in(refused: StartRefused) -> (Problem, Option<Listed>) {
    match refused {
        StartRefused::Problem(problem) => (problem, None),
        StartRefused::RunningJobs { problem, jobs, at } => (problem, Some(Listed { jobs, at })),
    }
}

/// Whether the service may have started a job all the same: no answer came, or only that of a gateway.
fn may_have_started(problem: &Problem) -> bool {
    let was_sent = match problem.kind {
        Kind::NetworkDown { .. } | Kind::NameNotFound { .. } | Kind::CertificateRefused { .. } => false,
        _ => problem.stage == Stage::Start,
    };
    was_sent && problem.http_status.is_none_or(|status| status >= 500)
}

/// Whether a request in a manifest asks for the same version and parameters. What a gateway made of the host does not
/// matter.
fn is_same_request(request: &str, ours: &Url) -> bool {
    let Ok(theirs) = Url::parse(request) else { return false };
    let asked_of =
        |url: &Url| url.path().replace("%24", "$").rsplit('/').take(4).map(str::to_owned).collect::<Vec<_>>();
    asked_of(&theirs) == asked_of(ours) && parameters_of(&theirs) == parameters_of(ours)
}

/// A query's parameters, decoded and in order, so that two ways to write one request are equal.
fn parameters_of(url: &Url) -> Vec<(String, String)> {
    let mut pairs: Vec<_> = url.query_pairs().into_owned().collect();
    pairs.sort();
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn a_job_may_run_unless_the_service_said_no() {
        let problem = |kind, stage, http_status| Problem { http_status, ..Problem::new(kind, stage) };
        let lost = Kind::ConnectionLost { host: String::new() };
        let down = Kind::NetworkDown { host: String::new() };
        assert!(may_have_started(&problem(lost.clone(), Stage::Start, None)));
        assert!(may_have_started(&problem(Kind::ServiceFault, Stage::Start, Some(504))));
        assert!(!may_have_started(&problem(lost, Stage::Token, None)));
        assert!(!may_have_started(&problem(down, Stage::Start, None)));
        assert!(!may_have_started(&problem(Kind::RunningJobsLimit, Stage::Start, Some(429))));
    }
}
