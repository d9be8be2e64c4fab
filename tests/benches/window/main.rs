//! How soon the window can be used, and what it costs while nothing happens: `cargo bench -p ab2d-tests --bench window`.
//!
//! Start-up is the time from the start of the program's process to a page that takes a click, where nothing was done yet,
//! and where much was; the driver that asks the page is part of it. Idle is the processor time of the program and of WebKit's processes.

#[cfg(target_os = "linux")]
mod measures;

#[cfg(target_os = "linux")]
#[tokio::main]
async fn main() -> anyhow::Result<()> {
    measures::starts().await?;
    measures::idle().await
}

/// Only Linux has the driver that these measures need.
#[cfg(not(target_os = "linux"))]
fn main() {}
