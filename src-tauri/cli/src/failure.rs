//! Why a command did not do what it was asked for, and how that reads.

use std::fmt;
use std::io;
use std::path::PathBuf;

use ab2d_engine::controller::{SaveError, StartError};
use ab2d_engine::credentials::CredentialsFileError;
use ab2d_engine::parameters::Refusal;
use ab2d_engine::problem::{Kind, Problem, Recovery};
use ab2d_engine::view::FieldError;

use crate::status::Status;

/// Why a command did not do what it was asked for.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A problem from the catalogue.
    Problem(Problem),
    /// Rules of the service that the parameters break.
    Refused(Vec<Refusal>),
    /// Particulars of a contract that are wrong.
    Fields(Vec<FieldError>),
    /// A credentials file that holds none.
    CredentialsFile(PathBuf, CredentialsFileError),
    /// The command line does not say what is needed; the sentence says what.
    Usage(String),
    /// Something could not be read or written; the words say what.
    Io(String, io::Error),
}

impl Failure {
    /// The command's exit status.
    pub(crate) fn status(&self) -> Status {
        match self {
            Self::Problem(problem) => status_of(problem),
            Self::Refused(_) | Self::Fields(_) | Self::Usage(_) => Status::Refused,
            Self::CredentialsFile(..) => Status::Waiting,
            Self::Io(..) => Status::Failed,
        }
    }

    /// The stable code of the `--json` event.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Problem(problem) => problem.code(),
            Self::Refused(_) => "parametersRefused",
            Self::Fields(_) => "contractRefused",
            Self::CredentialsFile(..) => "credentialsFileUnreadable",
            Self::Usage(_) => "usage",
            Self::Io(..) => "inputOutput",
        }
    }
}

/// The status of a problem that a command meets before an export runs.
fn status_of(problem: &Problem) -> Status {
    match (&problem.kind, problem.recovery()) {
        (Kind::ParametersRefused { .. }, _) => Status::Refused,
        (_, Recovery::Person(_)) => Status::Waiting,
        (_, Recovery::Clock | Recovery::Final(_)) => Status::Failed,
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Problem(problem) => write!(f, "{problem}"),
            Self::Refused(refusals) => sentences(f, refusals.iter().map(|refusal| &refusal.reason)),
            Self::Fields(fields) => sentences(f, fields.iter().map(|field| &field.reason)),
            Self::CredentialsFile(path, error) => {
                write!(f, "{}: {error} {}", path.display(), error.next_step())
            }
            Self::Usage(sentence) => f.write_str(sentence),
            Self::Io(what, error) => write!(f, "{what}: {error}"),
        }
    }
}

fn sentences<'a>(f: &mut fmt::Formatter<'_>, mut all: impl Iterator<Item = &'a String>) -> fmt::Result {
    let first = all.next().map_or("", String::as_str);
    f.write_str(first)?;
    all.try_for_each(|sentence| write!(f, "\n{sentence}"))
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Refused(refusals) => Self::Refused(refusals),
            StartError::Problem(problem) => Self::Problem(problem),
        }
    }
}

impl From<SaveError> for Failure {
    fn from(error: SaveError) -> Self {
        match error {
            SaveError::Fields(fields) => Self::Fields(fields),
            SaveError::Problem(problem) => Self::Problem(problem),
        }
    }
}
