//! Certificates that are trusted and such as are not, met by the command itself. There is no switch that would trust one.

use std::net::SocketAddr;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::desk::{CONTRACT, Desk, Ran};

/// Who signs certificates.
struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let mut parameters = CertificateParams::default();
        parameters.distinguished_name.push(DnType::CommonName, "An authority made for a test");
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = parameters.self_signed(&key).unwrap().pem();
        Self { pem, issuer: Issuer::new(parameters, key) }
    }

    /// Puts TLS in front of a port of this computer, with a certificate for a name that ends in a year.
    async fn secure(&self, port: u16, name: &str, ends: i32) -> SocketAddr {
        let mut parameters = CertificateParams::new([name.to_owned()]).unwrap();
        parameters.not_before = date_time_ymd(2020, 1, 1);
        parameters.not_after = date_time_ymd(ends, 1, 1);
        let key = KeyPair::generate().unwrap();
        let certificate = parameters.signed_by(&key, &self.issuer).unwrap();
        let key = PrivatePkcs8KeyDer::from(key.serialize_der());
        let config =
            ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_no_client_auth()
                .with_single_cert(vec![certificate.der().clone()], key.into())
                .unwrap();
        serve(TlsAcceptor::from(Arc::new(config)), port).await
    }
}

async fn serve(acceptor: TlsAcceptor, port: u16) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                // A client that does not trust the certificate hangs up here.
                let Ok(mut secure) = acceptor.accept(stream).await else { return };
                let Ok(mut plain) = TcpStream::connect(("127.0.0.1", port)).await else { return };
                _ = copy_bidirectional(&mut secure, &mut plain).await;
            });
        }
    });
    address
}

/// Exports with a token endpoint behind TLS, trusting an authority and nobody else.
async fn exported(trusted: &Authority, signed_by: &Authority, name: &str, ends: i32) -> (Desk, Ran) {
    let desk = Desk::new().await;
    let port = desk.practice.token_url().port().unwrap();
    let secure = signed_by.secure(port, name, ends).await;
    let roots = desk.write("roots.pem", &trusted.pem);
    let mut arguments = desk.export_arguments(&["--everything", "--json"]);
    let at = arguments.iter().position(|argument| argument == "--token-url").unwrap();
    let path = desk.practice.token_url().path().to_owned();
    arguments[at + 1] = format!("https://localhost:{}{path}", secure.port());
    let ran = desk.run_with(&arguments, &[("SSL_CERT_FILE", roots.to_str().unwrap())]).await;
    (desk, ran)
}

#[track_caller]
fn assert_refused(desk: &Desk, ran: &Ran) {
    ran.assert_status(3);
    let problem = &ran.result()["problem"];
    assert_eq!(
        (problem["code"].as_str(), problem["stage"].as_str(), problem["remedy"].as_str()),
        (Some("certificateRefused"), Some("token"), Some("tryNow"))
    );
    assert!(problem["title"].as_str().is_some_and(|title| title.contains("localhost")), "{problem}");
    assert!(desk.practice.journal().is_empty(), "credentials went out all the same");
}

#[tokio::test]
async fn a_certificate_of_a_trusted_authority_is_taken() {
    let authority = Authority::new();
    let (desk, ran) = exported(&authority, &authority, "localhost", 2099).await;
    ran.assert_status(0);
    desk.assert_exported();
}

#[tokio::test]
async fn a_certificate_of_an_authority_that_nobody_knows_is_refused() {
    let (desk, ran) = exported(&Authority::new(), &Authority::new(), "localhost", 2099).await;
    assert_refused(&desk, &ran);
}

#[tokio::test]
async fn a_certificate_that_has_expired_is_refused() {
    let authority = Authority::new();
    let (desk, ran) = exported(&authority, &authority, "localhost", 2021).await;
    assert_refused(&desk, &ran);
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused() {
    let authority = Authority::new();
    let (desk, ran) = exported(&authority, &authority, "ab2d.example", 2099).await;
    assert_refused(&desk, &ran);
}

#[tokio::test]
async fn the_api_is_held_to_the_same() {
    let authority = Authority::new();
    let desk = Desk::new().await;
    let secure = Authority::new().secure(desk.practice.api_url().port().unwrap(), "localhost", 2099).await;
    let roots = desk.write("roots.pem", &authority.pem);
    let mut arguments = desk.export_arguments(&["--everything", "--json"]);
    let at = arguments.iter().position(|argument| argument == "--api-url").unwrap();
    arguments[at + 1] = format!("https://localhost:{}/api", secure.port());
    let ran = desk.run_with(&arguments, &[("SSL_CERT_FILE", roots.to_str().unwrap())]).await;
    ran.assert_status(3);
    let problem = &ran.result()["problem"];
    assert_eq!(
        (problem["code"].as_str(), problem["stage"].as_str()),
        (Some("certificateRefused"), Some("start"))
    );
    assert!(desk.practice.jobs().is_empty(), "{CONTRACT} was asked for");
}
