//! The disk's side of a transfer: on a thread of its own, bytes off the wire become a verified file.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::sync::mpsc;

use super::content::{Content, Decoder, Measured, Output};
use super::lines::Lines;
use super::part::Part;
use super::place::Place;
use super::wire::{self, Saved, Wire};
use super::{COMPRESSION, Mismatch, TransferError, Verified, disk, verify};
use crate::api::{Checksum, Coding, ManifestFile};
use crate::durable;
use crate::problem::{Problem, Stage};

/// Said to be still missing of a file whose length nobody announced.
const UNKNOWN_REST: u64 = 1_000_000;

/// What the network's side sends. Where it falls silent without an `End`, the transfer broke off.
pub(super) enum Piece {
    /// Bytes off the wire.
    Bytes(Bytes),
    /// The answer ended in order.
    End,
}

/// Why the disk's side gave up.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    /// More bytes than announced.
    #[error("more than the announced {announced} bytes arrived")]
    TooLong {
        /// Bytes announced.
        announced: u64,
    },
    /// The file could not be written or read.
    #[error("the disk failed")]
    Disk(#[source] io::Error),
    /// The compressed bytes are damaged.
    #[error("the compressed bytes are damaged")]
    Damaged(#[source] io::Error),
    /// Length or checksum differ.
    #[error("what arrived is not what was announced")]
    Mismatch(#[source] Mismatch),
    /// Another file has the final name already, and nothing tells that it is not whole.
    #[error("another file has the name already")]
    NameTaken,
    /// The file is whole, and could not get its final name.
    #[error("the file could not get its name")]
    Unnamed(#[source] io::Error),
    /// The network's side broke off.
    #[error("the transfer broke off")]
    BrokenOff,
}

/// A fault travels through the decoder as the error of a writer; whatever else comes out of it is the decoder's own.
impl From<Fault> for io::Error {
    fn from(fault: Fault) -> Self {
        Self::other(fault)
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        error.downcast::<Self>().unwrap_or_else(Self::Damaged)
    }
}

/// How far a transfer came.
#[derive(Default)]
struct Reached {
    /// Bytes written.
    written: u64,
    /// Whether the answer ended in order.
    end: bool,
}

/// One file to be received.
pub(super) struct Sink {
    pub(super) file: ManifestFile,
    pub(super) place: Place,
    pub(super) arrived: Arc<AtomicU64>,
    pub(super) coding: Coding,
    pub(super) beginning: Beginning,
}

/// From where the bytes start.
pub(super) enum Beginning {
    /// From the first one; with a strong validator they are kept for a later attempt.
    Fresh {
        /// The validator.
        validator: Option<String>,
    },
    /// Where an earlier attempt broke off.
    After(Saved),
}

impl Sink {
    /// Receives the file to its end, verifies it and gives it its name. What is left of one that fails is at most the
    /// side file from which a later attempt goes on, or the whole file that a later attempt names.
    pub(super) fn receive(self, pieces: mpsc::Receiver<Piece>) -> Result<Verified, TransferError> {
        let mut reached = Reached::default();
        let result = self.try_receive(pieces, &mut reached);
        if let Err(fault) = &result {
            self.clean_up(fault);
        }
        result.map_err(|fault| self.explain(fault, &reached))
    }

    fn try_receive(
        &self,
        mut pieces: mpsc::Receiver<Piece>,
        reached: &mut Reached,
    ) -> Result<Verified, Fault> {
        let mut receiver = self.begin()?;
        loop {
            match pieces.blocking_recv() {
                Some(Piece::Bytes(bytes)) => receiver.take(&bytes)?,
                Some(Piece::End) => break,
                None => return Err(Fault::BrokenOff),
            }
            reached.written = receiver.decoder.bytes();
        }
        reached.end = true;
        let (measured, stored) = receiver.finish()?;
        self.compare(&measured)?;
        self.compare_own_compression(&measured)?;
        self.name(&measured)?;
        Ok(measured.stored_as(self.place.name.clone(), stored, self.is_announced()))
    }

    fn begin(&self) -> Result<Receiver, Fault> {
        let keeps_coding = self.place.compressed && self.coding == Coding::Gzip;
        let part = Part::create(&self.place.part(), self.place.private, self.place.compressed)?;
        let (output, raw) = match (self.place.compressed, keeps_coding) {
            (false, _) => (Output::Plain(part), None),
            (true, true) => (Output::Nowhere, Some(part)),
            (true, false) => {
                (Output::Compressed(Box::new(GzEncoder::new(part, Compression::default()))), None)
            }
        };
        let lines = Lines::of(self.file.is_error);
        let content = Content::new(self.file.bytes, lines, Arc::clone(&self.arrived), output);
        let mut receiver = Receiver { decoder: Decoder::new(self.coding, content), raw, wire: None };
        receiver.wire = self.wire(&mut receiver)?;
        Ok(receiver)
    }

    fn wire(&self, receiver: &mut Receiver) -> Result<Option<Wire>, Fault> {
        let path = self.place.wire();
        match &self.beginning {
            Beginning::Fresh { validator: None } => {
                wire::discard(&path);
                Ok(None)
            }
            Beginning::Fresh { validator: Some(validator) } => {
                Wire::create(&path, self.place.private, &self.file.url, validator.clone(), self.coding)
                    .map(Some)
                    .map_err(Fault::Disk)
            }
            Beginning::After(saved) => Wire::resume(&path, saved, |bytes| receiver.take(bytes)).map(Some),
        }
    }

    /// Length and checksum must be as announced, where they were announced.
    fn compare(&self, measured: &Measured) -> Result<(), Fault> {
        let arrived = measured.bytes;
        if let Some(announced) = self.file.bytes.filter(|announced| *announced != arrived) {
            return Err(Fault::Mismatch(Mismatch::TooShort { announced, arrived }));
        }
        match self.file.sha256 {
            Some(expected) if expected != measured.sha256 => {
                Err(Fault::Mismatch(Mismatch::Checksum { expected, actual: measured.sha256 }))
            }
            _ => Ok(()),
        }
    }

    /// The service's compressed bytes were inflated while they came; what was compressed here is inflated now.
    fn compare_own_compression(&self, measured: &Measured) -> Result<(), Fault> {
        if !self.place.compressed || self.coding == Coding::Gzip {
            return Ok(());
        }
        let again = verify::measure(&self.place.part(), true, Lines::of(true))?;
        if again.sha256 == measured.sha256 {
            return Ok(());
        }
        Err(Fault::Mismatch(Mismatch::Checksum { expected: measured.sha256, actual: again.sha256 }))
    }

    /// Gives the file its final name. One that has it already is replaced only by content that is known to be right.
    fn name(&self, measured: &Measured) -> Result<(), Fault> {
        let path = self.place.path();
        if !self.is_announced() && path.exists() && !self.is_same(&path, measured) {
            return Err(Fault::NameTaken);
        }
        // One flush of the folder then keeps both: a side file whose removal was lost would stay for good.
        wire::discard(&self.place.wire());
        durable::rename(&self.place.part(), &path).map_err(Fault::Unnamed)
    }

    fn is_same(&self, path: &Path, measured: &Measured) -> bool {
        verify::measure(path, self.place.compressed, Lines::of(true))
            .is_ok_and(|other| other.sha256 == measured.sha256)
    }

    fn is_announced(&self) -> bool {
        self.file.bytes.is_some() && self.file.sha256.is_some()
    }

    /// Only a transfer that broke off can go on from its side file, and only what is known to be whole waits for its name.
    fn clean_up(&self, fault: &Fault) {
        if !(matches!(fault, Fault::Unnamed(_)) && self.is_announced()) {
            _ = std::fs::remove_file(self.place.part());
        }
        match fault {
            Fault::BrokenOff => {}
            Fault::TooLong { .. }
            | Fault::Unnamed(_)
            | Fault::Disk(_)
            | Fault::Damaged(_)
            | Fault::Mismatch(_)
            | Fault::NameTaken => wire::discard(&self.place.wire()),
        }
    }

    /// Bytes that the file takes on the disk, as far as can be told, now that what was written of it is gone again.
    fn needed(&self, written: u64) -> u64 {
        let content = self.file.bytes.unwrap_or(written + UNKNOWN_REST);
        if self.place.compressed { content / COMPRESSION } else { content }
    }

    fn explain(&self, fault: Fault, reached: &Reached) -> TransferError {
        let problem = match fault {
            Fault::TooLong { announced } => return Mismatch::TooLong { announced }.into(),
            Fault::Mismatch(mismatch) => return mismatch.into(),
            Fault::Damaged(error) => return Mismatch::Damaged { reason: error.to_string() }.into(),
            Fault::BrokenOff => return TransferError::Stopped,
            Fault::Disk(error) | Fault::Unnamed(error) => {
                disk::problem(&error, &self.place, self.needed(reached.written), Stage::File)
            }
            Fault::NameTaken => {
                let reason = "a file with other content has this name already".to_owned();
                Problem::new(disk::fault(&self.place.path(), reason), Stage::Verify)
            }
        };
        if reached.end { TransferError::Unkept(problem) } else { problem.into() }
    }
}

/// Takes bytes off the wire to where they go.
struct Receiver {
    decoder: Decoder,
    /// The file, where it keeps the service's own compressed bytes.
    raw: Option<Part>,
    wire: Option<Wire>,
}

impl Receiver {
    fn take(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        if let Some(wire) = &mut self.wire {
            wire.take(bytes).map_err(Fault::Disk)?;
        }
        if let Some(raw) = &mut self.raw {
            io::Write::write_all(raw, bytes)?;
        }
        self.decoder.take(bytes)
    }

    /// Ends the file and has the disk keep it. Returns what it holds, and length and checksum on the disk.
    fn finish(self) -> Result<(Measured, (u64, Checksum)), Fault> {
        let (measured, output) = self.decoder.finish()?;
        let part = match output {
            Output::Plain(part) => Some(part),
            Output::Compressed(encoder) => Some(encoder.finish()?),
            Output::Nowhere => self.raw,
        };
        let (bytes, checksum) = part.map(Part::keep).transpose()?.unwrap_or_default();
        let stored = (bytes, checksum.unwrap_or(measured.sha256));
        Ok((measured, stored))
    }
}
