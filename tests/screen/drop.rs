//! A file manager's side of drag and drop (XDND 5): offers files to a window, and lets go of them over it.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    ConnectionExt as _, CreateWindowAux, EventMask, PropMode, SELECTION_NOTIFY_EVENT, SelectionNotifyEvent,
    SelectionRequestEvent, Window, WindowClass,
};
use x11rb::wrapper::ConnectionExt as _;

use super::{PATIENCE, Place, Screen};

/// The version of the protocol, in the message that begins it.
const VERSION: u32 = 5 << 24;

/// Drops files onto the middle of a window.
pub(super) async fn files(screen: &Screen, target: Window, place: Place, paths: &[&Path]) -> Result<()> {
    let source = Source::new(screen, target, paths)?;
    let uris = screen.atom("text/uri-list")?;
    source.tell("XdndEnter", [VERSION, uris, 0, 0])?;
    let middle = |from: i16, length: u16| u32::from(u16::try_from(from).unwrap_or(0)) + u32::from(length) / 2;
    let point = (middle(place.x, place.width) << 16) | middle(place.y, place.height);
    let copy = screen.atom("XdndActionCopy")?;
    source.tell("XdndPosition", [0, point, x11rb::CURRENT_TIME, copy])?;
    source.answer_until("XdndStatus").await?;
    // As a hand does, the pointer moves on a little before it lets go.
    source.tell("XdndPosition", [0, point + 1, x11rb::CURRENT_TIME, copy])?;
    source.answer_until("XdndStatus").await?;
    source.tell("XdndDrop", [0, x11rb::CURRENT_TIME, 0, 0])?;
    source.answer_until("XdndFinished").await
}

/// The window that files are dragged from.
struct Source<'a> {
    screen: &'a Screen,
    window: Window,
    target: Window,
    uris: String,
}

impl<'a> Source<'a> {
    fn new(screen: &'a Screen, target: Window, paths: &[&Path]) -> Result<Self> {
        let window = screen.connection.generate_id()?;
        let (root, class, looks) = (screen.root, WindowClass::INPUT_ONLY, CreateWindowAux::new());
        screen.connection.create_window(0, window, root, 0, 0, 1, 1, 0, class, 0, &looks)?.check()?;
        let selection = screen.atom("XdndSelection")?;
        screen.connection.set_selection_owner(window, selection, x11rb::CURRENT_TIME)?.check()?;
        let uri = |path: &&Path| format!("file://{}\r\n", path.display().to_string().replace(' ', "%20"));
        Ok(Self { screen, window, target, uris: paths.iter().map(uri).collect() })
    }

    fn tell(&self, kind: &str, [a, b, c, d]: [u32; 4]) -> Result<()> {
        self.screen.send(self.target, self.target, kind, [self.window, a, b, c, d])
    }

    /// Hands the files out when the window asks for them, until it sends this message.
    async fn answer_until(&self, kind: &str) -> Result<()> {
        let wanted = self.screen.atom(kind)?;
        let start = Instant::now();
        loop {
            match self.screen.connection.poll_for_event()? {
                Some(Event::ClientMessage(message)) if message.type_ == wanted => return Ok(()),
                Some(Event::SelectionRequest(request)) => self.hand_out(&request)?,
                Some(_) => {}
                None if start.elapsed() > PATIENCE => bail!("the window sent no {kind}"),
                None => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        }
    }

    fn hand_out(&self, request: &SelectionRequestEvent) -> Result<()> {
        let connection = &self.screen.connection;
        let (mode, kind) = (PropMode::REPLACE, request.target);
        connection.change_property8(mode, request.requestor, request.property, kind, self.uris.as_bytes())?;
        let answer = SelectionNotifyEvent {
            response_type: SELECTION_NOTIFY_EVENT,
            sequence: 0,
            time: request.time,
            requestor: request.requestor,
            selection: request.selection,
            target: request.target,
            property: request.property,
        };
        connection.send_event(false, request.requestor, EventMask::NO_EVENT, answer)?;
        connection.flush().context("the screen is gone")?;
        Ok(())
    }
}

impl Drop for Source<'_> {
    fn drop(&mut self) {
        if let Ok(destroyed) = self.screen.connection.destroy_window(self.window) {
            destroyed.ignore_error();
        }
    }
}
