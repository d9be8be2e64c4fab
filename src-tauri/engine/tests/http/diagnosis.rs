//! What a fault on the way is called.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
#[cfg(target_os = "linux")]
use std::time::Duration;

use ab2d_engine::api::{Api, JobUrl, ManifestFile, StartRefused};
#[cfg(target_os = "linux")]
use ab2d_engine::api::{Network, Timing};
use ab2d_engine::contract::{Endpoints, Environment};
use ab2d_engine::parameters::FhirVersion;
use ab2d_engine::problem::Problem;
use ab2d_engine::settings::Proxy;
use ab2d_engine::view::CheckStep;
use ab2d_practice::{Answer, Fault, Options, Pause, RequestKind, Rule};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket};

use crate::client::{self, Client, credentials, everything, network};
use crate::raw::{Raw, answer};

const STAGES: [RequestKind; 5] =
    [RequestKind::Token, RequestKind::Start, RequestKind::Status, RequestKind::File, RequestKind::Cancel];

/// Every stage meets the same faults of the way, and calls them the same.
#[tokio::test]
async fn a_fault_on_the_way_has_one_name_at_every_stage() {
    let cases: [(Fault, &str); 11] = [
        (Fault::Reset, "connectionLost"),
        (Fault::LoseAnswer, "connectionLost"),
        (Fault::Answer(Answer::captive_portal()), "captivePortal"),
        (Fault::Answer(Answer::redirect("https://login.example/")), "captivePortal"),
        (Fault::Answer(Answer::forbidden_page()), "addressNotListed"),
        (Fault::Answer(Answer::status(406)), "unexpectedAnswer"),
        (Fault::Answer(Answer::status(407)), "proxyRefused"),
        (Fault::Answer(Answer::status(408)), "serviceFault"),
        (Fault::Answer(Answer::status(429)), "tooManyRequests"),
        (Fault::Answer(Answer::status(502)), "serviceFault"),
        (Fault::Answer(Answer::status(504)), "serviceFault"),
    ];
    let client = Client::new().await;
    let (job, file) = done(&client).await;
    for (fault, code) in cases {
        for kind in STAGES {
            let problem = problem(&client, &job, &file, kind, fault.clone()).await;
            assert_eq!(problem.code(), code, "{fault:?} at {kind:?}");
        }
    }
}

#[tokio::test]
async fn a_silence_is_noticed_at_every_stage() {
    let client = Client::new().await;
    let (job, file) = done(&client).await;
    let client = client.impatient();
    for kind in STAGES {
        let problem = problem(&client, &job, &file, kind, Fault::Silence(Pause::UntilDisarmed)).await;
        assert_eq!(problem.code(), "stalled", "{kind:?}");
    }
}

#[tokio::test]
async fn a_service_that_is_not_there() {
    let client = Client::new().await;
    client.practice.refuse_connections().await;
    assert_eq!(client.api.sign_in().await.unwrap_err().code(), "networkDown");
    client.practice.accept_connections().await;
    client.api.sign_in().await.unwrap();
}

#[tokio::test]
async fn a_name_that_does_not_resolve() {
    let client = Client::new().await;
    let api = at("https://ab2d.invalid/api", "https://ab2d.invalid/token", &client, &Proxy::None);
    assert_eq!(api.sign_in().await.unwrap_err().code(), "nameNotFound");
}

#[tokio::test]
async fn a_server_without_tls_is_not_trusted() {
    let client = Client::new().await;
    let token = client.practice.token_url().as_str().replace("http:", "https:");
    let api = at("https://127.0.0.1/api", &token, &client, &Proxy::None);
    let problem = api.sign_in().await.unwrap_err();
    assert_eq!(problem.code(), "certificateRefused");
}

