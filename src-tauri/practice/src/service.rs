//! What all requests share.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::claims::file::Contents;
use crate::claims::model::Claims;
use crate::claims::population::{Epoch, Population, mixed};
use crate::claims::template::average_line;
use crate::clock::Clock;
use crate::connection::Gate;
use crate::content::Summary;
use crate::contract::PracticeContract;
use crate::faults::Faults;
use crate::firewall::Firewall;
use crate::jobs::Jobs;
use crate::journal::Journal;
use crate::options::Options;
use crate::shared::Shared;
use crate::token::Tokens;
use crate::version::Version;

/// The state of a running service.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) options: Options,
    pub(crate) origin: Url,
    pub(crate) epoch: Epoch,
    pub(crate) claims: Claims,
    pub(crate) tokens: Tokens,
    pub(crate) jobs: Jobs,
    pub(crate) faults: Faults,
    pub(crate) journal: Journal,
    pub(crate) firewall: Firewall,
    pub(crate) gate: Gate,
    pub(crate) stop: CancellationToken,
    /// Told of changes that the state file may take a little later.
    pub(crate) changed: Notify,
    /// Told whenever a job's files are ready.
    pub(crate) prepared: Notify,
    /// What is known of files that were made before.
    pub(crate) summaries: Shared<HashMap<Contents, Summary>>,
    /// Held while the state file is written.
    pub(crate) saving: Shared<()>,
    maintenance: AtomicBool,
}

impl Service {
    pub(crate) fn new(options: Options, origin: Url, epoch: Epoch, gate: Gate) -> Self {
        Self {
            firewall: Firewall::new(options.request_limit),
            options,
            origin,
            epoch,
            gate,
            claims: Claims::default(),
            tokens: Tokens::default(),
            jobs: Jobs::default(),
            faults: Faults::default(),
            journal: Journal::default(),
            stop: CancellationToken::new(),
            changed: Notify::new(),
            prepared: Notify::new(),
            summaries: Shared::default(),
            saving: Shared::default(),
            maintenance: AtomicBool::new(false),
        }
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.options.clock
    }

    pub(crate) fn in_maintenance(&self) -> bool {
        self.maintenance.load(Ordering::Relaxed)
    }

    pub(crate) fn set_maintenance(&self, on: bool) {
        self.maintenance.store(on, Ordering::Relaxed);
    }

    /// An address of the service.
    pub(crate) fn url(&self, path: &str) -> String {
        let origin = self.options.known_as.as_ref().unwrap_or(&self.origin);
        format!("{}{path}", origin.as_str().trim_end_matches('/'))
    }

    /// The claims of a contract in the form of a version.
    pub(crate) fn population(&self, contract: &PracticeContract, version: Version) -> Population {
        let interval = self.options.new_claim_every.unwrap_or_default().as_millis();
        Population {
            seed: mixed(self.options.seed)
                ^ contract.number.bytes().fold(0, |hash, byte| mixed(hash ^ u64::from(byte))),
            enrollees: contract.enrollees,
            count: u64::from(self.options.files) * self.claims_per_file(version),
            epoch: self.epoch,
            interval: i64::try_from(interval).unwrap_or(i64::MAX),
        }
    }

    /// Claims that fill a file.
    pub(crate) fn claims_per_file(&self, version: Version) -> u64 {
        (self.options.file_size / average_line(version)).max(1)
    }
}
