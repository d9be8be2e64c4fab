//! The system's own dialogs, which no page script and no WebDriver reaches: keys are sent to them.

use anyhow::{Context, Result, ensure};
use tokio::process::Command;

/// Types a path into the open file or folder chooser and confirms it.
pub async fn choose(path: &str) -> Result<()> {
    // GTK's chooser takes a typed path that starts with a slash into its own field.
    xdotool(&["type", "--delay", "5", path]).await?;
    xdotool(&["key", "Return"]).await
}

/// Waits until a window with this title is shown.
pub async fn wait_for_window(title: &str) -> Result<()> {
    xdotool(&["search", "--sync", "--onlyvisible", "--name", title]).await
}

async fn xdotool(arguments: &[&str]) -> Result<()> {
    let output = Command::new("xdotool").args(arguments).output().await.context("xdotool did not start")?;
    ensure!(output.status.success(), "xdotool {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}
