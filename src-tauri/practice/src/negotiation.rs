//! `Accept` and `Accept-Encoding`, read as the service reads them.

use axum::http::{HeaderMap, StatusCode, header};

use crate::outcome::Refused;

/// What starts and statuses answer with.
pub(crate) const JSON: [&str; 2] = ["application/json", "application/fhir+json"];
/// What files are.
pub(crate) const NDJSON: [&str; 1] = ["application/fhir+ndjson"];

/// 406 unless `Accept` admits one of these media types.
pub(crate) fn check_accept(headers: &HeaderMap, types: &[&str]) -> Result<(), Refused> {
    if admits(headers, types) { Ok(()) } else { Err(Refused::empty(StatusCode::NOT_ACCEPTABLE)) }
}

/// Whether `Accept-Encoding` holds the exact token `gzip`; with a quality behind it the service does not see it.
pub(crate) fn takes_gzip(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|token| token.trim() == "gzip")
}

fn admits(headers: &HeaderMap, types: &[&str]) -> bool {
    let mut accepted =
        headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).peekable();
    if accepted.peek().is_none() {
        return true;
    }
    let ranges = accepted.flat_map(|value| value.split(','));
    let mut names = ranges.map(|range| range.split(';').next().unwrap_or_default().trim());
    names.any(|name| name == "*/*" || name == "application/*" || types.contains(&name))
}
