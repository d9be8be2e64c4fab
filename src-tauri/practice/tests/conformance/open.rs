//! What is told without a token.

use ab2d_practice::{Options, serve};
use reqwest::StatusCode;
use serde_json::json;

use crate::client::{JsonBody, client};

#[tokio::test]
async fn health_is_200() {
    let practice = serve(Options::instant()).await.unwrap();
    let answer = client().get(practice.api_url().join("/health").unwrap()).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
}

#[tokio::test]
async fn status_tells_of_maintenance() {
    let practice = serve(Options::instant()).await.unwrap();
    for on in [false, true] {
        practice.set_maintenance(on);
        let answer = client().get(practice.api_url().join("/status").unwrap()).send().await.unwrap();
        assert_eq!(answer.json_value().await, json!({"maintenanceMode": on.to_string()}));
    }
}

#[tokio::test]
async fn metadata_is_a_capability_statement() {
    let practice = serve(Options::instant()).await.unwrap();
    for (version, fhir) in [("v1", "3.0.1"), ("v2", "4.0.1"), ("v3", "4.0.1")] {
        let url = format!("{}/{version}/fhir/metadata", practice.api_url());
        let statement = client().get(url).send().await.unwrap().json_value().await;
        assert_eq!(statement["resourceType"], "CapabilityStatement");
        assert_eq!(statement["fhirVersion"], fhir);
    }
}