#[tokio::test]
async fn a_proxy_refuses_and_loopback_never_asks_it() {
    let (proxy, asked) =
        listener("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n").await;
    let client = Client::new().await;
    let manual = Proxy::Manual { url: proxy };
    let outside = at("https://api.example/api", "https://idp.example/token", &client, &manual);
    assert_eq!(outside.sign_in().await.unwrap_err().code(), "proxyRefused");
    assert_eq!(asked.load(Ordering::SeqCst), 1);

    let (api, token) = (client.practice.api_url(), client.practice.token_url());
    at(api.as_str(), token.as_str(), &client, &manual).sign_in().await.unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_told_from_a_service_that_is_not() {
    let client = Client::new().await;
    // Its port is nobody else's meanwhile, and nobody listens.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let closed = socket.local_addr().unwrap();
    for url in [format!("http://{closed}"), "http://proxy.invalid:8080".to_owned()] {
        let api = at("https://api.example/api", "https://idp.example/token", &client, &Proxy::Manual { url });
        assert_eq!(api.sign_in().await.unwrap_err().code(), "proxyUnreachable");
    }
}

#[tokio::test]
async fn a_manifest_is_cut_huge_of_another_shape_or_points_elsewhere() {
    let client = Client::new().await;
    for (fault, code) in [
        (Fault::json_cut_at(60), "connectionLost"),
        (Fault::json_cut_at(0), "connectionLost"),
        (Fault::other_shape(), "unexpectedAnswer"),
        (Fault::files_at("https://files.example"), "foreignAddress"),
        (Fault::files_at("http://127.0.0.1:1"), "foreignAddress"),
    ] {
        let job = client.api.start(&everything()).await.unwrap().job;
        client::finished(&client.api, &job).await;
        client.practice.faults().once(RequestKind::Manifest, fault.clone());
        assert_eq!(client.api.status(&job).await.unwrap_err().code(), code, "{fault:?}");
    }
}

/// Sixteen megabytes are the most that is read into memory.
#[tokio::test]
async fn a_body_without_end_is_not_read_to_its_end() {
    let client = Client::new().await;
    let raw = Raw::serve(vec![answer("200 OK", &vec![b' '; 17 * 1024 * 1024])]).await;
    let api = raw.api(&client);
    let job = JobUrl::of(api.endpoints().api(), FhirVersion::R4, "1");
    assert_eq!(api.status(&job).await.unwrap_err().code(), "unexpectedAnswer");
}

#[tokio::test]
async fn a_manifest_may_hold_more_or_less_than_today() {
    let client = Client::new().await;
    for (fault, announced) in [
        (Fault::unknown_fields(), true),
        (Fault::extension_as_object(), true),
        (Fault::no_checksums(), false),
    ] {
        client.practice.faults().once(RequestKind::Manifest, fault.clone());
        let files = client.files().await;
        let complete = files.iter().all(|file| file.bytes.is_some() && file.sha256.is_some());
        assert_eq!((files.is_empty(), complete), (false, announced), "{fault:?}");
    }
}

#[tokio::test]
async fn a_token_goes_to_the_apis_own_origin_alone() {
    let (elsewhere, asked) = listener("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
    let client = Client::new().await;
    let redirect = Fault::Answer(Answer::redirect(format!("{elsewhere}/file")));
    let (job, mut file) = done(&client).await;
    for kind in [RequestKind::Start, RequestKind::Status, RequestKind::File, RequestKind::Cancel] {
        assert_eq!(
            problem(&client, &job, &file, kind, redirect.clone()).await.code(),
            "captivePortal",
            "{kind:?}"
        );
    }
    file.url = format!("{elsewhere}/file").parse().unwrap();
    let problem = transfer_problem(&client, &file).await;
    assert_eq!(problem.code(), "foreignAddress");
    assert_eq!(asked.load(Ordering::SeqCst), 0, "nobody may so much as connect");
}

#[tokio::test]
async fn the_check_goes_step_by_step() {
    let client = Client::new().await;
    assert_eq!(
        steps(&client.api).await,
        [
            (CheckStep::AddressFound, None),
            (CheckStep::SecureConnection, None),
            (CheckStep::SignedIn, None),
            (CheckStep::ServiceOpen, None),
            (CheckStep::ClockRight, None),
        ]
    );
}

#[tokio::test]
async fn the_check_names_the_step_that_fails() {
    let client = Client::new().await;
    for (kind, fault, step, code) in [
        (RequestKind::Health, Answer::forbidden_page(), CheckStep::SecureConnection, "addressNotListed"),
        (RequestKind::Health, Answer::captive_portal(), CheckStep::SecureConnection, "captivePortal"),
        (RequestKind::Token, Answer::status(401), CheckStep::SignedIn, "credentialsRefused"),
        (RequestKind::Status, Answer::status(403), CheckStep::ServiceOpen, "accessRefused"),
        (RequestKind::Health, Answer::status(500), CheckStep::ServiceOpen, "serviceFault"),
        (RequestKind::Status, Answer::status(404), CheckStep::ServiceOpen, "apiAddressWrong"),
    ] {
        let api = client.fresh_api(credentials(&client.practice));
        client.practice.faults().arm(Rule::on(kind, Fault::Answer(fault)).always());
        let steps = steps(&api).await;
        assert_eq!(steps.last(), Some(&(step, Some(code.to_owned()))), "{steps:?}");
        client.practice.faults().clear();
    }
    let long_ago = Answer::status(200).header("Date", "Tue, 24 Nov 2020 09:00:00 GMT");
    client.practice.faults().once(RequestKind::Health, Fault::Answer(long_ago));
    let expected = (CheckStep::ClockRight, Some("clockWrong".to_owned()));
    assert_eq!(steps(&client.api).await.last(), Some(&expected));
    client.practice.set_maintenance(true);
    let expected = (CheckStep::ServiceOpen, Some("maintenance".to_owned()));
    assert_eq!(steps(&client.api).await.last(), Some(&expected));
}

#[tokio::test]
async fn the_check_tells_a_wrong_name_from_a_closed_door() {
    let client = Client::new().await;
    let nowhere = at("https://ab2d.invalid/api", "https://ab2d.invalid/token", &client, &Proxy::None);
    assert_eq!(steps(&nowhere).await, [(CheckStep::AddressFound, Some("nameNotFound".to_owned()))]);
    client.practice.refuse_connections().await;
    assert_eq!(
        steps(&client.api).await,
        [(CheckStep::AddressFound, None), (CheckStep::SecureConnection, Some("networkDown".to_owned())),]
    );
}

/// In production, silence from the API and an answer from the identity provider mean an address that is not listed.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn silence_is_a_network_that_is_down_or_an_address_that_is_not_listed() {
    let client = Client::new().await;
    let silence = crate::raw::Silence::new().await;
    let timing = Timing { connect: Duration::from_millis(300), ..Timing::default() };
    let network = Network::with_timing(&Proxy::None, timing).unwrap();
    let (address, token) = (format!("https://{}/api", silence.address), client.practice.token_url());
    for (environment, code) in
        [(Environment::Production, "addressNotListed"), (Environment::Sandbox, "noAnswer")]
    {
        let endpoints = Endpoints::new(&address, token.as_str()).unwrap();
        let api = Api::new(&network, environment, endpoints, credentials(&client.practice));
        let StartRefused::Problem(problem) = api.start(&everything()).await.unwrap_err() else {
            panic!("refused for running jobs")
        };
        assert_eq!(problem.code(), "noAnswer", "an export goes on by itself when it comes back");
        let expected = (CheckStep::SecureConnection, Some(code.to_owned()));
        assert_eq!(steps(&api).await.last(), Some(&expected));
    }
}

#[tokio::test]
async fn what_the_service_refuses_is_passed_on_in_its_words() {
    let client = Client::with(Options::instant()).await;
    let mut parameters = everything();
    parameters.since = Some("2019-01-01T00:00:00Z".parse().unwrap());
    let StartRefused::Problem(problem) = client.api.start(&parameters).await.unwrap_err() else {
        panic!("refused for running jobs")
    };
    assert_eq!((problem.code(), problem.http_status), ("parametersRefused", Some(400)));
    assert!(problem.words().explanation.contains("_since"), "{}", problem.words().explanation);
}

/// The problem that a fault at one kind of request ends in, for a job that is done.
async fn problem(
    client: &Client,
    job: &JobUrl,
    file: &ManifestFile,
    kind: RequestKind,
    fault: Fault,
) -> Problem {
    let armed = client.practice.faults().arm(Rule::on(kind, fault).always());
    let result = match kind {
        RequestKind::Token => client.fresh_api(credentials(&client.practice)).sign_in().await.err(),
        RequestKind::Start => client.api.start(&everything()).await.err().map(|refused| match refused {
            StartRefused::Problem(problem) | StartRefused::RunningJobs { problem, .. } => problem,
        }),
        RequestKind::Status => client.api.status(job).await.err(),
        RequestKind::Cancel => client.api.cancel(job).await.err(),
        _ => Some(transfer_problem(client, file).await),
    };
    armed.disarm();
    result.unwrap()
}

/// A job that is done, and its first file.
async fn done(client: &Client) -> (JobUrl, ManifestFile) {
    let job = client.api.start(&everything()).await.unwrap().job;
    let mut files = client::finished(&client.api, &job).await.manifest.files;
    (job, files.remove(0))
}

async fn transfer_problem(client: &Client, file: &ManifestFile) -> Problem {
    match client.fetch(file).await.unwrap_err() {
        ab2d_engine::transfer::TransferError::Problem(problem) => problem,
        other => panic!("{other:?}"),
    }
}

async fn steps(api: &Api) -> Vec<(CheckStep, Option<String>)> {
    let mut steps = Vec::new();
    api.check(|result| steps.push((result.step, result.problem.map(|problem| problem.code)))).await;
    steps
}

fn at(api: &str, token: &str, client: &Client, proxy: &Proxy) -> Api {
    let endpoints = Endpoints::new(api, token).unwrap();
    Api::new(&network(proxy), Environment::Other, endpoints, credentials(&client.practice))
}

/// A server that counts its visitors and gives all of them the same answer.
async fn listener(answer: &'static str) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            _ = connection.read(&mut [0; 4096]).await;
            _ = connection.write_all(answer.as_bytes()).await;
        }
    });
    (address, asked)
}
