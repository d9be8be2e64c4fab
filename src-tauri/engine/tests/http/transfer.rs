//! Files: what arrives is verified, or is not there.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use ab2d_engine::api::ManifestFile;
use ab2d_engine::parameters::{FhirVersion, Parameters, Selection};
use ab2d_engine::transfer::tally::ClaimType;
use ab2d_engine::transfer::{self, Mismatch, TransferError};
use ab2d_practice::{ContentFault, Fault, Options, Pause, RequestKind};

use crate::client::{self, Client};
use crate::raw::{Raw, answer};

#[tokio::test]
async fn files_arrive_plain_and_compressed() {
    let client = Client::new().await;
    for file in client.files().await {
        let plain = client.fetch(&file).await.unwrap();
        assert!(plain.announced);
        assert_eq!((plain.stored_bytes, plain.stored_sha256), (plain.bytes, plain.sha256));
        assert_eq!(plain.tally.by_type.values().sum::<u64>(), plain.claims);

        let compressed = client.fetch_as(&file, true).await.unwrap();
        assert_eq!(compressed.name, format!("{}.gz", file.name));
        assert!(compressed.stored_bytes < compressed.bytes);
        assert_eq!((compressed.sha256, compressed.tally), (plain.sha256, plain.tally));
    }
    assert_eq!(client.names().len(), 4);
}

#[tokio::test]
async fn every_versions_claims_are_known_by_type_and_month() {
    let client = Client::new().await;
    for version in FhirVersion::ALL {
        let parameters = Parameters::resolve(Selection::Everything { until: None }, version, None);
        let job = client.api.start(&parameters).await.unwrap().job;
        let files = client::finished(&client.api, &job).await.manifest.files;
        let tally = client.fetch(&files[0]).await.unwrap().tally;
        assert!(
            tally.by_type.len() >= 3 && !tally.by_type.contains_key(&ClaimType::Other),
            "{version}: {tally:?}"
        );
        assert!(!tally.by_month.contains_key(""), "{version}: {tally:?}");
    }
}

#[tokio::test]
async fn identity_and_several_members_arrive_as_well() {
    let client = Client::new().await;
    for fault in [Fault::Identity, Fault::Content(ContentFault::MultiMember)] {
        for compressed in [false, true] {
            let file = client.files().await.remove(0);
            let armed = client.practice.faults().once(RequestKind::File, fault.clone());
            client.fetch_as(&file, compressed).await.unwrap();
            assert_eq!(armed.fired(), 1);
        }
    }
}

#[tokio::test]
async fn a_connection_that_breaks_anywhere_leaves_nothing_behind() {
    let client = Client::new().await;
    let file = client.files().await.remove(0);
    let length = wire_length(&client, &file).await;
    for byte in [0, 1, 9, 10, 500, length / 2, length - 8, length - 1] {
        for fault in [Fault::reset_at(byte), Fault::cut_at(byte)] {
            client.practice.faults().once(RequestKind::File, fault.clone());
            let error = client.fetch(&file).await.unwrap_err();
            assert_eq!(code(&error), "connectionLost", "{fault:?}: {error:?}");
            assert_eq!(client.names(), [""; 0], "{fault:?}");
        }
    }
    client.fetch(&file).await.unwrap();
}

#[tokio::test]
async fn an_answer_that_ends_early_in_good_order_is_no_file() {
    let client = Client::new().await;
    let file = client.files().await.remove(0);
    let length = wire_length(&client, &file).await;
    for byte in [0, 1, 10, length / 2, length - 8, length - 1] {
        for compressed in [false, true] {
            client.practice.faults().once(RequestKind::File, Fault::end_at(byte));
            let error = client.fetch_as(&file, compressed).await.unwrap_err();
            assert!(matches!(error, TransferError::Mismatch(_)), "{byte}: {error:?}");
            assert_eq!(client.names(), [""; 0], "{byte}");
        }
    }
}

