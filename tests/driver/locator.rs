//! Says which element of the page is meant, the way a person or a screen reader would.

use std::fmt;

use anyhow::Result;
use serde_json::json;

use super::session::{Element, Session};

/// Which element is meant.
#[derive(Debug, Clone)]
pub enum Locator {
    /// The first visible element that a CSS selector matches.
    Css(String),
    /// The first visible element with this role and exactly this accessible name, both as the browser's own
    /// accessibility tree has them.
    Role {
        /// ARIA role, such as `button`.
        role: String,
        /// Accessible name.
        name: String,
    },
}

/// An element by CSS selector.
pub fn css(selector: &str) -> Locator {
    Locator::Css(selector.to_owned())
}

/// An element by ARIA role and accessible name.
pub fn role(role: &str, name: &str) -> Locator {
    Locator::Role { role: role.to_owned(), name: name.to_owned() }
}

/// A button by its name.
pub fn button(name: &str) -> Locator {
    role("button", name)
}

/// A check box by its name.
pub fn checkbox(name: &str) -> Locator {
    role("checkbox", name)
}

/// A dialog by its name.
pub fn dialog(name: &str) -> Locator {
    role("dialog", name)
}

/// A text field by its label.
pub fn field(name: &str) -> Locator {
    role("textbox", name)
}

/// A heading by its text.
pub fn heading(name: &str) -> Locator {
    role("heading", name)
}

/// A list that opens, by its label. `WebKit` has it in the tree as the button that opens it.
pub fn list(name: &str) -> Locator {
    button(name)
}

/// A link by its text.
pub fn link(name: &str) -> Locator {
    role("link", name)
}

impl Locator {
    pub(super) async fn find(&self, session: &Session) -> Result<Option<Element>> {
        match self {
            Self::Css(selector) => Ok(visible(session, selector).await?.into_iter().next()),
            Self::Role { role, name } => find_by_role(session, role, name).await,
        }
    }
}

impl fmt::Display for Locator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Css(selector) => write!(formatter, "an element `{selector}`"),
            Self::Role { role, name } => write!(formatter, "the {role} {name:?}"),
        }
    }
}

async fn visible(session: &Session, selector: &str) -> Result<Vec<Element>> {
    let script = "return [...document.querySelectorAll(arguments[0])]
        .filter(element => element.checkVisibility({ visibilityProperty: true }))";
    session.run("sync", script, json!([selector])).await
}

async fn find_by_role(session: &Session, role: &str, name: &str) -> Result<Option<Element>> {
    for element in visible(session, &candidates(role)).await? {
        if session.label(&element).await? == name && session.role(&element).await? == role {
            return Ok(Some(element));
        }
    }
    Ok(None)
}

/// What can have a role at all, so that the browser is not asked about every element.
fn candidates(role: &str) -> String {
    let elements = match role {
        "button" => "button, summary, input, select, ",
        "checkbox" | "radio" | "switch" | "spinbutton" | "searchbox" | "slider" => "input, ",
        "combobox" => "select, input, ",
        "dialog" => "dialog, ",
        "heading" => "h1, h2, h3, h4, h5, h6, ",
        "img" => "img, svg, ",
        "link" => "a[href], ",
        "progressbar" => "progress, ",
        "textbox" => "input, textarea, ",
        _ => "",
    };
    format!("{elements}[role={role}]")
}
