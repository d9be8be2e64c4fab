//! Jobs that survive a restart of the service.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::claims::model::StoredClaim;
use crate::claims::population::Epoch;
use crate::jobs::Job;
use crate::service::Service;

/// Time between writes for changes of little weight.
const INTERVAL: Duration = Duration::from_millis(200);

/// What is kept.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// The port it had, so that the addresses that clients know go on being right.
    pub(crate) port: u16,
    /// Without it the same claims would be others after midnight.
    pub(crate) epoch: Epoch,
    pub(crate) jobs: Vec<Job>,
    pub(crate) claims: Vec<StoredClaim>,
}

/// Reads what an earlier service kept; `None` when there was none.
pub(crate) fn load(path: &Path) -> io::Result<Option<Kept>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Keeps, until the service stops, what changes so often that each change would not be worth it by itself.
pub(crate) async fn keep(service: Arc<Service>) {
    let kept = async {
        loop {
            service.changed.notified().await;
            tokio::time::sleep(INTERVAL).await;
            save(&service);
        }
    };
    service.stop.run_until_cancelled(kept).await;
}

/// Keeps the present state, where a file was named for it.
pub(crate) fn save(service: &Service) {
    let Some(path) = &service.options.state_file else { return };
    // Under the lock, so that an older state never replaces a newer one.
    let _turn = service.saving.lock();
    let kept = Kept {
        port: service.origin.port().unwrap_or_default(),
        epoch: service.epoch,
        jobs: service.jobs.all(),
        claims: service.claims.stored(),
    };
    if let Err(error) = write(path, &kept) {
        tracing::warn!(%error, path = %path.display(), "cannot keep the state of the practice service");
    }
}

fn write(path: &Path, kept: &Kept) -> io::Result<()> {
    let new = path.with_extension("new");
    fs::write(&new, serde_json::to_vec(kept)?)?;
    fs::rename(new, path)
}
