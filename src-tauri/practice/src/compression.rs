//! JSON answers go out compressed where the client takes that.

use std::io::Write;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, HeaderValue, Response, header};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::negotiation::takes_gzip;

/// Shorter answers are not worth it, the service finds.
const THRESHOLD: usize = 2048;

/// Compresses a JSON answer when the request's headers ask for it.
pub(crate) async fn compressed(answer: Response<Body>, asked: &HeaderMap) -> Response<Body> {
    let json = answer.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
    if !json || !takes_gzip(asked) || answer.headers().contains_key(header::CONTENT_ENCODING) {
        return answer;
    }
    let (mut head, body) = answer.into_parts();
    let plain = to_bytes(body, usize::MAX).await.unwrap_or_default();
    if plain.len() < THRESHOLD {
        return Response::from_parts(head, Body::from(plain));
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    // Writing into memory cannot fail.
    let _ = encoder.write_all(&plain);
    head.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    head.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(head, Body::from(encoder.finish().unwrap_or_default()))
}
