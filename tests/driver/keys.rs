//! Keys that are no characters, as WebDriver names them.

/// Moves the focus to the next control.
pub const TAB: &str = "\u{E004}";
/// Presses the default button, or opens what has the focus.
pub const ENTER: &str = "\u{E007}";
/// Closes a dialog.
pub const ESCAPE: &str = "\u{E00C}";
/// Ticks a check box, presses a button.
pub const SPACE: &str = " ";
/// One to the left.
pub const LEFT: &str = "\u{E012}";
/// One up.
pub const UP: &str = "\u{E013}";
/// One to the right.
pub const RIGHT: &str = "\u{E014}";
/// One down.
pub const DOWN: &str = "\u{E015}";
/// Held down until [`RELEASE`].
pub const SHIFT: &str = "\u{E008}";
/// Lets go of keys that are held down.
pub const RELEASE: &str = "\u{E000}";
