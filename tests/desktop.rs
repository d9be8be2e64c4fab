//! A desktop that watches the program: its services as the program finds them on the message bus (D-Bus), and what
//! they were told. Notifications, the tray, the progress bar in the task bar, and sleep held off.

use std::collections::HashMap;
use std::io::{ErrorKind, Read};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use futures_util::StreamExt;
use zbus::{Connection, MatchRule, MessageStream, OwnedVariant};

mod services;

use services::{Notifications, Sleep, Tray};

/// How long something may take to reach the desktop.
const PATIENCE: Duration = Duration::from_secs(20);

const NOTIFICATIONS: &str = "/org/freedesktop/Notifications";
const ITEM: &str = "/StatusNotifierItem";

/// The desktop's services, for as long as it lives.
pub struct Desktop {
    connection: Connection,
    seen: Arc<Mutex<Seen>>,
}

/// A notification as it was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The desktop's number for it.
    pub id: u32,
    /// Its first line.
    pub title: String,
    /// What follows.
    pub body: String,
}

/// An entry of the tray's menu.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    id: i32,
    label: String,
}

#[derive(Default)]
struct Seen {
    notifications: Vec<Shown>,
    /// What keeps the computer awake: it does until the program closes its end.
    inhibitors: Vec<(String, UnixStream)>,
    inhibited: usize,
    tray: Option<String>,
    task_bar: Vec<Option<u8>>,
}

impl Desktop {
    /// A desktop with a tray.
    pub async fn new() -> Result<Self> {
        Self::start(true).await
    }

    /// A desktop without a tray.
    pub async fn without_tray() -> Result<Self> {
        Self::start(false).await
    }

    /// What the program finds the system's own bus by: this desktop stands on one bus with it.
    pub fn variable() -> Result<(&'static str, String)> {
        let bus = std::env::var("DBUS_SESSION_BUS_ADDRESS").context("there is no message bus")?;
        Ok(("DBUS_SYSTEM_BUS_ADDRESS", bus))
    }

    /// Every notification so far.
    pub fn notifications(&self) -> Vec<Shown> {
        self.seen().notifications.clone()
    }

    /// Waits for a notification whose title or body has these words.
    pub async fn notification(&self, words: &str) -> Result<Shown> {
        let has = |one: &Shown| one.title.contains(words) || one.body.contains(words);
        let find = |desktop: &Self| desktop.notifications().into_iter().find(has);
        let found = self.until(&format!("a notification says {words:?}"), find).await;
        found.with_context(|| format!("{:#?}", self.notifications()))
    }

