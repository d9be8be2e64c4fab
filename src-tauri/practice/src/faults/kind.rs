//! What kind of request it is.

use axum::http::{Method, Uri};
use percent_encoding::percent_decode_str;
use uuid::Uuid;

use crate::jobs::State;
use crate::prepare;
use crate::service::Service;

/// The kinds of requests that a fault can be armed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RequestKind {
    /// Every request.
    Any,
    /// For a bearer token.
    Token,
    /// Start of an export.
    Start,
    /// Poll of a job, whatever its state.
    Status,
    /// Poll of a job that is done, whose answer is the manifest.
    Manifest,
    /// Download of a file.
    File,
    /// Cancelling a job.
    Cancel,
    /// `/health`.
    Health,
    /// `/status`.
    ServiceStatus,
    /// The capability statement.
    Metadata,
}

/// What of a request decides about faults.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    kinds: Vec<RequestKind>,
    pub(super) job: Option<Uuid>,
    file: Option<String>,
}

impl Facts {
    #[cfg(test)]
    pub(super) fn new(kinds: Vec<RequestKind>, file: Option<String>) -> Self {
        Self { kinds, job: None, file }
    }

    /// Looks at a request. A poll waits here for a job that is just being finished, as it would anyway.
    pub(super) async fn of(service: &Service, method: Method, uri: Uri) -> Self {
        let segments: Vec<&str> = uri.path().split('/').skip(1).collect();
        match segments[..] {
            ["oauth2", ..] => Self::simple(RequestKind::Token),
            ["health"] => Self::simple(RequestKind::Health),
            ["status"] => Self::simple(RequestKind::ServiceStatus),
            ["api", _, "fhir", "metadata"] => Self::simple(RequestKind::Metadata),
            ["api", _, "fhir", "Patient", "$export" | "%24export"] => Self::simple(RequestKind::Start),
            ["api", _, "fhir", "Job", id, "$status" | "%24status"] => {
                Self::status(service, &method, id.parse().ok()).await
            }
            ["api", _, "fhir", "Job", id, "file", name] => Self {
                kinds: vec![RequestKind::File],
                job: id.parse().ok(),
                file: Some(percent_decode_str(name).decode_utf8_lossy().into_owned()),
            },
            _ => Self::default(),
        }
    }

    pub(super) fn fit(&self, kind: RequestKind, file: Option<&str>) -> bool {
        let named = file.is_none_or(|name| self.file.as_deref() == Some(name));
        named && (kind == RequestKind::Any || self.kinds.contains(&kind))
    }

    fn simple(kind: RequestKind) -> Self {
        Self { kinds: vec![kind], ..Self::default() }
    }

    async fn status(service: &Service, method: &Method, job: Option<Uuid>) -> Self {
        if method == Method::DELETE {
            return Self { job, ..Self::simple(RequestKind::Cancel) };
        }
        let mut kinds = vec![RequestKind::Status];
        if let Some(id) = job {
            prepare::settle(service, id).await;
            let state = service.jobs.look(id, |job| job.state(service.clock().now()));
            kinds.extend(matches!(state, Some(State::Done { .. })).then_some(RequestKind::Manifest));
        }
        Self { kinds, job, file: None }
    }
}
