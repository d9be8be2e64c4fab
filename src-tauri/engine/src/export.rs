//! One export: its record, the machine that says what follows what, and the loop that drives it.

pub mod candidates;
mod downloads;
pub mod drive;
pub(crate) mod end;
mod fetch;
pub mod folder;
mod known;
pub mod live;
pub mod machine;
pub mod meter;
mod pace;
pub mod record;
mod request;
mod show;

pub use candidates::Candidate;
pub use drive::{Access, Asked, Drive, Order};
pub use live::Live;
pub use machine::{Input, Phase, Step};
pub use record::{FileRecord, Record, Totals, VerifiedFile};
