//! Owns the running exports: requests in, snapshots and events out. Nothing goes past it.
//!
//! A host (the window's shell, or the command) holds a [`Controller`], sends it what the person asks for, and shows
//! the [`Event`]s that follow.

mod access;
mod audit;
mod check;
mod contracts;
mod exports;
mod folders;
mod keeping;
mod list;
mod locks;
mod log;
mod records;
mod running;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use tokio::sync::{broadcast, watch};

use crate::api::{Api, Network, Timing};
use crate::contract::{ContractKey, ContractNumber, Endpoints};
use crate::credentials::Credentials;
use crate::durable;
use crate::export::drive::PollBudget;
use crate::journal::Journal;
use crate::keychain::Keychain;
use crate::problem::Problem;
use crate::report::{self, Checked};
use crate::settings::Settings;
use crate::store::{self, Store};
use crate::transfer::Verification;
use crate::view::{Event, ExportId, Snapshot};
use crate::wake::{Alarm, Reading};

pub use audit::AuditFormat;
pub use contracts::SaveError;
pub use exports::StartError;

use keeping::Keeping;
use running::Running;

/// Events that a slow listener may fall behind by before it misses some.
const EVENTS: usize = 1024;

/// The practice service of this program, started by the host when it is first needed.
pub trait PracticeEnvironment: Send + Sync {
    /// Its address, and the credentials of one of its contracts.
    fn start<'a>(
        &'a self,
        number: &'a ContractNumber,
    ) -> Pin<Box<dyn Future<Output = Result<PracticeAccess, Problem>> + Send + 'a>>;
}

/// How a practice contract is reached.
#[derive(Debug, Clone)]
pub struct PracticeAccess {
    /// On this computer.
    pub endpoints: Endpoints,
    /// Made up.
    pub credentials: Credentials,
}

/// What a controller is opened with.
pub struct Options {
    /// Where the program's records are.
    pub data_folder: PathBuf,
    /// Where credentials are.
    pub keychain: Arc<dyn Keychain>,
    /// The practice service.
    pub practice: Arc<dyn PracticeEnvironment>,
    /// Whether unfinished exports are taken up at once, and whenever another process leaves one behind.
    pub take_up: bool,
    /// The limits in time of every request.
    pub timing: Timing,
}

/// The engine as its hosts see it; a clone is the same one.
#[derive(Clone)]
pub struct Controller(Arc<Inner>);

struct Inner {
    store: Store,
    journal: Arc<Journal>,
    keychain: Arc<dyn Keychain>,
    practice: Arc<dyn PracticeEnvironment>,
    events: broadcast::Sender<Event>,
    polls: Arc<PollBudget>,
    alarm: Alarm,
    settings: RwLock<Settings>,
    /// Where the log is.
    log_folder: RwLock<PathBuf>,
    network: RwLock<Network>,
    take_up: bool,
    timing: Timing,
    /// One for each contract, so that there is one token for each.
    apis: Mutex<HashMap<ContractKey, Api>>,
    /// Credentials that are kept for this run only.
    for_this_run: Mutex<HashMap<ContractKey, Credentials>>,
    keeping: Keeping,
    /// Credentials files that were read, by handle.
    files_read: Mutex<Vec<Credentials>>,
    running: Mutex<HashMap<ExportId, Running>>,
    /// Exports whose folders are being read again.
    verifying: Mutex<HashMap<ExportId, Arc<Verification>>>,
    /// The last check of each contract and of the computer, by what was checked.
    checked: Mutex<BTreeMap<String, Checked>>,
    /// Exports of which this process changes something while nobody drives them.
    claims: watch::Sender<HashSet<ExportId>>,
    /// Held while an export is taken up, so that a person and the watch do not lock each other out.
    taking_up: tokio::sync::Mutex<()>,
    /// Held while the list of contracts is read and shown, so that an older one does not come last.
    showing: tokio::sync::Mutex<()>,
    /// Set when the program ends: nothing is taken up any more.
    closed: AtomicBool,
}

impl Controller {
    /// Opens the records and, where `take_up` says so, takes up every unfinished export where it was.
    pub async fn open(options: Options) -> Result<Self, Problem> {
        let Options { data_folder, keychain, practice, take_up, timing } = options;
        let folder = data_folder.clone();
        let store = tokio::task::spawn_blocking(move || Store::open(&folder))
            .await
            .map_err(|e| store::fault(&e))??;
        let settings = store.read(store::settings::get).await?;
        let network = Network::with_timing(&settings.proxy, timing)?;
        let journal = Arc::new(Journal::new(&data_folder, Arc::clone(&keychain)));
        let controller = Self(Arc::new(Inner {
            store,
            journal,
            keychain,
            practice,
            events: broadcast::channel(EVENTS).0,
            polls: Arc::default(),
            alarm: Alarm::default(),
            log_folder: RwLock::new(report::log::folder(&data_folder)),
            settings: RwLock::new(settings),
            network: RwLock::new(network),
            take_up,
            timing,
            apis: Mutex::default(),
            for_this_run: Mutex::default(),
            keeping: Keeping::new(&data_folder),
            files_read: Mutex::default(),
            running: Mutex::default(),
            verifying: Mutex::default(),
            checked: Mutex::default(),
            claims: watch::Sender::default(),
            taking_up: tokio::sync::Mutex::default(),
            showing: tokio::sync::Mutex::default(),
            closed: AtomicBool::new(false),
        }));
        controller.open_log().await;
        controller.watch_store();
        controller.watch_clocks();
        let forgetting = controller.clone();
        tokio::spawn(async move { forgetting.forget_the_rest().await });
        Ok(controller)
    }

