//! What leaves this computer when a person asks for help or for proof, and the log that it is made of. None of it
//! holds secrets or claims.

pub mod audit;
pub mod log;
mod redact;
mod support;

pub use redact::redact;
pub use support::{Checked, SupportReport};
