//! The network's side of a transfer.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::{debug, info};

use super::place::Place;
use super::sink::{Beginning, Piece, Sink};
use super::verify::blocking;
use super::wire::{self, Saved};
use super::{Target, TransferError, Verified};
use crate::api::{Api, FileAnswer, FileBody, ManifestFile};
use crate::problem::{Kind, Problem, Stage};

/// Pieces that may wait for the disk before the network has to: 32 of 16 kB to 400 kB.
const QUEUE: usize = 32;

/// Fetches one file: it is verified and has its final name, or nothing has.
///
/// `arrived` is the count of uncompressed bytes so far, while they come. A transfer that broke off leaves bytes behind
/// only where the service sent a strong validator; the next attempt then goes on with them, hashing from the first.
///
/// # Errors
/// [`TransferError`]; a [`Mismatch`](super::Mismatch), and what is [`Unkept`](TransferError::Unkept), count at the
/// service as one of the file's six downloads.
pub async fn fetch(
    api: &Api,
    file: &ManifestFile,
    target: &Target<'_>,
    arrived: Arc<AtomicU64>,
    stop: CancellationToken,
) -> Result<Verified, TransferError> {
    let place = Place::new(file, target);
    let (body, beginning) = tokio::select! {
        biased;
        () = stop.cancelled() => return Err(TransferError::Stopped),
        opened = open(api, file, &place) => opened?,
    };
    let sink = Sink { file: file.clone(), place, arrived, coding: body.coding, beginning };
    let (sender, pieces) = mpsc::channel(QUEUE);
    let received = tokio::task::spawn_blocking(move || sink.receive(pieces));
    let pumped = pump(body, sender, &stop).await;
    let result = settle(pumped, received).await;
    log(file, &result);
    result
}

/// Asks for the file, or for the rest of it where an earlier attempt left its beginning.
async fn open(api: &Api, file: &ManifestFile, place: &Place) -> Result<(FileBody, Beginning), Problem> {
    let (path, url) = (place.wire(), file.url.clone());
    if let Some(saved) = blocking(move || Saved::find(&path, &url)).await {
        match api.file(file, Some(saved.rest())).await? {
            FileAnswer::Rest(body) => return Ok((body, Beginning::After(saved))),
            FileAnswer::Whole(body) => return Ok(fresh(body)),
            FileAnswer::NoRest => debug!(file = file.name, "the rest cannot be had; from the start"),
        }
        wire::discard(&place.wire());
    }
    match api.file(file, None).await? {
        FileAnswer::Whole(body) | FileAnswer::Rest(body) => Ok(fresh(body)),
        FileAnswer::NoRest => Err(Problem::new(Kind::UnexpectedAnswer, Stage::File)),
    }
}

fn fresh(mut body: FileBody) -> (FileBody, Beginning) {
    let validator = body.validator.take();
    (body, Beginning::Fresh { validator })
}

/// Passes bytes on to the disk's side until they end. Where that gave up, it says why itself.
async fn pump(
    mut body: FileBody,
    sink: mpsc::Sender<Piece>,
    stop: &CancellationToken,
) -> Result<(), TransferError> {
    loop {
        let piece = tokio::select! {
            biased;
            () = stop.cancelled() => return Err(TransferError::Stopped),
            () = sink.closed() => return Ok(()),
            next = body.next() => next?.map_or(Piece::End, Piece::Bytes),
        };
        let ended = matches!(piece, Piece::End);
        tokio::select! {
            biased;
            () = stop.cancelled() => return Err(TransferError::Stopped),
            sent = sink.send(piece) => if ended || sent.is_err() {
                return Ok(());
            },
        }
    }
}

/// Waits for the disk's side, so that nothing is written any more when a transfer has ended.
async fn settle(
    pumped: Result<(), TransferError>,
    received: JoinHandle<Result<Verified, TransferError>>,
) -> Result<Verified, TransferError> {
    let received = match received.await {
        Ok(received) => received,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    };
    pumped.and(received)
}

fn log(file: &ManifestFile, result: &Result<Verified, TransferError>) {
    match result {
        Ok(verified) => info!(file = file.name, bytes = verified.bytes, "file verified"),
        // A problem's own words may name a folder, and with it a person.
        Err(TransferError::Problem(problem) | TransferError::Unkept(problem)) => {
            info!(file = file.name, code = problem.code(), status = problem.http_status, "file not fetched");
        }
        Err(error @ (TransferError::Stopped | TransferError::Mismatch(_))) => {
            info!(file = file.name, ?error, "file not fetched");
        }
    }
}
