use std::collections::BTreeSet;

use super::*;
use crate::problem::{Problem, Recovery, Stage};

/// One of every kind, with values such as they come.
fn every_kind() -> Vec<Kind> {
    let host = || "api.ab2d.cms.gov".to_owned();
    let file = || "Z1001_0001.ndjson".to_owned();
    let folder = || "/home/ada/Claims".into();
    vec![
        Kind::CredentialsMissing,
        Kind::CredentialsRefused,
        Kind::KeychainUnavailable,
        Kind::AccessRefused,
        Kind::V3NotEnabled,
        Kind::AddressNotListed,
        Kind::TokenAddressWrong { address: "https://idm.cms.gov/oauth2/x/v2/token".into() },
        Kind::ApiAddressWrong { address: "https://api.ab2d.cms.gov/apis".into() },
        Kind::DiskFull { needed: 80_200_000_000, reserve: 0, free: 1_500_000 },
        Kind::DiskFull { needed: 365_400, reserve: 16_777_216, free: 8_400_000 },
        Kind::DiskFull { needed: 1_300, reserve: 0, free: 64_000_000 },
        Kind::FolderMissing { folder: folder() },
        Kind::FolderNotWritable { folder: folder() },
        Kind::FileInUse { file: "/home/ada/Claims/Z1001_0001.ndjson".into() },
        Kind::DiskFault { path: folder(), reason: "Input/output error".into() },
        Kind::CertificateRefused { host: host() },
        Kind::ClockWrong { minutes: 75 },
        Kind::ClockWrong { minutes: -5000 },
        Kind::AuditKeyMissing,
        Kind::LogFolderUnusable { folder: "/home/ada/AB2D Desktop log".into() },
        Kind::ProxyRefused,
        Kind::ProgramFault,
        Kind::ChecksumMismatch { file: file(), attempts: 3 },
        Kind::DrivenElsewhere,
        Kind::ContractInUse { number: "Z1001".into() },
        Kind::ProxyUnreachable { host: host() },
        Kind::NetworkDown { host: host() },
        Kind::NoAnswer { host: host() },
        Kind::NameNotFound { host: host() },
        Kind::Stalled { host: host() },
        Kind::ConnectionLost { host: host() },
        Kind::CaptivePortal { host: host() },
        Kind::Maintenance,
        Kind::V3Unavailable,
        Kind::TooManyRequests,
        Kind::RunningJobsLimit,
        Kind::UnknownJobs { jobs: vec!["a".into(), "b".into(), "c".into()] },
        Kind::UnknownJobs { jobs: vec!["a".into()] },
        Kind::ServiceFault,
        Kind::ParametersRefused { reason: "Timestamp of _since parameter must not be in the future".into() },
        Kind::JobFailed,
        Kind::JobCancelled,
        Kind::JobNotFound,
        Kind::FilesExpired,
        Kind::DownloadLimit { file: file() },
        Kind::FileGone { file: file() },
        Kind::WrongContract { expected: "Z1001".into(), found: "Z1002".into() },
        Kind::ForeignAddress { host: "files.example.org".into() },
        Kind::UnexpectedAnswer,
        Kind::StoreFault { reason: "database disk image is malformed".into() },
        Kind::AuditRecordChanged { how: "Entry 4 was changed.".into() },
        Kind::NotInRecords,
        Kind::DataOnNetwork { folder: folder() },
    ]
}

/// The codes of all kinds that there are, as the reader of stored problems lists them.
fn every_code() -> BTreeSet<String> {
    let refusal = serde_json::from_str::<Kind>(r#"{"code":"none of them"}"#).unwrap_err().to_string();
    let (_, codes) = refusal.split_once("expected one of").unwrap();
    codes.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn in_full(kind: Kind) -> String {
    let problem = Problem::new(kind, Stage::Preparation);
    let by = match problem.recovery() {
        Recovery::Clock => "time".to_owned(),
        Recovery::Person(remedy) => format!("{remedy:?}"),
        Recovery::Final(remedy) => format!("{remedy:?}, the export is over"),
    };
    let Words { title, explanation, next_step } = problem.words();
    format!("{} ({by})\n  {title}\n  {explanation}\n  → {next_step}\n", problem.code())
}

#[test]
fn all_words() {
    let texts: Vec<_> = every_kind().into_iter().map(in_full).collect();
    insta::assert_snapshot!(texts.join("\n"));
}

#[test]
fn every_kind_is_among_the_words_above() {
    let shown: BTreeSet<_> = every_kind().iter().map(|kind| kind.code().to_owned()).collect();
    assert_eq!(shown, every_code());
}

#[test]
fn every_text_is_made_of_whole_sentences() {
    for kind in every_kind() {
        let Words { title, explanation, next_step } = of(&kind);
        for text in [&title, &next_step] {
            assert!(text.ends_with('.'), "{text}");
            assert!(text.chars().next().is_some_and(char::is_uppercase), "{text}");
        }
        assert!(!explanation.is_empty(), "{title}");
    }
}

#[test]
fn no_text_blames_the_reader_or_talks_down() {
    let unwelcome =
        ["unknown error", "invalid", "illegal", "you must", "your fault", "fatal", "oops", "please"];
    for kind in every_kind() {
        let text = Problem::new(kind, Stage::Preparation).to_string().to_lowercase();
        for word in unwelcome {
            assert!(!text.contains(word), "“{word}” in: {text}");
        }
    }
}

#[test]
fn a_size_has_a_unit_that_people_read() {
    for (count, text) in [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1_000, "1.0 kB"),
        (999_960, "1.0 MB"),
        (80_200_000_000, "80.2 GB"),
        (2_500_000_000_000_000, "2500.0 TB"),
    ] {
        assert_eq!(size(count), text);
    }
}
