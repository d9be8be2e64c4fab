//! The program's log: a file a day in the data folder, redacted before it reaches the disk.

use std::fs::{self, DirBuilder};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_appender::rolling::{InitError, RollingFileAppender, Rotation};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::prelude::*;
use tracing_subscriber::registry::LookupSpan;

use super::redact;

/// Days whose log is kept.
const DAYS: usize = 14;

/// The log could not be begun.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// Its folder cannot be made.
    #[error("the log’s folder cannot be made")]
    Folder(#[from] io::Error),
    /// Its file cannot be opened.
    #[error("the log’s file cannot be opened")]
    File(#[from] InitError),
    /// This process writes a log already.
    #[error("a log is already being written")]
    Twice,
}

/// Where the log of a data folder is.
pub fn folder(data: &Path) -> PathBuf {
    data.join("logs")
}

/// Begins to write this process' log into a data folder; once a process.
pub fn start(data: &Path) -> Result<(), LogError> {
    tracing_subscriber::registry().with(layer(&folder(data))?).try_init().map_err(|_| LogError::Twice)
}

/// The last lines of a data folder's log, the oldest first.
pub fn recent(data: &Path, lines: usize) -> Vec<String> {
    let mut recent = Vec::new();
    for file in files(&folder(data)).into_iter().rev() {
        let missing = lines.saturating_sub(recent.len());
        if missing == 0 {
            break;
        }
        let text = fs::read_to_string(file).unwrap_or_default();
        recent.extend(text.lines().rev().take(missing).map(redact));
    }
    recent.reverse();
    recent
}

fn layer<S>(folder: &Path) -> Result<impl Layer<S>, LogError>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(redacted_file(folder)?);
    Ok(lines.with_filter(ours()))
}

/// What this program's own crates say; of others only that something is wrong.
fn ours() -> Targets {
    Targets::new().with_default(LevelFilter::WARN).with_target("ab2d", LevelFilter::INFO)
}

fn redacted_file(folder: &Path) -> Result<Redacted, LogError> {
    make_private(folder)?;
    let file = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("ab2d")
        .filename_suffix("log")
        .max_log_files(DAYS)
        .build(folder)?;
    Ok(Redacted(file))
}

fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// The log's files, the oldest first: their names hold the date.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<_> = entries.filter(|path| path.extension().is_some_and(|e| e == "log")).collect();
    files.sort();
    files
}

/// Redacts each event, which the subscriber writes in one piece.
struct Redacted(RollingFileAppender);

struct RedactedWriter<W>(W);

impl<'a> MakeWriter<'a> for Redacted {
    type Writer = RedactedWriter<<RollingFileAppender as MakeWriter<'a>>::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        RedactedWriter(self.0.make_writer())
    }
}

impl<W: Write> Write for RedactedWriter<W> {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        self.0.write_all(redact(&String::from_utf8_lossy(event)).as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use tracing::subscriber::with_default;

    use super::*;

    #[test]
    fn what_must_not_be_seen_does_not_reach_the_disk() {
        let data = tempfile::tempdir().unwrap();
        let subscriber = tracing_subscriber::registry().with(layer(&folder(data.path())).unwrap());
        with_default(subscriber, || {
            tracing::info!(password = "canary-1", "sent Basic canary-2 with canary-3=kept");
            tracing::warn!(body = r#"{"resourceType":"canary-4"}"#, "canary-5 kept");
            tracing::debug!("not written at this level");
        });
        let lines = recent(data.path(), 10);
        let text = lines.join("\n");
        for canary in ["canary-1", "canary-2", "canary-4"] {
            assert!(!text.contains(canary), "{text}");
        }
        assert!(text.contains("canary-3=kept") && text.contains("canary-5 kept"), "{text}");
        assert_eq!(lines.len(), 2);
    }

    #[test]
    fn the_last_lines_come_from_the_newest_files() {
        let data = tempfile::tempdir().unwrap();
        fs::create_dir(folder(data.path())).unwrap();
        for (day, text) in [("20", "one\n"), ("21", "two\nthree\n"), ("22", "four\n")] {
            fs::write(folder(data.path()).join(format!("ab2d.2026-11-{day}.log")), text).unwrap();
        }
        assert_eq!(recent(data.path(), 2), ["three", "four"]);
        assert_eq!(recent(data.path(), 9), ["one", "two", "three", "four"]);
        assert!(recent(&data.path().join("nowhere"), 9).is_empty());
    }
}
