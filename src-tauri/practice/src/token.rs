//! The identity provider: bearer tokens for client credentials, by OAuth 2.0.

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::clock::time_delta;
use crate::contract::PracticeContract;
use crate::outcome::json_answer;
use crate::service::Service;
use crate::shared::Shared;

/// The tokens that were given out, each with its contract's number and its end.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tokens(Shared<HashMap<String, (String, DateTime<Utc>)>>);

impl Tokens {
    /// The contract that a token is good for.
    pub(crate) fn contract(&self, token: &str, now: DateTime<Utc>) -> Option<String> {
        let tokens = self.0.lock();
        tokens.get(token).filter(|(_, end)| now < *end).map(|(contract, _)| contract.clone())
    }

    /// Makes every token worthless.
    pub(crate) fn revoke_all(&self) {
        self.0.lock().clear();
    }

    fn issue(&self, contract: &str, end: DateTime<Utc>) -> String {
        let token = made_up(contract, end);
        self.0.lock().insert(token.clone(), (contract.to_owned(), end));
        token
    }
}

/// `POST /oauth2/{server}/v1/token`.
pub(crate) async fn token(
    State(service): State<Arc<Service>>,
    Path(_server): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let parameters = parameters(query.as_deref(), &body);
    match grant(&service, &parameters, &headers) {
        Ok(answer) => not_stored(json_answer(StatusCode::OK, &answer)),
        Err(refusal) => not_stored(refusal.answer()),
    }
}

fn grant(
    service: &Service,
    parameters: &HashMap<String, String>,
    headers: &HeaderMap,
) -> Result<Value, Refusal> {
    let parameter = |name| parameters.get(name).map(String::as_str);
    match parameter("grant_type") {
        None => return Err(Refusal::INVALID_REQUEST),
        Some("client_credentials") => {}
        Some(_) => return Err(Refusal::UNSUPPORTED_GRANT),
    }
    let contract = client(&service.options.contracts, headers)?;
    if parameter("scope") != Some("clientCreds") {
        return Err(Refusal::INVALID_SCOPE);
    }
    let life = service.options.token_life;
    let token = service.tokens.issue(&contract.number, service.clock().now() + time_delta(life));
    Ok(json!({
        "token_type": "Bearer",
        "expires_in": life.as_secs(),
        "access_token": token,
        "scope": "clientCreds",
    }))
}

/// The contract whose client these credentials are.
fn client<'a>(
    contracts: &'a [PracticeContract],
    headers: &HeaderMap,
) -> Result<&'a PracticeContract, Refusal> {
    let (id, secret) = basic(headers).ok_or(Refusal::NO_CLIENT)?;
    let contract = contracts.iter().find(|contract| contract.client_id == id);
    let contract = contract.ok_or(Refusal::UNKNOWN_CLIENT)?;
    if contract.client_secret == secret { Ok(contract) } else { Err(Refusal::WRONG_SECRET) }
}

/// Client ID and secret of a Basic `Authorization` header; the secret may hold colons.
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    let decoded = STANDARD.decode(encoded.trim()).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    let (id, secret) = text.split_once(':')?;
    scheme.eq_ignore_ascii_case("basic").then(|| (id.to_owned(), secret.to_owned()))
}

/// The parameters may be in the query, as AB2D's documentation shows, or in the body, as OAuth has it.
fn parameters(query: Option<&str>, body: &[u8]) -> HashMap<String, String> {
    let form = url::form_urlencoded::parse(body);
    let query = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    form.into_owned().chain(query.into_owned()).collect()
}

fn not_stored(mut answer: Response<Body>) -> Response<Body> {
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache, no-store"));
    answer
}

/// Something in the form of a signed token, that says nothing and cannot be guessed.
fn made_up(contract: &str, end: DateTime<Utc>) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let head = part(&json!({"alg": "none", "kid": "practice"}));
    let claims = part(&json!({"jti": Uuid::new_v4(), "sub": contract, "exp": end.timestamp()}));
    format!("{head}.{claims}.{}", URL_SAFE_NO_PAD.encode(Uuid::new_v4().as_bytes()))
}

/// An OAuth 2.0 error.
struct Refusal(StatusCode, &'static str, &'static str);

impl Refusal {
    const INVALID_REQUEST: Self =
        Self(StatusCode::BAD_REQUEST, "invalid_request", "The token request must specify a grant_type.");
    const UNSUPPORTED_GRANT: Self = Self(
        StatusCode::BAD_REQUEST,
        "unsupported_grant_type",
        "The authorization grant type is not supported by the authorization server.",
    );
    const INVALID_SCOPE: Self = Self(
        StatusCode::BAD_REQUEST,
        "invalid_scope",
        "One or more scopes are not configured for the authorization server resource.",
    );
    const NO_CLIENT: Self = Self(StatusCode::UNAUTHORIZED, "invalid_client", "Client authentication failed.");
    const UNKNOWN_CLIENT: Self =
        Self(StatusCode::UNAUTHORIZED, "invalid_client", "Invalid value for 'client_id' parameter.");
    const WRONG_SECRET: Self = Self(
        StatusCode::UNAUTHORIZED,
        "invalid_client",
        "The client secret supplied for a confidential client is invalid.",
    );

    fn answer(self) -> Response<Body> {
        json_answer(self.0, &json!({"error": self.1, "error_description": self.2}))
    }
}
