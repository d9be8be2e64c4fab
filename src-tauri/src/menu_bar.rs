//! The menu bar that macOS shows: the usual one, whose Quit asks first where something runs.

use tauri::menu::{Menu, MenuEvent, MenuItem, MenuItemKind};
use tauri::{AppHandle, Runtime};

use crate::{ending, words};

const QUIT: &str = "quit-from-menu-bar";
const QUIT_KEYS: &str = "Cmd+Q";

/// The usual menu bar. Its own Quit, the last item of the program's menu, ends the program without a question.
pub(crate) fn of<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<Menu<R>> {
    let bar = Menu::default(app)?;
    if let Some(MenuItemKind::Submenu(program)) = bar.items()?.first() {
        if let Some(place) = program.items()?.len().checked_sub(1) {
            program.remove_at(place)?;
        }
        program.append(&MenuItem::with_id(app, QUIT, words::QUIT_PROGRAM, true, Some(QUIT_KEYS))?)?;
    }
    Ok(bar)
}

pub(crate) fn chosen<R: Runtime>(app: &AppHandle<R>, event: &MenuEvent) {
    if event.id() == QUIT {
        ending::ask(app);
    }
}
