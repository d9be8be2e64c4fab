//! One WebDriver session: the driver's process and its HTTP interface.

use std::net::{Ipv4Addr, TcpListener};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use reqwest::{Client, Method};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::process::{Child, Command};

use super::{Launch, keys};
use crate::processes;

/// How long the driver has to start.
const START: Duration = Duration::from_secs(30);

/// How long the program has to open its window, or a dialog before that.
pub(super) const OPEN: Duration = Duration::from_secs(90);

/// How long they have to end once they are killed.
const END: Duration = Duration::from_secs(30);

/// An element of the page, by the session's own handle.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Element {
    /// The key is a constant of the WebDriver standard.
    #[serde(rename = "element-6066-11e4-a52e-4f735466cecf")]
    handle: String,
}

#[derive(Debug)]
pub(super) struct Session {
    client: Client,
    address: String,
    driver: Driver,
}

impl Session {
    pub(super) async fn start(launch: &Launch) -> Result<Self> {
        let driver = Driver::start(launch)?;
        let client = Client::builder().no_proxy().build()?;
        driver.wait_until_ready(&client).await?;
        let options = json!({ "binary": launch.program, "args": launch.arguments });
        let capabilities =
            json!({ "capabilities": { "alwaysMatch": { "webkitgtk:browserOptions": options } } });
        let url = format!("{}/session", driver.address());
        let opened = call(&client, Method::POST, &url, Some(capabilities));
        // The driver waits for ever for a program that ended at once.
        let new: NewSession = tokio::time::timeout(OPEN, opened)
            .await
            .context("the program did not report in time")
            .flatten()
            .with_context(|| format!("{} did not open a window", launch.program.display()))?;
        Ok(Self { address: format!("{url}/{}", new.id), client, driver })
    }

    pub(super) async fn end(self) -> Result<()> {
        let _: Value = call(&self.client, Method::DELETE, &self.address, None).await?;
        drop(self.driver);
        Ok(())
    }

    pub(super) async fn run<T: DeserializeOwned>(
        &self,
        kind: &str,
        script: &str,
        arguments: Value,
    ) -> Result<T> {
        self.post(&format!("execute/{kind}"), json!({ "script": script, "args": arguments })).await
    }

    pub(super) async fn click(&self, element: &Element) -> Result<()> {
        self.post(&element.path("click"), json!({})).await
    }

    pub(super) async fn type_into(&self, element: &Element, text: &str) -> Result<()> {
        self.post(&element.path("value"), json!({ "text": text })).await
    }

    /// Presses keys one after the other. Modifiers are held down until the last one.
    pub(super) async fn press(&self, keys: &str) -> Result<()> {
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": strokes(keys) });
        let _: Value = self.post("actions", json!({ "actions": [keyboard] })).await?;
        Ok(())
    }

    pub(super) async fn focused(&self) -> Result<Element> {
        self.get("element/active").await
    }

    pub(super) async fn text(&self, element: &Element) -> Result<String> {
        self.get(&element.path("text")).await
    }

    pub(super) async fn role(&self, element: &Element) -> Result<String> {
        self.get(&element.path("computedrole")).await
    }

    pub(super) async fn label(&self, element: &Element) -> Result<String> {
        self.get(&element.path("computedlabel")).await
    }

    /// A picture of the page: PNG in Base64.
    pub(super) async fn screenshot(&self) -> Result<String> {
        self.get("screenshot").await
    }

    pub(super) async fn resize(&self, width: u32, height: u32) -> Result<()> {
        let _: Value = self.post("window/rect", json!({ "width": width, "height": height })).await?;
        Ok(())
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        call(&self.client, Method::GET, &format!("{}/{path}", self.address), None).await
    }

    async fn post<T: DeserializeOwned>(&self, path: &str, body: Value) -> Result<T> {
        call(&self.client, Method::POST, &format!("{}/{path}", self.address), Some(body)).await
    }
}

impl Element {
    fn path(&self, act: &str) -> String {
        format!("element/{}/{act}", self.handle)
    }
}

fn strokes(text: &str) -> Vec<Value> {
    let (mut strokes, mut held) = (Vec::new(), Vec::new());
    for key in text.chars() {
        strokes.push(json!({ "type": "keyDown", "value": key }));
        if keys::is_modifier(key) {
            held.push(key);
        } else {
            strokes.push(json!({ "type": "keyUp", "value": key }));
        }
    }
    strokes.extend(held.iter().rev().map(|key| json!({ "type": "keyUp", "value": key })));
    strokes
}

#[derive(Deserialize)]
struct NewSession {
    #[serde(rename = "sessionId")]
    id: String,
}

/// The driver's process. The program is its child and gets its environment from it.
#[derive(Debug)]
struct Driver {
    process: Child,
    port: u16,
}

impl Driver {
    fn start(launch: &Launch) -> Result<Self> {
        let port = free_port()?;
        let process = Command::new("WebKitWebDriver")
            .args([format!("--port={port}"), "--host=127.0.0.1".to_owned()])
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .envs(launch.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .process_group(0)
            .spawn()
            .context("WebKitWebDriver did not start (Debian's package webkit2gtk-driver)")?;
        Ok(Self { process, port })
    }

    fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    async fn wait_until_ready(&self, client: &Client) -> Result<()> {
        let url = format!("{}/status", self.address());
        let start = Instant::now();
        while client.get(&url).send().await.is_err() {
            if start.elapsed() > START {
                bail!("WebKitWebDriver does not answer at {url}");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }
}

impl Drop for Driver {
    /// Ends the program with its driver, which form one process group, and waits until all of it has ended: only then is
    /// free what it held, such as the lock of a data folder and the output of the test.
    fn drop(&mut self) {
        let Some(group) = self.process.id() else { return };
        let kill = ["-KILL".to_owned(), "--".to_owned(), format!("-{group}")];
        // The group may have ended by itself, which is as good.
        let _ = std::process::Command::new("kill").args(kill).stderr(Stdio::null()).status();
        let start = Instant::now();
        while !processes::running_in(group).is_empty() && start.elapsed() < END {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no port is free")?;
    Ok(listener.local_addr()?.port())
}

/// An answer of the driver: every one has this form, errors too.
#[derive(Deserialize)]
struct Answer {
    value: Value,
}

async fn call<T: DeserializeOwned>(
    client: &Client,
    method: Method,
    url: &str,
    body: Option<Value>,
) -> Result<T> {
    let mut request = client.request(method, url);
    if let Some(body) = body {
        request = request.header("Content-Type", "application/json").body(body.to_string());
    }
    let response = request.send().await?;
    let status = response.status();
    let answer: Answer = serde_json::from_slice(&response.bytes().await?)?;
    if !status.is_success() {
        bail!("{}: {}", answer.value["error"], answer.value["message"]);
    }
    serde_json::from_value(answer.value).with_context(|| format!("unexpected answer from {url}"))
}
