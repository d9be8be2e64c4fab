//! Downloading a file.

use std::convert::Infallible;
use std::ops::Range;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use bytes::Bytes;
use futures_util::stream::unfold;
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::access;
use crate::clock::time_delta;
use crate::content::{Coding, ContentFault, produce};
use crate::jobs::{Job, JobFile, State as JobState, expiry};
use crate::journal::WhenSent;
use crate::negotiation::{NDJSON, check_accept, takes_gzip};
use crate::outcome::Refused;
use crate::ranges::{self, Part};
use crate::routes::FilePath;
use crate::service::Service;

/// Pieces that are made ahead of the connection.
const AHEAD: usize = 2;

/// `GET /api/{version}/fhir/Job/{id}/file/{name}`.
pub(crate) async fn file(
    State(service): State<Arc<Service>>,
    path: FilePath,
    headers: HeaderMap,
    fault: Option<Extension<ContentFault>>,
) -> Result<Response<Body>, Refused> {
    let (job, file) = access::job(&service, &headers, &path.id, |job| {
        check_accept(&headers, &NDJSON)?;
        Ok((job.id, available(&service, job, &path.name)?))
    })?;
    let fault = fault.map(|Extension(fault)| fault);
    Ok(send(Transfer { service, job, file, fault, coding: coding(&headers) }, &headers))
}

/// A file that is about to be sent.
struct Transfer {
    service: Arc<Service>,
    job: Uuid,
    file: JobFile,
    fault: Option<ContentFault>,
    coding: Coding,
}

fn coding(headers: &HeaderMap) -> Coding {
    if takes_gzip(headers) { Coding::Gzip } else { Coding::Identity }
}

/// The file, unless it is unknown, expired, or was downloaded too often.
fn available(service: &Service, job: &Job, name: &str) -> Result<JobFile, Refused> {
    let failed = |text| Refused::invalid(StatusCode::INTERNAL_SERVER_ERROR, text);
    let file = job.file(name).ok_or_else(|| {
        let text = format!("No Job Output with the file name {name} exists in our records");
        Refused::outcome(StatusCode::NOT_FOUND, "not-found", &text)
    })?;
    if file.held.downloads >= service.options.maximum_downloads {
        return Err(failed("The file has already been download the maximum number of allowed times."));
    }
    let now = service.clock().now();
    let retention = time_delta(service.options.retention);
    match job.state(now) {
        JobState::Done { at } if !job.expired && now < expiry(at, retention) => Ok(file.clone()),
        JobState::Done { .. } => {
            Err(failed("The file is not present as it has expired. Please resubmit the job."))
        }
        JobState::Running { .. } | JobState::Cancelled | JobState::Failed => {
            Err(failed("The file is not present as there was an error. Please resubmit the job."))
        }
    }
}

fn send(transfer: Transfer, headers: &HeaderMap) -> Response<Body> {
    let mut answer = Response::new(Body::empty());
    let length = transfer.length();
    let range = match length {
        // As the service is today: neither validator nor length, and ranges are ignored.
        None => 0..u64::MAX,
        Some(length) => {
            let etag = transfer.etag();
            match ranges::asked_for(headers, &etag, length) {
                Part::None => return ranges::not_satisfiable(length),
                Part::Whole => described(&mut answer, &etag, 0..length),
                Part::Range(range) => {
                    *answer.status_mut() = StatusCode::PARTIAL_CONTENT;
                    let value = format!("bytes {}-{}/{length}", range.start, range.end - 1);
                    insert(&mut answer, header::CONTENT_RANGE, &value);
                    described(&mut answer, &etag, range)
                }
            }
        }
    };
    insert(&mut answer, header::CONTENT_TYPE, "application/fhir+ndjson");
    if transfer.coding == Coding::Gzip {
        insert(&mut answer, header::CONTENT_ENCODING, "gzip");
    }
    insert(&mut answer, header::VARY, "Accept-Encoding");
    let to_the_end = length.is_none_or(|length| range.end == length);
    *answer.body_mut() = transfer.body(range);
    if to_the_end {
        answer.extensions_mut().insert(transfer.counted());
    }
    answer
}

fn described(answer: &mut Response<Body>, etag: &str, range: Range<u64>) -> Range<u64> {
    insert(answer, header::ETAG, etag);
    insert(answer, header::ACCEPT_RANGES, "bytes");
    insert(answer, header::CONTENT_LENGTH, &(range.end - range.start).to_string());
    range
}

fn insert(answer: &mut Response<Body>, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        answer.headers_mut().insert(name, value);
    }
}

impl Transfer {
    /// Length as encoded, where ranges are offered and the bytes are those of the manifest.
    fn length(&self) -> Option<u64> {
        let length = match self.coding {
            Coding::Identity => Some(self.file.held.bytes),
            Coding::Gzip => self.file.gzip_bytes,
        };
        length.filter(|_| self.service.options.range && self.fault.is_none())
    }

    /// A strong validator: the hash of the claims, and the coding.
    fn etag(&self) -> String {
        let suffix = if self.coding == Coding::Gzip { "-gzip" } else { "" };
        format!("\"{}{suffix}\"", &self.file.held.sha256[..32])
    }

    /// The bytes, made on a thread of their own at the pace of the connection.
    fn body(&self, range: Range<u64>) -> Body {
        let (sender, receiver) = mpsc::channel::<Bytes>(AHEAD);
        let contents = self.file.contents.clone();
        let (coding, fault) = (self.coding, self.fault);
        tokio::task::spawn_blocking(move || {
            produce(&contents, coding, fault, range, |piece| sender.blocking_send(piece).is_ok());
        });
        Body::from_stream(unfold(receiver, |mut receiver| async {
            receiver.recv().await.map(|piece| (Ok::<_, Infallible>(piece), receiver))
        }))
    }

    /// Counts the download: only what was sent to its end is one.
    fn counted(self) -> WhenSent {
        WhenSent(Arc::new(move || {
            self.service.jobs.downloaded(self.job, &self.file.held.name);
            self.service.changed.notify_one();
        }))
    }
}
