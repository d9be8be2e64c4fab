//! Cancelling a job.

use reqwest::{Method, StatusCode};
use tracing::info;

use super::diagnosis::{self, Asked};
use super::exchange::Request;
use super::{Api, JobUrl};
use crate::problem::{Kind, Problem};

/// What became of the wish to cancel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cancellation {
    /// The service cancels the job.
    Accepted,
    /// The job had ended before.
    AlreadyEnded,
    /// The service knows no such job.
    Unknown,
}

impl Api {
    /// Asks the service to cancel a job.
    ///
    /// # Errors
    /// A problem, when it stays open whether the job is cancelled.
    pub async fn cancel(&self, job: &JobUrl) -> Result<Cancellation, Problem> {
        let answer = self.ask(&Request::new(Method::DELETE, job.url(), Asked::Cancel)).await?;
        info!(job = job.id(), status = answer.status.as_u16(), "job cancelled");
        if answer.is_page() {
            return Err(diagnosis::of(&answer, &Asked::Cancel));
        }
        match answer.status {
            status if status.is_success() => Ok(Cancellation::Accepted),
            StatusCode::BAD_REQUEST => Ok(Cancellation::AlreadyEnded),
            _ => unknown(diagnosis::of(&answer, &Asked::Cancel)),
        }
    }
}

fn unknown(problem: Problem) -> Result<Cancellation, Problem> {
    match problem.kind {
        Kind::JobNotFound => Ok(Cancellation::Unknown),
        Kind::JobCancelled => Ok(Cancellation::AlreadyEnded),
        _ => Err(problem),
    }
}
