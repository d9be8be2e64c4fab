//! Crashes: the real command is killed, or the power is cut, and what it left behind goes on to the end. No file under a
//! final name is ever wrong, nothing that was whole is fetched again, and the records tell the truth.
//!
//! [`points`] kills it before and after each thing that it does to the disk, and [`random`] at any time, again and again,
//! alone and beside another one. [`order`] looks at the order in which it has the disk keep what it wrote, and [`power`]
//! takes back whatever it has not.

mod desk;
mod oracle;
mod random;

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod order;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod points;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod power;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod step;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod tracer;
