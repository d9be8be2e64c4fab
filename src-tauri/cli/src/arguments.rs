//! The command line.

mod export;

use std::path::PathBuf;

use ab2d_engine::contract::{ContractNumber, Environment};
use ab2d_engine::view::ExportId;
use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use export::{ExportArguments, FetchAgainArguments, ResumeArguments, RunArguments};

/// Exports Medicare claims from the AB2D API into verified files.
///
/// Exit status: 0 complete, 1 failed, 2 wrong usage or parameters that AB2D would refuse, 3 waits for a person, 4
/// cancelled, 130 interrupted (go on with `ab2d resume`). Not made or endorsed by CMS.
#[derive(Debug, Parser)]
#[command(name = "ab2d", version, max_term_width = 100)]
pub(crate) struct Arguments {
    /// Where the program's records lie [default: the system's folder for application data]
    #[arg(long, global = true, value_name = "DIR", env = "AB2D_DATA_DIR", hide_env_values = true)]
    pub(crate) data_dir: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Add, list and remove contracts
    #[command(subcommand)]
    Contract(ContractCommand),
    /// Export a contract's claims
    Export(ExportArguments),
    /// Go on with every unfinished export, or with one
    Resume(ResumeArguments),
    /// Cancel an export; files that are verified stay
    Cancel {
        /// The export's number, as `ab2d status` shows it
        #[arg(value_name = "ID", value_parser = export_id)]
        export: ExportId,
    },
    /// Show what is unfinished
    Status(ListArguments),
    /// Show past exports, the newest first
    History(HistoryArguments),
    /// Read exported files again and compare them with their checksums
    Verify {
        /// An export's number, or its folder
        #[arg(value_name = "ID|DIR")]
        what: String,
    },
    /// Fetch files of an export that are damaged or missing again, while AB2D has them
    FetchAgain(FetchAgainArguments),
    /// Check the connection to AB2D step by step
    Check {
        #[command(flatten)]
        contract: ContractArguments,
    },
    /// The record of who exported what, when and with which result
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Write a support report, without secrets and claims
    Report {
        /// The export that it is about
        #[arg(value_name = "ID", value_parser = export_id)]
        export: Option<ExportId>,
    },
    /// An AB2D service on this computer, with made-up claims
    #[command(subcommand)]
    Practice(PracticeCommand),
}

#[derive(Debug, Subcommand)]
pub(crate) enum ContractCommand {
    /// Add a contract, and keep its credentials in the keychain
    Add(AddArguments),
    /// List the contracts
    List(ListArguments),
    /// Forget a contract and its credentials; files, history and coverage stay
    Remove {
        #[command(flatten)]
        contract: ContractArguments,
    },
}

/// Which contract.
#[derive(Debug, Args)]
pub(crate) struct ContractArguments {
    /// The contract number, such as S5601
    #[arg(value_name = "CONTRACT")]
    pub(crate) number: ContractNumber,
    /// Which AB2D service: production, sandbox, practice or other
    #[arg(long, value_name = "NAME")]
    pub(crate) environment: Option<Environment>,
}

#[derive(Debug, Args)]
pub(crate) struct AddArguments {
    /// The contract number, such as S5601
    #[arg(value_name = "CONTRACT")]
    pub(crate) number: ContractNumber,
    /// Which AB2D service: production, sandbox, practice or other
    #[arg(long, value_name = "NAME")]
    pub(crate) environment: Environment,
    #[command(flatten)]
    pub(crate) addresses: AddressArguments,
    /// The save folder: each export makes a folder of its own in it
    #[arg(long, value_name = "DIR")]
    pub(crate) folder: PathBuf,
    /// A name of your own for it
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(crate) nickname: String,
    #[command(flatten)]
    pub(crate) credentials: CredentialsArguments,
}

/// Where requests go, for the environment `other` or to correct a published address.
#[derive(Debug, Args)]
pub(crate) struct AddressArguments {
    /// The API's base, such as `https://api.ab2d.cms.gov/api`
    #[arg(long, value_name = "URL")]
    pub(crate) api_url: Option<String>,
    /// The token endpoint
    #[arg(long, value_name = "URL")]
    pub(crate) token_url: Option<String>,
}

/// Where credentials come from.
#[derive(Debug, Args)]
pub(crate) struct CredentialsArguments {
    /// The credentials file that AB2D sent
    #[arg(long, value_name = "FILE", conflicts_with = "client_id")]
    pub(crate) credentials_file: Option<PathBuf>,
    /// The client ID; the password is asked for, or read from standard input
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ListArguments {
    /// One JSON object a line
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct HistoryArguments {
    /// Only this contract
    #[arg(value_name = "CONTRACT")]
    pub(crate) number: Option<ContractNumber>,
    /// How many at most
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub(crate) limit: u32,
    /// One JSON object a line
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Write the record to standard output
    Export {
        /// Comma-separated values, or a JSON object a line
        #[arg(long, value_enum)]
        format: AuditFormat,
    },
    /// Check that no entry was changed, removed or cut off
    Verify,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum AuditFormat {
    /// Comma-separated values
    Csv,
    /// A JSON object a line
    Jsonl,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PracticeCommand {
    /// Serve until interrupted
    Serve(ServeArguments),
}

#[derive(Debug, Args)]
pub(crate) struct ServeArguments {
    /// Port on 127.0.0.1 [default: any free one]
    #[arg(long, value_name = "P")]
    pub(crate) port: Option<u16>,
    /// Files that everything of a contract fills
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) files: Option<u32>,
    /// Bytes of a file, about, uncompressed
    #[arg(long, value_name = "BYTES", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) size: Option<u64>,
    /// Seconds that preparing an export takes at least
    #[arg(long, value_name = "S")]
    pub(crate) job_seconds: Option<u64>,
    /// Send validators and lengths, and honour Range
    #[arg(long)]
    pub(crate) range: bool,
    /// Say in JSON, in the first line, how it is reached
    #[arg(long)]
    pub(crate) json: bool,
}

impl Command {
    /// Whether what this command says is read by a program.
    pub(crate) fn wants_json(&self) -> bool {
        match self {
            Self::Export(arguments) => arguments.json,
            Self::Resume(arguments) => arguments.json,
            Self::FetchAgain(arguments) => arguments.json,
            Self::Status(arguments) | Self::Contract(ContractCommand::List(arguments)) => arguments.json,
            Self::History(arguments) => arguments.json,
            Self::Practice(PracticeCommand::Serve(arguments)) => arguments.json,
            Self::Contract(ContractCommand::Add(_) | ContractCommand::Remove { .. })
            | Self::Cancel { .. }
            | Self::Verify { .. }
            | Self::Check { .. }
            | Self::Audit(_)
            | Self::Report { .. } => false,
        }
    }
}

/// Reads an export's number.
pub(crate) fn export_id(text: &str) -> Result<ExportId, String> {
    let number = text.trim_start_matches('#').parse();
    number
        .map(ExportId)
        .map_err(|_| "an export has a number: `ab2d status` and `ab2d history` show it".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn an_exports_number_may_carry_its_sign() {
        assert_eq!(export_id("#12"), Ok(ExportId(12)));
        assert_eq!(export_id("12"), Ok(ExportId(12)));
        assert!(export_id("Z1001").is_err());
    }
}
