//! `ab2d practice serve`: the practice service on its own, for other programs.

use std::time::Duration;

use ab2d_practice::{Options, Practice, PracticeContract};
use serde::Serialize;

use crate::arguments::ServeArguments;
use crate::failure::Failure;
use crate::interruption::Interruption;
use crate::output;
use crate::status::Status;

/// How the service is reached, in the names that other programs expect.
#[derive(Serialize)]
struct Reached<'a> {
    api_url: String,
    token_url: String,
    contracts: Vec<ReachedContract<'a>>,
}

#[derive(Serialize)]
struct ReachedContract<'a> {
    number: &'a str,
    client_id: &'a str,
    client_secret: &'a str,
}

pub(super) async fn run(arguments: ServeArguments) -> Result<Status, Failure> {
    let mut interruption = Interruption::listen()?;
    let practice = ab2d_practice::serve(options(&arguments)).await.map_err(|error| did_not_start(&error))?;
    if arguments.json {
        output::json_line(&reached(&practice));
    } else {
        introduce(&practice);
    }
    interruption.heard().await;
    practice.stop().await;
    Ok(Status::Complete)
}

fn options(arguments: &ServeArguments) -> Options {
    let standard = Options::default();
    let job_duration = arguments.job_seconds.map_or(standard.job_duration, Duration::from_secs);
    Options {
        port: arguments.port.unwrap_or(standard.port),
        files: arguments.files.unwrap_or(standard.files),
        file_size: arguments.size.unwrap_or(standard.file_size),
        job_duration,
        range: arguments.range,
        ..standard
    }
}

fn did_not_start(error: &ab2d_practice::ServeError) -> Failure {
    Failure::Usage(format!("The practice service did not start: {error}. Choose another --port."))
}

fn reached(practice: &Practice) -> Reached<'_> {
    Reached {
        api_url: practice.api_url().to_string(),
        token_url: practice.token_url().to_string(),
        contracts: practice.contracts().iter().map(reached_contract).collect(),
    }
}

fn reached_contract(contract: &PracticeContract) -> ReachedContract<'_> {
    ReachedContract {
        number: &contract.number,
        client_id: &contract.client_id,
        client_secret: &contract.client_secret,
    }
}

fn introduce(practice: &Practice) {
    output::line("An AB2D service with made-up claims runs on this computer until you press Ctrl-C.\n");
    output::line(&format!("API             {}", practice.api_url()));
    output::line(&format!("Token endpoint  {}\n", practice.token_url()));
    let rows: Vec<_> = practice.contracts().iter().map(row).collect();
    let headings = ["CONTRACT", "CLIENT ID", "CLIENT PASSWORD"];
    output::table(headings, &rows);
}

fn row(contract: &PracticeContract) -> [String; 3] {
    [contract.number.clone(), contract.client_id.clone(), contract.client_secret.clone()]
}
