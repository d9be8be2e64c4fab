//! The audit record, read to its end: exported, or checked. It may be long; nothing else waits for it.

use std::io::Write;

use tokio::time::Instant;

use super::Controller;
use super::records::TICK;
use crate::audit::{Check, Link};
use crate::problem::{Kind, Problem, Stage};
use crate::report;
use crate::store;
use crate::view::{AuditProgress, AuditVerdict, Event};

/// The forms in which the audit record is exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditFormat {
    /// Comma-separated values, for a spreadsheet.
    Csv,
    /// A JSON object a line.
    JsonLines,
}

impl Controller {
    /// Writes the audit record out.
    pub async fn audit_export<W: Write + Send + 'static>(
        &self,
        format: AuditFormat,
        mut out: W,
    ) -> Result<(), Problem> {
        let broken = |error: std::io::Error| store::fault(&error);
        report::audit::begin(format, &mut out).map_err(broken)?;
        let write = move |out: &mut W, text: &str, link: Link| {
            report::audit::entry(format, out, text, &link)
                .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
        };
        let mut out = self.each_entry(out, write, |_| ()).await?;
        out.flush().map_err(broken)
    }

    /// Checks the audit record's chain; events tell how far that is, under the number that the caller gives the check.
    ///
    /// # Errors
    /// [`Kind::AuditKeyMissing`] where entries can only be compared with the help of a keychain that is locked.
    pub async fn audit_verify(&self, check: u32) -> Result<AuditVerdict, Problem> {
        self.0.journal.look_again_for_key().await;
        let reader = self.0.journal.chain().check();
        let entries = self.0.store.read(store::audit::count).await?;
        let mut told = Instant::now();
        let tell = |entries_done| {
            if told.elapsed() >= TICK {
                told = Instant::now();
                self.emit(Event::CheckingAudit { check, progress: AuditProgress { entries, entries_done } });
            }
        };
        let read = |reader: &mut Check, text: &str, link| {
            reader.read(text, link);
            Ok(())
        };
        let check = self.each_entry(reader, read, tell).await?;
        check.verdict().ok_or_else(|| Problem::new(Kind::AuditKeyMissing, Stage::Store))
    }

    /// Shows every entry to a reader, some at a time, and tells how many it has seen; then gives the reader back.
    async fn each_entry<R: Send + 'static>(
        &self,
        mut reader: R,
        visit: impl Fn(&mut R, &str, Link) -> rusqlite::Result<()> + Copy + Send + 'static,
        mut told: impl FnMut(u64),
    ) -> Result<R, Problem> {
        let mut last = Some(0);
        let mut seen = 0;
        while let Some(number) = last {
            (reader, last, seen) = self
                .0
                .store
                .read(move |connection| {
                    let visit = |text: String, link| {
                        seen += 1;
                        visit(&mut reader, &text, link)
                    };
                    let last = store::audit::visit_after(connection, number, visit)?;
                    Ok((reader, last, seen))
                })
                .await?;
            told(seen);
        }
        Ok(reader)
    }
}
