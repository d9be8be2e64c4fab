//! What a refusal means: statuses and bodies to problems, in this one place.

use chrono::Utc;
use reqwest::StatusCode;

use super::answer::Answer;
use super::outcome::Outcome;
use crate::problem::{Kind, Problem, Stage};

/// What was asked for when the answer came; the same status means different things.
#[derive(Debug, Clone, Copy)]
pub(super) enum Asked<'a> {
    /// A bearer token.
    Token,
    /// A new job.
    Start,
    /// How far a job is.
    Status,
    /// A finished job's list of files.
    Manifest,
    /// A file, by name.
    File(&'a str),
    /// That a job be cancelled.
    Cancel,
    /// Whether the service is open; part of the connection check.
    Health,
}

impl Asked<'_> {
    /// The stage that a problem belongs to.
    pub(super) fn stage(&self) -> Stage {
        match self {
            Self::Token => Stage::Token,
            Self::Start => Stage::Start,
            Self::Status => Stage::Status,
            Self::Manifest => Stage::Manifest,
            Self::File(_) => Stage::File,
            Self::Cancel => Stage::Cancel,
            Self::Health => Stage::Preparation,
        }
    }

    fn is_of_a_job(&self) -> bool {
        match self {
            Self::Status | Self::Manifest | Self::File(_) | Self::Cancel => true,
            Self::Token | Self::Start | Self::Health => false,
        }
    }
}

/// The headers in which servers, load balancers and identity providers number a request.
const REQUEST_ID: [&str; 5] =
    ["x-request-id", "x-amzn-requestid", "x-amzn-trace-id", "x-okta-request-id", "x-amz-cf-id"];

/// The problem that an answer tells of.
pub(super) fn of(answer: &Answer, asked: &Asked<'_>) -> Problem {
    with_kind(kind(answer, asked), answer, asked)
}

/// A problem of a known kind, with what support will ask for from the answer.
pub(super) fn with_kind(kind: Kind, answer: &Answer, asked: &Asked<'_>) -> Problem {
    Problem {
        kind,
        stage: asked.stage(),
        http_status: Some(answer.status.as_u16()),
        request_id: REQUEST_ID.iter().find_map(|name| answer.header(name)).map(str::to_owned),
        not_before: answer.retry_after().map(|delay| Utc::now() + delay),
    }
}

/// JSON that ends early was cut on its way; any other fault in it is the sender's.
pub(super) fn of_json(error: &serde_json::Error, answer: &Answer) -> Kind {
    if error.is_eof() { Kind::ConnectionLost { host: answer.host() } } else { Kind::UnexpectedAnswer }
}

/// What an answer means: first by the service's own words, then as a web page, then by its status.
pub(super) fn kind(answer: &Answer, asked: &Asked<'_>) -> Kind {
    if let Asked::Token = asked {
        return page(answer).unwrap_or_else(|| token(answer));
    }
    let outcome = answer.outcome();
    outcome
        .and_then(|outcome| said(&outcome, answer.status, asked))
        .or_else(|| page(answer))
        .unwrap_or_else(|| by_status(answer, asked))
}

/// What an `OperationOutcome` means.
fn said(outcome: &Outcome, status: StatusCode, asked: &Asked<'_>) -> Option<Kind> {
    let meant = match asked {
        Asked::Start => start(outcome, status),
        Asked::File(name) => file(outcome, status, name),
        Asked::Status | Asked::Manifest | Asked::Cancel => job(outcome, status),
        Asked::Health | Asked::Token => None,
    };
    meant.or_else(|| anywhere(outcome))
}

fn anywhere(outcome: &Outcome) -> Option<Kind> {
    if outcome.says("V3 API is currently unavailable") {
        Some(Kind::V3Unavailable)
    } else if outcome.says("V3 access not enabled") {
        Some(Kind::V3NotEnabled)
    } else {
        outcome.has_code("transient").then_some(Kind::ServiceFault)
    }
}

fn start(outcome: &Outcome, status: StatusCode) -> Option<Kind> {
    match status {
        StatusCode::TOO_MANY_REQUESTS => Some(Kind::RunningJobsLimit),
        StatusCode::BAD_REQUEST if !outcome.has_code("transient") => {
            Some(Kind::ParametersRefused { reason: outcome.text.clone() })
        }
        _ => None,
    }
}

