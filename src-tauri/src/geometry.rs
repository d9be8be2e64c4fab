//! The window's size, place and whether it fills the screen, kept from one run to the next.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use tauri::{LogicalSize, PhysicalPosition, PhysicalRect, PhysicalSize, Runtime, WebviewWindow, Window};

use crate::window::SMALLEST;

/// Its file's name in the data folder.
const FILE: &str = "window.json";

/// So much of the top of the window, in pixels, must be on a screen, or it could not be taken hold of.
const GRIP: (i64, i64) = (120, 24);

/// Where the window is, and where that is kept.
pub(crate) struct Geometry {
    file: PathBuf,
    now: Mutex<Stored>,
}

/// What the file holds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Stored {
    /// In logical pixels, so that it looks alike on a screen of another density.
    width: f64,
    height: f64,
    /// Its corner, in the pixels of all screens together; `None` where it never was anywhere.
    place: Option<(i32, i32)>,
    maximised: bool,
}

/// What a screen has room for beside the system's own bars, in the pixels of all screens together.
#[derive(Debug, Clone, Copy)]
struct Screen {
    x: i32,
    y: i32,
    width: u32,
    height: u32,
    density: f64,
}

impl Default for Stored {
    fn default() -> Self {
        Self { width: 1120.0, height: 760.0, place: None, maximised: false }
    }
}

