//! The commands: each translates its arguments for the engine, and shows what comes of it.

mod audit;
mod check;
mod contract;
mod export;
mod fetch_again;
mod list;
mod manage;
mod resume;
mod serve;
mod stored;

use std::path::PathBuf;

use crate::arguments::{Arguments, Command, PracticeCommand};
use crate::failure::Failure;
use crate::host::Host;
use crate::status::Status;

/// Runs what the command line says.
pub(crate) async fn run(arguments: Arguments) -> Result<Status, Failure> {
    match arguments.command {
        Command::Practice(PracticeCommand::Serve(arguments)) => serve::run(arguments).await,
        command => with_host(arguments.data_dir, command).await,
    }
}

async fn with_host(data_folder: Option<PathBuf>, command: Command) -> Result<Status, Failure> {
    let host = Host::open(data_folder).await?;
    let outcome = dispatch(&host, command).await;
    host.close().await;
    outcome
}

async fn dispatch(host: &Host, command: Command) -> Result<Status, Failure> {
    let controller = &host.controller;
    match command {
        Command::Contract(command) => contract::run(host, command).await,
        Command::Export(arguments) => export::run(host, arguments).await,
        Command::Resume(arguments) => resume::run(controller, arguments).await,
        Command::Cancel { export } => manage::cancel(controller, export).await,
        Command::Status(arguments) => list::status(controller, arguments.json).await,
        Command::History(arguments) => list::history(controller, arguments).await,
        Command::FetchAgain(arguments) => fetch_again::run(controller, arguments).await,
        Command::Verify { what } => manage::verify(controller, &what).await,
        Command::Check { contract } => check::run(controller, &contract).await,
        Command::Audit(command) => audit::run(controller, command).await,
        Command::Report { export } => manage::report(controller, export).await,
        Command::Practice(PracticeCommand::Serve(arguments)) => serve::run(arguments).await,
    }
}
