//! The arguments of an export.

use std::path::PathBuf;
use std::time::Duration;

use ab2d_engine::parameters::{FhirVersion, ServiceDate, parse_time};
use ab2d_engine::view::ExportId;
use chrono::{DateTime, Utc};
use clap::Args;

use super::{AddressArguments, ContractArguments, CredentialsArguments, export_id};

/// Exports a stored contract or, given addresses, credentials and a folder, one that is not stored.
///
/// With neither --since nor --everything: what is new since the last export; everything when there was none.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub(crate) struct ExportArguments {
    #[command(flatten)]
    pub(crate) contract: ContractArguments,
    /// Claims added or changed after this time, with its zone: 2026-11-03T09:14:00-05:00
    #[arg(long, value_name = "TIME", value_parser = parse_time, conflicts_with = "everything")]
    pub(crate) since: Option<DateTime<Utc>>,
    /// Everything available
    #[arg(long)]
    pub(crate) everything: bool,
    /// Claims added or changed up to this time, with its zone
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(crate) until: Option<DateTime<Utc>>,
    /// The first stretch that no verified file covers, of a stored contract; such stretches are told after an export
    #[arg(long, conflicts_with_all = ["since", "everything", "until", "service_dates", "api_url"])]
    pub(crate) close_gap: bool,
    /// The FHIR version: R4, STU3 or R4V3
    #[arg(long, value_name = "VERSION", default_value_t = FhirVersion::R4)]
    pub(crate) fhir: FhirVersion,
    /// Dates of service, with R4V3 only; can be repeated: ge2024-01-01
    #[arg(long = "service-date", value_name = "DATE")]
    pub(crate) service_dates: Vec<ServiceDate>,
    /// The save folder [default: the contract's]
    #[arg(long, value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
    /// Keep the files compressed, as .ndjson.gz
    #[arg(long)]
    pub(crate) compressed: bool,
    #[command(flatten)]
    pub(crate) addresses: AddressArguments,
    #[command(flatten)]
    pub(crate) credentials: CredentialsArguments,
    #[command(flatten)]
    pub(crate) run: RunArguments,
    /// One JSON object a line; the last one is the result
    #[arg(long)]
    pub(crate) json: bool,
}

/// Goes on where an export was left, whatever ended it.
#[derive(Debug, Args)]
pub(crate) struct ResumeArguments {
    /// The export's number [default: every unfinished export]
    #[arg(value_name = "ID", value_parser = export_id)]
    pub(crate) export: Option<ExportId>,
    /// Another save folder; what was verified in the old one is fetched again
    #[arg(long, value_name = "DIR", requires = "export")]
    pub(crate) folder: Option<PathBuf>,
    /// Which of the running jobs that `ab2d status` lists is this export's, when the answer to its start was lost
    #[arg(long, value_name = "JOB", requires = "export", conflicts_with = "start_anew")]
    pub(crate) job: Option<String>,
    /// None of those jobs is this export's: start one as soon as there is room
    #[arg(long, requires = "export")]
    pub(crate) start_anew: bool,
    /// The credentials file, for an export whose contract is not stored, or whose credentials are refused
    #[arg(long, value_name = "FILE")]
    pub(crate) credentials_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) run: RunArguments,
    /// One JSON object a line; the last one is the result
    #[arg(long)]
    pub(crate) json: bool,
}

/// Reads an export's folder, and fetches what is not whole in it. AB2D gives each file out six times.
#[derive(Debug, Args)]
pub(crate) struct FetchAgainArguments {
    /// The export's number, as `ab2d history` shows it
    #[arg(value_name = "ID", value_parser = export_id)]
    pub(crate) export: ExportId,
    /// The credentials file, for an export whose contract is not stored
    #[arg(long, value_name = "FILE")]
    pub(crate) credentials_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) run: RunArguments,
    /// One JSON object a line; the last one is the result
    #[arg(long)]
    pub(crate) json: bool,
}

/// How an export runs.
#[derive(Debug, Args)]
pub(crate) struct RunArguments {
    /// Files to fetch at a time, 1 to 8
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=8))]
    pub(crate) parallel: Option<u8>,
    /// How long to wait for what passes by itself, such as 30m or 2h [default: a day until AB2D prepares the data, then until the files expire]
    #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration)]
    pub(crate) max_wait: Option<Duration>,
}
