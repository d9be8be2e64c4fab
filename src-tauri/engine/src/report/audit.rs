//! The audit record as a file: CSV for a spreadsheet, JSON Lines for a program.

use std::fmt::Display;
use std::io::{self, Write};

use chrono::SecondsFormat;

use crate::audit::{AuditEvent, AuditedFile, Entry, Link, Subject};
use crate::controller::AuditFormat;
use crate::parameters::{Parameters, format_time};

const COLUMNS: [&str; 22] = [
    "number",
    "time",
    "user",
    "computer",
    "version",
    "event",
    "contract",
    "environment",
    "origin",
    "export",
    "fhirVersion",
    "since",
    "until",
    "serviceDates",
    "result",
    "problem",
    "job",
    "otherRequest",
    "folder",
    "claims",
    "files",
    "link",
];

/// Writes what comes before the first entry.
pub fn begin(format: AuditFormat, out: &mut dyn Write) -> io::Result<()> {
    match format {
        AuditFormat::Csv => write_row(out, &COLUMNS.map(str::to_owned)),
        AuditFormat::JsonLines => Ok(()),
    }
}

/// Writes one entry, given the text that its link was computed over.
pub fn entry(format: AuditFormat, out: &mut dyn Write, text: &str, link: &Link) -> io::Result<()> {
    match format {
        AuditFormat::Csv => write_row(out, &Row::of(&serde_json::from_str(text)?, link).0),
        AuditFormat::JsonLines => {
            let Link { number, keyed, hash } = link;
            writeln!(out, r#"{{"number":{number},"keyed":{keyed},"link":"{hash}","entry":{text}}}"#)
        }
    }
}

fn write_row(out: &mut dyn Write, cells: &[String]) -> io::Result<()> {
    let mut row = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    row.write_record(cells.iter().map(|cell| inert(cell)))?;
    row.flush()
}

/// A spreadsheet would run a cell that begins like a formula.
fn inert(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@']) { format!("'{cell}") } else { cell.to_owned() }
}

/// A cell for each column; what an event does not have is empty.
struct Row([String; COLUMNS.len()]);

impl Row {
    fn of(entry: &Entry, link: &Link) -> Self {
        let mut row = Self(Default::default());
        row.set("number", &link.number);
        row.set("time", &entry.at.to_rfc3339_opts(SecondsFormat::Secs, true));
        row.set("user", &entry.user);
        row.set("computer", &entry.computer);
        row.set("version", &entry.version);
        row.set_event(&entry.event);
        row.set("link", &format!("{}{}", link.hash, if link.keyed { "" } else { " (unkeyed)" }));
        row
    }

    fn set(&mut self, column: &str, value: &dyn Display) {
        if let Some(at) = COLUMNS.iter().position(|name| *name == column) {
            self.0[at] = value.to_string();
        }
    }

    fn set_event(&mut self, event: &AuditEvent) {
        match event {
            AuditEvent::ContractSaved { contract } => self.set_contract("contractSaved", contract),
            AuditEvent::ContractRemoved { contract } => self.set_contract("contractRemoved", contract),
            AuditEvent::CredentialsStored { contract } => self.set_contract("credentialsStored", contract),
            AuditEvent::ExportStarted { export, contract, parameters, folder } => {
                self.set_contract("exportStarted", contract);
                self.set("export", &export);
                self.set("folder", &folder.display());
                self.set_parameters(parameters);
            }
            AuditEvent::JobAdopted { export, contract, job } => {
                self.set_contract("jobAdopted", contract);
                self.set("export", &export);
                self.set("job", &job);
            }
            AuditEvent::ExportEnded {
                export,
                contract,
                result,
                problem,
                job,
                folder,
                other_request,
                claims,
                files,
            } => {
                self.set_contract("exportEnded", contract);
                self.set("export", &export);
                self.set("result", &result);
                self.set("problem", &problem.as_deref().unwrap_or_default());
                self.set("job", &job.as_deref().unwrap_or_default());
                self.set("otherRequest", &other_request.as_deref().unwrap_or_default());
                self.set("folder", &folder.as_ref().map(|f| f.display().to_string()).unwrap_or_default());
                self.set("claims", &claims);
                self.set("files", &listed(files));
            }
            AuditEvent::FolderVerified { folder, whole, damaged } => {
                self.set("event", &"folderVerified");
                self.set("folder", &folder.display());
                self.set("result", &format!("{whole} whole, {damaged} damaged or missing"));
            }
        }
    }

    fn set_contract(&mut self, event: &str, contract: &Subject) {
        self.set("event", &event);
        self.set("contract", &contract.number);
        self.set("environment", &contract.environment);
        self.set("origin", &contract.origin);
    }

    fn set_parameters(&mut self, parameters: &Parameters) {
        self.set("fhirVersion", &parameters.version);
        self.set("since", &parameters.since.map(format_time).unwrap_or_default());
        self.set("until", &parameters.until.map(format_time).unwrap_or_default());
        let dates: Vec<_> = parameters.service_dates.iter().map(ToString::to_string).collect();
        self.set("serviceDates", &dates.join(" "));
    }
}

/// `Z1001_0001.ndjson 209715200 bytes sha256:9f86…`, one after the other.
fn listed(files: &[AuditedFile]) -> String {
    let files = files.iter().map(|file| format!("{} {} bytes sha256:{}", file.name, file.bytes, file.sha256));
    files.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use super::*;
    use crate::api::Checksum;
    use crate::contract::Environment;
    use crate::parameters::{FhirVersion, parse_time};

    fn written(format: AuditFormat) -> String {
        let contract =
            Subject { number: "Z1001".into(), environment: Environment::Practice, origin: "practice".into() };
        let hash = Checksum::from_str(&"ab".repeat(32)).unwrap();
        let events = [
            AuditEvent::ExportStarted {
                export: 1,
                contract: contract.clone(),
                parameters: Parameters {
                    version: FhirVersion::R4v3,
                    since: Some(parse_time("2026-11-03T14:14:00Z").unwrap()),
                    until: None,
                    service_dates: vec!["ge2024-01-01".parse().unwrap(), "le2024-12-31".parse().unwrap()],
                },
                folder: "/home/ada/Claims, all of \"2026\"".into(),
            },
            AuditEvent::ExportEnded {
                export: 1,
                contract,
                result: "complete".into(),
                problem: None,
                job: Some("4b2b3a0e".into()),
                folder: None,
                other_request: None,
                claims: 3,
                files: vec![AuditedFile { name: "Z1001_0001.ndjson".into(), bytes: 9, sha256: hash }],
            },
        ];
        let mut out = Vec::new();
        begin(format, &mut out).unwrap();
        for (number, event) in (1..).zip(events) {
            let link = Link { number, keyed: number == 1, hash };
            let text = serde_json::to_string(&Entry {
                at: parse_time("2026-11-22T09:14:00Z").unwrap(),
                user: "=ada".into(),
                computer: "desk".into(),
                version: "0.1.0".into(),
                event,
            });
            entry(format, &mut out, &text.unwrap(), &link).unwrap();
        }
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn as_csv_each_entry_is_a_row_of_all_columns() {
        insta::assert_snapshot!(written(AuditFormat::Csv));
    }

    #[test]
    fn as_json_lines_each_entry_keeps_the_text_that_its_link_covers() {
        let text = written(AuditFormat::JsonLines);
        for (number, line) in (1..).zip(text.lines()) {
            let value: serde_json::Value = serde_json::from_str(line).unwrap();
            assert_eq!(value["number"], number);
            assert_eq!(value["entry"]["user"], "=ada");
        }
        assert_eq!(text.lines().count(), 2);
    }
}
