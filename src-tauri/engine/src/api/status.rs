//! Asking how far a job is.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::header::EXPIRES;
use reqwest::{Method, StatusCode};
use tracing::debug;

use super::answer::Answer;
use super::diagnosis::{self, Asked};
use super::exchange::Request;
use super::{Api, JobUrl, Manifest};
use crate::problem::{Kind, Problem};

/// The service refuses polls of a job that come sooner after each other, whoever polls.
const POLL_DELAY: Duration = Duration::from_secs(5);

/// Where a job stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobStatus {
    /// Queued, or in progress.
    InProgress {
        /// As the service says; 100 does not mean done. `None` where it did not say, or was asked too soon.
        percent: Option<u8>,
        /// How long to leave the service alone.
        poll_after: Duration,
    },
    /// Done.
    Complete(Box<Finished>),
}

/// A job that is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// What it holds.
    pub manifest: Manifest,
    /// The manifest as the service sent it (decoded), for `manifest.json`.
    pub raw: Vec<u8>,
    /// When the service deletes the files, by this computer's clock, which may be wrong.
    pub expires: Option<DateTime<Utc>>,
}

impl Api {
    /// Asks how far a job is. Being told that it was asked too soon is an answer, not a failure.
    ///
    /// # Errors
    /// A problem; [`Kind::JobFailed`],
    /// [`JobCancelled`](crate::problem::Kind::JobCancelled) and
    /// [`JobNotFound`](crate::problem::Kind::JobNotFound) end the job, and so does
    /// [`FilesExpired`](crate::problem::Kind::FilesExpired): the status stays 200 when the files are gone.
    pub async fn status(&self, job: &JobUrl) -> Result<JobStatus, Problem> {
        let answer = self.ask(&Request::new(Method::GET, job.url(), Asked::Status)).await?;
        let status = match answer.status {
            _ if answer.is_page() => return Err(diagnosis::of(&answer, &Asked::Status)),
            StatusCode::ACCEPTED => in_progress(&answer),
            StatusCode::TOO_MANY_REQUESTS if is_polled_too_soon(&answer) => in_progress(&answer),
            StatusCode::OK => self.complete(answer)?,
            _ => return Err(diagnosis::of(&answer, &Asked::Status)),
        };
        debug!(job = job.id(), complete = matches!(status, JobStatus::Complete(_)), "job polled");
        Ok(status)
    }

    fn complete(&self, answer: Answer) -> Result<JobStatus, Problem> {
        if answer.outcome().is_some() {
            return Err(diagnosis::of(&answer, &Asked::Manifest));
        }
        let manifest = Manifest::read(&answer.body, self.endpoints().api())
            .map_err(|kind| diagnosis::with_kind(kind, &answer, &Asked::Manifest))?;
        let left = left(&answer);
        if left.is_some_and(|left| left <= TimeDelta::zero()) && !manifest.files.is_empty() {
            return Err(diagnosis::with_kind(Kind::FilesExpired, &answer, &Asked::Manifest));
        }
        let expires = left.map(|left| Utc::now() + left);
        Ok(JobStatus::Complete(Box::new(Finished { manifest, raw: answer.body, expires })))
    }
}

/// How long the files are kept from now on, by the service's own clock and no other.
fn left(answer: &Answer) -> Option<TimeDelta> {
    Some(answer.time(EXPIRES.as_str())? - answer.date()?)
}

fn in_progress(answer: &Answer) -> JobStatus {
    let percent = answer.header("x-progress").and_then(percent);
    JobStatus::InProgress { percent, poll_after: answer.retry_after().unwrap_or(POLL_DELAY) }
}

/// The firewall's 429 carries no `OperationOutcome`.
fn is_polled_too_soon(answer: &Answer) -> bool {
    answer.outcome().is_some_and(|outcome| outcome.says("polling too frequently"))
}

/// The first number in `37% complete`.
fn percent(text: &str) -> Option<u8> {
    let digits = text.trim_start_matches(|character: char| !character.is_ascii_digit());
    let end = digits.find(|character: char| !character.is_ascii_digit()).unwrap_or(digits.len());
    digits[..end].parse::<u8>().ok().map(|percent| percent.min(100))
}

#[cfg(test)]
mod tests {
    use super::super::answer::tests::answer;
    use super::*;

    #[test]
    fn progress_is_the_first_number() {
        assert_eq!(percent("37% complete"), Some(37));
        assert_eq!(percent("Progress: 5 %"), Some(5));
        assert_eq!(percent("100% complete"), Some(100));
        assert_eq!(percent("250"), Some(100));
        for text in ["", "in progress", "99999999999%"] {
            assert_eq!(percent(text), None, "{text}");
        }
    }

    #[test]
    fn how_long_files_are_kept_goes_by_the_services_clock() {
        let date = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");
        let left = |headers: &[_]| left(&answer(200, headers, "")).map(|left| left.num_hours());
        assert_eq!(left(&[date, ("expires", "Wed, 09 Nov 1994 08:49:37 GMT")]), Some(72));
        assert_eq!(left(&[date, ("expires", "Sat, 05 Nov 1994 08:49:37 GMT")]), Some(-24));
        assert_eq!(left(&[date, ("expires", "0")]), None);
        assert_eq!(left(&[date]), None);
        assert_eq!(left(&[("expires", "Sat, 05 Nov 1994 08:49:37 GMT")]), None);
    }

    #[test]
    fn without_retry_after_the_services_own_rule_holds() {
        let poll_after = |headers| match in_progress(&answer(202, headers, "")) {
            JobStatus::InProgress { poll_after, .. } => poll_after.as_secs(),
            JobStatus::Complete(_) => unreachable!(),
        };
        assert_eq!(poll_after(&[]), 5);
        assert_eq!(poll_after(&[("retry-after", "17")]), 17);
    }
}
