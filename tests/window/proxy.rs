//! The proxy that is set: requests leave by it and by no other way.

use std::fs;

use ab2d_practice::Options;
use ab2d_tests::driver::{Window, button, css, field, heading};
use ab2d_tests::home::Home;
use ab2d_tests::proxy::{ORIGIN, Proxy};
use anyhow::{Result, ensure};

use crate::steps::{self, SOON, TURN};

#[tokio::test]
async fn requests_leave_by_the_proxy_that_is_set_and_by_no_other_way() -> Result<()> {
    let options = Options { known_as: Some(ORIGIN.parse()?), ..Options::instant() };
    let service = ab2d_practice::serve(options).await?;
    let (systems, own) = (Proxy::to(&service).await?, Proxy::to(&service).await?);
    let home = Home::new()?;
    home.add_outside(&service, "Z1001").await?;
    let trusted = home.path().join("trusted.pem");
    fs::write(&trusted, format!("{}{}", systems.certificate(), own.certificate()))?;
    let launch = home
        .launch()?
        .with_variable("HTTPS_PROXY", systems.url())
        .with_variable("https_proxy", systems.url())
        .with_variable("SSL_CERT_FILE", trusted.to_string_lossy());
    let window = Window::open(&launch).await?;

    set(&window, "none").await?;
    steps::go_to(&window, "Contracts").await?;
    steps::start_export(&window, "Z1001").await?;
    window.wait_for_text("This network does not know the name ab2d.invalid.", SOON).await?;
    ensure!(systems.tunnels() == 0, "the system's proxy was asked");

    // What waits goes on by itself as soon as there is another way.
    use_proxy(&window, "http://127.0.0.1:1").await?;
    window.wait_for_text("The proxy is used from now on.", SOON).await?;
    window.look("settings-proxy").await?;
    window.click(&css(".item[aria-label^=Z1001]")).await?;
    window.wait_for(&heading("The proxy cannot be reached.")).await?;
    window.look("waiting-proxy").await?;
    use_proxy(&window, &own.url()).await?;
    window.click(&button("Contracts")).await?;
    window.wait_for_text("Up to date", TURN).await?;
    let tunnels = own.tunnels();
    ensure!(
        tunnels > 0 && systems.tunnels() == 0,
        "{tunnels} by its own, {} by the system's",
        systems.tunnels()
    );

    set(&window, "system").await?;
    steps::go_to(&window, "Contracts").await?;
    steps::start_export(&window, "Z1001").await?;
    window.wait_for(&heading("No new claims")).await?;
    ensure!(
        systems.tunnels() > 0 && own.tunnels() == tunnels,
        "its own was asked though it was no longer set"
    );
    window.quit().await
}

/// Chooses a way in Settings.
async fn set(window: &Window, kind: &str) -> Result<()> {
    steps::go_to(window, "Settings").await?;
    window.click(&css(&format!("input[name=proxy][value={kind}]"))).await
}

/// Enters a proxy in Settings.
async fn use_proxy(window: &Window, url: &str) -> Result<()> {
    set(window, "manual").await?;
    window.fill(&field("Proxy address"), url).await?;
    window.click(&button("Use this proxy")).await
}
