//! Answers of the service: FHIR `OperationOutcome` and plain ones.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;
use serde_json::{Value, json};

/// An answer that ends a request early.
///
/// Boxed, since answers are large and refusals rare.
#[derive(Debug)]
pub(crate) struct Refused(Box<Response<Body>>);

impl Refused {
    /// With an `OperationOutcome` of code `invalid`.
    pub(crate) fn invalid(status: StatusCode, text: &str) -> Self {
        Self::outcome(status, "invalid", text)
    }

    /// With an `OperationOutcome`.
    pub(crate) fn outcome(status: StatusCode, code: &str, text: &str) -> Self {
        json_answer(status, &outcome(code, text)).into()
    }

    /// Without a body.
    pub(crate) fn empty(status: StatusCode) -> Self {
        empty(status).into()
    }

    /// With a further header.
    pub(crate) fn header(mut self, name: header::HeaderName, value: HeaderValue) -> Self {
        self.0.headers_mut().insert(name, value);
        self
    }
}

impl From<Response<Body>> for Refused {
    fn from(answer: Response<Body>) -> Self {
        Self(Box::new(answer))
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response<Body> {
        *self.0
    }
}

/// An `OperationOutcome` with one issue, as the service words its refusals.
pub(crate) fn outcome(code: &str, text: &str) -> Value {
    json!({
        "resourceType": "OperationOutcome",
        "issue": [{"severity": "error", "code": code, "details": {"text": text}}],
    })
}

/// An answer with a JSON body.
pub(crate) fn json_answer(status: StatusCode, body: &Value) -> Response<Body> {
    let mut answer = Response::new(Body::from(body.to_string()));
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

/// An answer without a body.
pub(crate) fn empty(status: StatusCode) -> Response<Body> {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = status;
    answer
}

/// An HTML page, as firewalls and load balancers send.
pub(crate) fn html(status: StatusCode, page: &'static str) -> Response<Body> {
    let mut answer = Response::new(Body::from(page));
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
    answer
}
