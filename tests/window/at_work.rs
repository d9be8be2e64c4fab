//! The window with an export at work that stands still in the middle of a file until the test lets it go on.

use ab2d_practice::{Fault, Options, Pause, Practice, RequestKind, Rule};
use ab2d_tests::desktop::Desktop;
use ab2d_tests::driver::{Launch, Window, button};
use ab2d_tests::home::Home;
use anyhow::Result;

use crate::steps::SOON;

/// A service, and a program that exports from it.
pub(crate) struct AtWork {
    pub(crate) service: Practice,
    pub(crate) home: Home,
    pub(crate) launch: Launch,
}

impl AtWork {
    /// Nothing was exported yet.
    pub(crate) async fn new() -> Result<Self> {
        let service = ab2d_practice::serve(Options::instant().files(3, 300_000)).await?;
        let home = Home::with_contracts(&service, &["Z1001"]).await?;
        let (name, bus) = Desktop::variable()?;
        let launch = home.launch()?.with_variable(name, bus);
        Ok(Self { service, home, launch })
    }

    /// Opens the program, and begins an export.
    pub(crate) async fn open(&self) -> Result<Window> {
        let stall = Fault::stall_at(150_000, Pause::UntilDisarmed);
        self.service.faults().arm(Rule::on(RequestKind::File, stall).always());
        let window = Window::open(&self.launch).await?;
        window.click(&button("Export… Z1001")).await?;
        window.click(&button("Export")).await?;
        window.wait_for_text("Follow the download", SOON).await?;
        Ok(window)
    }

    /// Lets the export end.
    pub(crate) fn go_on(&self) {
        self.service.faults().clear();
    }
}
