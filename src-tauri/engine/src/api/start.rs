//! Asking for a job.

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::header::{CONTENT_LOCATION, HeaderName, HeaderValue};
use reqwest::{Method, StatusCode};
use tracing::info;

use super::answer::Answer;
use super::diagnosis::{self, Asked};
use super::exchange::Request;
use super::{Api, JobUrl};
use crate::parameters::Parameters;
use crate::problem::{Kind, Problem};

/// A job that the service accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Started {
    /// Where to ask how far it is.
    pub job: JobUrl,
    /// Up to when the job certainly holds claims: the service's clock when it answered, less a minute. A few claims
    /// twice are better than one lost. `None` where it did not say: this computer's clock is no evidence.
    pub asked_at: Option<DateTime<Utc>>,
}

/// Why there is no job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StartRefused {
    /// As the problem says.
    Problem(Problem),
    /// The maximum of jobs is running: the organisation's, other people's among them.
    RunningJobs {
        /// The refusal, with the time at which to ask again.
        problem: Problem,
        /// The running jobs, where the service lists them.
        jobs: Vec<JobUrl>,
        /// When they ran, by the service's clock.
        at: Option<DateTime<Utc>>,
    },
}

impl From<Problem> for StartRefused {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl Api {
    /// Asks for a job.
    ///
    /// When the answer is lost, the job may have been accepted all the same; asking again is harmless.
    ///
    /// # Errors
    /// [`StartRefused`].
    pub async fn start(&self, parameters: &Parameters) -> Result<Started, StartRefused> {
        let url = parameters.export_url(self.endpoints().api());
        let mut request = Request::new(Method::GET, &url, Asked::Start);
        let prefer = HeaderName::from_static("prefer");
        request.headers.insert(prefer, HeaderValue::from_static("respond-async"));
        let answer = self.ask(&request).await?;
        if answer.status == StatusCode::ACCEPTED && !answer.is_page() {
            return Ok(self.started(&answer)?);
        }
        Err(self.refused(&answer))
    }

    fn started(&self, answer: &Answer) -> Result<Started, Problem> {
        let location = answer.header(CONTENT_LOCATION.as_str()).unwrap_or_default();
        let job = JobUrl::read(location, self.endpoints())
            .map_err(|kind| diagnosis::with_kind(kind, answer, &Asked::Start))?;
        info!(job = job.id(), "job started");
        Ok(Started { job, asked_at: answer.date().map(|date| date - TimeDelta::minutes(1)) })
    }

    fn refused(&self, answer: &Answer) -> StartRefused {
        let mut problem = diagnosis::of(answer, &Asked::Start);
        let jobs = self.running_jobs(answer);
        if answer.status == StatusCode::TOO_MANY_REQUESTS && !jobs.is_empty() {
            problem.kind = Kind::RunningJobsLimit;
        }
        match problem.kind {
            Kind::RunningJobsLimit => StartRefused::RunningJobs { problem, jobs, at: answer.date() },
            _ => StartRefused::Problem(problem),
        }
    }

    /// `Content-Location` of a 429 lists the running jobs' status URLs, separated by commas.
    fn running_jobs(&self, answer: &Answer) -> Vec<JobUrl> {
        let values = answer.headers.get_all(CONTENT_LOCATION).iter().filter_map(|value| value.to_str().ok());
        values
            .flat_map(|value| value.split(','))
            .filter_map(|url| JobUrl::read(url, self.endpoints()).ok())
            .collect()
    }
}