/// Without gzip there is no trailer either: only length and checksum tell.
#[tokio::test]
async fn a_plain_answer_that_ends_early_is_no_file() {
    let content = b"{\"a\":1}\n{\"a\":2}\n";
    for end in 0..content.len() {
        let client = Client::new().await;
        let raw = Raw::serve(vec![answer("200 OK", &content[..end])]).await;
        let target = client.target(end % 2 == 0);
        let result = transfer::fetch(
            &raw.api(&client),
            &raw.file(content),
            &target,
            Arc::default(),
            client.stop.clone(),
        )
        .await;
        assert!(
            matches!(result, Err(TransferError::Mismatch(Mismatch::TooShort { .. }))),
            "{end}: {result:?}"
        );
        assert_eq!(client.names(), [""; 0]);
    }
}

#[tokio::test]
async fn a_coding_that_was_not_asked_for_is_not_guessed_at() {
    let client = Client::new().await;
    let raw = Raw::serve(vec![answer("200 OK\ncontent-encoding: br\ncontent-length: 2", b"{}")]).await;
    let result = transfer::fetch(
        &raw.api(&client),
        &raw.file(b"{}"),
        &client.target(false),
        Arc::default(),
        client.stop.clone(),
    )
    .await;
    assert_eq!(code(&result.unwrap_err()), "unexpectedAnswer");
}

#[tokio::test]
async fn other_content_than_announced_is_refused() {
    let client = Client::new().await;
    for fault in [ContentFault::Shorter, ContentFault::Longer, ContentFault::Altered] {
        for compressed in [false, true] {
            let file = client.files().await.remove(0);
            client.practice.faults().once(RequestKind::File, Fault::Content(fault));
            let error = client.fetch_as(&file, compressed).await.unwrap_err();
            let right = match (fault, &error) {
                (
                    ContentFault::Shorter,
                    TransferError::Mismatch(Mismatch::TooShort { announced, arrived }),
                ) => arrived < announced,
                (ContentFault::Longer, TransferError::Mismatch(Mismatch::TooLong { announced })) => {
                    Some(*announced) == file.bytes
                }
                (ContentFault::Altered, TransferError::Mismatch(Mismatch::Checksum { expected, .. })) => {
                    Some(*expected) == file.sha256
                }
                _ => false,
            };
            assert!(right, "{fault:?}: {error:?}");
            assert_eq!(client.names(), [""; 0]);
        }
    }
}

#[tokio::test]
async fn a_damaged_byte_is_noticed() {
    let client = Client::new().await;
    let file = client.files().await.remove(0);
    for byte in [3, 200, 4000] {
        client.practice.faults().once(RequestKind::File, Fault::corrupt_at(byte));
        // The flags of gzip's header may turn the damage into another kind of mismatch, never into a file.
        assert!(matches!(client.fetch(&file).await.unwrap_err(), TransferError::Mismatch(_)), "{byte}");
        assert_eq!(client.names(), [""; 0]);
    }
}

#[tokio::test]
async fn a_checksum_or_length_that_never_matches() {
    let client = Client::new().await;
    for fault in [Fault::wrong_checksum(0), Fault::wrong_length(0, 1), Fault::wrong_length(0, -1)] {
        client.practice.faults().once(RequestKind::Manifest, fault.clone());
        let file = client.files().await.remove(0);
        let error = client.fetch(&file).await.unwrap_err();
        assert!(matches!(error, TransferError::Mismatch(_)), "{fault:?}: {error:?}");
        assert_eq!(client.names(), [""; 0]);
    }
}

#[tokio::test]
async fn longer_than_announced_ends_at_once() {
    let client = Client::new().await;
    let mut file = client.files().await.remove(0);
    file.bytes = Some(1000);
    // The rest never comes: to wait for it would end as a stall.
    client.practice.faults().once(RequestKind::File, Fault::stall_at(20_000, Pause::UntilDisarmed));
    assert!(matches!(
        client.fetch(&file).await,
        Err(TransferError::Mismatch(Mismatch::TooLong { announced: 1000 }))
    ));
}

