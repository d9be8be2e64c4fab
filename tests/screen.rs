//! The screen (X11) that the window is on: what a person sees of the window as a whole, and does to it.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ClientMessageEvent, ConnectionExt as _, EventMask, MapState, Window,
};
use x11rb::rust_connection::RustConnection;

use crate::processes;

mod drop;

/// How long the window may take to follow.
const PATIENCE: Duration = Duration::from_secs(20);

/// A connection to the screen of the tests.
pub struct Screen {
    connection: RustConnection,
    root: Window,
}

/// A window's place and size in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// From the left edge.
    pub x: i16,
    /// From the upper edge.
    pub y: i16,
    /// Its width.
    pub width: u16,
    /// Its height.
    pub height: u16,
}

/// A window manager (Openbox), as every desktop has one, until it is dropped.
pub struct Manager(std::process::Child);

impl Manager {
    /// Lets it manage the windows that open from now on.
    pub async fn start() -> Result<Self> {
        let mut openbox = std::process::Command::new("openbox");
        openbox.arg("--sm-disable").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let manager = Self(openbox.spawn().context("openbox did not start (Debian's package openbox)")?);
        let manages = |screen: &Screen| {
            let (name, kind) = (screen.atom("_NET_SUPPORTING_WM_CHECK")?, AtomEnum::WINDOW);
            let window = screen.connection.get_property(false, screen.root, name, kind, 0, 1)?.reply()?;
            Ok(window.value_len > 0)
        };
        Screen::connect()?.until("openbox manages the windows", manages).await?;
        Ok(manager)
    }
}

