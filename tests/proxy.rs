//! A service that is reached through a proxy alone: at a name that no network knows, with a certificate of its own.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ab2d_practice::Practice;
use anyhow::{Context, Result, ensure};
use rcgen::CertifiedKey;
use rustls::ServerConfig;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufStream, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use url::Url;

/// What the proxy, and nobody else, knows the service by.
pub const ORIGIN: &str = "https://ab2d.invalid";

/// The proxy, for as long as the test's own tasks run.
pub struct Proxy {
    address: SocketAddr,
    tunnels: Arc<AtomicUsize>,
    certificate: String,
}

impl Proxy {
    /// A proxy that leads to this service.
    pub async fn to(service: &Practice) -> Result<Self> {
        let port = service.api_url().port().context("the service has no port")?;
        let CertifiedKey { cert, signing_key } = rcgen::generate_simple_self_signed([host().to_owned()])?;
        let key = PrivatePkcs8KeyDer::from(signing_key.serialize_der());
        let config =
            ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
                .with_safe_default_protocol_versions()?
                .with_no_client_auth()
                .with_single_cert(vec![cert.der().clone()], key.into())?;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let proxy =
            Self { address: listener.local_addr()?, tunnels: Arc::default(), certificate: cert.pem() };
        tokio::spawn(serve(listener, TlsAcceptor::from(Arc::new(config)), port, Arc::clone(&proxy.tunnels)));
        Ok(proxy)
    }

    /// Its address, as it is entered in Settings.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many connections were asked for so far.
    pub fn tunnels(&self) -> usize {
        self.tunnels.load(Ordering::SeqCst)
    }

    /// The service's certificate (PEM), which nobody trusts yet.
    pub fn certificate(&self) -> &str {
        &self.certificate
    }

    /// An address of the service as it is reached through the proxy.
    pub fn outside(url: &Url) -> String {
        format!("{ORIGIN}{}", url.path())
    }
}

fn host() -> &'static str {
    ORIGIN.trim_start_matches("https://")
}

async fn serve(listener: TcpListener, acceptor: TlsAcceptor, port: u16, tunnels: Arc<AtomicUsize>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (acceptor, tunnels) = (acceptor.clone(), Arc::clone(&tunnels));
        tokio::spawn(async move {
            tunnels.fetch_add(1, Ordering::SeqCst);
            // A client that hangs up ends its tunnel alone.
            _ = tunnel(BufStream::new(stream), &acceptor, port).await;
        });
    }
}

/// Answers `CONNECT`, speaks TLS in the service's place, and passes on what is said.
async fn tunnel(mut stream: BufStream<TcpStream>, acceptor: &TlsAcceptor, port: u16) -> Result<()> {
    let mut request = String::new();
    while !request.ends_with("\r\n\r\n") {
        ensure!(stream.read_line(&mut request).await? > 0, "the request broke off");
    }
    let wanted = format!("CONNECT {}:443 ", host());
    let answer = if request.starts_with(&wanted) { "200 OK" } else { "403 Forbidden" };
    stream.write_all(format!("HTTP/1.1 {answer}\r\n\r\n").as_bytes()).await?;
    stream.flush().await?;
    ensure!(answer.starts_with("200"), "nobody is called {request}");
    let mut secure = acceptor.accept(stream).await?;
    let mut service = TcpStream::connect(("127.0.0.1", port)).await?;
    copy_bidirectional(&mut secure, &mut service).await?;
    Ok(())
}
