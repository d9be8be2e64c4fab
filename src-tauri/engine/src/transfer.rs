//! One file: request, inflate, hash, write, verify, rename.
//!
//! A file under its final name is always whole. Until then its bytes are in `NAME.part`; where the service sent a
//! strong validator, `NAME.wire` keeps them as they came, so that a transfer that broke off can go on. Nothing in memory
//! grows with the size of a file.

mod content;
mod disk;
mod fetch;
mod leftovers;
mod lines;
pub(crate) mod name;
mod part;
mod place;
mod sink;
mod sums;
pub mod tally;
mod verify;
mod wire;

use std::path::Path;

use crate::api::Checksum;
use crate::problem::Problem;

pub use fetch::fetch;
pub(crate) use leftovers::sweep;
pub use sums::{SUMS, sums};
pub use tally::Tally;
pub use verify::{Expected, ExpectedSums, Verification, inspect, verify_folder};

/// Compressed, claims become 10 to 20 times smaller.
pub(crate) const COMPRESSION: u64 = 10;

/// Where a file goes, and how.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// The export's own folder; it must be there.
    pub folder: &'a Path,
    /// Whether the file is kept compressed, as `NAME.ndjson.gz`.
    pub compressed: bool,
    /// Whether the file is for this user alone (0600), or as the folder's own permissions say.
    pub private: bool,
}

/// A file that is whole, under its final name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Its name on the disk.
    pub name: String,
    /// Bytes, uncompressed.
    pub bytes: u64,
    /// SHA-256 of the uncompressed content.
    pub sha256: Checksum,
    /// Bytes on the disk.
    pub stored_bytes: u64,
    /// SHA-256 of what lies on the disk.
    pub stored_sha256: Checksum,
    /// Lines that are not blank: claims, or `OperationOutcome`s in an error file.
    pub claims: u64,
    /// Claims by type and month; empty for an error file.
    pub tally: Tally,
    /// Whether length and checksum were announced; then they match.
    pub announced: bool,
}

/// Why a file did not arrive.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    /// It was asked to stop.
    #[error("the transfer was stopped")]
    Stopped,
    /// What arrived is not what was announced. It was deleted.
    #[error("what arrived is not what was announced")]
    Mismatch(#[from] Mismatch),
    /// As the problem says.
    #[error("the transfer met a problem")]
    Problem(#[from] Problem),
    /// It came to its end, which the service counts, and could not be kept here, as the problem says.
    #[error("what arrived could not be kept")]
    Unkept(#[source] Problem),
}

/// How what arrived differs from what was announced.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    /// More bytes than announced; the transfer was ended at once.
    #[error("more than the announced {announced} bytes arrived")]
    TooLong {
        /// Bytes announced.
        announced: u64,
    },
    /// Fewer bytes than announced, though the answer ended in order.
    #[error("{arrived} of {announced} bytes arrived")]
    TooShort {
        /// Bytes announced.
        announced: u64,
        /// Bytes that arrived.
        arrived: u64,
    },
    /// Another checksum.
    #[error("the SHA-256 is {actual}, not {expected}")]
    Checksum {
        /// As announced.
        expected: Checksum,
        /// Of what arrived.
        actual: Checksum,
    },
    /// The compressed bytes are damaged or end early.
    #[error("the compressed bytes are damaged: {reason}")]
    Damaged {
        /// The decoder's words.
        reason: String,
    },
}
