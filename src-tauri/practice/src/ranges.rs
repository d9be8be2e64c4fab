//! `Range` and `If-Range`, for a service that offers them.

use std::ops::Range;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};

use crate::outcome::empty;

/// What a request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Everything: no range, several, one that cannot be read, or one under a condition that does not hold.
    Whole,
    /// These bytes of the encoded file.
    Range(Range<u64>),
    /// Bytes behind the end.
    None,
}

/// Reads the range headers against a file's validator and length.
pub(crate) fn asked_for(headers: &HeaderMap, etag: &str, length: u64) -> Part {
    let condition = headers.get(header::IF_RANGE);
    if condition.is_some_and(|validator| validator.as_bytes() != etag.as_bytes()) {
        return Part::Whole;
    }
    let value = headers.get(header::RANGE).and_then(|value| value.to_str().ok());
    let range = value.and_then(|value| value.strip_prefix("bytes=")).and_then(|range| range.split_once('-'));
    match range {
        Some(("", last)) => {
            last.parse().map_or(Part::Whole, |last: u64| within(length.saturating_sub(last), length, length))
        }
        Some((first, "")) => first.parse().map_or(Part::Whole, |first| within(first, length, length)),
        Some((first, last)) => match (first.parse(), last.parse::<u64>()) {
            (Ok(first), Ok(last)) if first <= last => within(first, last.saturating_add(1), length),
            _ => Part::Whole,
        },
        None => Part::Whole,
    }
}

/// 416 with the length.
pub(crate) fn not_satisfiable(length: u64) -> Response<Body> {
    let mut answer = empty(StatusCode::RANGE_NOT_SATISFIABLE);
    if let Ok(value) = HeaderValue::from_str(&format!("bytes */{length}")) {
        answer.headers_mut().insert(header::CONTENT_RANGE, value);
    }
    answer
}

fn within(first: u64, end: u64, length: u64) -> Part {
    if first < length { Part::Range(first..end.min(length)) } else { Part::None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(range: &'static str, if_range: Option<&'static str>) -> Part {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, HeaderValue::from_static(range));
        if let Some(validator) = if_range {
            headers.insert(header::IF_RANGE, HeaderValue::from_static(validator));
        }
        asked_for(&headers, "\"a\"", 100)
    }

    #[test]
    fn ranges_are_read_as_the_standard_has_them() {
        assert_eq!(part("bytes=10-", None), Part::Range(10..100));
        assert_eq!(part("bytes=10-19", None), Part::Range(10..20));
        assert_eq!(part("bytes=10-1000", None), Part::Range(10..100));
        assert_eq!(part("bytes=-30", None), Part::Range(70..100));
        assert_eq!(part("bytes=100-", None), Part::None);
        assert_eq!(part("bytes=20-10", None), Part::Whole);
        assert_eq!(part("lines=1-2", None), Part::Whole);
    }

    #[test]
    fn a_range_counts_only_for_the_same_file() {
        assert_eq!(part("bytes=10-", Some("\"a\"")), Part::Range(10..100));
        assert_eq!(part("bytes=10-", Some("\"b\"")), Part::Whole);
    }
}
