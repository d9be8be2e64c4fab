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

use clap::Parser;

use arguments::Arguments;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let json = arguments.command.wants_json();
    match commands::run(arguments).await {
        Ok(status) => status.into(),
        Err(failure) => {
            output::failure(&failure, json);
            failure.status().into()
        }
    }
}
