//! What a screen reader is told without asking: the texts of the page's live regions.

use anyhow::{Result, ensure};
use serde_json::json;

use super::{PATIENCE, Window};

impl Window {
    /// From now on, what the live regions say is kept for [`Window::said`]. Waits for the page that has them.
    pub async fn listen(&self) -> Result<()> {
        const LISTEN: &str = "
            const regions = document.querySelectorAll('[role=status], [role=alert]');
            if (regions.length === 0) return false;
            const said = [];
            window.said = said;
            for (const region of regions) {
                new MutationObserver(() => said.push(`${region.role}: ${region.textContent.trim()}`))
                    .observe(region, { childList: true, characterData: true, subtree: true });
            }
            return true";
        let listening = async || self.run(LISTEN, json!([])).await;
        self.wait_until("the page has live regions", PATIENCE, listening).await
    }

    /// Waits until something with these words was said since [`Window::listen`].
    pub async fn wait_until_said(&self, words: &str) -> Result<()> {
        let heard = async || {
            let said = self.said().await?;
            ensure!(said.iter().any(|each| each.contains(words)), "only {said:#?}");
            Ok(true)
        };
        self.wait_until(&format!("{words:?} is said"), PATIENCE, heard).await
    }

    /// What was said since [`Window::listen`], in order: `status: Copied`, `alert: …`.
    pub async fn said(&self) -> Result<Vec<String>> {
        self.run("return window.said", json!([])).await
    }
}
