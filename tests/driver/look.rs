//! Looking at a page as a demanding person would: in both themes, at every size that the window can have.

use std::collections::HashSet;
use std::io::Cursor;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{Locator, PATIENCE, Window, axe, controls};
use crate::places;

/// How large the window is, and how large what is in it.
#[derive(Debug, Clone, Copy)]
struct Sight {
    name: &'static str,
    width: u32,
    height: u32,
    zoom: u32,
}

/// As the window opens.
const USUAL: Sight = Sight { name: "usual", width: 1120, height: 760, zoom: 1 };
/// The smallest that it is made for.
const SMALLEST: Sight = Sight { name: "smallest", width: 1024, height: 700, zoom: 1 };
/// At 200 % zoom.
const ZOOMED: Sight = Sight { name: "zoom200", zoom: 2, ..USUAL };

/// How long something may hinder a person before it counts.
const SETTLED: Duration = Duration::from_secs(10);

const LIGHT: &str = "light";
const DARK: &str = "dark";

impl Window {
    /// Keeps pictures of the page as it stands, and fails on whatever hinders a person there: what axe-core finds, a
    /// control without role or name, one that is out of reach, or a page that scrolls sideways.
    ///
    /// It looks in both themes and, where the [full run](places::full_run) is wanted, also at the smallest size and at
    /// 200 % zoom.
    pub async fn look(&self, name: &str) -> Result<()> {
        let before = self.change_settings(&json!({})).await?;
        let sights = if places::full_run() { &[USUAL, SMALLEST, ZOOMED][..] } else { &[USUAL] };
        for theme in [LIGHT, DARK] {
            for &sight in sights {
                self.look_at(name, theme, sight).await?;
            }
        }
        self.show_in(LIGHT, USUAL).await?;
        let as_before = json!({ "theme": before["theme"], "zoom": before["zoom"] });
        self.change_settings(&as_before).await.map(drop)
    }

    async fn look_at(&self, name: &str, theme: &str, sight: Sight) -> Result<()> {
        self.show_in(theme, sight).await?;
        let name = format!("{name}-{theme}-{}", sight.name);
        self.screenshot(&name).await?;
        // What runs changes the page meanwhile: what hinders a person is what stays.
        let unhindered = async || {
            let violations = axe::violations(&self.session).await?;
            ensure!(violations.is_empty(), "{violations:#?}");
            let faults = controls::faults(&self.session).await?;
            ensure!(faults.is_empty(), "{faults:#?}");
            Ok(true)
        };
        self.wait_until(&format!("nothing hinders a person at {name}"), SETTLED, unhindered).await
    }

    /// Enlarges the page to 200 % and takes it back again.
    pub async fn enlarge_and_back(&self) -> Result<()> {
        self.show_in(LIGHT, ZOOMED).await?;
        self.show_in(LIGHT, USUAL).await
    }

    /// How many colors there are on the screen where an element is, whatever the document says of it.
    pub async fn colors(&self, locator: &Locator) -> Result<usize> {
        const PLACE: &str = "
            const { left, top, right, bottom } = arguments[0].getBoundingClientRect();
            return [left, top, Math.min(right, innerWidth), Math.min(bottom, innerHeight)].map(Math.round);";
        let element = locator.find(&self.session).await?.context("it is not there")?;
        let [left, top, right, bottom]: [usize; 4] = self.run(PLACE, json!([element])).await?;
        // A picture of the element alone would be drawn anew for it.
        let picture = STANDARD.decode(self.session.screenshot().await?)?;
        let mut decoder = png::Decoder::new(Cursor::new(picture));
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        let mut reader = decoder.read_info()?;
        let mut pixels = vec![0; reader.output_buffer_size().context("too large")?];
        let frame = reader.next_frame(&mut pixels)?;
        let samples = frame.color_type.samples();
        let rows = pixels.chunks_exact(frame.line_size).take(bottom).skip(top);
        let seen = rows.flat_map(|row| row.chunks_exact(samples).take(right).skip(left));
        Ok(seen.collect::<HashSet<_>>().len())
    }

    async fn show_in(&self, theme: &str, sight: Sight) -> Result<()> {
        self.change_settings(&json!({ "theme": theme, "zoom": 100 * sight.zoom })).await?;
        self.resize(sight.width, sight.height).await?;
        let wanted = (theme.to_owned(), sight.width / sight.zoom, sight.height / sight.zoom);
        let fits = async || {
            let shown = "return [document.documentElement.dataset.theme, innerWidth, innerHeight]";
            Ok(self.run::<(String, u32, u32)>(shown, json!([])).await? == wanted)
        };
        self.wait_until(&format!("the page is {wanted:?}"), PATIENCE, fits).await
    }

    /// Changes settings, and returns them as they were before.
    async fn change_settings(&self, changes: &Value) -> Result<Value> {
        const CHANGE: &str = "
            const [changes, done] = arguments;
            const { invoke } = __TAURI_INTERNALS__;
            invoke('snapshot')
                .then(({ settings }) =>
                    invoke('set_settings', { settings: { ...settings, ...changes } }).then(() => settings))
                .then(done, error => done(String(error)));";
        let before: Value = self.run_async(CHANGE, json!([changes])).await?;
        ensure!(before.is_object(), "the settings were not changed: {before}");
        Ok(before)
    }
}
