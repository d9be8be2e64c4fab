//! How a command says no to the page.

use ab2d_engine::controller::{SaveError, StartError};
use ab2d_engine::parameters::Refusal as ParameterRefusal;
use ab2d_engine::problem::Problem;
use ab2d_engine::view::{FieldError, ProblemView};
use serde::Serialize;

/// Why a command was not carried out.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub(crate) enum Refusal {
    /// Fields of a form are wrong.
    Fields {
        /// Which, and why.
        fields: Vec<FieldError>,
    },
    /// Parameters break rules of the service.
    Refused {
        /// Which, and why.
        refusals: Vec<ParameterRefusal>,
    },
    /// A problem from the catalogue.
    Problem {
        /// With its next step.
        problem: Box<ProblemView>,
    },
    /// A sentence of its own.
    Message {
        /// The sentence, with its next step.
        message: String,
    },
}

impl Refusal {
    /// A sentence of the shell's own.
    pub(crate) fn says(sentence: impl Into<String>) -> Self {
        Self::Message { message: sentence.into() }
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Problem { problem: Box::new(ProblemView::from(&problem)) }
    }
}

impl From<SaveError> for Refusal {
    fn from(error: SaveError) -> Self {
        match error {
            SaveError::Fields(fields) => Self::Fields { fields },
            SaveError::Problem(problem) => problem.into(),
        }
    }
}

impl From<StartError> for Refusal {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Refused(refusals) => Self::Refused { refusals },
            StartError::Problem(problem) => problem.into(),
        }
    }
}
