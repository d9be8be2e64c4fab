//! A whole answer in memory: of bounded size, decoded as its own headers say.

use std::borrow::Cow;
use std::io::Read;
use std::time::Duration;

use chrono::{DateTime, Utc};
use flate2::read::MultiGzDecoder;
use reqwest::header::{self, HeaderMap};
use reqwest::{Response, StatusCode};
use url::Url;

use super::connection;
use super::outcome::Outcome;
use crate::problem::Kind;

/// A manifest of ten thousand files is 4 MB; nothing else that is read whole comes near it.
const LARGEST: usize = 16 * 1024 * 1024;

/// Longer than the service ever asks for; keeps a wrong clock from stopping an export for days.
const LONGEST_DELAY: Duration = Duration::from_hours(1);

/// Status, headers and decoded body. No `Debug`: the body may hold a bearer token.
pub(super) struct Answer {
    pub(super) url: Url,
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Answer {
    /// Reads an answer to its end.
    pub(super) async fn read(response: Response) -> Result<Self, Kind> {
        let (url, status, headers) = (response.url().clone(), response.status(), response.headers().clone());
        let body = decode(collect(response).await?, &headers, &url)?;
        Ok(Self { url, status, headers, body })
    }

    pub(super) fn host(&self) -> String {
        connection::host(&self.url)
    }

    pub(super) fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// A header's text; `None` where it is absent or no text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Whether the body is a web page, which AB2D itself never sends.
    pub(super) fn is_page(&self) -> bool {
        is_html(&self.headers) || looks_like_html(&self.body)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.body.trim_ascii().is_empty()
    }

    /// The `OperationOutcome` in the body, if it is one.
    pub(super) fn outcome(&self) -> Option<Outcome> {
        Outcome::read(&self.body)
    }

    /// The service's clock when it answered.
    pub(super) fn date(&self) -> Option<DateTime<Utc>> {
        self.time(header::DATE.as_str())
    }

    /// A header that holds an HTTP date; the service also sends `Expires: 0`, which is none.
    pub(super) fn time(&self, name: &str) -> Option<DateTime<Utc>> {
        http_date(self.header(name)?)
    }

    /// How long the service wants to be left alone: seconds, or an HTTP date by its own clock.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        let text = self.header(header::RETRY_AFTER.as_str())?.trim();
        let delay = text.parse().map(Duration::from_secs).ok().or_else(|| {
            let now = self.date().unwrap_or_else(Utc::now);
            Some((http_date(text)? - now).to_std().unwrap_or_default())
        });
        delay.map(|delay| delay.min(LONGEST_DELAY))
    }
}

/// A time in a header. The service writes the day of a month below ten with one digit, which RFC 9110 does not admit.
fn http_date(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    let strict = httpdate::parse_http_date(text).ok().map(DateTime::from);
    strict.or_else(|| DateTime::parse_from_rfc2822(text).ok().map(DateTime::from))
}

/// Whether headers announce a web page.
pub(super) fn is_html(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    content_type.is_some_and(|text| text.trim_start().to_ascii_lowercase().starts_with("text/html"))
}

fn looks_like_html(body: &[u8]) -> bool {
    let start = body.trim_ascii_start();
    [b"<!doctype html".as_slice(), b"<html"]
        .iter()
        .any(|tag| start.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag)))
}

