//! A plain client, as simple as the sample scripts: what it sends is what the service's documentation shows.

use std::io::Read;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use ab2d_practice::{Options, Practice, PracticeContract, serve};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::read::MultiGzDecoder;
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The query of every export.
pub(crate) const EXPORT: &str = "_outputFormat=application%2Ffhir%2Bndjson&_type=ExplanationOfBenefit";

/// A port that no system gives to who asks for any, so that a service gets it back after it gave it up.
pub(crate) fn own_port() -> u16 {
    static TRIED: AtomicU16 = AtomicU16::new(0);
    let first = 20_000 + u16::try_from(std::process::id() % 10_000).unwrap();
    loop {
        let port = first + TRIED.fetch_add(1, Ordering::Relaxed);
        if std::net::TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// A service, and a client with a token of its first contract.
pub(crate) struct Session {
    pub(crate) practice: Practice,
    pub(crate) client: Client,
    pub(crate) token: String,
}

impl Session {
    /// Starts a service and signs in as Z1001.
    pub(crate) async fn new(options: Options) -> Self {
        let practice = serve(options).await.unwrap();
        Self::with(practice, "Z1001").await
    }

    /// Signs in to a service.
    pub(crate) async fn with(practice: Practice, contract: &str) -> Self {
        let client = client();
        let token = token(&client, &practice, contract).await;
        Self { practice, client, token }
    }

    /// A request to the API with a token.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.practice.api_url());
        self.client.request(method, url).bearer_auth(&self.token).header("accept", "application/json")
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    /// Starts an export.
    pub(crate) async fn start(&self, version: &str, query: &str) -> Response {
        let path = format!("/{version}/fhir/Patient/$export?{query}");
        self.request(Method::GET, &path).header("prefer", "respond-async").send().await.unwrap()
    }

    /// Starts an export that must be accepted, and says its job.
    pub(crate) async fn started(&self, version: &str, query: &str) -> Job {
        let answer = self.start(version, query).await;
        assert_eq!(answer.status(), StatusCode::ACCEPTED, "{:?}", answer.text().await);
        let url = answer.headers()["content-location"].to_str().unwrap().to_owned();
        let id = url.split('/').rev().nth(1).unwrap().parse().unwrap();
        Job { id, version: version.to_owned(), url }
    }

    /// The words of the refusal of a start.
    pub(crate) async fn refused(&self, version: &str, query: &str) -> (u16, String) {
        let answer = self.start(version, query).await;
        (answer.status().as_u16(), words(answer).await)
    }

    /// Polls a job.
    pub(crate) async fn poll(&self, job: &Job) -> Response {
        let request = self.client.get(&job.url).bearer_auth(&self.token).header("accept", "application/json");
        request.send().await.unwrap()
    }

    /// Polls a job until it is done, and reads its manifest.
    pub(crate) async fn manifest(&self, job: &Job) -> Value {
        for _ in 0..600 {
            let answer = self.poll(job).await;
            match answer.status() {
                StatusCode::OK => return answer.json_value().await,
                StatusCode::ACCEPTED => tokio::time::sleep(Duration::from_millis(10)).await,
                status => panic!("{status}: {:?}", answer.text().await),
            }
        }
        panic!("the job was not done in time");
    }

    /// A job that is done, with its manifest.
    pub(crate) async fn exported(&self, version: &str, query: &str) -> (Job, Value) {
        let job = self.started(version, query).await;
        let manifest = self.manifest(&job).await;
        (job, manifest)
    }

    /// A request for a file.
    pub(crate) fn file(&self, url: &str) -> RequestBuilder {
        self.client.get(url).bearer_auth(&self.token).header("accept", "application/fhir+ndjson")
    }

    /// Every claim that a manifest's files hold.
    pub(crate) async fn claims(&self, manifest: &Value) -> Vec<Value> {
        let mut claims = Vec::new();
        for url in urls(manifest) {
            let text = self.file(&url).send().await.unwrap().text().await.unwrap();
            claims.extend(text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()));
        }
        claims
    }
}

pub(crate) struct Job {
    pub(crate) id: Uuid,
    pub(crate) version: String,
    pub(crate) url: String,
}

impl Job {
    pub(crate) fn path(&self) -> String {
        format!("/{}/fhir/Job/{}/$status", self.version, self.id)
    }
}

pub(crate) trait JsonBody {
    async fn json_value(self) -> Value;
}

impl JsonBody for Response {
    async fn json_value(self) -> Value {
        serde_json::from_slice(&self.bytes().await.unwrap()).unwrap()
    }
}

/// A client that follows no redirects and uses no proxy.
pub(crate) fn client() -> Client {
    let builder = Client::builder().user_agent("AB2D-Desktop/0.1.0 (test)").no_proxy();
    builder.redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

/// Asks for a token as the documentation shows.
pub(crate) fn token_request(client: &Client, practice: &Practice, id: &str, secret: &str) -> RequestBuilder {
    let url = format!("{}?grant_type=client_credentials&scope=clientCreds", practice.token_url());
    let basic = format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
    let request = client.post(url).header("authorization", basic).header("accept", "application/json");
    request.header("content-type", "application/x-www-form-urlencoded")
}

pub(crate) async fn token(client: &Client, practice: &Practice, contract: &str) -> String {
    let PracticeContract { client_id, client_secret, .. } = practice.contract(contract).unwrap();
    let answer = token_request(client, practice, client_id, client_secret).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    answer.json_value().await["access_token"].as_str().unwrap().to_owned()
}

/// The addresses of a manifest's output.
pub(crate) fn urls(manifest: &Value) -> Vec<String> {
    let output = manifest["output"].as_array().unwrap();
    output.iter().map(|entry| entry["url"].as_str().unwrap().to_owned()).collect()
}

/// The words of an `OperationOutcome`.
pub(crate) async fn words(answer: Response) -> String {
    let outcome = answer.json_value().await;
    let text = outcome["issue"][0]["details"]["text"].as_str().unwrap().to_owned();
    // Only that of a canceled job does not say what it is.
    let named = (text != "Job is canceled.").then_some("OperationOutcome");
    assert_eq!(outcome["resourceType"].as_str(), named);
    text
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

pub(crate) fn inflated(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    MultiGzDecoder::new(bytes).read_to_end(&mut plain).unwrap();
    plain
}
