//! A request to the API with the bearer token, and its answer.

use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::{Method, Response, StatusCode};
use tracing::debug;
use url::Url;

use super::answer::Answer;
use super::diagnosis::Asked;
use super::token::BearerToken;
use super::{Api, connection};
use crate::problem::{Kind, Problem};

/// A request to the API.
pub(super) struct Request<'a> {
    pub(super) method: Method,
    pub(super) url: &'a Url,
    pub(super) headers: HeaderMap,
    pub(super) asked: Asked<'a>,
    pub(super) with_token: bool,
}

impl<'a> Request<'a> {
    /// A request for JSON.
    pub(super) fn new(method: Method, url: &'a Url, asked: Asked<'a>) -> Self {
        let headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("application/json"))]);
        Self { method, url, headers, asked, with_token: true }
    }
}

/// An answer as it comes in.
pub(super) enum Reply {
    /// A success, whose body is still to be read.
    Open(Response),
    /// Everything else, read to its end.
    Closed(Answer),
}

impl Api {
    /// Sends a request and reads its answer to the end.
    pub(super) async fn ask(&self, request: &Request<'_>) -> Result<Answer, Problem> {
        match self.open(request).await? {
            Reply::Open(response) => read(response, &request.asked).await,
            Reply::Closed(answer) => Ok(answer),
        }
    }

    /// Sends a request. The service refuses an expired token just as it refuses an unwelcome client: so such a
    /// refusal gets one new token and a second try, and only then counts.
    pub(super) async fn open(&self, request: &Request<'_>) -> Result<Reply, Problem> {
        self.guard_origin(request)?;
        if !request.with_token {
            return self.send(request, None).await;
        }
        let token = self.access.tokens.get().await?;
        let reply = self.send(request, Some(&token)).await?;
        if !may_be_expired(&reply) {
            return Ok(reply);
        }
        let token = self.access.tokens.instead_of(&token).await?;
        self.send(request, Some(&token)).await
    }

    /// A token goes to the API's own origin (scheme, host and port) and nowhere else.
    fn guard_origin(&self, request: &Request<'_>) -> Result<(), Problem> {
        if request.url.origin() == self.access.endpoints.api_origin() {
            return Ok(());
        }
        let kind = Kind::ForeignAddress { host: connection::host(request.url) };
        Err(Problem::new(kind, request.asked.stage()))
    }

    async fn send(&self, request: &Request<'_>, token: Option<&BearerToken>) -> Result<Reply, Problem> {
        let mut headers = request.headers.clone();
        headers.extend(token.map(|token| (Some(AUTHORIZATION), token.header())));
        let builder = self.access.requests.to(request.method.clone(), request.url).headers(headers);
        let response = send(builder, request.url, &request.asked).await?;
        if response.status().is_success() {
            return Ok(Reply::Open(response));
        }
        read(response, &request.asked).await.map(Reply::Closed)
    }
}

/// Sends a request as it is.
pub(super) async fn send(
    builder: reqwest::RequestBuilder,
    url: &Url,
    asked: &Asked<'_>,
) -> Result<Response, Problem> {
    match builder.send().await {
        Ok(response) => {
            debug!(%url, status = response.status().as_u16(), version = ?response.version(), "answered");
            Ok(response)
        }
        Err(error) => {
            debug!(%url, error = connection::describe(&error), "not answered");
            Err(Problem::new(connection::kind(&error, url), asked.stage()))
        }
    }
}

/// Reads an answer to its end.
pub(super) async fn read(response: Response, asked: &Asked<'_>) -> Result<Answer, Problem> {
    let status = response.status().as_u16();
    Answer::read(response).await.map_err(|kind| Problem::new(kind, asked.stage()).with_status(status))
}

fn may_be_expired(reply: &Reply) -> bool {
    match reply {
        Reply::Open(_) => false,
        Reply::Closed(answer) => match answer.status {
            StatusCode::UNAUTHORIZED => true,
            StatusCode::FORBIDDEN => answer.is_empty(),
            _ => false,
        },
    }
}