async fn collect(mut response: Response) -> Result<Vec<u8>, Kind> {
    let mut body = Vec::new();
    while let Some(chunk) =
        response.chunk().await.map_err(|error| connection::kind(&error, response.url()))?
    {
        if body.len() + chunk.len() > LARGEST {
            return Err(Kind::UnexpectedAnswer);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Any body may come compressed once gzip was offered, an error's too.
fn decode(body: Vec<u8>, headers: &HeaderMap, url: &Url) -> Result<Vec<u8>, Kind> {
    if body.is_empty() {
        return Ok(body);
    }
    match content_coding(headers).as_str() {
        "" | "identity" => Ok(body),
        "gzip" | "x-gzip" => inflate(&body, url),
        _ => Err(Kind::UnexpectedAnswer),
    }
}

/// `Content-Encoding`, in lower case; empty where it is absent.
pub(super) fn content_coding(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_ENCODING).and_then(|value| value.to_str().ok());
    value.unwrap_or_default().trim().to_ascii_lowercase()
}

fn inflate(body: &[u8], url: &Url) -> Result<Vec<u8>, Kind> {
    let mut decoded = Vec::new();
    let mut reader = MultiGzDecoder::new(body).take(LARGEST as u64 + 1);
    reader.read_to_end(&mut decoded).map_err(|_| Kind::ConnectionLost { host: connection::host(url) })?;
    if decoded.len() > LARGEST { Err(Kind::UnexpectedAnswer) } else { Ok(decoded) }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// An answer as a test needs it.
    pub(in crate::api) fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(header::HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap());
        }
        Answer {
            url: Url::parse("https://api.example/api").unwrap(),
            status: StatusCode::from_u16(status).unwrap(),
            headers: map,
            body: body.as_bytes().to_vec(),
        }
    }

    fn delay(headers: &[(&str, &str)]) -> Option<u64> {
        answer(429, headers, "").retry_after().map(|delay| delay.as_secs())
    }

    #[test]
    fn retry_after_is_seconds_or_a_date_by_the_services_clock() {
        assert_eq!(delay(&[("retry-after", " 300 ")]), Some(300));
        let date = ("date", "Sun, 06 Nov 1994 08:49:00 GMT");
        assert_eq!(delay(&[date, ("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT")]), Some(37));
        assert_eq!(delay(&[date, ("retry-after", "Sun, 06 Nov 1994 08:40:00 GMT")]), Some(0));
        assert_eq!(delay(&[("retry-after", "soon")]), None);
        assert_eq!(delay(&[]), None);
    }

    #[test]
    fn no_delay_is_longer_than_an_hour() {
        assert_eq!(delay(&[("retry-after", "18446744073709551615")]), Some(3600));
        assert_eq!(delay(&[("retry-after", "Fri, 31 Dec 9999 23:59:59 GMT")]), Some(3600));
    }

    #[test]
    fn expires_0_is_no_time() {
        assert_eq!(answer(200, &[("expires", "0")], "").time("expires"), None);
        let two_digits = answer(200, &[("expires", "Sun, 06 Nov 1994 08:49:37 GMT")], "").time("expires");
        let time = answer(200, &[("expires", "Sun, 6 Nov 1994 08:49:37 GMT")], "").time("expires");
        assert_eq!(time, two_digits);
        assert_eq!(time.unwrap().to_rfc3339(), "1994-11-06T08:49:37+00:00");
    }

    #[test]
    fn a_page_shows_by_its_type_or_its_first_words() {
        assert!(answer(200, &[("content-type", "Text/HTML; charset=utf-8")], "").is_page());
        assert!(answer(200, &[], "\r\n <!DOCTYPE HTML><p>").is_page());
        assert!(!answer(200, &[("content-type", "application/json")], "{\"a\":\"<html\"}").is_page());
    }

    #[test]
    fn a_small_body_cannot_inflate_without_bound() {
        let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::copy(&mut std::io::repeat(0).take(LARGEST as u64 + 1), &mut bomb).unwrap();
        let url = Url::parse("https://api.example/").unwrap();
        assert_eq!(inflate(&bomb.finish().unwrap(), &url), Err(Kind::UnexpectedAnswer));
    }

    #[test]
    fn compressed_json_that_was_cut_short_is_a_lost_connection() {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut encoder, b"{\"output\":[]}").unwrap();
        let body = encoder.finish().unwrap();
        let url = Url::parse("https://api.example/").unwrap();
        assert_eq!(inflate(&body, &url).unwrap(), b"{\"output\":[]}");
        let cut = inflate(&body[..body.len() - 3], &url);
        assert_eq!(cut, Err(Kind::ConnectionLost { host: "api.example".to_owned() }));
    }
}
