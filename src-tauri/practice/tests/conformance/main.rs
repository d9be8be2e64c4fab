//! The rules of the AB2D API, each stated as a test over real HTTP.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod claims;
mod client;
mod contracts;
mod faults;
mod files;
mod firewall;
mod joint;
mod manifest;
mod open;
mod ranges;
mod restart;
mod start;
mod status;
mod token;
mod updates;
