//! A transfer that broke off goes on where the service honours `Range`.

use std::sync::Arc;

use ab2d_engine::api::{Checksum, ManifestFile};
use ab2d_engine::transfer::{self, TransferError};
use ab2d_practice::{Fault, Options, RequestKind};
use tokio_util::sync::CancellationToken;

use crate::client::Client;
use crate::raw::{Raw, answer};

async fn client() -> Client {
    Client::with(Options::instant().files(1, 500_000).range(true)).await
}

#[tokio::test]
async fn the_rest_is_asked_for_and_the_whole_is_hashed() {
    for compressed in [false, true] {
        let client = client().await;
        let file = client.files().await.remove(0);
        break_off(&client, &file, compressed).await;
        let ending = if compressed { ".gz.wire" } else { ".wire" };
        assert_eq!(client.names(), [format!("{}{ending}", file.name)]);

        client.practice.clear_journal();
        let verified = client.fetch_as(&file, compressed).await.unwrap();
        assert_eq!(client.names(), [verified.name]);
        let requests = client.requests("/file/");
        assert_eq!((requests.len(), requests[0].status), (1, Some(206)));
        assert_eq!(requests[0].range.as_deref(), Some("bytes=9000-"));
        assert!(requests[0].if_range.as_ref().unwrap().starts_with('"'));
    }
}

#[tokio::test]
async fn plain_bytes_go_on_as_well() {
    let content = b"{\"a\":1}\n{\"a\":2}\n";
    for compressed in [false, true] {
        let client = client().await;
        let raw = Raw::serve(vec![
            answer("200 OK\netag: \"v1\"\ncontent-length: 16", &content[..5]),
            answer(
                "206 Partial Content\netag: \"v1\"\ncontent-range: bytes 5-15/16\ncontent-length: 11",
                &content[5..],
            ),
        ])
        .await;
        let (api, file) = (raw.api(&client), raw.file(content));
        let target = client.target(compressed);
        let fetch = || transfer::fetch(&api, &file, &target, Arc::default(), CancellationToken::new());
        assert!(matches!(fetch().await, Err(TransferError::Problem(_))));
        let verified = fetch().await.unwrap();
        assert_eq!((verified.bytes, verified.claims, verified.sha256), (16, 2, Checksum::of(content)));
        let requests = raw.requests();
        assert!(!requests[0].contains("range:"), "{}", requests[0]);
        assert!(
            requests[1].contains("range: bytes=5-") && requests[1].contains("if-range: \"v1\""),
            "{}",
            requests[1]
        );
        assert_eq!(client.names(), [verified.name]);
    }
}

#[tokio::test]
async fn without_a_strong_validator_nothing_is_kept() {
    for validator in ["", "\netag: W/\"v1\"", "\netag: v1", "\nlast-modified: Sun, 06 Nov 1994 08:49:37 GMT"]
    {
        let client = client().await;
        let head = format!("200 OK{validator}\ncontent-length: 16");
        let raw = Raw::serve(vec![answer(&head, b"{\"a\":")]).await;
        let (api, file) = (raw.api(&client), raw.file(b"{\"a\":1}\n{\"a\":2}\n"));
        let result =
            transfer::fetch(&api, &file, &client.target(false), Arc::default(), CancellationToken::new())
                .await;
        assert!(matches!(result, Err(TransferError::Problem(_))), "{result:?}");
        assert_eq!(client.names(), [""; 0], "{validator}");
    }
}

#[tokio::test]
async fn it_goes_on_as_often_as_it_breaks_off() {
    let client = client().await;
    let file = client.files().await.remove(0);
    for _ in 0..4 {
        client.practice.faults().once(RequestKind::File, Fault::reset_at(5_000));
        client.fetch(&file).await.unwrap_err();
    }
    client.practice.clear_journal();
    client.fetch(&file).await.unwrap();
    assert_eq!(client.requests("/file/")[0].range.as_deref(), Some("bytes=20000-"));
}

#[tokio::test]
async fn a_rest_that_does_not_fit_is_a_fresh_start() {
    for (fault, requests) in [(Fault::NewEtag, 1), (Fault::IgnoreRange, 1), (Fault::WrongContentRange, 2)] {
        let client = client().await;
        let file = client.files().await.remove(0);
        break_off(&client, &file, false).await;
        client.practice.faults().once(RequestKind::File, fault.clone());
        client.practice.clear_journal();
        let verified = client.fetch(&file).await.unwrap();
        assert_eq!(client.requests("/file/").len(), requests, "{fault:?}");
        assert_eq!(client.names(), [verified.name], "{fault:?}");
    }
}

#[tokio::test]
async fn a_range_that_cannot_be_satisfied_is_a_fresh_start() {
    let client = client().await;
    let file = client.files().await.remove(0);
    break_off(&client, &file, false).await;
    let wire = client.folder.path().join(format!("{}.wire", file.name));
    let grown = [std::fs::read(&wire).unwrap(), vec![0; 2_000_000]].concat();
    std::fs::write(&wire, grown).unwrap();
    client.practice.clear_journal();
    client.fetch(&file).await.unwrap();
    let statuses: Vec<_> = client.requests("/file/").iter().map(|request| request.status.unwrap()).collect();
    assert_eq!(statuses, [416, 200]);
}

#[tokio::test]
async fn kept_bytes_that_are_damaged_never_become_a_file() {
    let client = client().await;
    let file = client.files().await.remove(0);
    break_off(&client, &file, false).await;
    let wire = client.folder.path().join(format!("{}.wire", file.name));
    let mut bytes = std::fs::read(&wire).unwrap();
    let last = bytes.len() - 100;
    bytes[last] ^= 1;
    std::fs::write(&wire, bytes).unwrap();
    assert!(matches!(client.fetch(&file).await, Err(TransferError::Mismatch(_))));
    assert_eq!(client.names(), [""; 0], "nothing of it is used again");
    client.fetch(&file).await.unwrap();
}

#[tokio::test]
async fn a_stop_keeps_what_came() {
    let client = client().await;
    let file = client.files().await.remove(0);
    client
        .practice
        .faults()
        .once(RequestKind::File, Fault::stall_at(30_000, ab2d_practice::Pause::UntilDisarmed));
    let stopper = async {
        while client.names().len() < 2 {
            tokio::task::yield_now().await;
        }
        client.stop.cancel();
    };
    let (result, ()) = tokio::join!(client.fetch(&file), stopper);
    assert!(matches!(result, Err(TransferError::Stopped)), "{result:?}");
    assert_eq!(client.names(), [format!("{}.wire", file.name)]);
}

/// Fetches the first 9,000 bytes of a file.
async fn break_off(client: &Client, file: &ManifestFile, compressed: bool) {
    client.practice.faults().once(RequestKind::File, Fault::reset_at(9_000));
    let error = client.fetch_as(file, compressed).await.unwrap_err();
    assert!(matches!(error, TransferError::Problem(_)), "{error:?}");
}
