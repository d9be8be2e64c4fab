//! `ab2d contract`: adding, listing and removing contracts.

use std::path::Path;
use std::sync::Arc;

use ab2d_engine::contract::Environment;
use ab2d_engine::controller::Controller;
use ab2d_engine::credentials::Credentials;
use ab2d_engine::keychain::Keychain;
use ab2d_engine::problem::{Kind, Problem, Stage};
use ab2d_engine::view::{ContractForm, ContractView, CoverageView, CredentialsForm};

use super::stored;
use crate::arguments::{AddArguments, ContractArguments, ContractCommand};
use crate::credentials::read;
use crate::failure::Failure;
use crate::host::Host;
use crate::output;
use crate::status::Status;

pub(super) async fn run(host: &Host, command: ContractCommand) -> Result<Status, Failure> {
    let controller = &host.controller;
    match command {
        ContractCommand::Add(arguments) => add(host, arguments).await,
        ContractCommand::List(arguments) => list(controller, arguments.json).await,
        ContractCommand::Remove { contract } => remove(controller, &contract).await,
    }
}

async fn add(Host { controller, keychain, .. }: &Host, arguments: AddArguments) -> Result<Status, Failure> {
    let credentials = credentials_form(&arguments)?;
    let brings_credentials = !matches!(credentials, CredentialsForm::None);
    if brings_credentials {
        need(keychain).await?;
    }
    let contract = controller
        .add_contract(ContractForm {
            number: arguments.number.to_string(),
            nickname: arguments.nickname,
            environment: arguments.environment,
            api_url: arguments.addresses.api_url,
            token_url: arguments.addresses.token_url,
            folder: whole_path(&arguments.folder)?,
            credentials,
        })
        .await?;
    if brings_credentials && !contract.in_keychain {
        return Err(Failure::CredentialsNotKept {
            number: contract.number,
            environment: contract.environment,
        });
    }
    output::line(&format!(
        "{} ({}) was added. Its claims are saved in {}.",
        contract.number, contract.environment, contract.folder
    ));
    Ok(Status::Complete)
}

/// The sandbox's published credentials serve where none are named for one of its contracts.
fn credentials_form(arguments: &AddArguments) -> Result<CredentialsForm, Failure> {
    let form = match read(&arguments.credentials, &arguments.number)? {
        Some(Credentials { client_id, client_secret }) => CredentialsForm::Typed { client_id, client_secret },
        None if is_published(arguments) => CredentialsForm::Sample,
        None => CredentialsForm::None,
    };
    Ok(form)
}

fn is_published(arguments: &AddArguments) -> bool {
    arguments.environment == Environment::Sandbox && Credentials::sample(&arguments.number).is_some()
}

/// Without a keychain nothing would be left of the credentials when this command ends.
async fn need(keychain: &Arc<dyn Keychain>) -> Result<(), Failure> {
    let keychain = Arc::clone(keychain);
    let available = tokio::task::spawn_blocking(move || keychain.available()).await;
    if available.unwrap_or(false) {
        return Ok(());
    }
    Err(Problem::new(Kind::KeychainUnavailable, Stage::Preparation).into())
}

async fn list(controller: &Controller, json: bool) -> Result<Status, Failure> {
    let contracts = controller.contracts().await?;
    if json {
        contracts.iter().for_each(output::json_line);
    } else if contracts.is_empty() {
        output::line("There are no contracts yet. Add one with `ab2d contract add`.");
    } else {
        let rows: Vec<_> = contracts.iter().map(row).collect();
        let headings = ["CONTRACT", "ENVIRONMENT", "CREDENTIALS", "LAST EXPORT", "FOLDER"];
        output::table(headings, &rows);
        contracts.iter().flat_map(gaps).for_each(|line| output::line(&line));
    }
    Ok(Status::Complete)
}

/// Stretches of a contract that no verified file covers, though later ones do.
fn gaps(contract: &ContractView) -> Vec<String> {
    let name = format!("{} ({})", contract.number, contract.environment);
    let of_version = |coverage: &CoverageView| {
        let (name, version) = (name.clone(), coverage.version);
        coverage.gaps.clone().into_iter().map(move |gap| {
            let from = gap.from.map_or_else(|| "the beginning".to_owned(), output::local_time);
            format!("{name}: no {version} file covers {from} to {}.", output::local_time(gap.to))
        })
    };
    contract.coverage.iter().flat_map(of_version).collect()
}

fn row(contract: &ContractView) -> [String; 5] {
    let last = contract.last_export.as_ref().map(|last| output::local_time(last.finished_at));
    [
        contract.number.clone(),
        contract.environment.to_string(),
        credentials(contract).to_owned(),
        last.unwrap_or_else(|| "never".to_owned()),
        contract.folder.clone(),
    ]
}

fn credentials(contract: &ContractView) -> &'static str {
    match (contract.environment, contract.has_credentials) {
        (Environment::Practice, _) => "built in",
        (_, true) => "kept",
        (_, false) => "missing",
    }
}

async fn remove(controller: &Controller, wanted: &ContractArguments) -> Result<Status, Failure> {
    let contract = stored::get(controller, wanted).await?;
    controller.remove_contract(contract.id).await?;
    output::line(&format!(
        "{} ({}) and its credentials are forgotten. Files, history and coverage stay.",
        contract.number, contract.environment
    ));
    Ok(Status::Complete)
}

/// A folder as it is kept: from the root, since later commands run elsewhere.
pub(super) fn whole_path(folder: &Path) -> Result<String, Failure> {
    let whole = std::path::absolute(folder)
        .map_err(|error| Failure::Io(format!("{} is no folder", folder.display()), error))?;
    whole
        .to_str()
        .map(str::to_owned)
        .ok_or_else(|| Failure::Usage(format!("The name of {} is not Unicode text.", whole.display())))
}
