//! The program is killed before and after each thing that an export does to the disk.

use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;

use ab2d_practice::Options;
use ab2d_tests::chance;
use ab2d_tests::proof::{Proof, WRONG};
use anyhow::{Result, ensure};
use futures_util::StreamExt;
use futures_util::stream::iter;
use proptest::sample::select;
use proptest::strategy::ValueTree;

use crate::desk::{Desk, Kept};
use crate::oracle::{self, COMPLETE, Told};
use crate::step::{Act, Moment, Step};
use crate::tracer::{self, Ended};

/// Whose claims are exported.
pub(crate) const CONTRACT: &str = "Z1001";

/// Cases at a time: mostly they wait for the disk.
pub(crate) const AT_A_TIME: usize = 4;

/// Steps that are tried of all that an export does, unless told otherwise.
const CASES: u64 = 8;

/// What an export notes in the records, in this order, each in a transaction of its own; and how one sees it there.
pub(crate) const NOTED: [(&str, &str); 13] = [
    ("the records", "count(*) = 0 from audit"),
    ("the request", "count(*) = 1 and (select count(*) from audit) = 1 from export"),
    ("the sign-in", "record ->> '$.times.signedIn' is not null from export"),
    ("that a job is asked for", "record ->> '$.startUnanswered' from export"),
    ("the job", "record ->> '$.job' is not null from export"),
    ("the phase preparing", "phase = 'preparing' from export"),
    ("the files' expiry", "record ->> '$.expiresAt' is not null from export"),
    ("the phase downloading", "phase = 'downloading' from export"),
    ("the folder", "record ->> '$.folder' is not null from export"),
    ("the files", "count(*) = 2 from file"),
    ("the first file", "count(*) = 1 from file where record ->> '$.verified' is not null"),
    ("the second file", "count(*) = 2 from file where record ->> '$.verified' is not null"),
    (
        "the end, coverage and audit entry",
        "phase = 'complete' and record ->> '$.coverage.moved' and (select count(*) from coverage) = 1
         and (select count(*) from audit) = 2 from export",
    ),
];

/// The file whose flush ends a transaction.
pub(crate) const RECORDS: &str = "ab2d.sqlite3-wal";

/// Where the program is killed.
#[derive(Debug, Clone, Copy)]
enum Point {
    /// When this of [`NOTED`] begins to be written, or has been.
    Noting(Moment, usize),
    /// Before or after this is done to a file with this name for the nth time. A star stands for any ending.
    At(Moment, Act, &'static str, u32),
    /// When the folder was flushed after a file or folder got this name for the nth time.
    NameKept(&'static str, u32),
    /// After the nth of all steps.
    AfterStep(usize),
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Noting(moment, index) => write!(f, "{moment} noting {}", NOTED[*index].0),
            Self::At(moment, act, name, 1) => write!(f, "{moment} {act:?} {name}"),
            Self::At(moment, act, name, nth) => write!(f, "{moment} {act:?} {name} ({nth})"),
            Self::NameKept(name, 1) => write!(f, "after the name of {name} is kept"),
            Self::NameKept(name, nth) => write!(f, "after the name of {name} is kept ({nth})"),
            Self::AfterStep(index) => write!(f, "after step {index}"),
        }
    }
}

/// Looks out for a point.
struct Lookout {
    desk: Arc<Desk>,
    point: Point,
    seen: u32,
    /// The step before this one.
    last: Option<Step>,
    /// Whether what is noted before is.
    ready: bool,
}

impl Lookout {
    fn new(desk: Arc<Desk>, point: Point) -> Self {
        Self { desk, point, seen: 0, last: None, ready: matches!(point, Point::Noting(_, 0)) }
    }

