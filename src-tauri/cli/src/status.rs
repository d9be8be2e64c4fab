//! What the command says to the program that called it.

use std::process::ExitCode;

/// How a command ended, the least grave first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    /// All was done.
    Complete,
    /// The export was cancelled.
    Cancelled,
    /// A person must act: credentials, disk, folder, address.
    Waiting,
    /// It cannot be done.
    Failed,
    /// The command was used wrongly, or the service would refuse the parameters.
    Refused,
    /// The command was interrupted; the export can be resumed.
    Interrupted,
}

impl Status {
    /// The number that the process exits with.
    pub(crate) fn number(self) -> u8 {
        match self {
            Self::Complete => 0,
            Self::Failed => 1,
            Self::Refused => 2,
            Self::Waiting => 3,
            Self::Cancelled => 4,
            Self::Interrupted => 130,
        }
    }

    /// The name of the last `--json` event.
    pub(crate) fn event(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Failed => "failed",
            Self::Refused => "refused",
            Self::Waiting => "waiting",
            Self::Cancelled => "cancelled",
            Self::Interrupted => "interrupted",
        }
    }
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status.number())
    }
}
