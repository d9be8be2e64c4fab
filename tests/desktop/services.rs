//! What the desktop answers the program with. Arguments that nothing is tested by are left alone.
#![expect(
    clippy::unused_self,
    clippy::used_underscore_binding,
    reason = "the interfaces are not ours to choose"
)]

use std::collections::HashMap;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex};

use zbus::{OwnedVariant, interface};

use super::{Seen, Shown, lock};

pub(super) struct Notifications(pub(super) Arc<Mutex<Seen>>);

#[interface(name = "org.freedesktop.Notifications")]
impl Notifications {
    #[expect(clippy::too_many_arguments, reason = "the interface has them")]
    fn notify(
        &self,
        _program: &str,
        _replaces: u32,
        _icon: &str,
        title: &str,
        body: &str,
        _actions: Vec<String>,
        _hints: HashMap<String, OwnedVariant>,
        _milliseconds: i32,
    ) -> u32 {
        let mut seen = lock(&self.0);
        let id = u32::try_from(seen.notifications.len() + 1).unwrap_or(u32::MAX);
        seen.notifications.push(Shown { id, title: title.to_owned(), body: body.to_owned() });
        id
    }

    fn get_capabilities(&self) -> Vec<String> {
        vec!["actions".to_owned(), "body".to_owned(), "body-markup".to_owned()]
    }
}

pub(super) struct Sleep(pub(super) Arc<Mutex<Seen>>);

#[interface(name = "org.freedesktop.login1.Manager")]
impl Sleep {
    fn inhibit(&self, what: &str, _who: &str, _why: &str, _mode: &str) -> zbus::fdo::Result<zbus::OwnedFd> {
        let (ours, theirs) =
            UnixStream::pair().map_err(|error| zbus::fdo::Error::IOError(error.to_string()))?;
        ours.set_nonblocking(true).map_err(|error| zbus::fdo::Error::IOError(error.to_string()))?;
        let mut seen = lock(&self.0);
        seen.inhibitors.push((what.to_owned(), ours));
        seen.inhibited += usize::from(what == "sleep");
        Ok(OwnedFd::from(theirs).into())
    }
}

pub(super) struct Tray(pub(super) Arc<Mutex<Seen>>);

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Tray {
    fn register_status_notifier_item(&self, service: &str) {
        lock(&self.0).tray = Some(service.to_owned());
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }
}
