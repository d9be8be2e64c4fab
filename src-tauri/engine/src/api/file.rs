//! Asking for a file.

use bytes::Bytes;
use reqwest::header::{ACCEPT, CONTENT_RANGE, ETAG, HeaderMap, HeaderName, HeaderValue, IF_RANGE, RANGE};
use reqwest::{Method, Response, StatusCode};
use serde::{Deserialize, Serialize};
use tracing::debug;

use super::answer::{content_coding, is_html};
use super::diagnosis::{self, Asked};
use super::exchange::{self, Reply, Request};
use super::{Api, ManifestFile, connection};
use crate::problem::{Kind, Problem, Stage};

/// How a file's bytes come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Coding {
    /// As they are.
    Identity,
    /// Compressed, perhaps in several members.
    Gzip,
}

/// What is missing of a file whose beginning is here.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rest<'a> {
    /// Bytes that are here, as they came off the wire.
    pub(crate) from: u64,
    /// The strong validator that came with them.
    pub(crate) validator: &'a str,
    /// How they are coded.
    pub(crate) coding: Coding,
}

/// What the service sends.
pub(crate) enum FileAnswer {
    /// The file from its first byte.
    Whole(FileBody),
    /// Exactly the rest that was asked for.
    Rest(FileBody),
    /// No rest that could be put to what is here; nothing of it was read.
    NoRest,
}

/// A file's bytes as they come off the wire.
pub(crate) struct FileBody {
    response: Response,
    /// How they are coded.
    pub(crate) coding: Coding,
    /// A strong validator, where the service sent one.
    pub(crate) validator: Option<String>,
}

impl FileBody {
    /// The next bytes; `None` at the end, which does not mean that the file is whole.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, Problem> {
        self.response.chunk().await.map_err(|error| {
            let url = self.response.url();
            debug!(%url, error = connection::describe(&error), "transfer broke off");
            Problem::new(connection::kind(&error, url), Stage::File)
        })
    }
}

impl Api {
    /// Asks for a file, or for the rest of one.
    pub(crate) async fn file(
        &self,
        file: &ManifestFile,
        rest: Option<Rest<'_>>,
    ) -> Result<FileAnswer, Problem> {
        let asked = Asked::File(&file.name);
        let mut request = Request::new(Method::GET, &file.url, asked);
        request.with_token = file.requires_access_token;
        request.headers = headers(rest);
        match self.open(&request).await? {
            Reply::Open(response) => opened(response, rest, &asked).await,
            Reply::Closed(answer) if rest.is_some() && answer.status == StatusCode::RANGE_NOT_SATISFIABLE => {
                Ok(FileAnswer::NoRest)
            }
            Reply::Closed(answer) => Err(diagnosis::of(&answer, &asked)),
        }
    }
}

fn headers(rest: Option<Rest<'_>>) -> HeaderMap {
    let mut headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("application/fhir+ndjson"))]);
    let range = rest.and_then(|rest| {
        let validator = HeaderValue::try_from(rest.validator).ok()?;
        Some((HeaderValue::try_from(format!("bytes={}-", rest.from)).ok()?, validator))
    });
    if let Some((range, validator)) = range {
        headers.extend([(RANGE, range), (IF_RANGE, validator)].map(|(name, value)| (Some(name), value)));
    }
    headers
}

async fn opened(
    response: Response,
    rest: Option<Rest<'_>>,
    asked: &Asked<'_>,
) -> Result<FileAnswer, Problem> {
    match (response.status(), rest) {
        _ if is_html(response.headers()) => Err(refused(response, asked).await),
        (StatusCode::OK, _) => body(response, asked).map(FileAnswer::Whole),
        (StatusCode::PARTIAL_CONTENT, Some(rest)) if !continues(response.headers(), rest) => {
            Ok(FileAnswer::NoRest)
        }
        (StatusCode::PARTIAL_CONTENT, Some(_)) => body(response, asked).map(FileAnswer::Rest),
        _ => Err(refused(response, asked).await),
    }
}

async fn refused(response: Response, asked: &Asked<'_>) -> Problem {
    match exchange::read(response, asked).await {
        Ok(answer) => diagnosis::of(&answer, asked),
        Err(problem) => problem,
    }
}

fn body(response: Response, asked: &Asked<'_>) -> Result<FileBody, Problem> {
    let Some(coding) = coding(response.headers()) else {
        let status = response.status().as_u16();
        return Err(Problem::new(Kind::UnexpectedAnswer, asked.stage()).with_status(status));
    };
    let validator = strong_validator(response.headers());
    Ok(FileBody { response, coding, validator })
}

fn coding(headers: &HeaderMap) -> Option<Coding> {
    match content_coding(headers).as_str() {
        "" | "identity" => Some(Coding::Identity),
        "gzip" | "x-gzip" => Some(Coding::Gzip),
        _ => None,
    }
}

/// A weak validator (`W/"…"`) says that two answers mean the same, not that their bytes are the same.
fn strong_validator(headers: &HeaderMap) -> Option<String> {
    let etag = text(headers, &ETAG)?;
    (etag.len() > 2 && etag.starts_with('"') && etag.ends_with('"')).then(|| etag.to_owned())
}

/// Whether a 206 is the same representation, from the very byte that was asked for.
fn continues(headers: &HeaderMap, rest: Rest<'_>) -> bool {
    let starts = text(headers, &CONTENT_RANGE).and_then(first_byte) == Some(rest.from);
    let same = text(headers, &ETAG).is_none_or(|etag| etag == rest.validator);
    starts && same && coding(headers) == Some(rest.coding)
}

/// The first byte's place in `bytes 100-199/200`.
fn first_byte(content_range: &str) -> Option<u64> {
    content_range.trim().strip_prefix("bytes ")?.split_once('-')?.0.trim().parse().ok()
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::super::answer::tests::answer;
    use super::*;

    #[test]
    fn only_a_strong_validator_counts() {
        let validator = |etag: &str| strong_validator(&answer(200, &[("etag", etag)], "").headers);
        assert_eq!(validator("\"a-1\"").as_deref(), Some("\"a-1\""));
        for weak in ["W/\"a-1\"", "a-1", "\"", "\"\""] {
            assert_eq!(validator(weak), None, "{weak}");
        }
    }

    #[test]
    fn a_rest_is_of_the_same_bytes_from_the_right_one_on() {
        let rest = Rest { from: 100, validator: "\"a\"", coding: Coding::Gzip };
        let continues = |headers: &[(&str, &str)]| continues(&answer(206, headers, "").headers, rest);
        let (range, gzip) = (("content-range", "bytes 100-199/200"), ("content-encoding", "gzip"));
        assert!(continues(&[range, gzip]));
        assert!(continues(&[range, gzip, ("etag", "\"a\"")]));
        assert!(!continues(&[range, gzip, ("etag", "\"b\"")]), "another version");
        assert!(!continues(&[range]), "another coding");
        assert!(!continues(&[gzip]), "no range");
        for wrong in ["bytes 99-199/200", "bytes */200", "items 100-199/200", "bytes 0-199/200", ""] {
            assert!(!continues(&[("content-range", wrong), gzip]), "{wrong}");
        }
    }
}
