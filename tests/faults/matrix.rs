//! The faults that can meet any request: a row for each, a column for each stage.

use std::time::Duration;

use ab2d_practice::{Answer, Fault, JobFault, Pause, RetryAfter};
use chrono::Utc;

use crate::case::Outcome::{Asks, AsksAtLast, Complete, Ends, Never, Waits};
use crate::case::Trouble::{Deed as Done, Fault as Armed};
use crate::case::{Case, Outcome, Stage, Trouble};
use crate::deed::Deed;
use crate::{stages, table};

/// A fault, and what must come of it at token, start, status, manifest and file.
struct Row(&'static str, Trouble, [Outcome; 5]);

const COLUMNS: [Stage; 5] = [Stage::Token, Stage::Start, Stage::Status, Stage::Manifest, Stage::File];

const LOST: Outcome = Waits("connectionLost");
const STALLED: Outcome = Waits("stalled");
const FAULT: Outcome = Waits("serviceFault");
const BUSY: Outcome = Waits("tooManyRequests");
const CLOSED: Outcome = Waits("maintenance");
const PORTAL: Outcome = Waits("captivePortal");
const REFUSED: Outcome = AsksAtLast("accessRefused");
const UNLISTED: Outcome = Asks("addressNotListed");
const NOT_AB2D: Outcome = Asks("apiAddressWrong");
const UNHEARD: Outcome = Ends("unexpectedAnswer");
const DAMAGED: Outcome = AsksAtLast("checksumMismatch");

const fn days(days: i64) -> Deed {
    Deed::Clock { minutes: days * 24 * 60 }
}

/// The service's clock decides whether its job is done: set back, it is not, which no service does on purpose.
///
/// A start and a poll of a running job are answered without a body, so that nothing of it can break.
#[rustfmt::skip]
fn rows() -> Vec<Row> {
    vec![
        // The connection.                                                        token     start     status    manifest  file
        Row("connection refused", Done(Deed::Refuse),                             [Waits("networkDown"); 5]),
        Row("connections closed by the service", Done(Deed::Close),               [Complete; 5]),
        Row("reset before the answer", Armed(|| Fault::Reset),                    [LOST; 5]),
        Row("answer lost", Armed(|| Fault::LoseAnswer),                           [LOST; 5]),
        Row("cut at the first byte", Armed(|| Fault::cut_at(0)),                  [LOST,     Complete, Complete, LOST,     LOST]),
        Row("cut inside the gzip header", Armed(|| Fault::cut_at(5)),             [LOST,     Complete, Complete, LOST,     LOST]),
        Row("cut in the middle", Armed(|| Fault::cut_at(100)),                    [LOST,     Complete, Complete, LOST,     LOST]),
        Row("cut after the last byte", Armed(|| Fault::cut_at(u64::MAX)),         [Complete, Complete, Complete, Complete, LOST]),
        Row("reset in the middle", Armed(|| Fault::reset_at(100)),                [LOST,     Complete, Complete, LOST,     LOST]),
        Row("clean end at the first byte", Armed(|| Fault::end_at(0)),            [LOST,     Complete, Complete, LOST,     DAMAGED]),
        Row("clean end in the gzip header", Armed(|| Fault::end_at(5)),           [LOST,     Complete, Complete, LOST,     DAMAGED]),
        Row("clean end in the middle", Armed(|| Fault::end_at(100)),              [LOST,     Complete, Complete, LOST,     DAMAGED]),
        Row("silence", Armed(|| Fault::Silence(Pause::UntilDisarmed)),            [STALLED; 5]),
        Row("stall in the middle", Armed(|| Fault::stall_at(100, Pause::UntilDisarmed)),
                                                                                  [STALLED,  Complete, Complete, STALLED,  STALLED]),
        Row("slow drip", Armed(|| Fault::drip(97, Duration::from_millis(1))),     [Complete; 5]),
        // Refusals.
        Row("401", Armed(|| Fault::Answer(Answer::status(401))),                  [Asks("credentialsRefused"), REFUSED, REFUSED, REFUSED, REFUSED]),
        Row("403 without a body", Armed(|| Fault::Answer(Answer::status(403))),   [UNLISTED, REFUSED,  REFUSED,  REFUSED,  REFUSED]),
        Row("403 with HTML", Armed(|| Fault::Answer(Answer::forbidden_page())),   [UNLISTED; 5]),
        Row("404", Armed(|| Fault::Answer(Answer::status(404))),                  [Asks("tokenAddressWrong"), NOT_AB2D, NOT_AB2D, NOT_AB2D, NOT_AB2D]),
        Row("406", Armed(|| Fault::Answer(Answer::status(406))),                  [UNHEARD; 5]),
        Row("407", Armed(|| Fault::Answer(Answer::status(407))),                  [Asks("proxyRefused"); 5]),
        Row("tokens worthless", Armed(|| Fault::RevokeTokens),                    [Complete, REFUSED,  REFUSED,  REFUSED,  REFUSED]),
        // What passes.
        Row("408", Armed(|| Fault::Answer(Answer::status(408))),                  [FAULT; 5]),
        Row("429 with seconds", Armed(|| Fault::Answer(Answer::status(429).retry_after(RetryAfter::Seconds(1)))),
                                                                                  [BUSY; 5]),
        Row("429 with a date", Armed(|| Fault::Answer(Answer::status(429).retry_after(RetryAfter::At(Utc::now() + Duration::from_secs(2))))),
                                                                                  [BUSY; 5]),
        Row("500", Armed(|| Fault::Answer(Answer::status(500))),                  [FAULT; 5]),
        Row("500 transient", Armed(|| Fault::Answer(Answer::outcome(500, "transient", "Try again later"))),
                                                                                  [FAULT; 5]),
        Row("502", Armed(|| Fault::Answer(Answer::status(502))),                  [FAULT; 5]),
        Row("503", Armed(|| Fault::Answer(Answer::status(503))),                  [FAULT,    CLOSED,   CLOSED,   CLOSED,   CLOSED]),
        Row("504", Armed(|| Fault::Answer(Answer::status(504))),                  [FAULT; 5]),
        Row("captive portal", Armed(|| Fault::Answer(Answer::captive_portal())),  [PORTAL; 5]),
        Row("redirect", Armed(|| Fault::Answer(Answer::redirect("http://portal.example/"))),
                                                                                  [PORTAL; 5]),
        // The service's own words; somewhere else they mean nothing.
        Row("500 job failed", Armed(job_failed),                                  [FAULT,    FAULT,    Ends("jobFailed"), Ends("jobFailed"), FAULT]),
        Row("500 downloaded too often", Armed(too_often),                         [FAULT,    FAULT,    FAULT,    FAULT,    Ends("downloadLimit")]),
        Row("500 file expired", Armed(expired),                                   [FAULT,    FAULT,    FAULT,    FAULT,    Ends("filesExpired")]),
        Row("500 file lost", Armed(file_lost),                                    [FAULT,    FAULT,    FAULT,    FAULT,    Ends("fileGone")]),
        // JSON.
        Row("JSON with unknown fields", Armed(Fault::unknown_fields),             [Complete; 5]),
        Row("JSON of 1 MB", Armed(|| Fault::huge_json(1_000_000)),                [Complete; 5]),
        Row("JSON of 20 MB", Armed(|| Fault::huge_json(20_000_000)),              [UNHEARD,  Complete, Complete, UNHEARD,  Complete]),
        Row("JSON of another shape", Armed(Fault::other_shape),                   [UNHEARD,  Complete, Complete, UNHEARD,  Complete]),
        // The job.
        Row("job failed", Armed(|| Fault::Job(JobFault::Failed)),                 [Complete, Complete, Ends("jobFailed"), Ends("jobFailed"), Ends("fileGone")]),
        Row("job cancelled elsewhere", Armed(|| Fault::Job(JobFault::Cancelled)), [Complete, Complete, Ends("jobCancelled"), Ends("jobCancelled"), Ends("fileGone")]),
        Row("files gone early", Armed(|| Fault::Job(JobFault::Expired)),          [Complete, Complete, Ends("filesExpired"), Ends("filesExpired"), Ends("filesExpired")]),
        Row("job forgotten", Armed(|| Fault::ForgetJob),                          [Complete, Complete, Ends("jobNotFound"), Ends("jobNotFound"), Ends("jobNotFound")]),
        // Time.
        Row("40 minutes pass", Done(Deed::Clock { minutes: 40 }),                 [Complete; 5]),
        Row("four days pass", Done(days(4)),                                      [Complete, Complete, Ends("filesExpired"), Ends("filesExpired"), Ends("filesExpired")]),
        Row("the clock is set back a day", Done(days(-1)),                        [Complete, Complete, Never,    Never,    Never]),
    ]
}

fn job_failed() -> Fault {
    Fault::Answer(Answer::outcome(500, "exception", "Job failed while processing"))
}

fn too_often() -> Fault {
    let text = "The file has already been download the maximum number of allowed times.";
    Fault::Answer(Answer::outcome(500, "exception", text))
}

fn expired() -> Fault {
    let text = "The file is not present as it has expired. Please resubmit the job.";
    Fault::Answer(Answer::outcome(500, "exception", text))
}

fn file_lost() -> Fault {
    let text = "The file is not present as there was an error. Please resubmit the job.";
    Fault::Answer(Answer::outcome(500, "exception", text))
}

/// The cases of a column.
pub(crate) fn column(stage: Stage) -> Vec<Case> {
    let of_row = |Row(fault, trouble, outcomes): Row| {
        let mut columns = COLUMNS.into_iter().zip(outcomes);
        let (_, outcome) = columns.find(|(column, _)| *column == stage)?;
        (outcome != Never).then(|| Case::new(stage, fault, trouble, outcome))
    };
    rows().into_iter().filter_map(of_row).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn token() {
    table::hold("token", column(Stage::Token)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn start() {
    table::hold("start", column(Stage::Start).into_iter().chain(stages::start())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn status() {
    table::hold("status", column(Stage::Status).into_iter().chain(stages::status())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn manifest() {
    table::hold("manifest", column(Stage::Manifest).into_iter().chain(stages::manifest())).await;
}

/// What breaks a body may break it differently where gzip is kept, and where a transfer can go on.
#[tokio::test(flavor = "multi_thread")]
async fn file() {
    let plain = table::hold("file", column(Stage::File));
    let compressed =
        table::hold("file, kept compressed", column(Stage::File).into_iter().map(Case::compressed));
    let ranged = table::hold("file, with Range", column(Stage::File).into_iter().map(ranged));
    tokio::join!(plain, compressed, ranged);
}

fn ranged(case: Case) -> Case {
    // With a length, the last byte is known as such.
    let outcome = if case.fault == "cut after the last byte" { Complete } else { case.outcome };
    Case { outcome, ..case }.with(|options| options.range(true))
}
