//! The faults that only one stage knows.

use ab2d_practice::{Answer, ContentFault, Fault, Options, PracticeContract, RequestKind, TransactionTime};

use crate::case::Outcome::{Asks, AsksAtLast, Complete, Ends, Waits};
use crate::case::Stage::{Manifest, Rename, Start, Status, Store, Verify};
use crate::case::Trouble::{Deed as Done, Fault as Armed};
use crate::case::{Case, Lasts, Outcome, Stage, Trouble};
use crate::deed::Deed;
use crate::table;

const DAMAGED: Outcome = AsksAtLast("checksumMismatch");
const MISANNOUNCED: Outcome = Asks("checksumMismatch");
const FOREIGN: Outcome = Ends("foreignAddress");
const GONE: Outcome = Asks("folderMissing");
const UNWRITTEN: Outcome = Waits("storeFault");

/// Names that lead out of the folder, are devices, deceive the eye, or are too long, and twins of each kind.
const HOSTILE: [&str; 16] = [
    "../../Z1001_0001.ndjson",
    "..\\..\\Z1001_0001.ndjson",
    "/etc/passwd",
    "C:\\Windows\\win.ini",
    "NUL",
    "NUL.ndjson",
    "COM1.ndjson",
    "lpt9.tar.ndjson",
    "Z1001_0001\u{202e}nosjdn.exe",
    "Z1001_000\u{0661}.ndjson",
    "Z1001_0001.ndjson\u{0}.exe",
    "Z1001_twin.ndjson",
    "Z1001_TWIN.ndjson",
    "SHA256SUMS",
    "manifest.json",
    ".ndjson",
];

fn case(stage: Stage, fault: &'static str, trouble: Trouble, outcome: Outcome) -> Case {
    Case::new(stage, fault, trouble, outcome)
}

/// Of the start.
pub(crate) fn start() -> Vec<Case> {
    let armed = |fault, make: fn() -> Fault, outcome| case(Start, fault, Armed(make), outcome);
    vec![
        case(Start, "maintenance", Done(Deed::Maintenance), Waits("maintenance")),
        armed(
            "400",
            || Fault::Answer(Answer::outcome(400, "invalid", "_since must be before now")),
            Ends("parametersRefused"),
        ),
        armed(
            "403 v3 not enabled",
            || Fault::Answer(Answer::outcome(403, "forbidden", "V3 access not enabled for this PDP")),
            Asks("v3NotEnabled"),
        ),
        armed(
            "403 v3 unavailable",
            || Fault::Answer(Answer::outcome(403, "forbidden", "The V3 API is currently unavailable")),
            Waits("v3Unavailable"),
        ),
        armed("202 without a job", || Fault::Answer(Answer::status(202)), Ends("unexpectedAnswer")),
        armed(
            "202 with a job elsewhere",
            || accepted("https://evil.example/api/v2/fhir/Job/1/$status"),
            FOREIGN,
        ),
        armed("202 with another path", || accepted("/api/v2/fhir/Patient/1"), Ends("unexpectedAnswer")),
    ]
}

fn accepted(location: &str) -> Fault {
    Fault::Answer(Answer::status(202).header("content-location", location))
}

/// Of the manifest.
pub(crate) fn manifest() -> Vec<Case> {
    let armed = |fault, make: fn() -> Fault, outcome| case(Manifest, fault, Armed(make), outcome);
    let sent = |fault, contract, options| {
        Case { lasts: Lasts::Once, ..armed(fault, Fault::unknown_fields, Complete) }
            .of(contract)
            .with(options)
    };
    vec![
        armed("files on another host", || Fault::files_at("https://files.example"), FOREIGN),
        armed("files on another port", || Fault::files_at("http://127.0.0.1:9"), FOREIGN),
        armed("files by plain HTTP elsewhere", || Fault::files_at("http://api.ab2d.cms.gov"), FOREIGN),
        armed("files on the disk", || Fault::files_at("file:///etc"), FOREIGN),
        armed("no output", || Fault::edit(|json| drop(json["output"].take())), Ends("unexpectedAnswer")),
        armed("a page of a manifest", next_page, Ends("unexpectedAnswer")),
        armed("another contract's file", another_contract, Ends("wrongContract")),
        armed("a file listed twice", Fault::duplicate_output, Complete),
        armed("no checksums", Fault::no_checksums, Complete),
        armed("extension as an object", Fault::extension_as_object, Complete),
        armed("hostile names", hostile_names, Complete).with(|options| options.files(16, 4_000)),
        sent("no new claims", "Z1005", |options| options),
        sent("error files beside claims", "Z1007", |options| options),
        sent("only error files", "Z1009", only_errors),
        sent("time without a zone, U+202F", "Z1001", |options| Options {
            transaction_time: TransactionTime::HumanNarrowSpace,
            ..options
        }),
        sent("time with an offset", "Z1001", |options| Options {
            transaction_time: TransactionTime::IsoOffset,
            ..options
        }),
        sent("no time", "Z1001", |options| Options { transaction_time: TransactionTime::Null, ..options }),
    ]
}