#[tokio::test]
async fn a_stall_is_noticed_and_a_slow_drip_is_none() {
    let client = Client::with(Options::instant().files(1, 20_000)).await;
    let file = client.files().await.remove(0);
    let client = client.impatient();
    client.practice.faults().once(RequestKind::File, Fault::stall_at(500, Pause::UntilDisarmed));
    assert_eq!(code(&client.fetch(&file).await.unwrap_err()), "stalled");
    assert_eq!(client.names(), [""; 0]);

    // Far more than the pauses of the drip, and less than all of it takes.
    let stall = Duration::from_secs(6);
    let client = client.with_stall(stall);
    let drop = usize::try_from(wire_length(&client, &file).await / 80).unwrap();
    client.practice.faults().once(RequestKind::File, Fault::drip(drop, Duration::from_millis(100)));
    let began = Instant::now();
    client.fetch(&file).await.unwrap();
    assert!(began.elapsed() > stall, "too quick for a drip: {:?}", began.elapsed());
}

#[tokio::test]
async fn a_transfer_that_is_stopped_leaves_nothing_behind() {
    let client = Client::new().await;
    let file = client.files().await.remove(0);
    client.practice.faults().once(RequestKind::File, Fault::stall_at(20_000, Pause::UntilDisarmed));
    let stop = client.stop.clone();
    let arrived = Arc::new(AtomicU64::new(0));
    let target = client.target(false);
    let transfer = transfer::fetch(&client.api, &file, &target, Arc::clone(&arrived), stop.clone());
    let stopper = async {
        while arrived.load(Ordering::Relaxed) == 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(client.names(), [format!("{}.part", file.name)]);
        stop.cancel();
    };
    let (result, ()) = tokio::join!(transfer, stopper);
    assert!(matches!(result, Err(TransferError::Stopped)), "{result:?}");
    assert_eq!(client.names(), [""; 0]);
    assert!(matches!(client.fetch(&file).await, Err(TransferError::Stopped)), "stopped before it began");
}

#[tokio::test]
async fn what_the_service_says_is_final() {
    let client = Client::with(Options { maximum_downloads: 1, ..Options::instant() }).await;
    let files = client.files().await;
    client.fetch(&files[0]).await.unwrap();
    assert_eq!(code(&client.fetch(&files[0]).await.unwrap_err()), "downloadLimit");
    let job = client.practice.jobs()[0];
    client.practice.spoil_job(job, ab2d_practice::JobFault::Expired);
    assert_eq!(code(&client.fetch(&files[1]).await.unwrap_err()), "filesExpired");
    let mut unknown = files[1].clone();
    unknown.url = unknown.url.join("Z9999_0001.ndjson").unwrap();
    assert_eq!(code(&client.fetch(&unknown).await.unwrap_err()), "fileGone");
}

#[tokio::test]
async fn a_damaged_file_is_replaced_and_a_foreign_one_is_not() {
    let client = Client::new().await;
    let mut file = client.files().await.remove(0);
    let path = client.folder.path().join(&file.name);
    std::fs::write(&path, "damaged").unwrap();
    assert_eq!(transfer::inspect(&file, &client.target(false)).await.unwrap(), None);
    let verified = client.fetch(&file).await.unwrap();
    assert_eq!(transfer::inspect(&file, &client.target(false)).await.unwrap(), Some(verified));

    (file.bytes, file.sha256) = (None, None);
    assert!(!client.fetch(&file).await.unwrap().announced, "the same content may be there already");
    std::fs::write(&path, "who knows").unwrap();
    assert_eq!(code(&client.fetch(&file).await.unwrap_err()), "diskFault");
    assert_eq!((client.names(), std::fs::read(&path).unwrap()), (vec![file.name], b"who knows".to_vec()));
}

