//! The connection check: which step on the way to the service works, and which does not.

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::header::{ACCEPT, HeaderValue};
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde_json::Value;
use url::Url;
use uuid::Uuid;

use super::answer::Answer;
use super::diagnosis::{self, Asked};
use super::{Api, JobUrl, connection, exchange};
use crate::contract::Environment;
use crate::parameters::FhirVersion;
use crate::problem::{Kind, Problem, Stage};
use crate::view::{CheckResult, CheckStep, ProblemView};

/// How far the clocks may be apart: an answer takes its time, and nothing here hangs on minutes.
const TOLERANCE: TimeDelta = TimeDelta::minutes(5);

/// A step that failed.
type Stopped = (CheckStep, Problem);

impl Api {
    /// Goes the way to the service step by step and tells how each went, up to the first that fails.
    pub async fn check(&self, mut on_step: impl FnMut(CheckResult)) {
        let mut passed = |step| on_step(CheckResult { step, problem: None });
        if let Err((step, problem)) = self.walk(&mut passed).await {
            on_step(CheckResult { step, problem: Some(ProblemView::from(&problem)) });
        }
    }

    async fn walk(&self, passed: &mut impl FnMut(CheckStep)) -> Result<(), Stopped> {
        let health = self.reach().await.inspect_err(|(step, _)| {
            if *step == CheckStep::SecureConnection {
                passed(CheckStep::AddressFound);
            }
        })?;
        let clock = is_clock_right(Utc::now(), health.date());
        passed(CheckStep::AddressFound);
        passed(CheckStep::SecureConnection);
        self.sign_in().await.map_err(|problem| (CheckStep::SignedIn, problem))?;
        passed(CheckStep::SignedIn);
        self.is_open(&health).await.map_err(|problem| (CheckStep::ServiceOpen, problem))?;
        passed(CheckStep::ServiceOpen);
        clock.map_err(|problem| (CheckStep::ClockRight, problem))?;
        passed(CheckStep::ClockRight);
        Ok(())
    }

    /// Asks the host whether it is well, without a token.
    async fn reach(&self) -> Result<Answer, Stopped> {
        let url = self.at_host("/health");
        let response = match self.access.requests.to(Method::GET, &url).send().await {
            Ok(response) => response,
            Err(error) => return Err(self.unreachable(&error, &url).await),
        };
        let answer = exchange::read(response, &Asked::Health)
            .await
            .map_err(|problem| (CheckStep::SecureConnection, problem))?;
        let kind = diagnosis::kind(&answer, &Asked::Health);
        match kind {
            Kind::CaptivePortal { .. } | Kind::AddressNotListed | Kind::ProxyRefused => {
                Err((CheckStep::SecureConnection, diagnosis::with_kind(kind, &answer, &Asked::Health)))
            }
            _ => Ok(answer),
        }
    }

    async fn unreachable(&self, error: &reqwest::Error, url: &Url) -> Stopped {
        let kind = connection::kind(error, url);
        let step = match kind {
            Kind::NameNotFound { .. } => CheckStep::AddressFound,
            _ => CheckStep::SecureConnection,
        };
        let kind = if connection::is_silence(error) && self.is_likely_not_listed().await {
            Kind::AddressNotListed
        } else {
            kind
        };
        (step, Problem::new(kind, Stage::Preparation))
    }

    /// AB2D drops what comes from an unlisted address; its identity provider does not. Where one is silent and the
    /// other answers, it is not the network.
    async fn is_likely_not_listed(&self) -> bool {
        let token = self.endpoints().token();
        self.access.environment == Environment::Production
            && self.access.requests.to(Method::GET, token).send().await.is_ok()
    }

    /// Whether the service is open, and lets these credentials in.
    async fn is_open(&self, health: &Answer) -> Result<(), Problem> {
        if self.is_in_maintenance().await {
            return Err(Problem::new(Kind::Maintenance, Stage::Preparation));
        }
        if health.status.is_server_error() {
            return Err(diagnosis::of(health, &Asked::Health));
        }
        self.knock().await
    }

    /// `GET {host}/status`; a service without it is taken as open.
    async fn is_in_maintenance(&self) -> bool {
        let url = self.at_host("/status");
        let request = self.access.requests.to(Method::GET, &url);
        let request = request.header(ACCEPT, HeaderValue::from_static("application/json"));
        let Ok(response) = exchange::send(request, &url, &Asked::Health).await else { return false };
        let Ok(answer) = exchange::read(response, &Asked::Health).await else { return false };
        answer.status == StatusCode::OK && says_maintenance(&answer.body)
    }

    /// Asks for a job that cannot exist: only who is let in hears that there is none.
    async fn knock(&self) -> Result<(), Problem> {
        let id = Uuid::new_v4().to_string();
        let job = JobUrl::of(self.endpoints().api(), FhirVersion::R4, &id);
        match self.status(&job).await {
            Err(problem) if problem.kind != Kind::JobNotFound => Err(problem),
            _ => Ok(()),
        }
    }

    fn at_host(&self, path: &str) -> Url {
        let mut url = self.endpoints().api().clone();
        url.set_path(path);
        url
    }
}

/// Whether this computer's clock goes as the service's, which may not have told of its own.
fn is_clock_right(here: DateTime<Utc>, there: Option<DateTime<Utc>>) -> Result<(), Problem> {
    let ahead = there.map_or(TimeDelta::zero(), |there| here - there);
    if ahead.abs() <= TOLERANCE {
        return Ok(());
    }
    Err(Problem::new(Kind::ClockWrong { minutes: ahead.num_minutes() }, Stage::Preparation))
}

/// The service writes `"false"`, a text.
fn says_maintenance(body: &[u8]) -> bool {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Sent {
        maintenance_mode: Value,
    }
    let sent: Option<Sent> = serde_json::from_slice(body).ok();
    sent.is_some_and(|sent| sent.maintenance_mode == "true" || sent.maintenance_mode == true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_may_be_off_by_a_few_minutes() {
        let there = "2026-11-25T09:00:00Z".parse().unwrap();
        let off = |minutes| match is_clock_right(there + TimeDelta::minutes(minutes), Some(there)) {
            Err(Problem { kind: Kind::ClockWrong { minutes }, .. }) => minutes,
            _ => 0,
        };
        assert_eq!([-61, -5, 0, 5, 6].map(off), [-61, 0, 0, 0, 6]);
        assert!(is_clock_right(there, None).is_ok());
    }

    #[test]
    fn maintenance_is_a_text_or_a_truth() {
        assert!(says_maintenance(br#"{"maintenanceMode":"true"}"#));
        assert!(says_maintenance(br#"{"maintenanceMode":true}"#));
        for open in [r#"{"maintenanceMode":"false"}"#, "{}", "", "<html>"] {
            assert!(!says_maintenance(open.as_bytes()), "{open}");
        }
    }
}