/// More files than are in any list that somebody looks through, each with a round trip of its own.
#[tokio::test(flavor = "multi_thread")]
async fn two_thousand_files() {
    let many = case(Manifest, "2,000 files", Armed(Fault::unknown_fields), Complete);
    table::hold("manifest", [many.with(|options| options.files(2_000, 2_000))]).await;
}

fn hostile_names() -> Fault {
    Fault::FileNames(HOSTILE.map(str::to_owned).to_vec())
}

fn another_contract() -> Fault {
    Fault::FileNames(vec!["S5601_0001.ndjson".to_owned()])
}

fn next_page() -> Fault {
    Fault::edit(|json| json["link"] = serde_json::json!([{"relation": "next", "url": "https://x.example/2"}]))
}

fn only_errors(options: Options) -> Options {
    let contract = PracticeContract { enrollees: 0, undeliverable: 5, ..PracticeContract::new("Z1009") };
    Options { contracts: vec![contract], ..options }
}

/// Of polling.
pub(crate) fn status() -> Vec<Case> {
    let too_soon = || {
        let refused = Answer::outcome(429, "throttled", "You are polling too frequently");
        Fault::Answer(refused.header("retry-after", "1"))
    };
    let once = Case { lasts: Lasts::Once, ..case(Status, "429 polled too soon", Armed(too_soon), Complete) };
    vec![once]
}

/// Of verifying: what arrives is not what was announced.
pub(crate) fn verifying() -> Vec<Case> {
    let armed = |fault, make: fn() -> Fault, outcome| case(Verify, fault, Armed(make), outcome);
    let announced = |fault, make, outcome| armed(fault, make, outcome).at(RequestKind::Manifest);
    vec![
        announced("a checksum that never matches", || Fault::wrong_checksum(0), MISANNOUNCED),
        announced("ten bytes fewer than announced", || Fault::wrong_length(0, 10), MISANNOUNCED),
        announced("ten bytes more than announced", || Fault::wrong_length(0, -10), MISANNOUNCED),
        armed("the last line is missing", || Fault::Content(ContentFault::Shorter), DAMAGED),
        armed("the last line is there twice", || Fault::Content(ContentFault::Longer), DAMAGED),
        armed("a byte of the claims differs", || Fault::Content(ContentFault::Altered), DAMAGED),
        armed("a byte of gzip's magic differs", || Fault::corrupt_at(0), DAMAGED),
        armed("a byte of gzip's flags differs", || Fault::corrupt_at(3), DAMAGED),
        armed("a byte of gzip's time differs", || Fault::corrupt_at(5), Complete),
        armed("a compressed byte differs", || Fault::corrupt_at(1_000), DAMAGED),
        armed("gzip of many members", || Fault::Content(ContentFault::MultiMember), Complete)
            .with(|options| options.files(2, 300_000)),
        armed("not compressed though asked for", || Fault::Identity, Complete),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn verify() {
    table::hold("verify", verifying().into_iter().flat_map(|case| [case, case.compressed()])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rename() {
    let done = |fault, deed, outcome| case(Rename, fault, Done(deed), outcome);
    let at_start = |fault, deed, outcome| case(Stage::File, fault, Done(deed), outcome);
    table::hold(
        "rename",
        [
            done("the export's folder is deleted", Deed::DeleteFolder, GONE),
            done("the export's folder is renamed", Deed::RenameFolder, GONE),
            done("the save folder is gone", Deed::DeleteSaveFolder, GONE),
            done("a folder has the name", Deed::FolderInTheWay, Asks("diskFault")),
            done("another file has the name", Deed::FileInTheWay, Complete),
            at_start("the folder is deleted before", Deed::DeleteFolder, GONE),
            at_start("the save folder is gone before", Deed::DeleteSaveFolder, GONE),
            done("the port is given up", Deed::Refuse, Waits("networkDown")),
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn store() {
    let done = |fault, event, outcome| case(Store, fault, Done(Deed::Records(event)), outcome);
    table::hold(
        "store",
        [
            done(
                "asking cannot be noted",
                "update on export when new.record like '%\"startUnanswered\":true%'",
                UNWRITTEN,
            ),
            done("the job cannot be noted", "update on export when new.record like '%$status%'", UNWRITTEN),
            done("preparing cannot be noted", "update on export when new.phase = 'preparing'", UNWRITTEN),
            done("downloading cannot be noted", "update on export when new.phase = 'downloading'", UNWRITTEN),
            done(
                "the folder cannot be noted",
                "update on export when new.record not like '%\"folder\":null%'",
                UNWRITTEN,
            ),
            done("the files cannot be noted", "insert on file", UNWRITTEN),
            done(
                "a verified file cannot be noted",
                "insert on file when new.record like '%\"state\":\"verified\"%'",
                UNWRITTEN,
            ),
            done("the end cannot be noted", "update on export when new.phase = 'complete'", UNWRITTEN),
            done("coverage cannot be noted", "insert on coverage", UNWRITTEN),
            done(
                "the audit entry cannot be written",
                "insert on audit when new.entry like '%xportEnded%'",
                UNWRITTEN,
            ),
            case(Store, "the records are locked for a while", Done(Deed::RecordsBusy), Complete),
        ],
    )
    .await;
}
