//! What crosses crates: the real window, the fault matrix, the peers.

pub mod chance;
pub mod desk;
#[cfg(target_os = "linux")]
pub mod desktop;
pub mod disk;
#[cfg(target_os = "linux")]
pub mod driver;
pub mod folder;
#[cfg(target_os = "linux")]
pub mod home;
pub mod places;
#[cfg(target_os = "linux")]
mod processes;
pub mod proof;
pub mod proxy;
#[cfg(target_os = "linux")]
pub mod screen;
