//! The engine's `api` and `transfer` against the practice service, over real HTTP.

#![expect(clippy::unwrap_used, reason = "a test whose preparation fails has failed")]

mod api;
mod client;
mod diagnosis;
mod raw;
mod resume;
mod secrets;
mod transfer;
