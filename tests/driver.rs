//! Drives the real window as a person would: finds what is on the screen by role and name, clicks, types, reads.
//!
//! A thin client of WebKitGTK's own `WebKitWebDriver` (W3C WebDriver). Every act waits until it can be done, so
//! no test sleeps, and one that can't be done within [`PATIENCE`] fails with the page's text and a screenshot.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::places;

mod axe;
mod controls;
pub mod keys;
mod locator;
mod look;
pub mod native;
mod session;
mod speech;

pub use axe::Violation;
pub use controls::{Control, Focus};
pub use locator::{Locator, button, checkbox, css, dialog, field, heading, link, list, role};
use session::{Element, Session};

/// How long an act waits until it can be done.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Between two looks at the page.
const PAUSE: Duration = Duration::from_millis(40);

/// How the program is started.
#[derive(Debug, Clone)]
pub struct Launch {
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Variables added to its environment.
    pub environment: Vec<(String, String)>,
}

impl Launch {
    /// AB2D Desktop as it was built beside the running test.
    pub fn desktop() -> Result<Self> {
        Ok(Self { program: places::program("ab2d-desktop")?, arguments: vec![], environment: vec![] })
    }

    /// Adds a variable to the program's environment.
    #[must_use]
    pub fn with_variable(mut self, name: &str, value: impl Into<String>) -> Self {
        self.environment.push((name.to_owned(), value.into()));
        self
    }
}

/// The window of a running program. Dropping it ends the program at once.
#[derive(Debug)]
pub struct Window {
    session: Session,
}

impl Window {
    /// Starts the program and takes hold of its window.
    pub async fn open(launch: &Launch) -> Result<Self> {
        Ok(Self { session: Session::start(launch).await? })
    }

    /// Closes the window and ends the program, as a person who quits it does.
    pub async fn quit(self) -> Result<()> {
        self.session.end().await
    }

    /// Clicks an element, once it stands still.
    pub async fn click(&self, locator: &Locator) -> Result<()> {
        self.act(locator, &format!("click {locator}"), async |element| {
            ensure!(self.stands_still(&element).await?, "it moves");
            self.session.click(&element).await
        })
        .await
    }

    /// Replaces what stands in a field, as a person does: all of it is selected and written over.
    pub async fn fill(&self, locator: &Locator, text: &str) -> Result<()> {
        self.act(locator, &format!("fill {locator}"), async |element| {
            self.session.click(&element).await?;
            self.session.press(&format!("{}a", keys::CONTROL)).await?;
            self.session.type_into(&element, if text.is_empty() { keys::BACKSPACE } else { text }).await?;
            let typed: String = self.run("return arguments[0].value", json!([element])).await?;
            // Some fields write everything in capitals.
            ensure!(typed.eq_ignore_ascii_case(text), "only {} characters arrived", typed.len());
            Ok(())
        })
        .await
    }

    /// Chooses from a list that opens, by the words of the choice.
    pub async fn select(&self, locator: &Locator, choice: &str) -> Result<()> {
        const FIND: &str =
            "return [...arguments[0].options].find(option => option.text.trim() === arguments[1])";
        self.act(locator, &format!("choose {choice:?} of {locator}"), async |element| {
            let option: Option<Element> = self.run(FIND, json!([element, choice])).await?;
            self.session.click(&option.context("there is no such choice")?).await
        })
        .await
    }

    /// Presses keys (see [`keys`]) where the focus is, one after the other.
    pub async fn press(&self, keys: &str) -> Result<()> {
        self.session.press(keys).await
    }

    /// Everything on the screen that can be operated.
    pub async fn controls(&self) -> Result<Vec<Control>> {
        controls::all(&self.session).await
    }

    /// What has the focus. Where a control goes, another gets it a moment later; longer than that it is never lost.
    pub async fn focus(&self) -> Result<Focus> {
        self.wait_for_some("something has the focus", PATIENCE, async || controls::focus(&self.session).await)
            .await
    }

    /// Waits until what has this name has the focus.
    pub async fn wait_for_focus(&self, name: &str) -> Result<Focus> {
        self.wait_for_some(&format!("the focus is on {name:?}"), PATIENCE, async || {
            let focus = controls::focus(&self.session).await?.context("nothing has it")?;
            ensure!(focus.control.name == name, "it is on {:?}", focus.control);
            Ok(Some(focus))
        })
        .await
    }

    /// The visible text of an element.
    pub async fn text(&self, locator: &Locator) -> Result<String> {
        self.act(locator, &format!("read {locator}"), async |element| self.session.text(&element).await).await
    }

    /// All visible text of the page.
    pub async fn page_text(&self) -> Result<String> {
        self.run("return document.body.innerText", json!([])).await
    }

