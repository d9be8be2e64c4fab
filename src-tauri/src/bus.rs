//! The desktop's message bus (D-Bus), connected when it is first needed.

use tokio::sync::OnceCell;
use zbus::Connection;

static SESSION: OnceCell<Connection> = OnceCell::const_new();

/// The session's bus.
pub(crate) async fn session() -> zbus::Result<&'static Connection> {
    SESSION.get_or_try_init(Connection::session).await
}

/// Whether some program serves a name.
pub(crate) async fn has_owner(name: &str) -> bool {
    ask(name).await.unwrap_or(false)
}

async fn ask(name: &str) -> zbus::Result<bool> {
    let (bus, path) = ("org.freedesktop.DBus", "/org/freedesktop/DBus");
    let answer = session().await?.call_method(Some(bus), path, Some(bus), "NameHasOwner", &name).await?;
    answer.body().deserialize()
}