    /// Whether the program ends: nothing is taken up any more.
    pub fn is_closing(&self) -> bool {
        self.0.closed.load(Ordering::SeqCst)
    }

    /// Lets everything that waits for the clock try at once, and gives up what is silent: the computer slept, or its
    /// network is another. A sleep is noticed without being told.
    pub fn wake(&self) {
        self.0.alarm.ring();
    }

    fn watch_clocks(&self) {
        let (inner, alarm) = (Arc::downgrade(&self.0), self.0.alarm.clone());
        tokio::spawn(async move { alarm.keep(Reading::now, || inner.strong_count() > 0).await });
    }

    /// Everything that a window shows.
    pub async fn snapshot(&self) -> Result<Snapshot, Problem> {
        let keychain = Arc::clone(&self.0.keychain);
        Ok(Snapshot {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            contracts: self.contracts().await?,
            exports: self.current_exports().await?,
            settings: self.settings(),
            default_folder: default_folder().display().to_string(),
            log_folder: self.log_folder().display().to_string(),
            keychain: tokio::task::spawn_blocking(move || keychain.available()).await.unwrap_or(false),
        })
    }

    /// What happens from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.0.events.subscribe()
    }

    /// Sends an event of the host's own (a file that was dropped onto its window).
    pub fn emit(&self, event: Event) {
        _ = self.0.events.send(event);
    }

    /// The settings.
    pub fn settings(&self) -> Settings {
        self.0.settings.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Stores the settings; what is asked of the network from now on goes by them, and what waits for a way to the service
    /// tries another proxy at once.
    pub async fn set_settings(&self, settings: Settings) -> Result<(), Problem> {
        let settings = Settings {
            parallel_files: settings.parallel_files.clamp(1, 8),
            zoom: settings.zoom.clamp(50, 300),
            ..settings
        };
        let before = self.settings();
        let is_another_way = settings.proxy != before.proxy;
        let network =
            is_another_way.then(|| Network::with_timing(&settings.proxy, self.0.timing)).transpose()?;
        let moves_log = settings.log_folder != before.log_folder;
        if moves_log {
            self.move_log(settings.log_folder.as_deref()).await?;
        }
        let new = settings.clone();
        let stored = self.0.store.write(move |transaction| store::settings::put(transaction, &new)).await;
        if moves_log && stored.is_err() {
            // What is refused changes nothing; where the log was it can be again.
            _ = self.move_log(before.log_folder.as_deref()).await;
        }
        stored?;
        *self.0.settings.write().unwrap_or_else(PoisonError::into_inner) = settings;
        self.emit(self.settings_event());
        if let Some(network) = network {
            *self.0.network.write().unwrap_or_else(PoisonError::into_inner) = network;
            // Only then: their tokens go with them, and the keychain is asked again.
            lock(&self.0.apis).clear();
            self.nudge_cut_off();
        }
        Ok(())
    }

    /// The settings as an event, for a listener that missed some.
    pub fn settings_event(&self) -> Event {
        Event::Settings { settings: self.settings(), log_folder: self.log_folder().display().to_string() }
    }

    /// Overrides the number of files at a time for this run, without storing it.
    pub fn set_parallel_files(&self, files: u8) {
        self.0.settings.write().unwrap_or_else(PoisonError::into_inner).parallel_files = files.clamp(1, 8);
    }
}

/// Where save folders are proposed: `AB2D Claims` among the user's documents.
pub fn default_folder() -> PathBuf {
    let user = directories::UserDirs::new();
    let home = || user.as_ref().map_or_else(PathBuf::new, |user| user.home_dir().to_path_buf());
    let documents =
        user.as_ref().and_then(|user| user.document_dir().map(PathBuf::from)).unwrap_or_else(home);
    documents.join("AB2D Claims")
}

/// Where the program's records are kept: the system's folder for application data.
pub fn default_data_folder() -> PathBuf {
    directories::ProjectDirs::from("", "", "AB2D Desktop")
        .map_or_else(|| PathBuf::from("ab2d-data"), |folders| folders.data_local_dir().to_path_buf())
}

/// Makes the folder for the program's records, readable by this user alone.
///
/// # Errors
/// The operating system's.
pub fn make_data_folder(folder: &Path) -> std::io::Result<()> {
    durable::make_folders(folder, true)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