fn job(outcome: &Outcome, status: StatusCode) -> Option<Kind> {
    let cancelled = outcome.has_code("deleted") || outcome.says("canceled") || outcome.says("cancelled");
    match status {
        StatusCode::NOT_FOUND if cancelled => Some(Kind::JobCancelled),
        StatusCode::NOT_FOUND => Some(Kind::JobNotFound),
        StatusCode::INTERNAL_SERVER_ERROR if outcome.says("Job failed while processing") => {
            Some(Kind::JobFailed)
        }
        _ => None,
    }
}

/// The service tells a file's end of life by a 500; these are final, all other 5xx pass.
fn file(outcome: &Outcome, status: StatusCode, name: &str) -> Option<Kind> {
    let file = name.to_owned();
    match status {
        StatusCode::INTERNAL_SERVER_ERROR if outcome.says("maximum number of allowed times") => {
            Some(Kind::DownloadLimit { file })
        }
        StatusCode::INTERNAL_SERVER_ERROR if outcome.says("has expired") => Some(Kind::FilesExpired),
        StatusCode::INTERNAL_SERVER_ERROR if outcome.says("file is not present") => {
            Some(Kind::FileGone { file })
        }
        StatusCode::NOT_FOUND if outcome.says("No job with") => Some(Kind::JobNotFound),
        StatusCode::NOT_FOUND => Some(Kind::FileGone { file }),
        _ => None,
    }
}

/// What a web page in the place of an answer means. A page with an error's status is a gateway's own.
fn page(answer: &Answer) -> Option<Kind> {
    let portal = || Kind::CaptivePortal { host: answer.host() };
    match answer.status {
        StatusCode::NETWORK_AUTHENTICATION_REQUIRED => Some(portal()),
        status if status.is_redirection() => Some(portal()),
        _ if !answer.is_page() => None,
        status if status.is_success() => Some(portal()),
        StatusCode::FORBIDDEN => Some(Kind::AddressNotListed),
        _ => None,
    }
}

fn by_status(answer: &Answer, asked: &Asked<'_>) -> Kind {
    match answer.status {
        StatusCode::BAD_REQUEST if matches!(asked, Asked::Start) => {
            Kind::ParametersRefused { reason: answer.text().chars().take(400).collect() }
        }
        StatusCode::UNAUTHORIZED => Kind::AccessRefused,
        StatusCode::FORBIDDEN if answer.is_empty() || answer.outcome().is_some() => Kind::AccessRefused,
        StatusCode::FORBIDDEN => Kind::AddressNotListed,
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => {
            Kind::ApiAddressWrong { address: address(answer) }
        }
        StatusCode::GONE if asked.is_of_a_job() => Kind::FilesExpired,
        StatusCode::SERVICE_UNAVAILABLE if answer.is_empty() => Kind::Maintenance,
        _ => anyones(answer),
    }
}

/// Statuses that mean the same from the API and from the identity provider.
fn anyones(answer: &Answer) -> Kind {
    match answer.status {
        StatusCode::PROXY_AUTHENTICATION_REQUIRED => Kind::ProxyRefused,
        StatusCode::TOO_MANY_REQUESTS => Kind::TooManyRequests,
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY => Kind::ServiceFault,
        status if status.is_server_error() => Kind::ServiceFault,
        _ => Kind::UnexpectedAnswer,
    }
}

/// The identity provider's refusals: OAuth 2.0's, or its firewall's.
fn token(answer: &Answer) -> Kind {
    let is_json = serde_json::from_slice::<serde_json::Value>(&answer.body).is_ok();
    match answer.status {
        StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED => Kind::CredentialsRefused,
        StatusCode::FORBIDDEN if is_json => Kind::CredentialsRefused,
        StatusCode::FORBIDDEN => Kind::AddressNotListed,
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => {
            Kind::TokenAddressWrong { address: address(answer) }
        }
        _ => anyones(answer),
    }
}

/// The address that was asked, as it stands in the contract: without parameters.
fn address(answer: &Answer) -> String {
    let mut address = answer.url.clone();
    address.set_query(None);
    address.into()
}

#[cfg(test)]
mod tests {
    use super::super::answer::tests::answer;
    use super::*;

    const HTML: &str = "<!DOCTYPE html><title>x</title>";

    fn outcome(code: &str, text: &str) -> String {
        serde_json::json!({
            "resourceType": "OperationOutcome",
            "issue": [{"severity": "error", "code": code, "details": {"text": text}}],
        })
        .to_string()
    }

