//! Letting a fault happen to a request.

use axum::body::Body;
use axum::http::{HeaderValue, Request, Response, header};
use uuid::Uuid;

use super::body::Damage;
use super::kind::Facts;
use super::{Fault, JsonEdit};
use crate::connection::Line;
use crate::manifest::file_url;
use crate::service::Service;
use crate::version::Version;

/// Carries a request out with the fault that is armed for it, if any, by `usual`. `None` when the connection was
/// reset instead.
pub(crate) async fn carry_out<F: Future<Output = Response<Body>>>(
    service: &Service,
    line: &Line,
    mut request: Request<Body>,
    usual: impl FnOnce(Request<Body>) -> F,
) -> Option<(Response<Body>, Damage)> {
    let facts = Facts::of(service, request.method().clone(), request.uri().clone()).await;
    let Some((fault, mut release)) = service.faults.take(&facts) else {
        return Some((usual(request).await, Damage::default()));
    };
    tracing::debug!(?fault, path = request.uri().path(), "a fault was armed for this request");
    match &fault {
        Fault::Reset => {
            line.reset();
            return None;
        }
        Fault::Answer(answer) => return Some((answer.response(), Damage::default())),
        Fault::Silence(pause) => release.pause(*pause, line).await,
        _ => before(service, &fault, facts.job, &mut request),
    }
    let version = request.uri().path().split('/').nth(2).and_then(Version::from_segment);
    let answer = usual(request).await;
    match fault {
        Fault::LoseAnswer => {
            line.reset();
            None
        }
        Fault::LateAnswer(pause) => {
            release.pause(pause, line).await;
            Some((answer, Damage::default()))
        }
        Fault::Body(fault) => Some((answer, Damage::new(fault, release))),
        fault => Some((after(service, fault, facts.job.zip(version), answer).await, Damage::default())),
    }
}

/// What happens before the request is carried out.
fn before(service: &Service, fault: &Fault, job: Option<Uuid>, request: &mut Request<Body>) {
    match fault {
        Fault::RevokeTokens => service.tokens.revoke_all(),
        Fault::Job(fault) => drop(job.map(|job| service.jobs.spoil(job, *fault))),
        Fault::ForgetJob => drop(job.map(|job| service.jobs.forget(job))),
        Fault::Identity => drop(request.headers_mut().remove(header::ACCEPT_ENCODING)),
        Fault::IgnoreRange | Fault::NewEtag => drop(request.headers_mut().remove(header::RANGE)),
        Fault::Content(fault) => drop(request.extensions_mut().insert(*fault)),
        Fault::Reset
        | Fault::LoseAnswer
        | Fault::LateAnswer(_)
        | Fault::Silence(_)
        | Fault::Answer(_)
        | Fault::Body(_)
        | Fault::Json(_)
        | Fault::FileNames(_)
        | Fault::WrongContentRange => {}
    }
}

/// What happens to the answer.
async fn after(
    service: &Service,
    fault: Fault,
    job: Option<(Uuid, Version)>,
    mut answer: Response<Body>,
) -> Response<Body> {
    match fault {
        Fault::Json(edit) => edit.applied(answer).await,
        Fault::FileNames(names) => {
            match job.and_then(|(job, version)| renamed(service, job, version, &names)) {
                Some(edit) => edit.applied(answer).await,
                None => answer,
            }
        }
        Fault::NewEtag => {
            if let Some(etag) = answer.headers_mut().get_mut(header::ETAG) {
                *etag = HeaderValue::from_static("\"another\"");
            }
            answer
        }
        Fault::WrongContentRange => {
            shift_content_range(&mut answer);
            answer
        }
        Fault::Reset
        | Fault::LoseAnswer
        | Fault::LateAnswer(_)
        | Fault::Silence(_)
        | Fault::Answer(_)
        | Fault::Body(_)
        | Fault::Content(_)
        | Fault::Identity
        | Fault::RevokeTokens
        | Fault::Job(_)
        | Fault::ForgetJob
        | Fault::IgnoreRange => answer,
    }
}

/// Gives a job's files other names, under which they can be had, and the manifest their addresses.
fn renamed(service: &Service, job: Uuid, version: Version, names: &[String]) -> Option<JsonEdit> {
    let urls: Vec<String> = service.jobs.change(job, |job| {
        let held: Vec<String> = job.files().iter().map(|file| file.held.name.clone()).collect();
        job.aliases.extend(names.iter().cloned().zip(held));
        names.iter().map(|name| file_url(service, version, job, name)).collect()
    })?;
    Some(JsonEdit::new(move |json| {
        let entries = json["output"].as_array_mut().into_iter().flatten();
        entries.zip(&urls).for_each(|(entry, url)| entry["url"] = url.clone().into());
    }))
}

/// `bytes 100-199/200` becomes `bytes 101-199/200`.
fn shift_content_range(answer: &mut Response<Body>) {
    let value = answer.headers().get(header::CONTENT_RANGE).and_then(|value| value.to_str().ok());
    let shifted = value.and_then(|value| {
        let (first, rest) = value.strip_prefix("bytes ")?.split_once('-')?;
        HeaderValue::from_str(&format!("bytes {}-{rest}", first.parse::<u64>().ok()? + 1)).ok()
    });
    if let Some(shifted) = shifted {
        answer.headers_mut().insert(header::CONTENT_RANGE, shifted);
    }
}