#[tokio::test]
async fn a_compressed_file_is_inspected_by_its_content() {
    let client = Client::new().await;
    let file = client.files().await.remove(0);
    let verified = client.fetch_as(&file, true).await.unwrap();
    assert_eq!(transfer::inspect(&file, &client.target(true)).await.unwrap(), Some(verified.clone()));
    let path = client.folder.path().join(&verified.name);
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
    assert_eq!(transfer::inspect(&file, &client.target(true)).await.unwrap(), None);
}

#[tokio::test]
async fn a_folder_that_is_gone_is_named() {
    let client = Client::new().await;
    let file = client.files().await.remove(0);
    std::fs::remove_dir(client.folder.path()).unwrap();
    assert_eq!(code(&client.fetch(&file).await.unwrap_err()), "folderMissing");
    std::fs::create_dir(client.folder.path()).unwrap();

    client.practice.faults().once(RequestKind::File, Fault::drip(2000, Duration::from_millis(5)));
    let remover = async {
        while client.names().is_empty() {
            tokio::task::yield_now().await;
        }
        std::fs::remove_dir_all(client.folder.path()).unwrap();
    };
    let (result, ()) = tokio::join!(client.fetch(&file), remover);
    assert_eq!(code(&result.unwrap_err()), "folderMissing");
}

#[cfg(unix)]
#[tokio::test]
async fn a_private_file_is_for_its_user_alone() {
    use std::os::unix::fs::PermissionsExt;
    let client = Client::new().await;
    let file = client.files().await.remove(0);
    client.fetch(&file).await.unwrap();
    let mode = std::fs::metadata(client.folder.path().join(&file.name)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test]
async fn names_that_are_not_safe_are_replaced() {
    let client = Client::new().await;
    let names = vec!["..%2F..%2Fevil.ndjson".to_owned(), "NUL.ndjson".to_owned()];
    client.practice.faults().once(RequestKind::Manifest, Fault::FileNames(names));
    let files = client.files().await;
    let names: Vec<_> = files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["file_0001.ndjson", "file_0002.ndjson"]);
}

#[tokio::test]
async fn a_folder_is_read_again() {
    let client = Client::new().await;
    let mut sums = Vec::new();
    for file in client.files().await {
        let verified = client.fetch(&file).await.unwrap();
        sums.push((verified.name, verified.stored_sha256));
    }
    let text = transfer::sums(sums.iter().map(|(name, sum)| (name.as_str(), sum)));
    std::fs::write(client.folder.path().join(transfer::SUMS), text).unwrap();
    let report = transfer::verify_folder(client.folder.path(), transfer::Expected::Sums, Arc::default())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (report.whole.len(), report.damaged.len(), report.missing.len(), report.foreign.len()),
        (2, 0, 0, 0)
    );
}

#[tokio::test]
async fn several_files_at_a_time() {
    let client = Client::with(Options::instant().files(12, 300_000)).await;
    client.practice.faults().once(RequestKind::File, Fault::RevokeTokens);
    let files = client.files().await;
    let results = futures_util::future::join_all(files.iter().map(|file| client.fetch(file))).await;
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    assert_eq!(client.names().len(), files.len());
}

fn code(error: &TransferError) -> &'static str {
    match error {
        TransferError::Problem(problem) | TransferError::Unkept(problem) => problem.code(),
        TransferError::Stopped => "stopped",
        TransferError::Mismatch(_) => "mismatch",
    }
}

/// Bytes of a file on the wire.
async fn wire_length(client: &Client, file: &ManifestFile) -> u64 {
    client.practice.clear_journal();
    let verified = client.fetch(file).await.unwrap();
    std::fs::remove_file(client.folder.path().join(verified.name)).unwrap();
    client.requests("/file/")[0].bytes_sent
}
