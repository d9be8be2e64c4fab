//! A desk of its own for each test: a practice service, a data folder, a save folder and credentials files.

use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use ab2d_practice::{Answer, Armed, Fault, HeldFile, Options, Practice, RequestKind, RetryAfter, Rule};
use serde_json::Value;
use tempfile::TempDir;
use tokio::process::{Child, Command};

/// The contract that tests export unless they say otherwise.
pub(crate) const CONTRACT: &str = "Z1001";

pub(crate) struct Desk {
    pub(crate) practice: Practice,
    home: TempDir,
    has_keychain: bool,
}

/// What a command that has ended said.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) status: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Desk {
    pub(crate) async fn new() -> Self {
        Self::with(Options::instant()).await
    }

    /// Has the service refuse every start, and ask for an hour until the next, for which no test waits.
    pub(crate) fn refuse_starts(&self) -> Armed {
        let refused = Answer::status(503).retry_after(RetryAfter::Seconds(3600));
        self.practice.faults().arm(Rule::on(RequestKind::Start, Fault::Answer(refused)).always())
    }

    /// With the keychain of this session within reach.
    pub(crate) async fn with_keychain() -> Self {
        Self { has_keychain: true, ..Self::new().await }
    }

    pub(crate) async fn with(options: Options) -> Self {
        let practice = ab2d_practice::serve(options).await.unwrap();
        let desk = Self { practice, home: TempDir::new().unwrap(), has_keychain: false };
        for folder in ["data", "claims", "runtime"] {
            std::fs::create_dir(desk.path(folder)).unwrap();
        }
        for contract in desk.practice.contracts() {
            let pair = format!("{}:{}", contract.client_id, contract.client_secret);
            desk.write(&format!("credentials_{}_base64.txt", contract.number), &base64(&pair));
        }
        desk
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        }
        path
    }

    pub(crate) fn claims(&self) -> PathBuf {
        self.path("claims")
    }

    /// Where an unstored contract's requests go, and its credentials and folder.
    pub(crate) fn addressed(&self) -> Vec<String> {
        let credentials = self.path(&format!("credentials_{CONTRACT}_base64.txt"));
        self.addressed_with(&credentials)
    }

    pub(crate) fn addressed_with(&self, credentials: &Path) -> Vec<String> {
        let text = |path: &Path| path.to_str().unwrap().to_owned();
        let pairs = [
            ("--environment", "other".to_owned()),
            ("--api-url", self.practice.api_url().to_string()),
            ("--token-url", self.practice.token_url().to_string()),
            ("--credentials-file", text(credentials)),
            ("--folder", text(&self.claims())),
        ];
        pairs.into_iter().flat_map(|(name, value)| [name.to_owned(), value]).collect()
    }

    /// Runs `ab2d export Z1001`, addressed to the practice service, with further arguments.
    pub(crate) async fn export(&self, further: &[&str]) -> Ran {
        self.run(&self.export_arguments(further)).await
    }

    pub(crate) fn export_arguments(&self, further: &[&str]) -> Vec<String> {
        let words = ["export", CONTRACT].into_iter().map(str::to_owned);
        words.chain(self.addressed()).chain(further.iter().map(ToString::to_string)).collect()
    }

    pub(crate) async fn run<T: AsRef<str>>(&self, arguments: &[T]) -> Ran {
        self.command(arguments).stdin(Stdio::null()).output().await.unwrap().into()
    }

    /// Runs a command with further variables in its environment.
    #[cfg(target_os = "linux")]
    pub(crate) async fn run_with<T: AsRef<str>>(&self, arguments: &[T], variables: &[(&str, &str)]) -> Ran {
        let mut command = self.command(arguments);
        command.envs(variables.iter().copied()).stdin(Stdio::null()).kill_on_drop(true);
        command.output().await.unwrap().into()
    }

    /// Starts a command, whose output is read line by line.
    pub(crate) fn start<T: AsRef<str>>(&self, arguments: &[T]) -> Child {
        self.start_with(arguments, &[])
    }

    /// Starts a command with further variables in its environment.
    pub(crate) fn start_with<T: AsRef<str>>(&self, arguments: &[T], variables: &[(&str, &str)]) -> Child {
        let mut command = self.command(arguments);
        command.envs(variables.iter().copied());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        command.spawn().unwrap()
    }

    /// The only folder that exports made.
    pub(crate) fn exported(&self) -> PathBuf {
        let folders: Vec<_> = std::fs::read_dir(self.claims()).unwrap().map(|f| f.unwrap().path()).collect();
        assert_eq!(folders.len(), 1, "{folders:?}");
        folders.into_iter().next().unwrap()
    }

    /// What the service holds of its only job.
    pub(crate) fn held(&self) -> Vec<HeldFile> {
        let jobs = self.practice.jobs();
        assert_eq!(jobs.len(), 1);
        self.practice.held_files(jobs[0])
    }

    /// Holds every file that the service gave out against the one on the disk.
    #[track_caller]
    pub(crate) fn assert_exported(&self) {
        self.assert_exported_to(&self.exported());
    }

    /// Holds every file that the service gave out against the one in a folder.
    #[track_caller]
    pub(crate) fn assert_exported_to(&self, folder: &Path) {
        let held = self.held();
        assert!(!held.is_empty());
        for file in held {
            let content = std::fs::read(folder.join(&file.name)).unwrap();
            assert_eq!((content.len() as u64, sha256(&content)), (file.bytes, file.sha256), "{}", file.name);
        }
    }

    /// No keychain is within reach unless a test means to use it, so that none of a person's own is asked.
    fn command<T: AsRef<str>>(&self, arguments: &[T]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ab2d"));
        command
            .args(arguments.iter().map(AsRef::as_ref))
            .env("AB2D_DATA_DIR", self.path("data"))
            .current_dir(self.home.path());
        if !self.has_keychain {
            command.env("XDG_RUNTIME_DIR", self.path("runtime")).env_remove("DBUS_SESSION_BUS_ADDRESS");
        }
        command
    }
}

impl Ran {
    /// The lines of standard output, each read as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The last line of standard output, read as JSON.
    #[track_caller]
    pub(crate) fn result(&self) -> Value {
        self.json().pop().unwrap_or_else(|| panic!("no line came: {self:?}"))
    }

    #[track_caller]
    pub(crate) fn assert_status(&self, status: i32) {
        assert_eq!(self.status, Some(status), "{}\n{}", self.out, self.err);
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            status: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

pub(crate) fn sha256(content: &[u8]) -> String {
    use std::fmt::Write;

    let mut digits = String::new();
    for byte in <sha2::Sha256 as sha2::Digest>::digest(content) {
        write!(digits, "{byte:02x}").unwrap();
    }
    digits
}

pub(crate) fn base64(text: &str) -> String {
    base64::Engine::encode(&base64::prelude::BASE64_STANDARD, text)
}
