//! The program's own records, in SQLite: contracts, exports, files, coverage, settings, the audit record,
//! and which credentials are still to be forgotten.
//!
//! The window and the command may share one store: write-ahead logging, a busy timeout, and transactions that take
//! the write lock when they begin. A phase and its audit entry change in one transaction.

pub mod audit;
pub mod contracts;
pub mod coverage;
pub mod exports;
pub mod forgotten;
pub mod settings;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, ToSql, Transaction, TransactionBehavior};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::durable;
use crate::place;
use crate::problem::{Kind, Problem, Stage};

/// The file's name in the data folder.
const FILE: &str = "ab2d.sqlite3";

/// How long a process waits for the other one's transaction.
const BUSY: Duration = Duration::from_secs(15);

/// After this time it is tried again to make the records that another process makes.
const RETRY: Duration = Duration::from_millis(10);

/// The records of one data folder.
#[derive(Clone)]
pub struct Store {
    connection: Arc<Mutex<Connection>>,
    folder: PathBuf,
}

impl Store {
    /// Opens the store in a folder of this computer, and makes both where they are not there yet.
    pub fn open(folder: &Path) -> Result<Self, Problem> {
        if place::is_on_network(folder) {
            return Err(problem(Kind::DataOnNetwork { folder: folder.to_path_buf() }));
        }
        durable::make_folders(folder, true).map_err(|error| fault(&error))?;
        let connection = connect(&folder.join(FILE)).map_err(|error| fault(&error))?;
        Ok(Self { connection: Arc::new(Mutex::new(connection)), folder: folder.to_path_buf() })
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Reads, away from the asynchronous threads.
    pub async fn read<T, F>(&self, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        self.on_thread(move |connection| work(connection)).await
    }

    /// Writes in one transaction that holds the write lock from its beginning.
    pub async fn write<T, F>(&self, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
    {
        self.on_thread(move |connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let done = work(&transaction)?;
            transaction.commit()?;
            Ok(done)
        })
        .await
    }

    async fn on_thread<T, F>(&self, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let connection = Arc::clone(&self.connection);
        let run = move || work(&mut connection.lock().unwrap_or_else(PoisonError::into_inner));
        tokio::task::spawn_blocking(run).await.map_err(|error| fault(&error))?.map_err(|error| fault(&error))
    }
}

/// A problem of this program's own records.
pub fn fault(error: &dyn std::error::Error) -> Problem {
    problem(Kind::StoreFault { reason: error.to_string() })
}

fn problem(kind: Kind) -> Problem {
    Problem::new(kind, Stage::Store)
}

fn connect(file: &Path) -> rusqlite::Result<Connection> {
    let mut connection = Connection::open(file)?;
    connection.busy_timeout(BUSY)?;
    write_ahead(&connection)?;
    // A phase that was shown is on the disk, even when the power fails; on macOS only a full flush goes down to the medium.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(include_str!("store/schema.sql"))?;
    transaction.commit()?;
    Ok(connection)
}

/// Sets write-ahead logging, which is refused at once, whatever the busy timeout, while another process makes the records.
fn write_ahead(connection: &Connection) -> rusqlite::Result<()> {
    let began = Instant::now();
    loop {
        let set = connection.pragma_update(None, "journal_mode", "WAL");
        let is_busy = |error: &rusqlite::Error| error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy);
        if !set.as_ref().is_err_and(is_busy) || began.elapsed() > BUSY {
            return set;
        }
        thread::sleep(RETRY);
    }
}

/// A value kept as JSON in a column.
pub(crate) struct Json<T>(pub T);

impl<T: Serialize> ToSql for Json<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let text = serde_json::to_string(&self.0)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
        Ok(text.into())
    }
}

impl<T: DeserializeOwned> FromSql for Json<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        serde_json::from_str(value.as_str()?).map(Json).map_err(|error| FromSqlError::Other(error.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_makes_the_records_waits_for_another_that_does() {
        let folder = tempfile::tempdir().unwrap();
        let other = Connection::open(folder.path().join(FILE)).unwrap();
        other.execute_batch("begin immediate; create table its_own (a)").unwrap();
        thread::scope(|scope| {
            let opening = scope.spawn(|| Store::open(folder.path()).map(drop).map_err(|e| e.to_string()));
            thread::sleep(Duration::from_millis(200));
            other.execute_batch("commit").unwrap();
            assert_eq!(opening.join().unwrap(), Ok(()));
        });
    }
}
