//! Who may use the API: the `Authorization` header, and what belongs to whom.

use axum::http::{HeaderMap, StatusCode, header};
use uuid::Uuid;

use crate::contract::PracticeContract;
use crate::jobs::Job;
use crate::outcome::Refused;
use crate::service::Service;

/// The contract whose token came with a request.
///
/// 401 without a usable header. An expired or unknown token, and a disabled client, are 403 without a body.
pub(crate) fn contract<'a>(
    service: &'a Service,
    headers: &HeaderMap,
) -> Result<&'a PracticeContract, Refused> {
    let token = bearer(headers).ok_or_else(|| Refused::empty(StatusCode::UNAUTHORIZED))?;
    let number = service.tokens.contract(token, service.clock().now()).ok_or_else(forbidden)?;
    let contract = service.options.contracts.iter().find(|contract| contract.number == number);
    contract.filter(|contract| !contract.disabled).ok_or_else(forbidden)
}

/// The job with an ID; 404 when there is none, 403 when it is another organisation's.
pub(crate) fn job(service: &Service, headers: &HeaderMap, id: &str) -> Result<Job, Refused> {
    let contract = contract(service, headers)?;
    let found = id.parse::<Uuid>().ok().and_then(|id| service.jobs.get(id));
    let job = found.ok_or_else(|| {
        let text = format!("No job with jobUuid {id} was found");
        Refused::outcome(StatusCode::NOT_FOUND, "not-found", &text)
    })?;
    if job.contract == contract.number { Ok(job) } else { Err(forbidden()) }
}

/// 403 without a body.
pub(crate) fn forbidden() -> Refused {
    Refused::empty(StatusCode::FORBIDDEN)
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty()).then_some(token.trim())
}
