//! An export from beginning to end.

mod common;

use ab2d_practice::Options;
use common::{Session, inflated, sha256, urls};

#[tokio::test]
async fn everything_of_a_contract_arrives_as_announced() {
    let session = Session::new(Options::instant()).await;
    for version in ["v1", "v2", "v3"] {
        let (job, manifest) = session.exported(version, common::EXPORT).await;
        let held = session.practice.held_files(job.id);
        assert_eq!(held.len(), 2, "{version}");
        for (url, held) in urls(&manifest).iter().zip(&held) {
            let answer = session.file(url).header("accept-encoding", "gzip").send().await.unwrap();
            assert_eq!(answer.headers()["content-encoding"], "gzip");
            let encoded = answer.bytes().await.unwrap();
            let plain = inflated(&encoded);
            assert_eq!((plain.len() as u64, sha256(&plain)), (held.bytes, held.sha256.clone()));
            assert_eq!(plain.iter().filter(|byte| **byte == b'\n').count() as u64, held.claims);
            assert!(plain.len() > 8 * encoded.len(), "{} to {}", plain.len(), encoded.len());
            let identity = session.file(url).send().await.unwrap();
            assert!(!identity.headers().contains_key("content-encoding"));
            assert_eq!(identity.bytes().await.unwrap(), plain);
        }
    }
}
