//! What the command says: the only room that writes to standard output and standard error.

mod bar;
mod json;
mod lines;
mod meter;
mod table;
mod words;

use std::io::{self, IsTerminal, Write};

use ab2d_engine::export::FileRecord;
use ab2d_engine::view::{ExportId, ExportView, ProblemView, Progress};
use serde::Serialize;

use crate::failure::Failure;
use crate::status::Status;

use bar::Bar;
use json::JsonLines;
use lines::Lines;

pub(crate) use meter::Meter;

#[cfg(test)]
pub(crate) use words::tests::example;
pub(crate) use words::{candidates, local_time, phase_name, size_of};

/// Where an export is shown while it runs.
pub(crate) trait Screen: Send {
    /// An export is shown from now on.
    fn begin(&mut self, export: &ExportView);
    /// Where it stands now.
    fn phase(&mut self, export: &ExportView);
    /// Bytes arrived.
    fn progress(&mut self, export: ExportId, progress: &Progress);
    /// It goes on no further in this run.
    fn end(&mut self, ending: &Ending<'_>);
}

/// How an export ended, for this run.
pub(crate) struct Ending<'a> {
    /// In which way.
    pub(crate) status: Status,
    /// Where it stands.
    pub(crate) export: &'a ExportView,
    /// What it stands at.
    pub(crate) problem: Option<&'a ProblemView>,
    /// Its files.
    pub(crate) files: &'a [FileRecord],
}

/// JSON where a program asked for it, a progress bar on a terminal, plain lines otherwise.
pub(crate) fn screen(json: bool) -> Box<dyn Screen> {
    if json {
        Box::new(JsonLines::default())
    } else if io::stderr().is_terminal() {
        Box::new(Bar::default())
    } else {
        Box::new(Lines::default())
    }
}

/// A line on standard output. That nobody reads it any more is no reason to end an export.
pub(crate) fn line(text: &str) {
    let _ = writeln!(io::stdout().lock(), "{text}");
}

/// A remark beside the result, on standard error.
pub(crate) fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Rows under their headings, on standard output.
pub(crate) fn table<const COLUMNS: usize>(headings: [&str; COLUMNS], rows: &[[String; COLUMNS]]) {
    for row in table::lines(headings, rows) {
        line(&row);
    }
}

/// A value as a line of JSON on standard output.
pub(crate) fn json_line(value: &impl Serialize) {
    match serde_json::to_string(value) {
        Ok(text) => line(&text),
        Err(error) => note(&format!("A line could not be written: {error}")),
    }
}

/// Why the command did nothing.
pub(crate) fn failure(failure: &Failure, json: bool) {
    if json {
        json::failure(failure);
    } else {
        note(&format!("ab2d: {failure}"));
    }
}
