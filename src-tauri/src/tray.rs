//! The icon in the tray, which is there while something runs or the window is hidden.

use ab2d_engine::view::ExportId;
use tauri::menu::{Menu, MenuEvent, MenuItem, PredefinedMenuItem};
use tauri::tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Runtime};

use crate::running::{Line, Picture, Switch};
use crate::{ending, switches, window, words};

const OPEN: &str = "open";
const SWITCH: &str = "switch";
const QUIT: &str = "quit";
/// Before the number of the export that a line of the menu stands for.
const EXPORT: &str = "export-";

/// The icon, made when it is first needed; without a tray it never is.
pub(crate) struct Tray<R: Runtime> {
    app: AppHandle<R>,
    icon: Option<TrayIcon<R>>,
    menu: Option<Shown<R>>,
    visible: bool,
}

/// The menu as it stands: its items are changed in place, so that an open menu stays open.
struct Shown<R: Runtime> {
    picture: Picture,
    lines: Vec<MenuItem<R>>,
    switch: Option<MenuItem<R>>,
}

impl<R: Runtime> Tray<R> {
    pub(crate) fn new(app: AppHandle<R>) -> Self {
        Self { app, icon: None, menu: None, visible: false }
    }

    /// Shows the icon and what runs; whether there is a tray to show it in.
    pub(crate) fn show(&mut self, picture: &Picture) -> bool {
        let drawn = self.menu.as_ref().is_some_and(|menu| menu.picture == *picture);
        if self.visible && drawn {
            return true;
        }
        match self.draw(picture) {
            Ok(()) => self.visible = true,
            Err(error) => {
                tracing::debug!(%error, "there is no tray");
                return false;
            }
        }
        true
    }

    /// Takes the icon away until it is needed again.
    pub(crate) fn hide(&mut self) {
        if std::mem::take(&mut self.visible) {
            let hidden = self.icon.as_ref().map(|icon| icon.set_visible(false));
            if let Some(Err(error)) = hidden {
                tracing::warn!(%error, "the icon in the tray stays");
            }
        }
    }

    /// Whether the desktop shows the icon now: it may have lost its tray since.
    #[cfg(target_os = "linux")]
    pub(crate) async fn is_seen(&self) -> bool {
        self.visible && crate::bus::has_owner("org.kde.StatusNotifierWatcher").await
    }

    /// Whether the desktop shows the icon now.
    #[cfg(not(target_os = "linux"))]
    #[expect(clippy::unused_async, reason = "as on Linux, where the desktop is asked")]
    pub(crate) async fn is_seen(&self) -> bool {
        self.visible
    }

    fn draw(&mut self, picture: &Picture) -> tauri::Result<()> {
        let icon = match &self.icon {
            Some(icon) => icon,
            None => self.icon.insert(build(&self.app)?),
        };
        let kept = self.menu.take().filter(|shown| shown.has_place_for(picture));
        let shown = match kept {
            Some(shown) => shown.with(picture)?,
            None => {
                let shown = Shown::new(&self.app, picture)?;
                icon.set_menu(Some(shown.menu(&self.app)?))?;
                shown
            }
        };
        self.menu = Some(shown);
        let bar = picture.bar;
        let tooltip = words::tooltip(bar.map(|bar| bar.percent), bar.is_some_and(|bar| bar.needs_person));
        icon.set_tooltip(Some(tooltip))?;
        if !self.visible {
            icon.set_visible(true)?;
        }
        Ok(())
    }
}

impl<R: Runtime> Shown<R> {
    fn new(app: &AppHandle<R>, picture: &Picture) -> tauri::Result<Self> {
        let line = |line: &Line| item(app, &format!("{EXPORT}{}", line.id.0), &line.text);
        Ok(Self {
            picture: picture.clone(),
            lines: picture.lines.iter().map(line).collect::<Result<_, _>>()?,
            switch: picture.switch.map(|switch| item(app, SWITCH, label(switch))).transpose()?,
        })
    }

    /// Whether the same items can say what is to be shown.
    fn has_place_for(&self, picture: &Picture) -> bool {
        let ids = |picture: &Picture| picture.lines.iter().map(|line| line.id).collect::<Vec<_>>();
        ids(&self.picture) == ids(picture) && self.switch.is_some() == picture.switch.is_some()
    }

    fn with(mut self, picture: &Picture) -> tauri::Result<Self> {
        for (item, line) in self.lines.iter().zip(&picture.lines) {
            item.set_text(&line.text)?;
        }
        if let (Some(item), Some(switch)) = (&self.switch, picture.switch) {
            item.set_text(label(switch))?;
        }
        picture.clone_into(&mut self.picture);
        Ok(self)
    }

    fn menu(&self, app: &AppHandle<R>) -> tauri::Result<Menu<R>> {
        let menu = Menu::new(app)?;
        for line in &self.lines {
            menu.append(line)?;
        }
        if !self.lines.is_empty() {
            menu.append(&PredefinedMenuItem::separator(app)?)?;
        }
        menu.append(&item(app, OPEN, words::tray::OPEN)?)?;
        if let Some(switch) = &self.switch {
            menu.append(switch)?;
        }
        menu.append(&item(app, QUIT, words::tray::QUIT)?)?;
        Ok(menu)
    }
}

fn build<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<TrayIcon<R>> {
    let mut builder = TrayIconBuilder::with_id("ab2d-desktop")
        .title(words::PROGRAM)
        .show_menu_on_left_click(cfg!(target_os = "macos"))
        .on_menu_event(|app, event| chosen(app, &event))
        .on_tray_icon_event(|icon, event| clicked(icon.app_handle(), &event));
    if let Some(image) = app.default_window_icon() {
        builder = builder.icon(image.clone());
    }
    builder.build(app)
}

fn item<R: Runtime>(app: &AppHandle<R>, id: &str, text: &str) -> tauri::Result<MenuItem<R>> {
    MenuItem::with_id(app, id, text, true, None::<&str>)
}

fn label(switch: Switch) -> &'static str {
    match switch {
        Switch::PauseAll => words::tray::PAUSE_ALL,
        Switch::ResumeAll => words::tray::RESUME_ALL,
    }
}

fn chosen<R: Runtime>(app: &AppHandle<R>, event: &MenuEvent) {
    match event.id().as_ref() {
        OPEN => window::bring_forward(app),
        SWITCH => switches::all(app),
        QUIT => ending::ask(app),
        other => {
            if let Some(id) = other.strip_prefix(EXPORT).and_then(|number| number.parse().ok()) {
                window::open_export(app, ExportId(id));
            }
        }
    }
}

fn clicked<R: Runtime>(app: &AppHandle<R>, event: &TrayIconEvent) {
    if let TrayIconEvent::Click { button: MouseButton::Left, button_state: MouseButtonState::Up, .. } = event
    {
        window::bring_forward(app);
    }
}
