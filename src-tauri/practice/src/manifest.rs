//! The manifest of a completed job.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use chrono::{DateTime, FixedOffset, SecondsFormat, Utc};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::clock::time_delta;
use crate::jobs::{Job, JobFile, expiry};
use crate::options::TransactionTime;
use crate::outcome::json_answer;
use crate::service::Service;
use crate::version::Version;

/// What a file name leaves as it is in a URL.
const NAME: &AsciiSet = &NON_ALPHANUMERIC.remove(b'_').remove(b'.').remove(b'-').remove(b'~');

/// The answer to a poll of a job that was done at a time.
pub(crate) fn manifest(
    service: &Service,
    version: Version,
    job: &Job,
    done: DateTime<Utc>,
) -> Response<Body> {
    let files = |error: bool| -> Vec<Value> {
        let files = job.files().iter().filter(|file| file.held.error == error);
        files.map(|file| entry(service, version, job, file)).collect()
    };
    let body = json!({
        "transactionTime": transaction_time(service.options.transaction_time, job.created),
        // What is percent-encoded in the request is encoded once more, as the service does.
        "request": service.url(&job.request.replace('%', "%25")),
        "requiresAccessToken": true,
        "output": files(false),
        "error": files(true),
    });
    let mut answer = json_answer(StatusCode::OK, &body);
    let expires = expiry(done, time_delta(service.options.retention));
    // The service writes a day below ten with one digit (Java's `RFC_1123_DATE_TIME`).
    if let Ok(value) = HeaderValue::from_str(&expires.format("%a, %-d %b %Y %H:%M:%S GMT").to_string()) {
        answer.headers_mut().insert(header::EXPIRES, value);
    }
    answer
}

/// The address of a job's file under some name.
pub(crate) fn file_url(service: &Service, version: Version, job: &Job, name: &str) -> String {
    let name = utf8_percent_encode(name, NAME);
    service.url(&format!("/api/{}/fhir/Job/{}/file/{name}", version.segment(), job.id))
}

/// Error files too are announced as `ExplanationOfBenefit`, though their lines are outcomes.
fn entry(service: &Service, version: Version, job: &Job, file: &JobFile) -> Value {
    json!({
        "type": "ExplanationOfBenefit",
        "url": file_url(service, version, job, &file.held.name),
        "extension": [
            {"url": "https://ab2d.cms.gov/checksum", "valueString": format!("sha256:{}", file.held.sha256)},
            {"url": "https://ab2d.cms.gov/file_length", "valueDecimal": file.held.bytes},
        ],
    })
}

fn transaction_time(form: TransactionTime, time: DateTime<Utc>) -> Value {
    const HUMAN: &str = "%b %-d, %Y, %-I:%M:%S %p";
    match form {
        TransactionTime::Human => time.format(HUMAN).to_string().into(),
        TransactionTime::HumanNarrowSpace => {
            time.format(&HUMAN.replace(" %p", "\u{202f}%p")).to_string().into()
        }
        TransactionTime::IsoUtc => time.to_rfc3339_opts(SecondsFormat::Millis, true).into(),
        TransactionTime::IsoOffset => {
            let eastern = FixedOffset::west_opt(5 * 3600);
            eastern.map_or(Value::Null, |zone| time.with_timezone(&zone).to_rfc3339().into())
        }
        TransactionTime::Null => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_transaction_time_has_every_form_that_was_ever_sent() {
        let time = DateTime::from_timestamp(1_795_183_506, 0).unwrap();
        let form = |form| transaction_time(form, time);
        assert_eq!(form(TransactionTime::Human), "Nov 20, 2026, 2:05:06 PM");
        assert_eq!(form(TransactionTime::HumanNarrowSpace), "Nov 20, 2026, 2:05:06\u{202f}PM");
        assert_eq!(form(TransactionTime::IsoUtc), "2026-11-20T14:05:06.000Z");
        assert_eq!(form(TransactionTime::IsoOffset), "2026-11-20T09:05:06-05:00");
        assert_eq!(form(TransactionTime::Null), Value::Null);
    }
}
