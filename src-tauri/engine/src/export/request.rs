//! The first two steps: asking for a job, and asking how far it is.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::Utc;
use tokio_util::sync::CancellationToken;

use super::drive::{Drive, Halt, pause};
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
        let api = self.access.api(&self.record()).await?;
        self.patiently(stop, || api.sign_in()).await?;
        let repeated = self.record().start_unanswered;
        self.note(|record| {
            record.times.signed_in.get_or_insert_with(Utc::now);
            record.start_unanswered = true;
        })
        .await?;
        self.show();
        let started = self.start(&api, repeated, stop).await?;
        self.note(|record| {
            record.job = Some(started.job);
            record.asked_at = Some(started.asked_at);
            record.start_unanswered = false;
            record.times.requested = Some(Utc::now());
        })
        .await?;
        Ok(())
    }

    async fn start(&self, api: &Api, repeated: bool, stop: &CancellationToken) -> Result<Started, Halt> {
        let parameters = self.record().parameters;
        let running = Mutex::new(Vec::new());
        let ask = || async {
            api.start(&parameters).await.map_err(|refused| match refused {
                StartRefused::Problem(problem) => problem,
                StartRefused::RunningJobs { problem, jobs } => {
                    *running.lock().unwrap_or_else(PoisonError::into_inner) = jobs;
                    problem
                }
            })
        };
        let started = self.patiently(stop, ask).await;
        let running = running.into_inner().unwrap_or_else(PoisonError::into_inner);
        match started {
            Err(Halt::Problem(problem)) if problem.kind == Kind::RunningJobsLimit => {
                // The service answered, so nothing is open any more, unless an earlier question was never answered.
                self.note(|record| record.start_unanswered = repeated).await?;
                let ours = if repeated { self.find_ours(api, &running).await } else { None };
                ours.ok_or(Halt::Problem(problem))
            }
            other => other,
        }
    }

    /// Looks among running jobs for one that is done and whose request is ours. A running job does not tell its
    /// parameters, so the others are left alone.
    async fn find_ours(&self, api: &Api, jobs: &[JobUrl]) -> Option<Started> {
        let record = self.record();
        let wanted = parameters_of(record.parameters.export_url(api.endpoints().api()).query()?);
        for job in jobs {
            self.polls.turn().await;
            let Ok(JobStatus::Complete(finished)) = api.status(job).await else { continue };
            let request = finished.manifest.request.split_once('?').map_or("", |(_, query)| query);
            if parameters_of(request) == wanted {
                // Somebody else may have asked for the same: a job that runs now was asked for within the service's limit.
                let asked_at = Utc::now() - LONGEST_JOB;
                return Some(Started { job: job.clone(), asked_at });
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

/// A query's parameters, decoded and in order, so that two ways to write one request are equal.
fn parameters_of(query: &str) -> Vec<(String, String)> {
    let mut pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    pairs.sort();
    pairs
}
