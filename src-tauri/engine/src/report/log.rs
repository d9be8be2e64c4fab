//! The program's log: a file a day in the data folder, or where a person wants it, redacted before it reaches the disk.

use std::fs::{self, DirBuilder};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_appender::rolling::{InitError, RollingFileAppender, Rotation};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
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

/// The folder that the log has to itself within one that a person chose, where other programs' files may be.
const OWN_FOLDER: &str = "AB2D Desktop log";

/// This process' log, once it has begun.
static LOG: OnceLock<RedactedFile> = OnceLock::new();

/// Where the log of a data folder is, unless a person wants it elsewhere.
pub fn folder(data: &Path) -> PathBuf {
    data.join("logs")
}

/// Where the log is within a folder that a person chose.
pub fn folder_in(chosen: &Path) -> PathBuf {
    if chosen.ends_with(OWN_FOLDER) { chosen.to_path_buf() } else { chosen.join(OWN_FOLDER) }
}

/// Begins to write this process' log into a data folder; once a process. Where that fails, the log begins when it is
/// taken to another folder.
pub fn start(data: &Path) -> Result<(), LogError> {
    let (file, begun) = match appender(&folder(data)) {
        Ok(file) => (Some(file), Ok(())),
        Err(error) => (None, Err(error)),
    };
    let log = RedactedFile::new(file);
    tracing_subscriber::registry().with(layer(log.clone())).try_init().map_err(|_| LogError::Twice)?;
    LOG.set(log).map_err(|_| LogError::Twice)?;
    begun
}

/// Whether what is logged is written down.
pub fn is_kept() -> bool {
    LOG.get().is_some_and(|log| log.lock().is_some())
}

/// A log's file that nothing is written into yet.
pub struct Opened(RollingFileAppender);

impl Opened {
    /// Opens it in a folder, which is made in one that is there.
    pub fn in_folder(folder: &Path) -> Result<Self, LogError> {
        if !folder.parent().is_some_and(Path::is_dir) {
            return Err(io::Error::from(io::ErrorKind::NotFound).into());
        }
        Ok(Self(appender(folder)?))
    }

    /// Goes on with this process' log, if it writes one, in this file.
    pub fn go_on(self) {
        if let Some(log) = LOG.get() {
            log.replace(self.0);
        }
    }
}

/// The last lines of the log in a folder, the oldest first.
pub fn recent(folder: &Path, lines: usize) -> Vec<String> {
    let mut recent = Vec::new();
    for file in files(folder).into_iter().rev() {
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

fn layer<S>(file: RedactedFile) -> impl Layer<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(move || file.clone());
    lines.with_filter(ours())
}

/// What this program's own crates say; of others only that something is wrong.
fn ours() -> Targets {
    Targets::new().with_default(LevelFilter::WARN).with_target("ab2d", LevelFilter::INFO)
}

fn appender(folder: &Path) -> Result<RollingFileAppender, LogError> {
    make_private(folder)?;
    Ok(RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("ab2d")
        .filename_suffix("log")
        .max_log_files(DAYS)
        .build(folder)?)
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

/// Redacts each event, which the subscriber writes in one piece; a clone writes into the same file.
/// Without a file, an event goes nowhere.
#[derive(Clone)]
struct RedactedFile(Arc<Mutex<Option<RollingFileAppender>>>);

impl RedactedFile {
    fn new(file: Option<RollingFileAppender>) -> Self {
        Self(Arc::new(Mutex::new(file)))
    }

    fn replace(&self, file: RollingFileAppender) {
        *self.lock() = Some(file);
    }

    fn lock(&self) -> MutexGuard<'_, Option<RollingFileAppender>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Write for RedactedFile {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        if let Some(file) = &mut *self.lock() {
            file.write_all(redact(&String::from_utf8_lossy(event)).as_bytes())?;
        }
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.lock().as_mut().map_or(Ok(()), Write::flush)
    }
}

#[cfg(test)]
mod tests {
    use tracing::subscriber::with_default;

    use super::*;

    #[test]
    fn what_must_not_be_seen_does_not_reach_the_disk() {
        let data = tempfile::tempdir().unwrap();
        let file = RedactedFile::new(Some(appender(&folder(data.path())).unwrap()));
        let subscriber = tracing_subscriber::registry().with(layer(file));
        with_default(subscriber, || {
            tracing::info!(password = "canary-1", "sent Basic canary-2 with canary-3=kept");
            tracing::warn!(body = r#"{"resourceType":"canary-4"}"#, "canary-5 kept");
            tracing::debug!("not written at this level");
        });
        let lines = recent(&folder(data.path()), 10);
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
        assert_eq!(recent(&folder(data.path()), 2), ["three", "four"]);
        assert_eq!(recent(&folder(data.path()), 9), ["one", "two", "three", "four"]);
        assert!(recent(&folder(&data.path().join("nowhere")), 9).is_empty());
    }

    #[test]
    fn a_moved_log_goes_on_in_a_folder_of_its_own() {
        let (data, chosen) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let own = folder_in(chosen.path());
        assert_eq!(folder_in(&own), own);
        let file = RedactedFile::new(Some(appender(&folder(data.path())).unwrap()));
        let subscriber = tracing_subscriber::registry().with(layer(file.clone()));
        with_default(subscriber, || {
            tracing::info!("before");
            file.replace(appender(&own).unwrap());
            tracing::info!(password = "canary", "after");
        });
        let (before, after) = (recent(&folder(data.path()), 9), recent(&own, 9));
        assert!(before.len() == 1 && before[0].contains("before"), "{before:?}");
        assert!(after.len() == 1 && after[0].contains("after"), "{after:?}");
        assert!(!after[0].contains("canary"), "{after:?}");
    }

    #[test]
    fn a_log_that_could_not_begin_begins_where_it_is_taken() {
        let (data, chosen) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(folder(data.path()), "a file where the folder should be").unwrap();
        assert!(matches!(start(data.path()), Err(LogError::Folder(_))));
        assert!(!is_kept());
        tracing::info!(target: "ab2d", "before");
        Opened::in_folder(&folder_in(chosen.path())).unwrap().go_on();
        assert!(is_kept());
        tracing::info!(target: "ab2d", "after");
        let lines = recent(&folder_in(chosen.path()), 9);
        let hears = |what: &str| lines.iter().any(|line| line.contains(what));
        assert!(hears("after") && !hears("before"), "{lines:?}");
    }

    #[test]
    fn a_log_is_moved_only_to_where_it_can_be() {
        let chosen = tempfile::tempdir().unwrap();
        let gone = folder_in(&chosen.path().join("a drive that is not connected"));
        assert!(matches!(Opened::in_folder(&gone), Err(LogError::Folder(_))));
        fs::write(folder_in(chosen.path()), "a file").unwrap();
        assert!(matches!(Opened::in_folder(&folder_in(chosen.path())), Err(LogError::Folder(_))));
    }
}
