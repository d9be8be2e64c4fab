//! `ab2d audit`: the record of who exported what.

use std::io;

use ab2d_engine::controller::{self, Controller};
use ab2d_engine::view::AuditVerdict;

use crate::arguments::{AuditCommand, AuditFormat};
use crate::failure::Failure;
use crate::output;
use crate::status::Status;

pub(super) async fn run(controller: &Controller, command: AuditCommand) -> Result<Status, Failure> {
    match command {
        AuditCommand::Export { format } => {
            controller.audit_export(form(format), io::stdout()).await?;
            Ok(Status::Complete)
        }
        AuditCommand::Verify => Ok(show(&controller.audit_verify(0).await?)),
    }
}

fn form(format: AuditFormat) -> controller::AuditFormat {
    match format {
        AuditFormat::Csv => controller::AuditFormat::Csv,
        AuditFormat::Jsonl => controller::AuditFormat::JsonLines,
    }
}

fn show(verdict: &AuditVerdict) -> Status {
    let AuditVerdict { entries, unkeyed, broken, .. } = verdict;
    if *unkeyed > 0 {
        output::line(&format!(
            "{unkeyed} of {entries} entries were written without a keychain, so that no key confirms them."
        ));
    }
    match broken {
        None => {
            output::line(&format!("The record is intact: {entries} entries."));
            Status::Complete
        }
        Some(how) => {
            output::line(&format!("The record is not intact. {how}"));
            Status::Failed
        }
    }
}
