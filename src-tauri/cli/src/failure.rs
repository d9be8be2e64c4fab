//! Why a command did not do what it was asked for, and how that reads.

use std::fmt;
use std::io;
use std::path::PathBuf;

use ab2d_engine::contract::Environment;
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
    /// A contract was added, and the keychain did not take its credentials.
    CredentialsNotKept {
        /// The contract's number.
        number: String,
        /// Its environment.
        environment: Environment,
    },
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
            Self::CredentialsFile(..) | Self::CredentialsNotKept { .. } => Status::Waiting,
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
            Self::CredentialsNotKept { .. } => "credentialsNotKept",
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
            Self::CredentialsNotKept { number, environment } => write!(
                f,
                "{number} ({environment}) was added, but the keychain of this computer did not take its credentials. Unlock the keychain, remove the contract with `ab2d contract remove {number} --environment {environment}` and add it again, or name the credentials file with each export."
            ),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contract_whose_credentials_are_not_kept_is_there_all_the_same() {
        let failure =
            Failure::CredentialsNotKept { number: "S5601".to_owned(), environment: Environment::Production };
        assert_eq!((failure.status(), failure.code()), (Status::Waiting, "credentialsNotKept"));
        insta::assert_snapshot!(failure, @"S5601 (production) was added, but the keychain of this computer did not take its credentials. Unlock the keychain, remove the contract with `ab2d contract remove S5601 --environment production` and add it again, or name the credentials file with each export.");
    }
}