    fn code(asked: Asked<'_>, status: u16, body: &str) -> &'static str {
        of(&answer(status, &[], body), &asked).code()
    }

    #[test]
    fn a_start_is_refused_for_many_reasons() {
        let code = |status, body: &str| code(Asked::Start, status, body);
        assert_eq!(code(400, &outcome("invalid", "_since must be …")), "parametersRefused");
        assert_eq!(code(400, &outcome("transient", "later")), "serviceFault");
        assert_eq!(code(401, ""), "accessRefused");
        assert_eq!(code(403, ""), "accessRefused");
        assert_eq!(code(403, HTML), "addressNotListed");
        assert_eq!(code(403, "{\"message\":\"Forbidden\"}"), "addressNotListed");
        assert_eq!(code(403, &outcome("forbidden", "V3 access not enabled for this PDP")), "v3NotEnabled");
        assert_eq!(code(403, &outcome("x", "The V3 API is currently unavailable")), "v3Unavailable");
        assert_eq!(code(404, ""), "apiAddressWrong");
        assert_eq!(code(429, &outcome("throttled", "limit")), "runningJobsLimit");
        assert_eq!(code(429, ""), "tooManyRequests");
        assert_eq!(code(503, ""), "maintenance");
        assert_eq!(code(503, HTML), "serviceFault");
    }

    #[test]
    fn a_job_ends_in_known_words_and_anything_else_passes() {
        let code = |status, body: &str| code(Asked::Status, status, body);
        assert_eq!(code(404, &outcome("deleted", "Job is canceled.")), "jobCancelled");
        assert_eq!(code(404, &outcome("not-found", "No job with jobUuid x was found")), "jobNotFound");
        assert_eq!(code(404, ""), "apiAddressWrong");
        assert_eq!(code(500, &outcome("exception", "Job failed while processing")), "jobFailed");
        assert_eq!(code(500, &outcome("exception", "An internal error occurred")), "serviceFault");
        for status in [408, 500, 502, 504] {
            assert_eq!(code(status, ""), "serviceFault", "{status}");
        }
        assert_eq!(code(406, ""), "unexpectedAnswer");
        assert_eq!(code(418, HTML), "unexpectedAnswer");
    }

    #[test]
    fn a_files_500_tells_whether_it_is_final() {
        let code = |status, body: &str| code(Asked::File("Z1001_0001.ndjson"), status, body);
        let limit = "The file has already been download the maximum number of allowed times.";
        let expired = "The file is not present as it has expired. Please resubmit the job.";
        let error = "The file is not present as there was an error. Please resubmit the job.";
        assert_eq!(code(500, &outcome("exception", limit)), "downloadLimit");
        assert_eq!(code(500, &outcome("exception", expired)), "filesExpired");
        assert_eq!(code(500, &outcome("exception", error)), "fileGone");
        assert_eq!(code(500, &outcome("exception", "something else")), "serviceFault");
        assert_eq!(code(404, &outcome("not-found", "no such file")), "fileGone");
        assert_eq!(code(410, ""), "filesExpired");
    }

    #[test]
    fn a_sign_in_is_refused_by_the_provider_or_by_its_firewall() {
        let code = |status, body: &str| code(Asked::Token, status, body);
        assert_eq!(code(401, "{\"error\":\"invalid_client\"}"), "credentialsRefused");
        assert_eq!(code(400, "{\"error\":\"invalid_request\"}"), "credentialsRefused");
        assert_eq!(code(403, "{\"error\":\"access_denied\"}"), "credentialsRefused");
        assert_eq!(code(403, HTML), "addressNotListed");
        assert_eq!(code(403, ""), "addressNotListed");
        assert_eq!(code(404, HTML), "tokenAddressWrong");
        assert_eq!(code(429, ""), "tooManyRequests");
        assert_eq!(code(503, ""), "serviceFault");
    }

    #[test]
    fn a_page_or_a_redirect_in_the_place_of_an_answer_is_a_portal() {
        for asked in
            [Asked::Token, Asked::Start, Asked::Status, Asked::File("x"), Asked::Cancel, Asked::Health]
        {
            for (status, body) in [(200, HTML), (302, ""), (307, HTML), (511, HTML)] {
                assert_eq!(code(asked, status, body), "captivePortal", "{asked:?} {status}");
            }
            assert_eq!(code(asked, 407, HTML), "proxyRefused");
        }
    }

    #[test]
    fn a_problem_carries_what_support_asks_for() {
        let headers = [("retry-after", "300"), ("x-amzn-requestid", "abc")];
        let problem = of(&answer(429, &headers, ""), &Asked::Status);
        assert_eq!((problem.http_status, problem.request_id.as_deref()), (Some(429), Some("abc")));
        let wait = problem.not_before.unwrap() - Utc::now();
        assert!((295..=300).contains(&wait.num_seconds()), "{wait}");
    }
}
