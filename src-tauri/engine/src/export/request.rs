//! The first two steps: asking for a job, and asking how far it is.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::candidates::{self, Candidate};
use super::drive::{Drive, Halt, pause};
use crate::api::{Api, Finished, JobStatus, JobUrl, StartRefused, Started};
use crate::audit::{AuditEvent, Subject};
use crate::problem::{Kind, Problem, Stage};
use crate::store;

/// What is added to the service's `Retry-After`, so that a poll is not refused for coming a moment early.
const MARGIN: Duration = Duration::from_millis(100);

impl Drive {
    /// Signs in, asks for a job, and stores its address.
    ///
    /// That the question was sent is stored before it is sent. A lost answer is repeated: a second job is harmless.
    /// Only when the repeat is refused because the maximum of jobs is running, ours is looked for among them.
    pub(super) async fn request(&self, stop: &CancellationToken) -> Result<(), Halt> {
        if self.record().job.is_some() {
            // The person chose it, or the program ended between the answer and the next phase.
            return Ok(());
        }
        let api = self.api(stop).await?;
        self.patiently(&api, Stage::Token, stop, || api.sign_in()).await?;
        self.note(|record| _ = record.times.signed_in.get_or_insert_with(Utc::now)).await?;
        self.show();
        loop {
            let found = stop.run_until_cancelled(self.find_ours(&api)).await.ok_or(Halt::Ordered)??;
            let started = match found {
                Some(started) => started,
                None => self.start(&api, stop).await?,
            };
            if self.take(started, None).await? {
                return Ok(());
            }
        }
    }

    async fn start(&self, api: &Api, stop: &CancellationToken) -> Result<Started, Halt> {
        let record = self.record();
        let open = AtomicBool::new(record.start_unanswered);
        let running = Mutex::new(None);
        self.note(|record| record.start_unanswered = true).await?;
        let ask = || async {
            // Until the service says no, it may have said yes.
            let before = open.swap(true, Ordering::Relaxed);
            api.start(&record.parameters).await.map_err(|refused| {
                let (problem, listed) = listed_in(refused);
                open.store(before || may_have_started(&problem), Ordering::Relaxed);
                *running.lock().unwrap_or_else(PoisonError::into_inner) = listed;
                problem
            })
        };
        match self.patiently(api, Stage::Start, stop, ask).await {
            Err(Halt::Problem(problem)) => {
                let running = running.into_inner().unwrap_or_else(PoisonError::into_inner);
                Err(self.not_started(problem, open.into_inner(), running).await?.into())
            }
            other => other,
        }
    }

    /// Notes that there is no job. Where an earlier question may have started one, it is among those that run.
    async fn not_started(
        &self,
        problem: Problem,
        open: bool,
        running: Option<Listed>,
    ) -> Result<Problem, Problem> {
        self.note(|record| {
            record.start_unanswered = open;
            if let Some(listed) = running.filter(|_| open) {
                candidates::add(&mut record.candidates, listed.jobs, listed.at);
            }
        })
        .await?;
        let possible: Vec<_> = self.record().candidates.into_iter().filter(Candidate::may_be_ours).collect();
        if problem.kind != Kind::RunningJobsLimit || possible.is_empty() {
            return Ok(problem);
        }
        let jobs = possible.iter().map(|one| one.job.id().to_owned()).collect();
        Ok(Problem { kind: Kind::UnknownJobs { jobs }, ..problem })
    }

    /// Looks among the jobs that ran for one that is done and whose request is ours. A running job does not tell its
    /// parameters, so the others are watched on.
    async fn find_ours(&self, api: &Api) -> Result<Option<Started>, Problem> {
        let record = self.record();
        let ours = record.parameters.export_url(api.endpoints().api());
        let (id, mut watched) = (record.id, record.candidates.clone());
        let others =
            self.store.read(move |connection| store::exports::jobs_of_others(connection, id)).await?;
        watched.retain(|candidate| !others.contains(&candidate.job));
        for candidate in watched.iter_mut().filter(|one| one.may_be_ours()) {
            self.polls.turn().await;
            let answer = api.status(&candidate.job).await;
            if let Ok(JobStatus::Complete(finished)) = &answer
                && candidates::is_same_request(&finished.manifest.request, &ours)
            {
                let job = candidate.job.clone();
                tracing::info!(
                    export = record.id.0,
                    job = job.id(),
                    "a start whose answer was lost is found again"
                );
                return Ok(Some(Started { job, asked_at: candidate.certain_to() }));
            }
            candidate.learn(&answer);
        }
        if watched != record.candidates {
            self.note(|record| record.candidates = watched).await?;
        }
        Ok(None)
    }

