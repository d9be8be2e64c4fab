//! Changing the JSON of an answer.

use std::fmt;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::{Response, header};
use serde_json::Value;

/// A change to the JSON of an answer.
#[derive(Clone)]
pub struct JsonEdit(Arc<dyn Fn(&mut Value) + Send + Sync>);

impl JsonEdit {
    /// A change by a function, which gets the answer as the service would have sent it.
    pub fn new(change: impl Fn(&mut Value) + Send + Sync + 'static) -> Self {
        Self(Arc::new(change))
    }

    /// Changes an answer; one that is not JSON stays as it is.
    pub(super) async fn applied(&self, answer: Response<Body>) -> Response<Body> {
        let (mut head, body) = answer.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
        let Ok(mut json) = serde_json::from_slice(&bytes) else {
            return Response::from_parts(head, Body::from(bytes));
        };
        (self.0)(&mut json);
        head.headers.remove(header::CONTENT_LENGTH);
        Response::from_parts(head, Body::from(json.to_string()))
    }
}

impl fmt::Debug for JsonEdit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JsonEdit")
    }
}
