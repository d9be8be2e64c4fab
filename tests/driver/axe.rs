//! axe-core in the real page.

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::{Value, json};

use super::session::Session;
use crate::places;

/// A rule of axe-core that the page breaks.
#[derive(Debug, Deserialize)]
pub struct Violation {
    /// The rule, such as `color-contrast`.
    pub id: String,
    /// How much it hinders a person: `minor`, `moderate`, `serious` or `critical`.
    pub impact: String,
    /// What should be so.
    pub help: String,
    /// The elements that break it, each with the reason.
    pub elements: Vec<String>,
}

const RUN: &str = "
    const done = arguments[arguments.length - 1];
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'];
    axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] }).then(
        results => done(results.violations.map(({ id, impact, help, nodes }) => ({
            id, impact, help,
            elements: nodes.map(node => `${node.html}: ${node.failureSummary}`),
        }))),
        error => done(String(error)),
    );";

pub(super) async fn violations(session: &Session) -> Result<Vec<Violation>> {
    load(session).await?;
    let found: Value = session.run("async", RUN, json!([])).await?;
    serde_json::from_value(found.clone()).with_context(|| format!("axe-core did not run: {found}"))
}

/// Scripts of the driver are not bound by the page's content security policy, so axe-core needs no exception in it.
async fn load(session: &Session) -> Result<()> {
    if session.run("sync", "return typeof axe === 'object'", json!([])).await? {
        return Ok(());
    }
    let path = places::project().join("ui/node_modules/axe-core/axe.min.js");
    let source =
        std::fs::read_to_string(&path).with_context(|| format!("{} can't be read", path.display()))?;
    session.run("sync", &source, json!([])).await
}
