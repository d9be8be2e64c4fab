//! Credentials and bearer token.

use std::time::Duration;

use ab2d_practice::{Clock, Options, serve};
use chrono::Utc;
use reqwest::StatusCode;

use crate::client::{EXPORT, JsonBody, Session, client, token_request};

#[tokio::test]
async fn credentials_buy_a_bearer_token_for_half_an_hour() {
    let practice = serve(Options::instant()).await.unwrap();
    let contract = practice.contract("Z1001").unwrap();
    let request = token_request(&client(), &practice, &contract.client_id, &contract.client_secret);
    let answer = request.send().await.unwrap().json_value().await;
    assert_eq!(answer["token_type"], "Bearer");
    assert_eq!(answer["expires_in"], 1800);
    assert_eq!(answer["scope"], "clientCreds");
    assert!(answer["access_token"].as_str().unwrap().starts_with("ey"));
}

#[tokio::test]
async fn the_parameters_may_be_in_the_body_instead() {
    let practice = serve(Options::instant()).await.unwrap();
    let contract = practice.contract("Z1001").unwrap();
    let form = [("grant_type", "client_credentials"), ("scope", "clientCreds")];
    let request = client().post(practice.token_url()).form(&form);
    let answer = request.basic_auth(&contract.client_id, Some(&contract.client_secret)).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_password_may_hold_colons() {
    let session = Session::with(serve(Options::instant()).await.unwrap(), "Z1008").await;
    session.started("v2", EXPORT).await;
}

#[tokio::test]
async fn refusals_are_those_of_oauth() {
    let practice = serve(Options::instant()).await.unwrap();
    let contract = practice.contract("Z1001").unwrap();
    let good = (contract.client_id.as_str(), contract.client_secret.as_str());
    for (query, (id, secret), status, error) in [
        ("scope=clientCreds", good, 400, "invalid_request"),
        ("grant_type=password&scope=clientCreds", good, 400, "unsupported_grant_type"),
        ("grant_type=client_credentials", good, 400, "invalid_scope"),
        ("grant_type=client_credentials&scope=openid", good, 400, "invalid_scope"),
        ("grant_type=client_credentials&scope=clientCreds", ("nobody", good.1), 401, "invalid_client"),
        ("grant_type=client_credentials&scope=clientCreds", (good.0, "wrong"), 401, "invalid_client"),
    ] {
        let url = format!("{}?{query}", practice.token_url());
        let answer = client().post(url).basic_auth(id, Some(secret)).send().await.unwrap();
        assert_eq!(answer.status(), status, "{query}");
        let body = answer.json_value().await;
        assert_eq!(body["error"], error);
        assert!(!body["error_description"].as_str().unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_request_without_client_is_refused() {
    let practice = serve(Options::instant()).await.unwrap();
    let url = format!("{}?grant_type=client_credentials&scope=clientCreds", practice.token_url());
    let answer = client().post(url).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(answer.json_value().await["error"], "invalid_client");
}

#[tokio::test]
async fn a_wrong_token_address_is_404() {
    let practice = serve(Options::instant()).await.unwrap();
    let url = practice.token_url().to_string().replace("/v1/", "/v2/");
    assert_eq!(client().post(url).send().await.unwrap().status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn without_usable_header_401_and_with_a_worthless_token_an_empty_403() {
    let session = Session::new(Options::instant()).await;
    let url = format!("{}/v2/fhir/Patient/$export?{EXPORT}", session.practice.api_url());
    for header in [None, Some("Basic abc"), Some("Bearer "), Some("Bearer")] {
        let request = session.client.get(&url);
        let request =
            header.into_iter().fold(request, |request, value| request.header("authorization", value));
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{header:?}");
        assert_eq!(answer.bytes().await.unwrap().len(), 0);
    }
    let answer = session.client.get(&url).bearer_auth("ey.never.issued").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    assert_eq!(answer.bytes().await.unwrap().len(), 0);
}

#[tokio::test]
async fn an_expired_token_is_an_empty_403() {
    let session = Session::new(Options::instant().clock(Clock::stopped_at(Utc::now()))).await;
    session.practice.clock().advance(Duration::from_secs(1799));
    session.started("v2", EXPORT).await;
    session.practice.clock().advance(Duration::from_secs(1));
    let answer = session.start("v2", EXPORT).await;
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    assert_eq!(answer.bytes().await.unwrap().len(), 0);
}

#[tokio::test]
async fn a_transfer_under_way_survives_its_token() {
    let session = Session::new(Options::instant()).await;
    let (job, manifest) = session.exported("v2", EXPORT).await;
    let url = crate::client::urls(&manifest).remove(0);
    let mut answer = session.file(&url).send().await.unwrap();
    session.practice.clock().advance(Duration::from_hours(1));
    let mut length = 0;
    while let Some(piece) = answer.chunk().await.unwrap() {
        length += piece.len() as u64;
    }
    assert_eq!(length, session.practice.held_files(job.id)[0].bytes);
    assert_eq!(session.file(&url).send().await.unwrap().status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_older_token_stays_good_when_a_newer_one_is_asked_for() {
    let session = Session::new(Options::instant()).await;
    let newer = crate::client::token(&session.client, &session.practice, "Z1001").await;
    assert_ne!(newer, session.token);
    session.started("v2", EXPORT).await;
}
