//! The bearer token: one request at a time, renewed ahead of its end.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use reqwest::Method;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Mutex;
use tracing::debug;
use url::Url;

use super::answer::Answer;
use super::diagnosis::{self, Asked};
use super::network::Requests;
use super::{connection, exchange};
use crate::credentials::Credentials;
use crate::problem::{Kind, Problem, Stage};

/// A token is renewed this long before its end, or after four fifths of its life where that is later.
const AHEAD: Duration = Duration::from_mins(2);

/// Taken where the identity provider does not say how long a token lives.
const UNKNOWN_LIFE: Duration = Duration::from_mins(5);

/// No token is kept longer than a day, whatever the identity provider says.
const LONGEST_LIFE: Duration = Duration::from_hours(24);

/// A token as it goes into a request.
#[derive(Clone)]
pub(super) struct BearerToken {
    header: HeaderValue,
    number: u64,
    renew_at: Instant,
}

impl BearerToken {
    /// The value of `Authorization`; marked as sensitive, so that nothing prints it.
    pub(super) fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    fn new(text: &str, life: Duration, number: u64, now: Instant) -> Option<Self> {
        let mut header = HeaderValue::try_from(format!("Bearer {text}")).ok()?;
        header.set_sensitive(true);
        let life = life.min(LONGEST_LIFE);
        let renew_at = now + life.saturating_sub(AHEAD).max(life * 4 / 5);
        Some(Self { header, number, renew_at })
    }

    fn is_fresh(&self, now: Instant) -> bool {
        now < self.renew_at
    }
}

/// Where tokens come from.
pub(super) struct TokenSource {
    requests: Requests,
    url: Url,
    credentials: Credentials,
    /// Requests that have ended; tells a caller who waited for one that it was answered, too.
    answered: AtomicU64,
    last: Mutex<Option<Result<BearerToken, Problem>>>,
}

impl TokenSource {
    pub(super) fn new(requests: Requests, url: Url, credentials: Credentials) -> Self {
        Self { requests, url, credentials, answered: AtomicU64::new(0), last: Mutex::new(None) }
    }

    /// Whose tokens they are.
    pub(super) fn client_id(&self) -> &str {
        &self.credentials.client_id
    }

    /// A token that is good for a while.
    pub(super) async fn get(&self) -> Result<BearerToken, Problem> {
        self.other_than(None).await
    }

    /// A token that is not the one that was refused.
    pub(super) async fn instead_of(&self, refused: &BearerToken) -> Result<BearerToken, Problem> {
        self.other_than(Some(refused.number)).await
    }

    /// The lock is held while the identity provider is asked: whoever waits for it shares the answer.
    async fn other_than(&self, refused: Option<u64>) -> Result<BearerToken, Problem> {
        let before = self.answered.load(Ordering::Acquire);
        let mut last = self.last.lock().await;
        let number = self.answered.load(Ordering::Acquire);
        match &*last {
            Some(Ok(token)) if Some(token.number) != refused && token.is_fresh(Instant::now()) => {
                return Ok(token.clone());
            }
            Some(Err(problem)) if number > before => return Err(problem.clone()),
            _ => {}
        }
        let result = self.ask(number).await;
        self.answered.fetch_add(1, Ordering::AcqRel);
        *last = Some(result.clone());
        result
    }

    async fn ask(&self, number: u64) -> Result<BearerToken, Problem> {
        let response = self.request().send().await.map_err(|error| {
            debug!(url = %self.url, error = connection::describe(&error), "no token");
            Problem::new(connection::kind(&error, &self.url), Stage::Token)
        })?;
        let answer = exchange::read(response, &Asked::Token).await?;
        debug!(url = %self.url, status = answer.status.as_u16(), "token asked for");
        granted(&answer, number).map_err(|kind| diagnosis::with_kind(kind, &answer, &Asked::Token))
    }

    /// As the identity provider wants it: the form's fields in the query, the credentials by Basic authentication.
    fn request(&self) -> reqwest::RequestBuilder {
        let (id, secret) = (&self.credentials.client_id, self.credentials.client_secret.expose());
        self.requests
            .to(Method::POST, &self.url)
            .query(&[("grant_type", "client_credentials"), ("scope", "clientCreds")])
            .basic_auth(id, Some(secret))
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body("")
    }
}

#[derive(Deserialize)]
struct Grant {
    access_token: String,
    #[serde(default)]
    expires_in: Value,
}

fn granted(answer: &Answer, number: u64) -> Result<BearerToken, Kind> {
    if !answer.status.is_success() || answer.is_page() {
        return Err(diagnosis::kind(answer, &Asked::Token));
    }
    let grant: Grant =
        serde_json::from_slice(&answer.body).map_err(|error| diagnosis::of_json(&error, answer))?;
    BearerToken::new(&grant.access_token, life(&grant.expires_in), number, Instant::now())
        .ok_or(Kind::UnexpectedAnswer)
}

/// Some identity providers write the number as a text.
fn life(expires_in: &Value) -> Duration {
    let seconds = expires_in.as_u64().or_else(|| expires_in.as_str()?.trim().parse().ok());
    seconds.map_or(UNKNOWN_LIFE, Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::super::answer::tests::answer;
    use super::*;

    /// Seconds for which a token that lives this long is used.
    fn used_for(life: u64) -> u64 {
        let now = Instant::now();
        let token = BearerToken::new("t", Duration::from_secs(life), 0, now).unwrap();
        (token.renew_at - now).as_secs()
    }

    #[test]
    fn a_token_is_renewed_ahead_of_its_end() {
        assert_eq!(used_for(1800), 1680);
        assert_eq!(used_for(300), 240);
        assert_eq!(used_for(10), 8);
        assert_eq!(used_for(u64::MAX), 24 * 3600 - 120);
        let now = Instant::now();
        let token = BearerToken::new("t", Duration::from_secs(10), 0, now).unwrap();
        assert!(token.is_fresh(now) && !token.is_fresh(now + Duration::from_secs(8)));
    }

    #[test]
    fn the_life_may_be_a_number_a_text_or_absent() {
        assert_eq!(life(&Value::from(1800)), Duration::from_mins(30));
        assert_eq!(life(&Value::from("900")), Duration::from_mins(15));
        assert_eq!(life(&Value::Null), UNKNOWN_LIFE);
        assert_eq!(life(&Value::from(-1)), UNKNOWN_LIFE);
    }

    #[test]
    fn nothing_prints_a_token() {
        let token = BearerToken::new("canary", Duration::from_mins(1), 0, Instant::now()).unwrap();
        assert!(!format!("{:?}", token.header()).contains("canary"));
    }

    #[test]
    fn a_grant_without_a_usable_token_is_no_grant() {
        let kind = |body| granted(&answer(200, &[], body), 0).err().unwrap();
        assert_eq!(kind("{}"), Kind::UnexpectedAnswer);
        assert_eq!(kind("{\"access_token\":\"a\\nb\"}"), Kind::UnexpectedAnswer);
        assert!(matches!(kind("{\"access_token\":\"a"), Kind::ConnectionLost { .. }));
        assert!(matches!(kind("<html>sign in"), Kind::CaptivePortal { .. }));
    }
}
