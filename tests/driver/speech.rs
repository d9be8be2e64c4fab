//! What a screen reader is told without asking: the texts of the page's live regions.

use anyhow::Result;
use serde_json::json;

use super::Window;

impl Window {
    /// From now on, what the live regions say is kept for [`Window::said`].
    pub async fn listen(&self) -> Result<()> {
        const LISTEN: &str = "
            const said = [];
            window.said = said;
            for (const region of document.querySelectorAll('[role=status], [role=alert]')) {
                new MutationObserver(() => said.push(`${region.role}: ${region.textContent.trim()}`))
                    .observe(region, { childList: true, characterData: true, subtree: true });
            }
            return true";
        self.run::<bool>(LISTEN, json!([])).await.map(drop)
    }

    /// What was said since [`Window::listen`], in order: `status: Copied`, `alert: …`.
    pub async fn said(&self) -> Result<Vec<String>> {
        self.run("return window.said", json!([])).await
    }
}
