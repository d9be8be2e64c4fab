//! Keys that are no characters, as WebDriver names them.

/// Moves the focus to the next control.
pub const TAB: &str = "\u{E004}";
/// Presses the default button, or opens what has the focus.
pub const ENTER: &str = "\u{E007}";
/// Deletes the character before the cursor.
pub const BACKSPACE: &str = "\u{E003}";
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
/// Held down for the keys after it.
pub const SHIFT: &str = "\u{E008}";
/// Held down for the keys after it.
pub const CONTROL: &str = "\u{E009}";
/// Held down for the keys after it.
pub const ALT: &str = "\u{E00A}";
/// One page up, in a calendar one month back.
pub const PAGE_UP: &str = "\u{E00E}";

/// Whether a key is held down for those after it.
pub(super) fn is_modifier(key: char) -> bool {
    [SHIFT, CONTROL, ALT].iter().any(|modifier| modifier.starts_with(key))
}
