//! A server that says word for word what a test has it say, for answers that no service gives on purpose.

use std::sync::{Arc, Mutex};

use ab2d_engine::api::{Api, Checksum, ManifestFile};
use ab2d_engine::contract::{Endpoints, Environment};
use ab2d_engine::settings::Proxy;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::client::{Client, credentials, network};

/// The server; each visitor gets the next answer, and then the connection is closed.
pub(crate) struct Raw {
    pub(crate) origin: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Raw {
    pub(crate) async fn serve(answers: Vec<Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&requests);
        tokio::spawn(async move {
            for answer in answers {
                let (mut connection, _) = listener.accept().await.unwrap();
                let request = head(&mut connection).await;
                heard.lock().unwrap().push(request);
                _ = connection.write_all(&answer).await;
            }
        });
        Self { origin, requests }
    }

    /// The heads of the requests so far, in lower case.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// Access to this server with a token of the practice service.
    pub(crate) fn api(&self, client: &Client) -> Api {
        let token = client.practice.token_url();
        let endpoints = Endpoints::new(&format!("{}/api", self.origin), token.as_str()).unwrap();
        Api::new(&network(&Proxy::None), Environment::Other, endpoints, credentials(&client.practice))
    }

    /// A file at this server with such a content.
    pub(crate) fn file(&self, content: &[u8]) -> ManifestFile {
        ManifestFile {
            name: "Z1001_0001.ndjson".to_owned(),
            url: format!("{}/api/file/1", self.origin).parse().unwrap(),
            bytes: Some(content.len() as u64),
            sha256: Some(Checksum::of(content)),
            is_error: false,
            requires_access_token: true,
        }
    }
}

/// An address at which attempts to connect are met with silence, as by a firewall, for as long as the value lives:
/// its queue of connections is full. Other systems than Linux refuse what does not fit.
#[cfg(target_os = "linux")]
pub(crate) struct Silence {
    pub(crate) address: std::net::SocketAddr,
    _listener: TcpListener,
    _queue: Vec<TcpStream>,
}

#[cfg(target_os = "linux")]
impl Silence {
    pub(crate) async fn new() -> Self {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let listener = socket.listen(1).unwrap();
        let address = listener.local_addr().unwrap();
        let patience = std::time::Duration::from_millis(200);
        let mut queue = Vec::new();
        while let Ok(connected) = tokio::time::timeout(patience, TcpStream::connect(address)).await {
            queue.push(connected.unwrap());
        }
        Self { address, _listener: listener, _queue: queue }
    }
}

/// An answer with these headers and this body.
pub(crate) fn answer(head: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {}\r\nconnection: close\r\n\r\n", head.replace('\n', "\r\n"));
    [head.as_bytes(), body].concat()
}

async fn head(connection: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(connection.read_u8().await.unwrap());
    }
    String::from_utf8(head).unwrap().to_lowercase()
}