    fn see(&mut self, moment: Moment, step: &Step) -> ControlFlow<()> {
        if !step.matters_in(self.desk.home()) {
            return ControlFlow::Continue(());
        }
        let reached = match self.point {
            Point::Noting(Moment::Before, index) => {
                if index > 0 && has_flushed_records(moment, step) {
                    self.ready = self.is_noted(index - 1);
                }
                self.ready && moment == Moment::Before && step.act == Act::Write && step.name() == RECORDS
            }
            Point::Noting(Moment::After, index) => has_flushed_records(moment, step) && self.is_noted(index),
            Point::At(wanted, act, name, nth) => {
                self.nth(nth, moment == wanted && step.act == act && fits(step.name(), name))
            }
            Point::NameKept(name, nth) => {
                let named = |last: &Step| {
                    matches!(last.act, Act::Rename | Act::MakeFolder) && fits(last.name(), name)
                };
                let flushed = moment == Moment::After && step.act == Act::Flush;
                self.nth(nth, flushed && self.last.as_ref().is_some_and(named))
            }
            Point::AfterStep(index) => {
                self.nth(u32::try_from(index).unwrap_or(u32::MAX), moment == Moment::After)
            }
        };
        if moment == Moment::After {
            self.last = Some(step.clone());
        }
        if reached { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn nth(&mut self, nth: u32, is_one: bool) -> bool {
        self.seen += u32::from(is_one);
        is_one && self.seen == nth
    }

    fn is_noted(&self, index: usize) -> bool {
        self.desk.records_left_behind().is_ok_and(|records| records.say(NOTED[index].1))
    }
}

/// Whether a transaction has just ended.
pub(crate) fn has_flushed_records(moment: Moment, step: &Step) -> bool {
    moment == Moment::After && step.act == Act::Flush && step.name() == RECORDS
}

fn fits(name: &str, wanted: &str) -> bool {
    wanted.strip_suffix('*').map_or(name == wanted, |beginning| name.starts_with(beginning))
}

/// A desk with two files, each so long that it is written piece by piece.
pub(crate) async fn desk(kept: Kept) -> Result<Arc<Desk>> {
    Ok(Arc::new(Desk::new(kept, Options::instant().files(2, 600_000)).await?))
}

/// Exports, is killed at a point, and goes on.
async fn killed_at(point: Point, kept: Kept) -> Result<Told> {
    let desk = desk(kept).await?;
    let command = desk.export(CONTRACT, 1)?;
    let mut lookout = Lookout::new(Arc::clone(&desk), point);
    let traced = move || tracer::run(&command, &mut |moment, step| lookout.see(moment, step));
    let ended = tokio::task::spawn_blocking(traced).await??;
    // How many steps there are goes by the pieces in which bytes arrive.
    let is_over = matches!(point, Point::AfterStep(_)) && ended == Ended::Exited(0);
    ensure!(is_over || ended == Ended::Killed, "the point was never reached: {ended:?}");
    let standing = oracle::standing(&desk, CONTRACT)?;
    desk.run(desk.go_on(CONTRACT)?).await?;
    let bytes = oracle::complete(&desk, CONTRACT, &[standing]).await?;
    Ok(Told { kills: u64::from(!is_over), bytes })
}

/// Kills at each of these points, prints what came of it, and fails with all that went wrong.
#[expect(clippy::print_stdout, reason = "what was proved is what these tests show")]
async fn hold(title: &str, kept: Kept, points: impl IntoIterator<Item = Point>) -> Result<()> {
    let runs = points.into_iter().map(|point| async move { (point, killed_at(point, kept).await) });
    let results: Vec<(Point, Result<Told>)> = iter(runs).buffered(AT_A_TIME).collect().await;
    let (mut sum, mut wrong) = (Told::default(), Vec::new());
    for (point, result) in &results {
        let outcome = if result.is_ok() { COMPLETE } else { WRONG };
        println!("{title:<12} {:<64} {outcome}", point.to_string());
        let Told { kills, bytes } = *result.as_ref().unwrap_or(&Told::default());
        let fault = match point {
            Point::AfterStep(_) => "kill after any step".to_owned(),
            Point::Noting(..) | Point::At(..) | Point::NameKept(..) => format!("kill {point}"),
        };
        Proof { stage: title, fault: &fault, outcome, cases: 1, kills, bytes }.note()?;
        (sum.kills, sum.bytes) = (sum.kills + kills, sum.bytes + bytes);
        if let Err(error) = result {
            wrong.push(format!("{point}: {error:#}"));
        }
    }
    println!("{title}: {} kills, {} bytes compared", sum.kills, sum.bytes);
    ensure!(!results.is_empty() && wrong.is_empty(), "{title}\n{}", wrong.join("\n"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn records() -> Result<()> {
    let moments = |index| [Moment::Before, Moment::After].map(|moment| Point::Noting(moment, index));
    hold("records", Kept::Plain, (0..NOTED.len()).flat_map(moments)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn folder() -> Result<()> {
    use Moment::{After, Before};
    use Point::{At, NameKept};
    let whole = |part, name| {
        [
            At(After, Act::Create, part, 1),
            At(After, Act::Write, part, 1),
            At(After, Act::Flush, part, 1),
            At(After, Act::Rename, name, 1),
            NameKept(name, 1),
        ]
    };
    let points = [
        At(After, Act::MakeFolder, CONTRACT, 1),
        NameKept(CONTRACT, 1),
        At(Before, Act::MakeFolder, "Z1001 *", 1),
        At(After, Act::MakeFolder, "Z1001 *", 1),
        NameKept("Z1001 *", 1),
    ];
    let manifest = whole("manifest.json.part", "manifest.json");
    let sums = whole("SHA256SUMS.part", "SHA256SUMS");
    hold("folder", Kept::Plain, points.into_iter().chain(manifest).chain(sums)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn audit_head() -> Result<()> {
    let points = [1, 2].map(|nth| {
        [
            Point::At(Moment::Before, Act::Create, "audit-head.*", nth),
            Point::At(Moment::After, Act::Write, "audit-head.*", nth),
            Point::At(Moment::After, Act::Flush, "audit-head.*", nth),
            Point::At(Moment::After, Act::Rename, "audit-head.json", nth),
            Point::NameKept("audit-head.json", nth),
        ]
    });
    hold("audit head", Kept::Plain, points.into_iter().flatten()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn file() -> Result<()> {
    use Moment::{After, Before};
    use Point::{At, NameKept};
    let points = [
        At(Before, Act::Create, "Z1001_0001.ndjson.part", 1),
        At(After, Act::Create, "Z1001_0001.ndjson.part", 1),
        At(After, Act::Write, "Z1001_0001.ndjson.part", 1),
        At(After, Act::Write, "Z1001_0001.ndjson.part", 2),
        At(After, Act::Flush, "Z1001_0001.ndjson.part", 1),
        At(After, Act::Rename, "Z1001_0001.ndjson", 1),
        NameKept("Z1001_0001.ndjson", 1),
        At(After, Act::Write, "Z1001_0002.ndjson.part", 1),
        At(After, Act::Rename, "Z1001_0002.ndjson", 1),
    ];
    hold("file", Kept::Plain, points).await
}

#[tokio::test(flavor = "multi_thread")]
async fn compressed_file() -> Result<()> {
    use Moment::{After, Before};
    use Point::{At, NameKept};
    let points = [
        At(Before, Act::Create, "Z1001_0001.ndjson.gz.part", 1),
        At(After, Act::Create, "Z1001_0001.ndjson.gz.part", 1),
        At(After, Act::Write, "Z1001_0001.ndjson.gz.part", 1),
        At(After, Act::Flush, "Z1001_0001.ndjson.gz.part", 1),
        At(After, Act::Rename, "Z1001_0001.ndjson.gz", 1),
        NameKept("Z1001_0001.ndjson.gz", 1),
    ];
    hold("gzip file", Kept::Compressed, points).await
}

#[tokio::test(flavor = "multi_thread")]
async fn file_with_range() -> Result<()> {
    use Moment::{After, Before};
    use Point::{At, NameKept};
    let points = [
        At(After, Act::Create, "Z1001_0001.ndjson.wire", 1),
        At(After, Act::Write, "Z1001_0001.ndjson.wire", 1),
        At(After, Act::Write, "Z1001_0001.ndjson.wire", 2),
        At(After, Act::Write, "Z1001_0001.ndjson.part", 2),
        At(After, Act::Flush, "Z1001_0001.ndjson.part", 1),
        At(Before, Act::Remove, "Z1001_0001.ndjson.wire", 1),
        At(After, Act::Remove, "Z1001_0001.ndjson.wire", 1),
        At(After, Act::Rename, "Z1001_0001.ndjson", 1),
        NameKept("Z1001_0001.ndjson", 1),
    ];
    hold("with Range", Kept::Ranged, points).await
}

/// However an export does what it does: it is killed after any of its steps.
#[tokio::test(flavor = "multi_thread")]
async fn any_step() -> Result<()> {
    let kinds = [Kept::Plain, Kept::Compressed, Kept::Ranged];
    let trees = chance::cases(&(select(kinds.to_vec()), 0.0..1.0), CASES)?;
    let cases: Vec<(Kept, f64)> = trees.iter().map(ValueTree::current).collect();
    for kept in kinds {
        let steps = steps(kept).await?;
        let mine = cases.iter().filter(|(one, _)| *one == kept);
        let points: Vec<Point> = mine.map(|(_, share)| Point::AfterStep(share_of(*share, steps))).collect();
        if !points.is_empty() {
            hold(&format!("{kept:?}"), kept, points).await?;
        }
    }
    Ok(())
}

/// The step at a share of them all, from 1.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a few hundred steps"
)]
pub(crate) fn share_of(share: f64, steps: usize) -> usize {
    1 + (share * steps as f64) as usize
}

/// How many steps an export has.
pub(crate) async fn steps(kept: Kept) -> Result<usize> {
    let desk = desk(kept).await?;
    let command = desk.export(CONTRACT, 1)?;
    let home = desk.home().to_owned();
    let count = move || {
        let mut count = 0;
        tracer::run(&command, &mut |moment, step| {
            count += usize::from(moment == Moment::After && step.matters_in(&home));
            ControlFlow::Continue(())
        })
        .map(|_| count)
    };
    tokio::task::spawn_blocking(count).await?
}
