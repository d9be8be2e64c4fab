//! What must never be printed: tokens, passwords, lines of claims.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use ab2d_engine::api::Api;
use ab2d_engine::contract::{Endpoints, Environment};
use ab2d_engine::credentials::{Credentials, Secret};
use ab2d_engine::settings::Proxy;
use ab2d_engine::transfer;
use tracing::level_filters::LevelFilter;

use crate::client::{Client, everything, network};
use crate::raw::{Raw, answer};

#[tokio::test]
async fn nothing_secret_is_printed_at_any_level() {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt().with_max_level(LevelFilter::TRACE).with_writer(move || writer.clone()).init();
    let token = answer("200 OK", b"{\"access_token\":\"canary-token\",\"expires_in\":1800}");
    let claims = b"{\"canary\":\"canary-claim\"}\n";
    let raw = Raw::serve(vec![
        token.clone(),
        answer("403 Forbidden\ncontent-length: 0", b""),
        token,
        answer("202 Accepted\ncontent-location: /api/v2/fhir/Job/1/$status", b""),
        answer("200 OK", claims),
        answer("200 OK", &claims[..9]),
        answer("500 Internal Server Error", claims),
    ])
    .await;
    let (client, api) = (Client::new().await, api(&raw));

    let started = api.start(&everything()).await.unwrap();
    let file = raw.file(claims);
    let mut results = Vec::new();
    for _ in 0..3 {
        let target = client.target(false);
        results.push(transfer::fetch(&api, &file, &target, Arc::default(), client.stop.clone()).await);
    }
    assert!(results[0].is_ok() && results[1].is_err() && results[2].is_err(), "{results:?}");
    assert_eq!(raw.requests().len(), 7);

    let printed = format!("{}{api:?}{started:?}{results:?}", log.text());
    assert!(printed.contains("file verified") && printed.contains("answered"), "the log was heard");
    // The last is Base64 of the ID and the password.
    for secret in ["canary-token", "canary-password", "canary-claim", "Y2FuYXJ5LWlkOmNhbmFyeS1wYXNzd29yZA"] {
        assert!(!printed.contains(secret), "{secret} in {printed}");
    }
}

fn api(raw: &Raw) -> Api {
    let endpoints = Endpoints::new(&format!("{}/api", raw.origin), &format!("{}/token", raw.origin)).unwrap();
    let credentials = Credentials {
        client_id: "canary-id".to_owned(),
        client_secret: Secret::new("canary-password".to_owned()),
    };
    Api::new(&network(&Proxy::None), Environment::Other, endpoints, credentials)
}

/// What was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