    /// Whether such an element is on the screen now.
    pub async fn sees(&self, locator: &Locator) -> Result<bool> {
        Ok(locator.find(&self.session).await?.is_some())
    }

    /// Waits until such an element is on the screen.
    pub async fn wait_for(&self, locator: &Locator) -> Result<()> {
        self.act(locator, &format!("see {locator}"), async |_| Ok(())).await
    }

    /// Waits until no such element is on the screen.
    pub async fn wait_until_gone(&self, locator: &Locator) -> Result<()> {
        self.wait_until(&format!("{locator} is gone"), PATIENCE, async || Ok(!self.sees(locator).await?))
            .await
    }

    /// Waits until this text is somewhere on the page.
    pub async fn wait_for_text(&self, text: &str, patience: Duration) -> Result<()> {
        let shown = async || Ok(self.page_text().await?.contains(text));
        self.wait_until(&format!("the page shows {text:?}"), patience, shown).await
    }

    /// Waits until a condition holds; `what` says in the error what did not come true.
    pub async fn wait_until(
        &self,
        what: &str,
        patience: Duration,
        condition: impl AsyncFn() -> Result<bool>,
    ) -> Result<()> {
        let met = async || Ok(condition().await?.then_some(()));
        self.wait_for_some(what, patience, met).await
    }

    /// Runs a function body in the page and returns its value; `arguments` holds the JSON array's items.
    pub async fn run<T: DeserializeOwned>(&self, script: &str, arguments: Value) -> Result<T> {
        self.session.run("sync", script, arguments).await
    }

    /// Runs a function body that passes its result to the last of its `arguments`, and waits for that.
    pub async fn run_async<T: DeserializeOwned>(&self, script: &str, arguments: Value) -> Result<T> {
        self.session.run("async", script, arguments).await
    }

    /// Sets the size of the window in pixels.
    pub async fn resize(&self, width: u32, height: u32) -> Result<()> {
        self.session.resize(width, height).await
    }

    /// Keeps a picture of the window as `NAME.png` among the [screenshots](places::screenshots).
    pub async fn screenshot(&self, name: &str) -> Result<PathBuf> {
        // What is in the document may not be painted yet: two frames later it is.
        const PAINTED: &str =
            "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(true)))";
        self.run_async::<bool>(PAINTED, json!([])).await?;
        let picture = STANDARD.decode(self.session.screenshot().await?)?;
        let path = places::screenshots()?.join(format!("{name}.png"));
        std::fs::write(&path, picture).with_context(|| format!("{} can't be written", path.display()))?;
        Ok(path)
    }

    /// What axe-core finds against WCAG 2.1 A and AA in the page as it stands.
    pub async fn accessibility_violations(&self) -> Result<Vec<Violation>> {
        axe::violations(&self.session).await
    }

    /// Whether an element is where it was a frame ago: a click on one that moves meets another.
    async fn stands_still(&self, element: &Element) -> Result<bool> {
        const LOOK: &str = "
            const [element, done] = arguments;
            const place = () => JSON.stringify(element.getBoundingClientRect());
            const before = place();
            requestAnimationFrame(() => done(element.isConnected && place() === before));";
        self.run_async(LOOK, json!([element])).await
    }

    /// Does something with an element as soon as it is there. The page may draw an element anew between finding and
    /// acting; such a miss counts as not there yet.
    async fn act<T>(
        &self,
        locator: &Locator,
        what: &str,
        act: impl AsyncFn(Element) -> Result<T>,
    ) -> Result<T> {
        let attempt = async || match locator.find(&self.session).await? {
            Some(element) => act(element).await.map(Some),
            None => Ok(None),
        };
        self.wait_for_some(what, PATIENCE, attempt).await
    }

    async fn wait_for_some<T>(
        &self,
        what: &str,
        patience: Duration,
        attempt: impl AsyncFn() -> Result<Option<T>>,
    ) -> Result<T> {
        let start = Instant::now();
        loop {
            let reason = match attempt().await {
                Ok(Some(value)) => return Ok(value),
                Ok(None) => None,
                Err(error) => Some(error),
            };
            if start.elapsed() > patience {
                return self.give_up(what, patience, reason).await;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn give_up<T>(&self, what: &str, patience: Duration, reason: Option<anyhow::Error>) -> Result<T> {
        let reason = reason.map(|error| format!(" ({error:#})")).unwrap_or_default();
        let text = self.page_text().await.unwrap_or_else(|error| format!("unreadable: {error:#}"));
        let picture = match self.screenshot(&format!("failed-{}", std::process::id())).await {
            Ok(path) => path.display().to_string(),
            Err(error) => format!("none: {error:#}"),
        };
        bail!("not within {patience:?}: {what}{reason}\nscreenshot: {picture}\nthe page's text:\n{text}")
    }
}
