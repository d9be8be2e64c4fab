//! Everything about an AB2D export that is true without a window.
//!
//! The rooms, and what each owns, in the order in which an export meets them.

pub mod api;
pub mod audit;
pub mod contract;
pub mod controller;
pub mod coverage;
pub mod credentials;
pub mod durable;
pub mod export;
pub mod journal;
pub mod keychain;
pub mod parameters;
pub mod place;
pub mod problem;
pub mod report;
pub mod settings;
pub mod store;
pub mod transfer;
pub mod view;
pub mod wake;
