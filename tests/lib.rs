//! What crosses crates: the real window, the fault matrix, the peers.

pub mod desk;
pub mod disk;
#[cfg(target_os = "linux")]
pub mod driver;
#[cfg(target_os = "linux")]
pub mod home;
pub mod places;