    /// Clicks a notification until that has its effect: the program hears of clicks only a moment after it is shown.
    pub async fn click(&self, shown: &Shown, has_effect: impl Fn() -> bool) -> Result<()> {
        let clicked = (shown.id, "default");
        let interface = "org.freedesktop.Notifications";
        let start = Instant::now();
        while !has_effect() {
            ensure!(
                start.elapsed() < PATIENCE,
                "not within {PATIENCE:?}: a click on {shown:?} has its effect"
            );
            self.connection
                .emit_signal(None::<&str>, NOTIFICATIONS, interface, "ActionInvoked", &clicked)
                .await?;
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        Ok(())
    }

    /// Whether the computer is kept from sleeping now.
    pub fn is_kept_awake(&self) -> bool {
        self.seen().is_kept_awake()
    }

    /// How often it was asked to stay awake.
    pub fn times_kept_awake(&self) -> usize {
        self.seen().inhibited
    }

    /// Waits until the computer is kept awake, or no longer is.
    pub async fn wait_until_kept_awake(&self, wanted: bool) -> Result<()> {
        let what = if wanted { "the computer is kept awake" } else { "the computer may sleep" };
        self.until(what, |seen| (seen.is_kept_awake() == wanted).then_some(())).await
    }

    /// What the task bar's progress bar showed so far, in percent; `None` while it was away.
    pub fn task_bar(&self) -> Vec<Option<u8>> {
        self.seen().task_bar.clone()
    }

    /// Waits until the task bar's progress bar is away.
    pub async fn wait_until_task_bar_is_clear(&self) -> Result<()> {
        self.until("the task bar is clear", |seen| matches!(seen.task_bar().last(), Some(None)).then_some(()))
            .await
    }

    /// Waits until an icon is in the tray and shown.
    pub async fn wait_for_tray(&self) -> Result<()> {
        self.wait_for_tray_status("Active").await
    }

    /// Waits until the icon in the tray is no longer shown.
    pub async fn wait_until_tray_is_empty(&self) -> Result<()> {
        self.wait_for_tray_status("Passive").await
    }

    /// Waits until the entries of the tray's menu, without its separators, begin so.
    pub async fn wait_for_menu(&self, wanted: &[&str]) -> Result<()> {
        let begin_so = |entries: &[Entry]| {
            let mut pairs = entries.iter().zip(wanted);
            let all = entries.len() == wanted.len();
            (all && pairs.all(|(entry, begin)| entry.label.starts_with(begin))).then_some(())
        };
        self.find_in_menu(&format!("the menu is {wanted:?}"), begin_so).await
    }

    /// Waits until the tray's menu has this entry.
    pub async fn wait_for_entry(&self, label: &str) -> Result<()> {
        let has = |entries: &[Entry]| entries.iter().any(|entry| entry.label == label).then_some(());
        self.find_in_menu(&format!("the menu has {label:?}"), has).await
    }

    /// Chooses the first entry of the tray's menu that begins so, once there is one.
    pub async fn choose(&self, begin: &str) -> Result<()> {
        let find = |entries: &[Entry]| entries.iter().find(|entry| entry.label.starts_with(begin)).cloned();
        let entry = self.find_in_menu(&format!("an entry of the menu begins {begin:?}"), find).await?;
        let clicked = (entry.id, "clicked", zbus::Variant::from(0_i32), 0_u32);
        self.call("/MenuBar", "com.canonical.dbusmenu", "Event", &clicked).await?;
        Ok(())
    }

    /// Clicks the icon in the tray.
    pub async fn click_tray(&self) -> Result<()> {
        self.call(ITEM, "org.kde.StatusNotifierItem", "Activate", &(0_i32, 0_i32)).await?;
        Ok(())
    }

    /// Waits until something was seen.
    pub async fn until<T>(&self, what: &str, look: impl Fn(&Self) -> Option<T>) -> Result<T> {
        let start = Instant::now();
        loop {
            if let Some(found) = look(self) {
                return Ok(found);
            }
            if start.elapsed() > PATIENCE {
                bail!("not within {PATIENCE:?}: {what}");
            }
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    }
}

impl Desktop {
    async fn start(with_tray: bool) -> Result<Self> {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let mut builder = zbus::connection::Builder::session()
            .name("org.freedesktop.Notifications")
            .serve_at(NOTIFICATIONS, Notifications(Arc::clone(&seen)))
            .name("org.freedesktop.login1")
            .serve_at("/org/freedesktop/login1", Sleep(Arc::clone(&seen)));
        if with_tray {
            builder = builder
                .name("org.kde.StatusNotifierWatcher")
                .serve_at("/StatusNotifierWatcher", Tray(Arc::clone(&seen)));
        }
        let connection = builder.build().await.context("the desktop's services are not served")?;
        watch_task_bar(&connection, Arc::clone(&seen)).await?;
        Ok(Self { connection, seen })
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        lock(&self.seen)
    }

    async fn wait_for_tray_status(&self, wanted: &str) -> Result<()> {
        let start = Instant::now();
        while self.tray_status().await.is_none_or(|status| status != wanted) {
            if start.elapsed() > PATIENCE {
                bail!("not within {PATIENCE:?}: the icon in the tray is {wanted}");
            }
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
        Ok(())
    }

    async fn tray_status(&self) -> Option<String> {
        self.tray_property("Status").await.ok()?.try_into().ok()
    }

    async fn tray_property(&self, name: &str) -> Result<OwnedVariant> {
        let asked = ("org.kde.StatusNotifierItem", name);
        let answer = self.call(ITEM, "org.freedesktop.DBus.Properties", "Get", &asked).await?;
        Ok(answer.body().deserialize()?)
    }

    /// Waits until something is found in the tray's menu.
    async fn find_in_menu<T>(&self, what: &str, find: impl Fn(&[Entry]) -> Option<T>) -> Result<T> {
        let start = Instant::now();
        loop {
            // While the icon comes, or its menu is made anew, there may be none.
            let entries = self.entries().await;
            if let Some(found) = entries.as_ref().ok().and_then(|entries| find(entries)) {
                return Ok(found);
            }
            if start.elapsed() > PATIENCE {
                bail!("not within {PATIENCE:?}: {what}; it is {entries:?}");
            }
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    }

    async fn entries(&self) -> Result<Vec<Entry>> {
        let all = (0_i32, -1_i32, Vec::<String>::new());
        let answer = self.call("/MenuBar", "com.canonical.dbusmenu", "GetLayout", &all).await?;
        let (_, (_, _, children)): (u32, Node) = answer.body().deserialize()?;
        let nodes = children.into_iter().map(Node::try_from).collect::<Result<Vec<_>, _>>()?;
        let labelled = nodes.into_iter().filter_map(|(id, mut properties, _)| {
            let label = properties.remove("label")?.try_into().ok()?;
            Some(Entry { id, label })
        });
        Ok(labelled.collect())
    }

    /// Asks the program's icon in the tray.
    async fn call<B>(&self, path: &str, interface: &str, method: &str, body: &B) -> Result<zbus::Message>
    where
        B: serde::Serialize + zbus::DynamicType,
    {
        let item = self.seen().tray.clone().context("no icon came into the tray")?;
        Ok(self.connection.call_method(Some(item), path, Some(interface), method, body).await?)
    }
}

impl Seen {
    fn is_kept_awake(&self) -> bool {
        self.inhibitors.iter().any(|(_, end)| is_open(end))
    }
}

/// A menu's entry as the bus carries it: its number, its properties, its children.
type Node = (i32, HashMap<String, OwnedVariant>, Vec<OwnedVariant>);

/// Hears what the program tells every dock about its progress.
async fn watch_task_bar(connection: &Connection, seen: Arc<Mutex<Seen>>) -> Result<()> {
    let rule = MatchRule::builder()
        .msg_type(zbus::message::Type::Signal)
        .interface("com.canonical.Unity.LauncherEntry")
        .member("Update")
        .build()?;
    let mut updates = MessageStream::for_match_rule(rule, connection, None).await?;
    tokio::spawn(async move {
        while let Some(Ok(update)) = updates.next().await {
            let entry = update.body().deserialize::<(String, HashMap<String, OwnedVariant>)>();
            if let Ok((_, mut entry)) = entry {
                lock(&seen).task_bar.push(progress_of(&mut entry));
            }
        }
    });
    Ok(())
}

fn progress_of(entry: &mut HashMap<String, OwnedVariant>) -> Option<u8> {
    let visible: bool = entry.remove("progress-visible")?.try_into().ok()?;
    let progress: f64 = entry.remove("progress")?.try_into().ok()?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a percentage")]
    visible.then_some((progress * 100.0).round() as u8)
}

/// Whether the program still holds the other end.
fn is_open(end: &UnixStream) -> bool {
    let mut byte = [0; 1];
    let mut end = end;
    matches!(end.read(&mut byte), Err(error) if error.kind() == ErrorKind::WouldBlock)
}

fn lock(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}