    /// Takes a running job for this export's own, because the person says so. What it answers is compared with what
    /// was asked for once it is done. A job that is not among those that may be ours is not taken.
    pub(super) async fn adopt(&self, id: &str) -> Result<(), Problem> {
        let record = self.record();
        let chosen = record.candidates.iter().find(|one| one.job.id() == id && one.may_be_ours());
        let Some(chosen) = chosen.filter(|_| record.job.is_none()) else { return Ok(()) };
        let event = AuditEvent::JobAdopted {
            export: record.id.0,
            contract: Subject::from(&record.key()),
            job: id.to_owned(),
        };
        let started = Started { job: chosen.job.clone(), asked_at: chosen.certain_to() };
        self.take(started, Some(event)).await.map(drop)
    }

    /// Takes a job for this export's own: because it started it, found it, or a person chose it, which `adopted` tells.
    /// A job that is another export's is not taken, which is `false`.
    async fn take(&self, started: Started, adopted: Option<AuditEvent>) -> Result<bool, Problem> {
        let mut record = self.record();
        record.adopted |= adopted.is_some();
        record.job = Some(started.job.clone());
        record.asked_at = started.asked_at;
        record.start_unanswered = false;
        record.candidates.clear();
        record.times.requested = Some(Utc::now());
        let free = move |connection: &rusqlite::Connection, id| {
            Ok(!store::exports::jobs_of_others(connection, id)?.contains(&started.job))
        };
        self.replace_if(free, record, adopted).await
    }

    /// None of the running jobs is this export's: it starts one of its own as soon as there is room.
    pub(super) async fn start_anew(&self) -> Result<(), Problem> {
        self.note(|record| {
            record.start_unanswered = false;
            record.candidates.clear();
        })
        .await
    }

    /// Notes whether a job that the person chose answers this export's request: only then does it cover anything.
    pub(super) async fn compare_request(&self, finished: &Finished, api: &Url) -> Result<(), Problem> {
        let record = self.record();
        let (answered, ours) = (&finished.manifest.request, record.parameters.export_url(api));
        if !record.adopted || candidates::is_same_request(answered, &ours) {
            return Ok(());
        }
        tracing::warn!(export = record.id.0, "the job that was chosen answers another request");
        let other = answered.clone();
        self.note(|record| record.other_request = Some(other)).await
    }

    /// Asks how far the job is, as often as the service allows, until it is done.
    pub(super) async fn prepare(&self, stop: &CancellationToken) -> Result<(), Halt> {
        let mut has_answered = false;
        loop {
            match self.poll(stop).await? {
                JobStatus::InProgress { percent, poll_after } => {
                    // The first answer is shown whatever it says: AB2D is reached, perhaps again.
                    if self.take_percent(percent) || !std::mem::replace(&mut has_answered, true) {
                        self.show();
                    }
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
        let api = self.api(stop).await?;
        let record = self.record();
        let job = record.job.ok_or_else(|| Problem::new(Kind::JobNotFound, Stage::Status))?;
        let job = JobUrl::of(api.endpoints().api(), record.parameters.version, job.id());
        let told = self
            .patiently(&api, Stage::Status, stop, || async {
                self.polls.turn().await;
                api.status(&job).await
            })
            .await?;
        self.lock().heard = Instant::now();
        Ok(told)
    }

    /// Takes how far the job is; whether that is news.
    fn take_percent(&self, percent: Option<u8>) -> bool {
        percent.is_some_and(|percent| std::mem::replace(&mut self.lock().record.percent, percent) != percent)
    }
}

/// Running jobs of the whole organisation, and when they ran by the service's clock.
struct Listed {
    jobs: Vec<JobUrl>,
    at: Option<DateTime<Utc>>,
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
        Kind::ProxyRefused
        | Kind::ProxyUnreachable { .. }
        | Kind::NetworkDown { .. }
        | Kind::NoAnswer { .. }
        | Kind::NameNotFound { .. }
        | Kind::CertificateRefused { .. } => false,
        _ => problem.stage == Stage::Start,
    };
    was_sent && problem.http_status.is_none_or(|status| status >= 500)
}

#[cfg(test)]
mod tests {
    use super::*;

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
