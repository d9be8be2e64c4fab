//! Jobs that survive a restart of the service, and a service that comes and goes.

use std::net::Ipv4Addr;
use std::time::Duration;

use ab2d_practice::{Options, Practice, ServeError, serve};
use reqwest::StatusCode;
use tempfile::tempdir;
use tokio::net::TcpSocket;

use crate::client::{EXPORT, Job, Session, own_port, sha256, urls};

async fn again(practice: Practice, options: Options) -> Session {
    practice.stop().await;
    Session::with(serve(options).await.unwrap(), "Z1001").await
}

#[tokio::test]
async fn a_job_and_its_files_survive_a_restart() {
    let folder = tempdir().unwrap();
    let options = Options::instant().state_file(folder.path().join("state.json"));
    let session = Session::new(options.clone().port(own_port())).await;
    let (job, manifest) = session.exported("v2", EXPORT).await;
    session.file(&urls(&manifest)[0]).send().await.unwrap().bytes().await.unwrap();
    let held = session.practice.held_files(job.id);
    let session = again(session.practice, options).await;
    assert_eq!(session.practice.held_files(job.id), held);
    assert_eq!(session.manifest(&job).await, manifest);
    let bytes = session.file(&urls(&manifest)[1]).send().await.unwrap().bytes().await.unwrap();
    assert_eq!(sha256(&bytes), held[1].sha256);
}

#[tokio::test]
async fn a_job_that_was_in_progress_goes_on() {
    let folder = tempdir().unwrap();
    let options = Options::instant().state_file(folder.path().join("state.json"));
    let options = options.job_duration(Duration::from_mins(1));
    let session = Session::new(options.clone().port(own_port())).await;
    let job = session.started("v2", EXPORT).await;
    let session = again(session.practice, options).await;
    assert_eq!(session.poll(&job).await.status(), StatusCode::ACCEPTED);
    session.practice.clock().advance(Duration::from_mins(1));
    assert_eq!(urls(&session.manifest(&job).await).len(), 2);
}

#[tokio::test]
async fn the_earlier_port_may_be_taken() {
    let folder = tempdir().unwrap();
    let options = Options::instant().state_file(folder.path().join("state.json"));
    let session = Session::new(options.clone()).await;
    let (job, _) = session.exported("v2", EXPORT).await;
    let second = Session::with(serve(options).await.unwrap(), "Z1001").await;
    assert_ne!(second.practice.api_url(), session.practice.api_url());
    let url = format!("{}{}", second.practice.api_url(), job.path());
    second.manifest(&Job { id: job.id, version: job.version.clone(), url }).await;
    assert_eq!(second.practice.held_files(job.id), session.practice.held_files(job.id));
}

#[tokio::test]
async fn a_state_file_that_cannot_be_read_is_said() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("state.json");
    std::fs::write(&path, "no state").unwrap();
    let refused = serve(Options::instant().state_file(&path)).await;
    assert!(matches!(refused, Err(ServeError::State { path: named, .. }) if named == path));
}

#[tokio::test]
async fn a_port_that_is_taken_is_said() {
    let practice = serve(Options::instant()).await.unwrap();
    let port = practice.api_url().port().unwrap();
    let refused = serve(Options::instant().port(port)).await;
    assert!(matches!(refused, Err(ServeError::Port { port: named, .. }) if named == port));
}

#[tokio::test]
async fn connections_are_refused_while_the_service_is_away() {
    let session = Session::new(Options::instant()).await;
    let health = session.practice.api_url().join("/health").unwrap();
    assert!(session.client.get(health.clone()).send().await.is_ok());
    session.practice.refuse_connections().await;
    let refused = session.client.get(health.clone()).send().await.unwrap_err();
    assert!(refused.is_connect(), "{refused:?}");
    session.practice.accept_connections().await;
    assert_eq!(session.client.get(health).send().await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn the_port_is_nobody_elses_while_the_service_is_away() {
    let practice = serve(Options::instant()).await.unwrap();
    practice.refuse_connections().await;
    let address = (Ipv4Addr::LOCALHOST, practice.api_url().port().unwrap());
    assert!(TcpSocket::new_v4().unwrap().bind(address.into()).is_err());
}

#[tokio::test]
async fn stopping_ends_transfers_and_frees_the_port() {
    let port = own_port();
    let session = Session::new(Options::instant().files(1, 50_000_000).port(port)).await;
    let (_, manifest) = session.exported("v2", EXPORT).await;
    let answer = session.file(&urls(&manifest)[0]).send().await.unwrap();
    session.practice.stop().await;
    assert!(answer.bytes().await.is_err());
    serve(Options::instant().port(port)).await.unwrap();
}
