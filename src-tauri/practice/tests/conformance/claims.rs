//! The made-up claims: always the same, of any amount, like real ones.

use std::collections::BTreeMap;
use std::time::Duration;

use ab2d_practice::{Clock, Options};
#[cfg(target_os = "linux")]
use reqwest::StatusCode;
use serde_json::Value;

use crate::client::{EXPORT, Session, sha256, urls};

fn noon() -> Clock {
    Clock::stopped_at("2026-11-20T12:00:00Z".parse().unwrap())
}

async fn hashes(options: Options) -> Vec<String> {
    let session = Session::new(options).await;
    let (job, _) = session.exported("v2", EXPORT).await;
    session.practice.held_files(job.id).into_iter().map(|file| file.sha256).collect()
}

#[tokio::test]
async fn the_same_seed_and_day_make_the_same_bytes() {
    let clock = noon();
    let first = hashes(Options::instant().clock(clock.clone())).await;
    clock.advance(Duration::from_hours(6));
    assert_eq!(hashes(Options::instant().clock(clock.clone())).await, first);
    assert_ne!(hashes(Options { seed: 2, ..Options::instant().clock(clock.clone()) }).await, first);
    clock.advance(Duration::from_hours(24));
    assert_ne!(hashes(Options::instant().clock(clock)).await, first);
}

#[tokio::test]
async fn contracts_have_different_claims() {
    let session = Session::new(Options::instant().clock(noon())).await;
    let (first, _) = session.exported("v2", EXPORT).await;
    let other = Session::with(session.practice, "Z1002").await;
    let (second, _) = other.exported("v2", EXPORT).await;
    let practice = other.practice;
    assert_ne!(practice.held_files(first.id)[0].sha256, practice.held_files(second.id)[0].sha256);
}

#[tokio::test]
async fn files_are_about_as_many_and_as_large_as_asked_for() {
    for (files, size) in [(1, 200_000), (5, 1_000_000), (2, 8_000_000)] {
        for version in ["v1", "v2", "v3"] {
            let session = Session::new(Options::instant().files(files, size)).await;
            let (job, _) = session.exported(version, EXPORT).await;
            let held = session.practice.held_files(job.id);
            assert_eq!(held.len(), files as usize);
            for file in held {
                let range = size * 6 / 10..size * 14 / 10;
                assert!(range.contains(&file.bytes), "{version}: {} for {size}", file.bytes);
            }
        }
    }
}

#[tokio::test]
async fn every_type_of_claim_comes_and_every_id_once() {
    let session = Session::new(Options::instant().files(2, 3_000_000)).await;
    let (_, manifest) = session.exported("v2", EXPORT).await;
    let claims = session.claims(&manifest).await;
    let mut types = BTreeMap::new();
    for claim in &claims {
        let codings = claim["type"]["coding"].as_array().unwrap();
        let is_type = |coding: &&Value| coding["system"].as_str().unwrap().ends_with("/eob-type");
        *types.entry(codings.iter().find(is_type).unwrap()["code"].as_str().unwrap()).or_insert(0) += 1;
    }
    let names: Vec<&str> = types.keys().copied().collect();
    assert_eq!(names, ["CARRIER", "DME", "HHA", "HOSPICE", "INPATIENT", "OUTPATIENT", "SNF"]);
    assert!(types["CARRIER"] * 2 > claims.len(), "{types:?}");
    let ids: std::collections::BTreeSet<_> = claims.iter().map(|claim| claim["id"].as_str()).collect();
    assert_eq!(ids.len(), claims.len());
}

#[tokio::test]
async fn claims_compress_about_as_well_as_real_ones() {
    let session = Session::new(Options::instant().files(1, 4_000_000)).await;
    for version in ["v1", "v2", "v3"] {
        let (job, manifest) = session.exported(version, EXPORT).await;
        let request = session.file(&urls(&manifest)[0]).header("accept-encoding", "gzip");
        let encoded = request.send().await.unwrap().bytes().await.unwrap().len() as u64;
        let plain = session.practice.held_files(job.id)[0].bytes;
        assert!((10..20).contains(&(plain / encoded)), "{version}: {plain} to {encoded}");
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_large_file_is_made_while_it_is_sent() {
    const SIZE: u64 = 120_000_000;
    let options = Options { job_duration: Duration::ZERO, ..Options::instant() };
    let session = Session::new(options.files(1, SIZE)).await;
    let (job, manifest) = session.exported("v2", EXPORT).await;
    let before = peak_memory();
    let mut answer = session.file(&urls(&manifest)[0]).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let mut bytes = 0;
    while let Some(piece) = answer.chunk().await.unwrap() {
        bytes += piece.len() as u64;
    }
    assert_eq!(bytes, session.practice.held_files(job.id)[0].bytes);
    let grown = peak_memory().saturating_sub(before);
    assert!(grown < SIZE / 4, "memory grew by {grown} bytes");
}

/// The most memory that this process ever had, in bytes.
#[cfg(target_os = "linux")]
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().strip_suffix(" kB").unwrap().trim().parse::<u64>().unwrap() * 1024
}

#[tokio::test]
async fn what_arrives_has_the_hash_that_was_announced() {
    let session = Session::new(Options::instant()).await;
    let (_, manifest) = session.exported("v3", EXPORT).await;
    for (index, url) in urls(&manifest).iter().enumerate() {
        let bytes = session.file(url).send().await.unwrap().bytes().await.unwrap();
        let announced = &manifest["output"][index]["extension"][0]["valueString"];
        assert_eq!(*announced, format!("sha256:{}", sha256(&bytes)));
    }
}
