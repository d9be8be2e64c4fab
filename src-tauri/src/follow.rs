//! Follows the exports for as long as the program runs, and tells the desktop: the tray, the task bar, notifications,
//! and whether the computer may sleep.

use ab2d_engine::controller::Controller;
use ab2d_engine::view::{Event, ExportView};
use tauri::{AppHandle, Manager, Runtime};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::mpsc;

use crate::attention;
use crate::awake::Awake;
use crate::running::{Exports, Picture};
use crate::taskbar::TaskBar;
use crate::tray::Tray;
use crate::window;

/// The window's wishes, in the program's state.
pub(crate) struct Wishes(mpsc::UnboundedSender<Wish>);

/// What the window wants of the desktop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wish {
    /// It was closed while something runs: what runs goes on without it.
    Background,
    /// It is shown again.
    Shown,
}

impl Wishes {
    /// Has a wish carried out.
    pub(crate) fn send(&self, wish: Wish) {
        _ = self.0.send(wish);
    }
}

/// Begins to follow.
pub(crate) fn exports<R: Runtime>(app: &AppHandle<R>, controller: &Controller) {
    let (sender, mut wishes) = mpsc::unbounded_channel();
    app.manage(Wishes(sender));
    let mut events = controller.subscribe();
    let mut desktop = Desktop::new(app.clone(), controller.clone());
    tauri::async_runtime::spawn(async move {
        desktop.catch_up().await;
        loop {
            tokio::select! {
                event = events.recv() => match event {
                    Ok(event) => desktop.follow(event),
                    Err(RecvError::Lagged(_)) => {
                        // What is read now is newer than what is left of them.
                        events = events.resubscribe();
                        desktop.catch_up().await;
                    }
                    Err(RecvError::Closed) => return,
                },
                Some(wish) = wishes.recv() => desktop.carry_out(wish).await,
            }
            desktop.draw().await;
        }
    });
}

struct Desktop<R: Runtime> {
    app: AppHandle<R>,
    controller: Controller,
    exports: Exports,
    awake: Awake,
    tray: Tray<R>,
    task_bar: TaskBar<R>,
    drawn: Picture,
    /// Whether the window is in the tray, so that the icon must stay.
    hidden: bool,
    /// Whether it was said that what runs goes on: once a run is enough.
    said: bool,
}

impl<R: Runtime> Desktop<R> {
    fn new(app: AppHandle<R>, controller: Controller) -> Self {
        Self {
            awake: Awake::new(),
            tray: Tray::new(app.clone()),
            task_bar: TaskBar::new(app.clone()),
            app,
            controller,
            exports: Exports::default(),
            drawn: Picture::default(),
            hidden: false,
            said: false,
        }
    }

    fn follow(&mut self, event: Event) {
        match event {
            Event::Export { export } => self.take(&export),
            Event::Progress { id, progress, .. } => self.exports.progress(id, progress),
            Event::Contracts { .. }
            | Event::Verifying { .. }
            | Event::CredentialsDropped { .. }
            | Event::Check { .. }
            | Event::Settings { .. }
            | Event::CheckingAudit { .. }
            | Event::OpenExport { .. } => {}
        }
        self.awake.wish(self.exports.flow() && self.controller.settings().keep_awake);
    }

    fn take(&mut self, export: &ExportView) {
        if self.exports.take(export) && self.controller.settings().notifications {
            attention::ask_for_it(&self.app, export);
        }
    }

    /// Some events were missed, or none were seen yet: looks at every export as it is now.
    async fn catch_up(&mut self) {
        let now = self.exports.now(&self.controller).await;
        now.iter().for_each(|export| self.take(export));
        self.awake.wish(self.exports.flow() && self.controller.settings().keep_awake);
    }

    async fn carry_out(&mut self, wish: Wish) {
        self.hidden = match wish {
            Wish::Background => self.go_on_in_background().await,
            Wish::Shown => false,
        };
    }

    /// Puts the window into the tray, or the task bar where there is no tray; whether it is in the tray.
    async fn go_on_in_background(&mut self) -> bool {
        let in_tray = self.tray.show(&self.exports.picture()) && self.tray.is_seen().await;
        if in_tray {
            window::hide(&self.app);
        } else {
            window::minimise(&self.app);
        }
        if !self.said && self.controller.settings().notifications {
            attention::say_it_goes_on(&self.app, self.exports.running(), in_tray);
            self.said = true;
        }
        in_tray
    }

    async fn draw(&mut self) {
        let picture = self.exports.picture();
        if picture.bar.is_some() || self.hidden {
            self.tray.show(&picture);
        } else {
            self.tray.hide();
        }
        if picture.bar != self.drawn.bar {
            self.task_bar.show(picture.bar).await;
        }
        self.drawn = picture;
    }
}
