//! What the service tells without a token.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{Response, StatusCode};
use serde_json::json;

use crate::outcome::{empty, json_answer};
use crate::service::Service;
use crate::version::Version;

/// `GET /health`.
pub(crate) async fn health() -> Response<Body> {
    empty(StatusCode::OK)
}

/// `GET /status`.
pub(crate) async fn status(State(service): State<Arc<Service>>) -> Response<Body> {
    let on = service.in_maintenance().to_string();
    json_answer(StatusCode::OK, &json!({ "maintenanceMode": on }))
}

/// `GET /api/{version}/fhir/metadata`: a `CapabilityStatement`.
pub(crate) async fn metadata(State(service): State<Arc<Service>>, version: Version) -> Response<Body> {
    let operation = |name: &str| {
        let definition = format!("http://hl7.org/fhir/uv/bulkdata/OperationDefinition/{name}");
        json!({ "name": name, "definition": definition })
    };
    json_answer(
        StatusCode::OK,
        &json!({
            "resourceType": "CapabilityStatement",
            "status": "active",
            "date": service.epoch.newest.format("%Y-%m-%d").to_string(),
            "publisher": "AB2D Desktop, practice service with made-up claims",
            "kind": "capability",
            "software": { "name": "AB2D practice service", "version": env!("CARGO_PKG_VERSION") },
            "fhirVersion": version.fhir(),
            "format": ["application/json", "application/fhir+json"],
            "rest": [{
                "mode": "server",
                "security": { "service": [{ "text": "OAuth 2.0 client credentials" }] },
                "interaction": [{ "code": "batch" }],
                "operation": [operation("patient-export")],
            }],
        }),
    )
}
