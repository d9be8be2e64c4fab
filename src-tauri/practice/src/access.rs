//! Who may use the API: the `Authorization` header, and what belongs to whom.

use axum::http::{HeaderMap, StatusCode, header};

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

/// What `use_it` makes of the job with an ID; 404 when there is none, 403 when it is another organisation's.
pub(crate) fn job<R>(
    service: &Service,
    headers: &HeaderMap,
    id: &str,
    use_it: impl FnOnce(&mut Job) -> Result<R, Refused>,
) -> Result<R, Refused> {
    let contract = contract(service, headers)?;
    let unknown = || {
        let text = format!("No job with jobUuid {id} was found");
        Refused::outcome(StatusCode::NOT_FOUND, "not-found", &text)
    };
    let used = service.jobs.change(id.parse().map_err(|_| unknown())?, |job| {
        if job.contract == contract.number { use_it(job) } else { Err(forbidden()) }
    });
    used.ok_or_else(unknown)?
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
