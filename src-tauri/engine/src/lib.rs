//! Everything about an AB2D export that is true without a window.
//!
//! The rooms, and what each owns, in the order in which an export meets them.

pub mod contract;
pub mod credentials;
pub mod keychain;
pub mod parameters;
pub mod problem;
pub mod settings;
pub mod transfer;
pub mod view;
