//! The real command at a practice service, with records, save folder and credentials of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use ab2d_practice::{Options, Practice};
use ab2d_tests::places;
use anyhow::{Result, ensure};
use base64::Engine;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

/// The records' file in the data folder.
const FILE: &str = "ab2d.sqlite3";

/// How long another program's transaction is waited for.
const BUSY: Duration = Duration::from_secs(15);

/// How claims come and are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    /// As they are.
    Plain,
    /// As gzip.
    Compressed,
    /// As they are, by a service that offers `Range`, so that side files are kept.
    Ranged,
}

/// A service, and folders that go when it is dropped.
pub(crate) struct Desk {
    pub(crate) service: Practice,
    pub(crate) kept: Kept,
    home: TempDir,
}

impl Desk {
    /// A desk whose service has these files.
    pub(crate) async fn new(kept: Kept, options: Options) -> Result<Self> {
        let service = ab2d_practice::serve(options.range(kept == Kept::Ranged)).await?;
        let home = TempDir::new()?;
        fs::create_dir(home.path().join("runtime"))?;
        for contract in service.contracts() {
            let pair = format!("{}:{}", contract.client_id, contract.client_secret);
            let encoded = base64::prelude::BASE64_STANDARD.encode(pair);
            fs::write(home.path().join(credentials_file(&contract.number)), encoded)?;
        }
        Ok(Self { service, kept, home })
    }

    /// Everything of the desk lies in it.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// Where the program's records are.
    pub(crate) fn data(&self) -> PathBuf {
        self.home().join("data")
    }

    /// The save folder of a contract, which is not there before its first export.
    pub(crate) fn save_folder(&self, contract: &str) -> PathBuf {
        self.home().join("claims").join(contract)
    }

    /// Exports everything of a contract.
    pub(crate) fn export(&self, contract: &str, files_at_a_time: u8) -> Result<Command> {
        let mut command = self.command()?;
        command.args(["export", contract, "--environment", "other", "--everything", "--json"]);
        command.args(["--api-url", self.service.api_url().as_str()]);
        command.args(["--token-url", self.service.token_url().as_str()]);
        command.arg("--credentials-file").arg(credentials_file(contract));
        command.arg("--folder").arg(self.save_folder(contract));
        command.args(["--parallel", &files_at_a_time.to_string()]);
        if self.kept == Kept::Compressed {
            command.arg("--compressed");
        }
        Ok(command)
    }

    /// Goes on with what is unfinished of a contract, as a person or a scheduler would: where nothing was recorded, with
    /// a new export.
    pub(crate) fn go_on(&self, contract: &str) -> Result<Command> {
        let Some(export) = self.records()?.export_of(contract)? else { return self.export(contract, 4) };
        let mut command = self.command()?;
        command.args(["resume", &export.to_string(), "--json", "--credentials-file"]);
        command.arg(credentials_file(contract));
        Ok(command)
    }

    /// Checks the audit record.
    pub(crate) fn verify_audit(&self) -> Result<Command> {
        let mut command = self.command()?;
        command.args(["audit", "verify"]);
        Ok(command)
    }

    /// Runs a command to its end.
    pub(crate) async fn run(&self, command: Command) -> Result<()> {
        let output = tokio::process::Command::from(command).stdin(Stdio::null()).output().await?;
        let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        ensure!(
            output.status.success(),
            "it ended with {}: {}{}",
            output.status,
            said(&output.stdout),
            said(&output.stderr)
        );
        Ok(())
    }

    /// The records as another program finds them.
    pub(crate) fn records(&self) -> Result<Records> {
        Records::opened_in(&self.data())
    }

    /// The records as they would be found if the program, which stands still, were killed now.
    #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
    pub(crate) fn records_left_behind(&self) -> Result<Records> {
        Records::copied_from(&self.data())
    }

    /// The folders that exports of a contract made.
    pub(crate) fn exported(&self, contract: &str) -> Result<Vec<PathBuf>> {
        let save_folder = self.save_folder(contract);
        if !save_folder.exists() {
            return Ok(Vec::new());
        }
        fs::read_dir(save_folder)?.map(|entry| Ok(entry?.path())).collect()
    }

    /// No keychain is within reach, so that no person's own is asked.
    fn command(&self) -> Result<Command> {
        let mut command = Command::new(places::program("ab2d")?);
        command
            .current_dir(self.home())
            .env("AB2D_DATA_DIR", self.data())
            .env("XDG_RUNTIME_DIR", self.home().join("runtime"))
            .env_remove("DBUS_SESSION_BUS_ADDRESS");
        Ok(command)
    }
}

fn credentials_file(contract: &str) -> String {
    format!("credentials_{contract}_base64.txt")
}

/// The program's records, read past the program.
pub(crate) struct Records {
    /// None where there are no records yet.
    connection: Option<Connection>,
    _copy: Option<TempDir>,
}

impl Records {
    /// Nothing is changed, so that the program finds them as they are.
    fn opened_in(data: &Path) -> Result<Self> {
        let file = data.join(FILE);
        if !file.exists() {
            return Ok(Self { connection: None, _copy: None });
        }
        let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.busy_timeout(BUSY)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        Ok(Self { connection: Some(connection), _copy: None })
    }

    #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
    fn copied_from(data: &Path) -> Result<Self> {
        let copy = TempDir::new()?;
        for ending in ["", "-wal", "-journal"] {
            let name = format!("{FILE}{ending}");
            if data.join(&name).exists() {
                fs::copy(data.join(&name), copy.path().join(&name))?;
            }
        }
        let connection = Self::opened_in(copy.path())?.connection;
        Ok(Self { connection, _copy: Some(copy) })
    }

    /// Whether a condition holds. Where there are no tables yet, none does.
    pub(crate) fn say(&self, condition: &str) -> bool {
        let Some(connection) = &self.connection else { return false };
        connection.query_row(&format!("select {condition}"), [], |row| row.get(0)).unwrap_or(false)
    }

    /// The job that is recorded of a contract's export.
    pub(crate) fn job(&self, contract: &str) -> Result<Option<String>> {
        let query =
            "select record ->> '$.job' from export where number = ?1 and record ->> '$.job' is not null";
        let url = self.texts(query, contract)?.pop();
        let id = |url: &str| Some(url.split_once("/Job/")?.1.split('/').next()?.to_owned());
        Ok(url.as_deref().and_then(id))
    }

    /// The files that are recorded as verified, as the service names them.
    pub(crate) fn verified_files(&self, contract: &str) -> Result<Vec<String>> {
        let query = "select file.record ->> '$.name' from file join export on export.id = export_id
            where number = ?1 and file.record ->> '$.verified' is not null";
        self.texts(query, contract)
    }

    fn texts(&self, query: &str, contract: &str) -> Result<Vec<String>> {
        let Some(connection) = self.connection.as_ref().filter(|_| self.say("count(*) >= 0 from file"))
        else {
            return Ok(Vec::new());
        };
        let mut statement = connection.prepare(query)?;
        Ok(statement.query_map([contract], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    fn export_of(&self, contract: &str) -> Result<Option<i64>> {
        let Some(connection) = self.connection.as_ref().filter(|_| self.say("count(*) from export")) else {
            return Ok(None);
        };
        let query = "select max(id) from export where number = ?1";
        Ok(connection.query_row(query, [contract], |row| row.get(0))?)
    }
}
