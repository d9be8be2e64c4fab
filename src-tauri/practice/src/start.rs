//! Starting an export.

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, Uri, header};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::access;
use crate::claims::file::{ClaimFile, Selection};
use crate::claims::service_date::ServiceDate;
use crate::clock::time_delta;
use crate::contract::PracticeContract;
use crate::jobs::Job;
use crate::negotiation::{JSON, check_accept};
use crate::outcome::{Refused, empty};
use crate::parameters::Parameters;
use crate::service::Service;
use crate::version::Version;
use crate::{prepare, state_file, status};

/// `GET /api/{version}/fhir/Patient/$export`.
pub(crate) async fn start(
    State(service): State<Arc<Service>>,
    version: Version,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response<Body>, Refused> {
    let request = uri.path_and_query().map_or_else(|| uri.path().to_owned(), ToString::to_string);
    let contract = access::contract(&service, &headers)?;
    check_accept(&headers, &JSON)?;
    let (parameters, service_dates) = admitted(&service, version, contract, uri.query().unwrap_or_default())?;
    let job = job(&service, version, contract, request, &parameters, service_dates);
    let id = job.id;
    service.jobs.add(job);
    state_file::save(&service);
    prepare::begin(&service, id);
    let mut answer = empty(StatusCode::ACCEPTED);
    answer.headers_mut().insert(header::CONTENT_LOCATION, location(&service, version, &[id]));
    Ok(answer)
}

/// Applies every rule in the order in which the service does.
fn admitted(
    service: &Service,
    version: Version,
    contract: &PracticeContract,
    query: &str,
) -> Result<(Parameters, Vec<ServiceDate>), Refused> {
    let bad = |text: String| Refused::invalid(StatusCode::BAD_REQUEST, &text);
    check_v3(service, version, contract)?;
    let parameters = Parameters::read(version, query).map_err(bad)?;
    contract.attested_at.ok_or_else(access::forbidden)?;
    if service.in_maintenance() {
        return Err(Refused::empty(StatusCode::SERVICE_UNAVAILABLE));
    }
    check_running(service, version, contract)?;
    let service_dates = parameters.check(version, service.clock().now()).map_err(bad)?;
    Ok((parameters, service_dates))
}

fn check_v3(service: &Service, version: Version, contract: &PracticeContract) -> Result<(), Refused> {
    let denied = |text| Err(Refused::outcome(StatusCode::FORBIDDEN, "forbidden", text));
    match version {
        Version::V3 if !service.options.v3_available => denied("The V3 API is currently unavailable"),
        Version::V3 if !contract.v3_enabled => denied("V3 access not enabled for this PDP"),
        _ => Ok(()),
    }
}

/// Refuses one job too many, and says which ones run, with the version of this request.
fn check_running(service: &Service, version: Version, contract: &PracticeContract) -> Result<(), Refused> {
    let running = service.jobs.running(&contract.number, service.clock().now());
    if running.len() < service.options.maximum_running_jobs {
        return Ok(());
    }
    let text = "You already have active export requests in progress. Please wait until they complete before \
                submitting a new one.";
    Err(status::too_many(service, text)
        .header(header::CONTENT_LOCATION, location(service, version, &running)))
}

/// The service marks the jobs of v3 by the beginning of their IDs.
fn job_id(version: Version) -> Uuid {
    let id = Uuid::new_v4();
    let (_, second, third, rest) = id.as_fields();
    if version == Version::V3 { Uuid::from_fields(0x3333_3333, second, third, rest) } else { id }
}

fn job(
    service: &Service,
    version: Version,
    contract: &PracticeContract,
    request: String,
    parameters: &Parameters,
    service_dates: Vec<ServiceDate>,
) -> Job {
    let now = service.clock().now();
    let since = since(service, version, contract, parameters);
    let until = parameters.until.map_or(now, |until| until.with_timezone(&Utc).min(now));
    let population = service.population(contract, version);
    let places = population.updated_between(since, until);
    let added = service.claims.updated_between(&contract.number, since, until);
    let selection = Selection {
        claims: ClaimFile { population, version, places, added, service_dates },
        undeliverable: contract.undeliverable,
        claims_per_file: service.claims_per_file(version),
    };
    Job {
        id: job_id(version),
        contract: contract.number.clone(),
        version,
        request,
        created: now,
        due: now + time_delta(service.options.job_duration),
        deadline: now + time_delta(service.options.longest_job),
        contents: selection.files(),
        prepared: None,
        hashed: 0,
        ended: None,
        last_poll: None,
        aliases: HashMap::new(),
        expired: false,
    }
}

/// From when on claims are delivered: never from before the attestation; on v2, where nothing is said, from the last
/// job whose files were all downloaded.
fn since(
    service: &Service,
    version: Version,
    contract: &PracticeContract,
    parameters: &Parameters,
) -> DateTime<Utc> {
    let asked = parameters.since.map(|since| since.with_timezone(&Utc));
    let default = || service.jobs.last_downloaded(&contract.number).filter(|_| version == Version::V2);
    let attested = contract.attested_at.unwrap_or_default();
    asked.or_else(default).map_or(attested, |since| since.max(attested))
}

/// The status addresses of some jobs.
fn location(service: &Service, version: Version, jobs: &[Uuid]) -> HeaderValue {
    let url = |id: &Uuid| service.url(&format!("/api/{}/fhir/Job/{id}/$status", version.segment()));
    let urls: Vec<String> = jobs.iter().map(url).collect();
    HeaderValue::from_str(&urls.join(", ")).unwrap_or(HeaderValue::from_static(""))
}
