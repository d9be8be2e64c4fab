//! What a job does while it is "in progress": making its files once, to learn their lengths and hashes.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;
use uuid::Uuid;

use crate::claims::file::Contents;
use crate::content::{Summary, summarise};
use crate::service::Service;
use crate::state_file;

/// How long a request waits for a job that is due but still being hashed, so that a client of an instant job is not
/// sent away for a few milliseconds' sake.
const PATIENCE: Duration = Duration::from_secs(2);

/// Begins to prepare a job's files, on a thread of their own.
pub(crate) fn begin(service: &Arc<Service>, id: Uuid) {
    let service = Arc::clone(service);
    tokio::task::spawn_blocking(move || prepare(&service, id));
}

/// Waits a little for a job that is due.
pub(crate) async fn settle(service: &Service, id: Uuid) {
    let settled = async {
        loop {
            let told = service.prepared.notified();
            let now = service.clock().now();
            let hashing = service.jobs.look(id, |job| {
                job.prepared.is_none() && job.ended.is_none() && now >= job.due && now < job.deadline
            });
            if hashing != Some(true) {
                return;
            }
            told.await;
        }
    };
    // A job that takes longer is simply still in progress.
    let _ = timeout(PATIENCE, settled).await;
}

fn prepare(service: &Service, id: Uuid) {
    let Some(all) = service.jobs.look(id, |job| job.contents.clone()) else { return };
    let files = all.len().max(1) as u64;
    let mut summaries = Vec::with_capacity(all.len());
    for (index, contents) in (0u64..).zip(all) {
        let Some(summary) = summary(service, &contents, |looked_at, of| {
            let percent = (100 * index + 100 * looked_at / of.max(1)) / files;
            wanted(service, id, percent)
        }) else {
            return;
        };
        summaries.push((contents, summary));
    }
    service.jobs.prepared(id, service.clock().now(), summaries);
    service.prepared.notify_waiters();
    state_file::save(service);
}

/// Notes how far it is; false when the job or the service has ended.
fn wanted(service: &Service, id: Uuid, percent: u64) -> bool {
    let runs = service.jobs.change(id, |job| {
        job.hashed = percent.min(100);
        job.ended.is_none()
    });
    runs.unwrap_or(false) && !service.stop.is_cancelled()
}

/// The summary of a file, which is the same whenever the same claims are asked for.
fn summary(
    service: &Service,
    contents: &Contents,
    measured: impl FnMut(u64, u64) -> bool,
) -> Option<Summary> {
    if let Some(known) = service.summaries.lock().get(contents) {
        return Some(known.clone());
    }
    let summary = summarise(contents, service.options.range, measured)?;
    service.summaries.lock().insert(contents.clone(), summary.clone());
    Some(summary)
}