impl Geometry {
    /// As the window was left the last time.
    pub(crate) fn of(data_folder: &Path) -> Self {
        let file = data_folder.join(FILE);
        let stored = fs::read(&file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        Self { file, now: Mutex::new(stored.unwrap_or_default()) }
    }

    /// Gives it to the window, as far as the screens that are there now allow.
    pub(crate) fn restore<R: Runtime>(&self, window: &WebviewWindow<R>) -> tauri::Result<()> {
        let screens: Vec<_> = window.available_monitors()?.iter().map(Screen::from).collect();
        let inner = window.inner_size()?;
        // There the frame is known only once the window is shown.
        let outer = if cfg!(target_os = "linux") { inner } else { window.outer_size()? };
        let frame = PhysicalSize {
            width: outer.width.saturating_sub(inner.width),
            height: outer.height.saturating_sub(inner.height),
        }
        .to_logical(window.scale_factor()?);
        let fitted = self.now().fitted(&screens, frame);
        window.set_size(LogicalSize::new(fitted.width, fitted.height))?;
        if let Some((x, y)) = fitted.place {
            window.set_position(PhysicalPosition::new(x, y))?;
        }
        if fitted.maximised {
            window.maximize()?;
        }
        Ok(())
    }

    /// Remembers where the window is now. What a maximised or minimised window returns to is known already.
    pub(crate) fn note<R: Runtime>(&self, window: &Window<R>) {
        let Some(now) = look(window, self.now()) else { return };
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }

    /// Writes it down.
    pub(crate) fn store(&self) {
        let written = serde_json::to_vec(&self.now())
            .map_err(std::io::Error::from)
            .and_then(|bytes| fs::write(&self.file, bytes));
        if let Err(error) = written {
            tracing::warn!(%error, "the window's place is not remembered");
        }
    }

    fn now(&self) -> Stored {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn look<R: Runtime>(window: &Window<R>, before: Stored) -> Option<Stored> {
    if window.is_minimized().ok()? || !window.is_visible().ok()? {
        return None;
    }
    if window.is_maximized().ok()? {
        let fills = window.current_monitor().ok()?.as_ref().map(Screen::from);
        return Some(before.filling(fills));
    }
    let size = window.inner_size().ok()?.to_logical(window.scale_factor().ok()?);
    let place = window.outer_position().ok().map(|place| (place.x, place.y));
    Some(Stored { width: size.width, height: size.height, place, maximised: false })
}

impl Stored {
    /// Filling a screen: opened anew, it fills the same one.
    fn filling(self, screen: Option<Screen>) -> Self {
        let elsewhere =
            screen.filter(|screen| self.place.is_none_or(|place| !screen.holds_grip(place, self.width)));
        let place = elsewhere.map(|screen| screen.middle(self.width, self.height)).or(self.place);
        Self { maximised: true, place, ..self }
    }

    /// With its frame no larger than the screen it is on, and within it where it had to become smaller; where its screen
    /// is gone, in the middle of the first one.
    fn fitted(self, screens: &[Screen], frame: LogicalSize<f64>) -> Self {
        let on =
            self.place.and_then(|place| screens.iter().find(|screen| screen.holds_grip(place, self.width)));
        let Some(screen) = on.or(screens.first()) else { return self };
        let width = self.width.min(screen.logical_width() - frame.width).max(SMALLEST.0);
        let height = self.height.min(screen.logical_height() - frame.height).max(SMALLEST.1);
        let (outer_width, outer_height) = (width + frame.width, height + frame.height);
        let place = match self.place.filter(|_| on.is_some()) {
            None => screen.middle(outer_width, outer_height),
            Some(place) if (width, height) == (self.width, self.height) => place,
            Some(place) => screen.within(place, outer_width, outer_height),
        };
        Self { width, height, place: Some(place), ..self }
    }
}

impl Screen {
    /// Whether enough of a window's top is on this screen.
    fn holds_grip(&self, (x, y): (i32, i32), logical_width: f64) -> bool {
        #[expect(clippy::cast_possible_truncation, reason = "a window's width is far below the limit")]
        let window_right = i64::from(x) + (logical_width * self.density) as i64;
        let (left, top) = (i64::from(self.x), i64::from(self.y));
        let (right, bottom) = (left + i64::from(self.width), top + i64::from(self.height));
        let wide = window_right.min(right) - i64::from(x).max(left);
        wide >= GRIP.0 && i64::from(y) >= top && i64::from(y) + GRIP.1 <= bottom
    }

    /// The corner of a window in the middle of this screen.
    fn middle(&self, width: f64, height: f64) -> (i32, i32) {
        #[expect(clippy::cast_possible_truncation, reason = "a screen's pixels are far below the limit")]
        let margin = |room: f64, taken: f64| ((room - taken).max(0.0) * self.density / 2.0) as i32;
        (self.x + margin(self.logical_width(), width), self.y + margin(self.logical_height(), height))
    }

    /// The corner nearest to this one at which a window is on this screen as a whole.
    fn within(&self, (x, y): (i32, i32), width: f64, height: f64) -> (i32, i32) {
        #[expect(clippy::cast_possible_truncation, reason = "a screen's pixels are far below the limit")]
        let room = |all: f64, taken: f64| ((all - taken).max(0.0) * self.density) as i32;
        let (right, bottom) = (room(self.logical_width(), width), room(self.logical_height(), height));
        (x.clamp(self.x, self.x + right), y.clamp(self.y, self.y + bottom))
    }

    fn logical_width(&self) -> f64 {
        f64::from(self.width) / self.density
    }

    fn logical_height(&self) -> f64 {
        f64::from(self.height) / self.density
    }
}

impl From<&tauri::Monitor> for Screen {
    fn from(monitor: &tauri::Monitor) -> Self {
        let PhysicalRect { position: place, size } = monitor.work_area();
        Self {
            x: place.x,
            y: place.y,
            width: size.width,
            height: size.height,
            density: monitor.scale_factor(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAPTOP: Screen = Screen { x: 0, y: 0, width: 1920, height: 1080, density: 1.0 };
    const BESIDE: Screen = Screen { x: 1920, y: 0, width: 2560, height: 1440, density: 1.0 };
    const DENSE: Screen = Screen { x: 0, y: 0, width: 1920, height: 1080, density: 2.0 };

    const NO_FRAME: LogicalSize<f64> = LogicalSize { width: 0.0, height: 0.0 };

    fn at(x: i32, y: i32) -> Stored {
        Stored { place: Some((x, y)), ..Stored::default() }
    }

    #[test]
    fn a_window_whose_screen_is_there_stays_where_it_was() {
        assert_eq!(at(2400, 300).fitted(&[LAPTOP, BESIDE], NO_FRAME), at(2400, 300));
        let maximised = Stored { maximised: true, ..at(10, 10) };
        assert_eq!(maximised.fitted(&[LAPTOP], NO_FRAME), maximised);
    }

    #[test]
    fn a_window_whose_screen_is_gone_gets_another_place() {
        let middle = at(400, 160);
        assert_eq!(Stored::default().fitted(&[LAPTOP], NO_FRAME), middle, "it was nowhere yet");
        assert_eq!(at(2400, 300).fitted(&[LAPTOP], NO_FRAME), middle);
        assert_eq!(at(-3000, 10).fitted(&[LAPTOP], NO_FRAME), middle);
        assert_eq!(at(100, 1070).fitted(&[LAPTOP], NO_FRAME), middle, "its title would be below the edge");
        assert_eq!(at(100, -40).fitted(&[LAPTOP], NO_FRAME), middle, "its title would be above the edge");
    }

    #[test]
    fn a_window_that_sticks_out_can_still_be_taken_hold_of() {
        assert_eq!(at(-900, 10).fitted(&[LAPTOP], NO_FRAME), at(-900, 10));
        assert_eq!(at(1790, 10).fitted(&[LAPTOP], NO_FRAME), at(1790, 10));
        assert_eq!(at(1850, 10).fitted(&[LAPTOP], NO_FRAME), at(400, 160));
    }

    #[test]
    fn a_window_is_no_larger_than_its_screen() {
        let large = Stored { width: 2400.0, height: 1300.0, ..at(1950, 20) };
        assert_eq!(large.fitted(&[LAPTOP, BESIDE], NO_FRAME), large);
        let there = Stored { place: Some((0, 0)), ..large }.fitted(&[DENSE], NO_FRAME);
        assert_eq!((there.width, there.height), (960.0, 540.0));
    }

    #[test]
    fn its_frame_and_its_foot_are_on_the_screen_too() {
        // 1366×768 at 100 %, with a bar of 48 pixels below.
        let small = Screen { x: 0, y: 0, width: 1366, height: 720, density: 1.0 };
        let frame = LogicalSize { width: 16.0, height: 39.0 };
        let fitted = Stored::default().fitted(&[small], frame);
        assert_eq!((fitted.width, fitted.height, fitted.place), (1120.0, 681.0, Some((115, 0))));
        let shrunk = at(100, 200).fitted(&[small], frame);
        assert_eq!(shrunk.place, Some((100, 0)), "where it was, its foot would be below the edge");
        let snapped = Stored { width: 960.0, height: 700.0, ..at(-7, 0) }.fitted(&[small], frame);
        assert_eq!((snapped.height, snapped.place), (681.0, Some((0, 0))), "it stays at its side");
    }

    #[test]
    fn a_window_that_fills_a_screen_fills_the_same_one_again() {
        let filling = at(400, 160).filling(Some(BESIDE));
        assert_eq!(filling, Stored { maximised: true, ..at(2640, 340) });
        let kept = Stored { maximised: true, ..at(400, 160) };
        assert_eq!(at(400, 160).filling(Some(LAPTOP)), kept, "what it returns to stays");
        assert_eq!(at(400, 160).filling(None), kept);
    }

    #[test]
    fn what_was_stored_is_read_and_nonsense_is_not() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Geometry::of(folder.path()).now(), Stored::default());
        let geometry = Geometry { file: folder.path().join(FILE), now: Mutex::new(at(7, 8)) };
        geometry.store();
        assert_eq!(Geometry::of(folder.path()).now(), at(7, 8));
        fs::write(folder.path().join(FILE), "{").unwrap();
        assert_eq!(Geometry::of(folder.path()).now(), Stored::default());
    }
}
