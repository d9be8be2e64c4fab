//! The real command against the practice service.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod audit;
mod canary;
mod contracts;
mod desk;
mod export;
mod json;
mod keychain;
mod refusals;
mod resume;
mod serve;
#[cfg(target_os = "linux")]
mod tls;