impl Drop for Manager {
    fn drop(&mut self) {
        // It may have ended by itself, which is as good.
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

/// A running program, by its number.
#[derive(Debug, Clone, Copy)]
pub struct Program(u32);

impl Program {
    /// Whether it still runs.
    pub fn is_running(self) -> bool {
        !processes::has_ended(self.0)
    }

    /// Sends it a signal.
    pub async fn tell(self, signal: &str) -> Result<()> {
        let kill = tokio::process::Command::new("kill").args(["-s", signal, &self.0.to_string()]).status();
        ensure!(kill.await?.success(), "{signal} did not reach the program");
        Ok(())
    }

    /// Waits until it has ended by itself.
    pub async fn wait_until_ended(self) -> Result<()> {
        let start = Instant::now();
        while self.is_running() {
            ensure!(start.elapsed() < PATIENCE, "not within {PATIENCE:?}: the program has ended");
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
        Ok(())
    }
}

impl Screen {
    /// The screen that `DISPLAY` names.
    pub fn connect() -> Result<Self> {
        let (connection, number) = x11rb::connect(None).context("there is no screen")?;
        let root = connection.setup().roots[number].root;
        Ok(Self { connection, root })
    }

    /// Closes the program's window as its close button does.
    pub fn close(&self) -> Result<()> {
        let window = self.window()?;
        let message = [self.atom("WM_DELETE_WINDOW")?, x11rb::CURRENT_TIME, 0, 0, 0];
        self.send(window, window, "WM_PROTOCOLS", message)
    }

    /// Whether the program's window is on the screen.
    pub fn shows_window(&self) -> Result<bool> {
        self.is_shown(self.window()?)
    }

    /// Whether the program's window is minimised.
    pub fn window_is_minimised(&self) -> Result<bool> {
        self.window_state_has("_NET_WM_STATE_HIDDEN")
    }

    /// Whether the program's window fills the screen.
    pub fn window_is_maximised(&self) -> Result<bool> {
        self.window_state_has("_NET_WM_STATE_MAXIMIZED_VERT")
    }

    /// Lets the window manager change the program's window to fill the screen.
    pub fn maximise(&self) -> Result<()> {
        let (vertical, horizontal) =
            (self.atom("_NET_WM_STATE_MAXIMIZED_VERT")?, self.atom("_NET_WM_STATE_MAXIMIZED_HORZ")?);
        let add = 1;
        self.ask_manager("_NET_WM_STATE", [add, vertical, horizontal, 1, 0])
    }

    /// Lets the window manager minimise the program's window.
    pub fn minimise(&self) -> Result<()> {
        let iconic = 3;
        self.ask_manager("WM_CHANGE_STATE", [iconic, 0, 0, 0, 0])
    }

    /// Whether keys go to the program's window.
    pub fn window_has_focus(&self) -> Result<bool> {
        self.has_focus(self.window()?)
    }

    /// Whether keys go to a window, or to one within it.
    pub(crate) fn has_focus(&self, window: Window) -> Result<bool> {
        let mut focus = self.connection.get_input_focus()?.reply()?.focus;
        while focus > 1 && focus != self.root {
            if focus == window {
                return Ok(true);
            }
            focus = self.connection.query_tree(focus)?.reply()?.parent;
        }
        Ok(false)
    }

    /// Has keys go to a window.
    pub(crate) fn focus(&self, window: Window) -> Result<()> {
        let revert = x11rb::protocol::xproto::InputFocus::PARENT;
        self.connection.set_input_focus(revert, window, x11rb::CURRENT_TIME)?.check()?;
        Ok(())
    }

    /// The dialog with this title, if it is on the screen.
    pub(crate) fn dialog(&self, title: &str) -> Result<Option<Window>> {
        for top in self.connection.query_tree(self.root)?.reply()?.children {
            // One that goes meanwhile is not there.
            let shown = self.titled(top, title, 2).filter(|window| self.is_shown(*window).unwrap_or(false));
            if shown.is_some() {
                return Ok(shown);
            }
        }
        Ok(None)
    }

    /// Where the program's window is.
    pub fn place(&self) -> Result<Place> {
        let window = self.window()?;
        let size = self.connection.get_geometry(window)?.reply()?;
        let corner = self.connection.translate_coordinates(window, self.root, 0, 0)?.reply()?;
        Ok(Place { x: corner.dst_x, y: corner.dst_y, width: size.width, height: size.height })
    }

    /// Moves and resizes the program's window, with the window manager's frame around it, and waits until that is done.
    pub async fn put(&self, asked: Place) -> Result<Place> {
        let change = x11rb::protocol::xproto::ConfigureWindowAux::new()
            .x(i32::from(asked.x))
            .y(i32::from(asked.y))
            .width(u32::from(asked.width))
            .height(u32::from(asked.height));
        self.connection.configure_window(self.window()?, &change)?.check()?;
        self.until(&format!("the window is at {asked:?}"), |screen| {
            let (left, top) = screen.frame()?;
            Ok(screen.place()? == Place { x: asked.x + left, y: asked.y + top, ..asked })
        })
        .await?;
        self.place()
    }

    /// The program that the window belongs to.
    pub fn program(&self) -> Result<Program> {
        let (name, kind) = (self.atom("_NET_WM_PID")?, AtomEnum::CARDINAL);
        let value = self.connection.get_property(false, self.window()?, name, kind, 0, 1)?.reply()?;
        let id = value.value32().and_then(|mut ids| ids.next()).context("the window names no program")?;
        Ok(Program(id))
    }

    /// Drops files onto the middle of the program's window, as from a file manager.
    pub async fn drop_files(&self, paths: &[&Path]) -> Result<()> {
        drop::files(self, self.window()?, self.place()?, paths).await
    }

    /// Waits until something is so.
    pub async fn until(&self, what: &str, look: impl Fn(&Self) -> Result<bool>) -> Result<()> {
        self.within(PATIENCE, what, look).await
    }

    /// Waits until something is so, for as long as it may take.
    pub(crate) async fn within(
        &self,
        patience: Duration,
        what: &str,
        look: impl Fn(&Self) -> Result<bool>,
    ) -> Result<()> {
        let start = Instant::now();
        while !look(self).unwrap_or(false) {
            if start.elapsed() > patience {
                bail!("not within {patience:?}: {what}");
            }
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
        Ok(())
    }

    /// How much of the window manager's frame is left of the program's window, and above it.
    fn frame(&self) -> Result<(i16, i16)> {
        let (name, kind) = (self.atom("_NET_FRAME_EXTENTS")?, AtomEnum::CARDINAL);
        let value = self.connection.get_property(false, self.window()?, name, kind, 0, 4)?.reply()?;
        let sides: Vec<u32> = value.value32().context("the window has no frame")?.collect();
        let [left, _right, top, _bottom] = sides[..] else { bail!("the frame has the sides {sides:?}") };
        Ok((i16::try_from(left)?, i16::try_from(top)?))
    }

    fn is_shown(&self, window: Window) -> Result<bool> {
        let attributes = self.connection.get_window_attributes(window)?.reply()?;
        Ok(attributes.map_state == MapState::VIEWABLE)
    }

    /// The program's window: the one on the screen that belongs to `ab2d-desktop` and is no dialog.
    fn window(&self) -> Result<Window> {
        let windows = self.connection.query_tree(self.root)?.reply()?.children;
        let found = windows.into_iter().find_map(|top| self.titled(top, "AB2D Desktop", 2));
        found.context("the program has no window")
    }

    /// A window with this title here or, in a window manager's frame, below.
    fn titled(&self, window: Window, title: &str, depth: u8) -> Option<Window> {
        if self.title(window).ok()? == title.as_bytes() {
            return Some(window);
        }
        let children = self.connection.query_tree(window).ok()?.reply().ok()?.children;
        let deeper = depth.checked_sub(1)?;
        children.into_iter().find_map(|child| self.titled(child, title, deeper))
    }

    fn title(&self, window: Window) -> Result<Vec<u8>> {
        let (name, any) = (AtomEnum::WM_NAME, AtomEnum::ANY);
        Ok(self.connection.get_property(false, window, name, any, 0, 64)?.reply()?.value)
    }

    fn window_state_has(&self, state: &str) -> Result<bool> {
        let (name, kind, state) = (self.atom("_NET_WM_STATE")?, AtomEnum::ATOM, self.atom(state)?);
        let states = self.connection.get_property(false, self.window()?, name, kind, 0, 16)?.reply()?;
        Ok(states.value32().is_some_and(|mut states| states.any(|one| one == state)))
    }

    fn ask_manager(&self, kind: &str, data: [u32; 5]) -> Result<()> {
        let message = ClientMessageEvent::new(32, self.window()?, self.atom(kind)?, data);
        let mask = EventMask::SUBSTRUCTURE_REDIRECT | EventMask::SUBSTRUCTURE_NOTIFY;
        self.connection.send_event(false, self.root, mask, message)?.check()?;
        Ok(())
    }

    fn atom(&self, name: &str) -> Result<Atom> {
        Ok(self.connection.intern_atom(false, name.as_bytes())?.reply()?.atom)
    }

    fn send(&self, to: Window, about: Window, kind: &str, data: [u32; 5]) -> Result<()> {
        let message = ClientMessageEvent::new(32, about, self.atom(kind)?, data);
        self.connection.send_event(false, to, EventMask::NO_EVENT, message)?.check()?;
        Ok(())
    }
}
