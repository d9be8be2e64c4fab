//! `ab2d export`: starting an export and following it to its end.

use std::path::PathBuf;

use ab2d_engine::contract::{Contract, ContractId, Endpoints, Environment};
use ab2d_engine::controller::{Controller, StartError};
use ab2d_engine::credentials::Credentials;
use ab2d_engine::parameters::Selection;
use ab2d_engine::view::{ContractView, ExportForm, ExportId};

use super::contract::whole_path;
use super::stored;
use crate::arguments::{ExportArguments, RunArguments};
use crate::credentials;
use crate::failure::Failure;
use crate::follow::follow;
use crate::host::Host;
use crate::interruption::Interruption;
use crate::output;
use crate::status::Status;

pub(super) async fn run(host: &Host, arguments: ExportArguments) -> Result<Status, Failure> {
    set_up(&host.controller, &arguments.run);
    let mut interruption = Interruption::listen()?;
    let export = start(host, &arguments).await?;
    let mut screen = output::screen(arguments.json);
    let max_wait = arguments.run.max_wait;
    Ok(follow(&host.controller, vec![export], max_wait, &mut *screen, &mut interruption).await?)
}

/// Lets the engine run as the arguments say, for this command only.
pub(super) fn set_up(controller: &Controller, arguments: &RunArguments) {
    if let Some(files) = arguments.parallel {
        controller.set_parallel_files(files);
    }
}

async fn start(host: &Host, arguments: &ExportArguments) -> Result<ExportId, Failure> {
    let credentials = credentials::read(&arguments.credentials, &arguments.contract.number)?;
    // Addresses on the command line are another contract's, whatever is stored under this number.
    let stored = match &arguments.addresses.api_url {
        Some(_) => None,
        None => stored::find(&host.controller, &arguments.contract).await?,
    };
    let form = form(arguments, stored.as_ref())?;
    let started = match (stored, credentials) {
        (Some(contract), None) => host.controller.start_export(contract.id, form).await,
        (Some(contract), Some(credentials)) => {
            start_with(&host.controller, contract.id, credentials, form).await
        }
        (None, credentials) => {
            let (contract, credentials) = unstored(host, arguments, credentials).await?;
            host.controller.start_with(&contract, credentials, form).await
        }
    };
    Ok(started?)
}

/// A stored contract with credentials for this time, where no keychain is at hand.
async fn start_with(
    controller: &Controller,
    id: ContractId,
    credentials: Credentials,
    form: ExportForm,
) -> Result<ExportId, StartError> {
    match controller.contract(id).await? {
        Some(contract) => controller.start_with(&contract, credentials, form).await,
        None => controller.start_export(id, form).await,
    }
}

fn form(arguments: &ExportArguments, stored: Option<&ContractView>) -> Result<ExportForm, Failure> {
    let selection = if arguments.close_gap { gap(arguments, stored)? } else { selection(arguments, stored) };
    Ok(ExportForm {
        selection,
        version: arguments.fhir,
        service_dates: arguments.service_dates.clone(),
        folder: arguments.folder.as_deref().map(whole_path).transpose()?,
        compressed: arguments.compressed,
    })
}

/// The first stretch that is not covered.
fn gap(arguments: &ExportArguments, stored: Option<&ContractView>) -> Result<Selection, Failure> {
    let Some(contract) = stored else { return Err(stored::not_listed(&arguments.contract)) };
    let of_version = contract.coverage.iter().find(|coverage| coverage.version == arguments.fhir);
    match of_version.and_then(|coverage| coverage.gaps.first()) {
        Some(gap) => Ok(Selection::of_gap(*gap, arguments.fhir)),
        None => Err(Failure::Usage(format!(
            "There is no gap in what is covered of {} in {}.",
            contract.number, arguments.fhir
        ))),
    }
}

/// With an end alone, what is new up to that end; everything up to it where nothing is covered.
fn selection(arguments: &ExportArguments, stored: Option<&ContractView>) -> Selection {
    let until = arguments.until;
    let coverage = stored.and_then(|contract| {
        contract.coverage.iter().find(|coverage| coverage.version == arguments.fhir)?.covered_to
    });
    match (arguments.since, until) {
        (Some(since), until) => Selection::Period { since, until },
        (None, until) if arguments.everything => Selection::Everything { until },
        (None, None) => Selection::SinceLast,
        (None, Some(_)) => {
            coverage.map_or(Selection::Everything { until }, |since| Selection::Period { since, until })
        }
    }
}

/// A contract that the command line describes in full.
async fn unstored(
    host: &Host,
    arguments: &ExportArguments,
    credentials: Option<Credentials>,
) -> Result<(Contract, Credentials), Failure> {
    let Some(environment) = arguments.contract.environment else {
        return Err(stored::not_listed(&arguments.contract));
    };
    let Some(folder) = &arguments.folder else {
        return Err(missing("--folder"));
    };
    let number = arguments.contract.number.clone();
    let credentials = match (credentials, environment) {
        (Some(credentials), _) => credentials,
        (None, Environment::Practice) => host.practice.access(&number).await?.credentials,
        (None, Environment::Sandbox) => {
            Credentials::sample(&number).ok_or_else(|| missing("--credentials-file"))?
        }
        (None, Environment::Production | Environment::Other) => {
            return Err(missing("--credentials-file"));
        }
    };
    let contract = Contract {
        id: ContractId::UNSTORED,
        number,
        nickname: String::new(),
        environment,
        endpoints: endpoints(arguments, environment)?,
        folder: PathBuf::from(whole_path(folder)?),
    };
    Ok((contract, credentials))
}

/// The addresses on the command line, or the published ones. Practice has its own.
fn endpoints(arguments: &ExportArguments, environment: Environment) -> Result<Option<Endpoints>, Failure> {
    let published = environment.endpoints();
    if environment == Environment::Practice {
        return Ok(None);
    }
    let api = arguments.addresses.api_url.clone();
    let api = api.or_else(|| published.as_ref().map(|endpoints| endpoints.api().to_string()));
    let token = arguments.addresses.token_url.clone();
    let token = token.or_else(|| published.as_ref().map(|endpoints| endpoints.token().to_string()));
    let (Some(api), Some(token)) = (api, token) else {
        return Err(missing("--api-url and --token-url"));
    };
    Endpoints::new(&api, &token).map(Some).map_err(|error| Failure::Usage(format!("{error}.")))
}

fn missing(option: &str) -> Failure {
    Failure::Usage(format!("A contract that is not in the list needs {option} here."))
}
