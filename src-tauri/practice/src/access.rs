//! Who may use the API: the `Authorization` header, and what belongs to whom.

use axum::body::Body;
use axum::http::{HeaderMap, Response, StatusCode, header};
use uuid::Uuid;

use crate::contract::PracticeContract;
use crate::jobs::Job;
use crate::outcome::{empty, json_answer, outcome};
use crate::service::Service;

/// An answer that ends a request early. Boxed, since answers are large and refusals rare.
pub(crate) type Refused = Box<Response<Body>>;

/// The contract whose token came with a request.
///
/// 401 without a usable header. An expired or unknown token, and a disabled client, are 403 without a body.
pub(crate) fn contract<'a>(
    service: &'a Service,
    headers: &HeaderMap,
) -> Result<&'a PracticeContract, Refused> {
    let token = bearer(headers).ok_or_else(|| Box::new(empty(StatusCode::UNAUTHORIZED)))?;
    let number = service.tokens.contract(token, service.clock().now()).ok_or_else(forbidden)?;
    let contract = service.options.contracts.iter().find(|contract| contract.number == number);
    contract.filter(|contract| !contract.disabled).ok_or_else(forbidden)
}

/// A job of the contract; 404 when there is none with this ID, 403 when it is another organisation's.
pub(crate) fn job(service: &Service, contract: &PracticeContract, id: &str) -> Result<Job, Refused> {
    let found = id.parse::<Uuid>().ok().and_then(|id| service.jobs.get(id));
    let job = found.ok_or_else(|| {
        let text = format!("No job with jobUuid {id} was found");
        Box::new(json_answer(StatusCode::NOT_FOUND, &outcome("not-found", &text)))
    })?;
    if job.contract == contract.number { Ok(job) } else { Err(forbidden()) }
}

/// 403 without a body.
pub(crate) fn forbidden() -> Refused {
    Box::new(empty(StatusCode::FORBIDDEN))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty()).then_some(token.trim())
}
