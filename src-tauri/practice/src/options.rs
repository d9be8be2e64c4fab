//! What can be set before the service starts.

use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use crate::clock::Clock;
use crate::contract::PracticeContract;

/// How the service is to behave. [`Options::default`] is AB2D as it is today, with a small population that a person
/// can watch being exported; [`Options::instant`] is the same without any waiting, for tests.
#[derive(Clone, Debug)]
pub struct Options {
    /// Port on 127.0.0.1; 0 takes the one of the state file, or else any free one.
    pub port: u16,
    /// What the addresses that it gives out begin with, where its clients know it by another name than that of this
    /// computer: `https://ab2d.example`.
    pub known_as: Option<Url>,
    /// The contracts that exist.
    pub contracts: Vec<PracticeContract>,
    /// How many files everything of a contract fills.
    pub files: u32,
    /// Approximate uncompressed size of a file, in bytes, at which the next one begins.
    pub file_size: u64,
    /// A further claim arrives this often after the service started; `None` for no new claims.
    pub new_claim_every: Option<Duration>,
    /// Makes the claims; the same seed and the same day make the same bytes.
    pub seed: u64,
    /// How long a job takes at least. It also takes as long as hashing its files does.
    pub job_duration: Duration,
    /// When the service cancels a job by itself.
    pub longest_job: Duration,
    /// Whether files come with a strong `ETag` and a length, and `Range` is honoured.
    pub range: bool,
    /// How long a bearer token is good.
    pub token_life: Duration,
    /// The least time between two accepted polls of a job, and its `Retry-After`.
    pub poll_delay: Duration,
    /// How many jobs of a contract may run at once.
    pub maximum_running_jobs: usize,
    /// How often a file may be downloaded.
    pub maximum_downloads: u32,
    /// How long files are kept after a job completed.
    pub retention: Duration,
    /// Requests that one address may send in 5 minutes; `None` for no limit.
    pub request_limit: Option<usize>,
    /// How the manifest writes `transactionTime`.
    pub transaction_time: TransactionTime,
    /// Whether the v3 API is switched on at all.
    pub v3_available: bool,
    /// The time to go by.
    pub clock: Clock,
    /// Where jobs are kept over a restart of the service; `None` forgets them.
    pub state_file: Option<PathBuf>,
}

impl Options {
    /// Without delays, request limit and new claims, and with two small files: for tests.
    pub fn instant() -> Self {
        Self {
            files: 2,
            file_size: 200_000,
            job_duration: Duration::ZERO,
            poll_delay: Duration::ZERO,
            new_claim_every: None,
            request_limit: None,
            ..Self::default()
        }
    }

    /// With so many files of about so many bytes each.
    #[must_use]
    pub fn files(self, files: u32, file_size: u64) -> Self {
        Self { files, file_size, ..self }
    }

    /// With this port.
    #[must_use]
    pub fn port(self, port: u16) -> Self {
        Self { port, ..self }
    }

    /// With jobs that take at least so long.
    #[must_use]
    pub fn job_duration(self, job_duration: Duration) -> Self {
        Self { job_duration, ..self }
    }

    /// With `ETag` and `Range`.
    #[must_use]
    pub fn range(self, range: bool) -> Self {
        Self { range, ..self }
    }

    /// With this clock.
    #[must_use]
    pub fn clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// With jobs that survive a restart in this file.
    #[must_use]
    pub fn state_file(self, path: impl Into<PathBuf>) -> Self {
        Self { state_file: Some(path.into()), ..self }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            known_as: None,
            contracts: PracticeContract::defaults(),
            files: 12,
            file_size: 4_000_000,
            new_claim_every: Some(Duration::from_mins(10)),
            seed: 1,
            job_duration: Duration::from_secs(8),
            longest_job: Duration::from_hours(30),
            range: false,
            token_life: Duration::from_mins(30),
            poll_delay: Duration::from_secs(5),
            maximum_running_jobs: 3,
            maximum_downloads: 6,
            retention: Duration::from_hours(72),
            request_limit: Some(3000),
            transaction_time: TransactionTime::Human,
            v3_available: true,
            clock: Clock::running(),
            state_file: None,
        }
    }
}

/// The forms of `transactionTime` that earlier, present and later versions of the service send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransactionTime {
    /// `Nov 20, 2026, 2:05:06 PM`: today's, without a zone.
    Human,
    /// The same with U+202F before AM or PM, as newer Java runtimes write it.
    HumanNarrowSpace,
    /// `2026-11-20T14:05:06.123Z`.
    IsoUtc,
    /// `2026-11-20T09:05:06.123-05:00`.
    IsoOffset,
    /// `null`.
    Null,
}
