//! The `ab2d` command: exports on a terminal and in scheduled runs, with the window's own engine.
//!
//! It exits with 0 when an export is complete, 1 when it failed, 2 for wrong usage and parameters that the service would
//! refuse, 3 when it waits for a person, 4 when it was cancelled and 130 when it was interrupted and can be resumed.

mod arguments;
mod commands;
mod credentials;
mod failure;
mod follow;
mod host;
mod interruption;
mod output;
mod patience;
mod practice;
mod status;

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;

use arguments::Arguments;
use failure::Failure;
use status::Status;

/// How long what still runs beside the command has at its end: a keychain that waits for a person may never answer.
const ENDING: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let json = arguments.command.wants_json();
    match run(arguments) {
        Ok(status) => status.into(),
        Err(failure) => {
            output::failure(&failure, json);
            failure.status().into()
        }
    }
}

fn run(arguments: Arguments) -> Result<Status, Failure> {
    let no_threads = |error| Failure::Io("The system gives the command no threads".to_owned(), error);
    let runtime = tokio::runtime::Runtime::new().map_err(no_threads)?;
    let outcome = runtime.block_on(commands::run(arguments));
    runtime.shutdown_timeout(ENDING);
    outcome
}
