//! What a person can operate on the page, as the browser's own accessibility tree has it.

use anyhow::Result;
use serde::Deserialize;
use serde_json::json;

use super::session::{Element, Session};

/// Something that can be operated.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Control {
    /// Its role in the accessibility tree, such as `button`.
    pub role: String,
    /// Its accessible name.
    pub name: String,
}

/// Where the focus is.
#[derive(Debug, Clone)]
pub struct Focus {
    /// What has it.
    pub control: Control,
    /// Whether a ring shows it: two pixels at least, around the control or the box that it is in.
    pub ringed: bool,
    /// Whether all of it is within the window.
    pub in_view: bool,
}

/// Where controls are looked for: behind an open dialog or menu nothing can be operated. The link that skips to the page
/// is there for the keyboard only.
const SCOPE: &str = "
    const above = document.querySelector('dialog[open], [aria-modal=true], [role=menu]');
    const scope = above ?? document.body;
    const controls = [...scope.querySelectorAll(
        'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex], [contenteditable]')]
        .filter(element => element.checkVisibility({ visibilityProperty: true }) && element.matches(':not(h1, .skip)'));";

/// Every control on the screen.
pub(super) async fn all(session: &Session) -> Result<Vec<Control>> {
    let elements: Vec<Element> = session.run("sync", &format!("{SCOPE} return controls"), json!([])).await?;
    let mut controls = Vec::with_capacity(elements.len());
    for element in &elements {
        controls.push(of(session, element).await?);
    }
    Ok(controls)
}

/// What has the focus; `None` where nothing has.
pub(super) async fn focus(session: &Session) -> Result<Option<Focus>> {
    const LOOK: &str = "
        const focused = document.activeElement;
        if (!focused || focused === document.body) return null;
        const isRinged = element => {
            const style = getComputedStyle(element);
            return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
        };
        const around = [focused, focused.closest('label'), focused.parentElement].filter(Boolean);
        const { left, right, top, bottom } = (focused.closest('label.tile') ?? focused).getBoundingClientRect();
        return {
            ringed: around.some(isRinged),
            in_view: left >= -1 && top >= -1 && right <= innerWidth + 1 && bottom <= innerHeight + 1,
        };";
    let Some(Look { ringed, in_view }) = session.run("sync", LOOK, json!([])).await? else { return Ok(None) };
    let control = of(session, &session.focused().await?).await?;
    Ok(Some(Focus { control, ringed, in_view }))
}

/// What keeps a person from operating the page: controls that nothing names, that lie outside of the window however
/// it is scrolled, or that something covers.
pub(super) async fn faults(session: &Session) -> Result<Vec<String>> {
    let unnamed = all(session).await?.into_iter().filter(Control::is_unnamed);
    let mut faults: Vec<String> =
        unnamed.map(|control| format!("without role or name: {control:?}")).collect();
    faults.extend(out_of_reach(session).await?);
    Ok(faults)
}

impl Control {
    /// Whether a screen reader could not say what it is.
    fn is_unnamed(&self) -> bool {
        self.name.trim().is_empty() || matches!(self.role.as_str(), "" | "generic" | "none" | "presentation")
    }
}

async fn of(session: &Session, element: &Element) -> Result<Control> {
    Ok(Control { role: session.role(element).await?, name: session.label(element).await? })
}

/// Scrolls to each control, looks whether a pointer would meet it, and scrolls back.
async fn out_of_reach(session: &Session) -> Result<Vec<String>> {
    const LOOK: &str = "
        const scrolled = [...document.querySelectorAll('*')].filter(each => each.scrollTop || each.scrollLeft)
            .map(element => ({ element, top: element.scrollTop, left: element.scrollLeft }));
        const faults = [];
        for (const control of controls) {
            const shown = control.closest('label') ?? control;
            shown.scrollIntoView({ block: 'center', inline: 'nearest' });
            const { left, right, top, width, height } = shown.getBoundingClientRect();
            const what = control.outerHTML.slice(0, 200);
            if (left < -1 || right > innerWidth + 1) faults.push(`out of the window: ${what}`);
            const met = document.elementFromPoint(left + width / 2, top + Math.min(height, innerHeight) / 2);
            if (!met || !(shown.contains(met) || met.contains(shown))) {
                faults.push(`covered by ${met?.outerHTML.slice(0, 120)}: ${what}`);
            }
        }
        for (const element of [document.scrollingElement, ...document.querySelectorAll('main *, dialog *')]) {
            const scrolls = ['auto', 'scroll'].includes(getComputedStyle(element).overflowX)
                || element === document.scrollingElement;
            const over = element.scrollWidth - element.clientWidth;
            if (scrolls && over > 1) faults.push(`scrolls sideways by ${over}: ${element.outerHTML.slice(0, 200)}`);
        }
        document.querySelectorAll('*').forEach(each => { if (each.scrollTop) each.scrollTop = 0; });
        scrolled.forEach(({ element, top, left }) => element.scrollTo(left, top));
        return faults;";
    session.run("sync", &format!("{SCOPE} {LOOK}"), json!([])).await
}

#[derive(Deserialize)]
struct Look {
    ringed: bool,
    in_view: bool,
}
