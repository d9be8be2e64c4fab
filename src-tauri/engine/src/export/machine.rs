//! What follows what in an export: a pure function of phase and input.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::problem::{Kind, Problem, Recovery};

/// What the program works at. A phase that rests keeps the step to go on with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Step {
    /// Signing in and asking for a job.
    Requesting,
    /// Asking how far the job is.
    Preparing,
    /// Fetching and verifying files.
    Downloading,
}

/// Where an export stands. It is stored before it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "camelCase")]
pub enum Phase {
    /// Work is done, or would be if the program ran.
    Active {
        /// At what.
        step: Step,
    },
    /// A problem that a person or time can mend.
    Waiting {
        /// The problem.
        problem: Problem,
        /// When it is tried again; `None`: a person must act.
        until: Option<DateTime<Utc>>,
        /// What to go on with.
        step: Step,
    },
    /// Paused by the person.
    Paused {
        /// What to go on with.
        step: Step,
    },
    /// Every file verified.
    Complete,
    /// Cancelled by the person.
    Cancelled,
    /// The service deleted the files before all were fetched.
    Expired {
        /// The problem.
        problem: Problem,
    },
    /// Ended by a problem that nothing within this export can mend.
    Failed {
        /// The problem.
        problem: Problem,
    },
}

/// What can happen to an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// The step under way is done.
    Done,
    /// The step under way met a problem; a clock problem is tried again at the given time.
    Met(Problem, DateTime<Utc>),
    /// The person, or the clock, says: go on.
    GoOn,
    /// The person pauses.
    Pause,
    /// The person cancels.
    Cancel,
    /// The time came at which the service deletes the files.
    Expired,
}

impl Phase {
    /// Where every export begins.
    pub const START: Self = Self::Active { step: Step::Requesting };

    /// The phase after an input; `None` where the input has no meaning, so that nothing changes.
    #[must_use]
    pub fn after(&self, input: Input) -> Option<Self> {
        let step = self.step()?;
        match input {
            Input::Done => self.is_active().then(|| step.done()),
            Input::Met(problem, again) => self.is_active().then(|| meet(problem, again, step)),
            Input::GoOn => (!self.is_active()).then_some(Self::Active { step }),
            Input::Pause => (!matches!(self, Self::Paused { .. })).then_some(Self::Paused { step }),
            Input::Cancel => Some(Self::Cancelled),
            Input::Expired => {
                Some(Self::Expired { problem: Problem::new(Kind::FilesExpired, crate::problem::Stage::File) })
            }
        }
    }

    /// The step to go on with; `None` when the export has ended.
    pub fn step(&self) -> Option<Step> {
        match self {
            Self::Active { step } | Self::Waiting { step, .. } | Self::Paused { step } => Some(*step),
            Self::Complete | Self::Cancelled | Self::Expired { .. } | Self::Failed { .. } => None,
        }
    }

    /// Whether nothing can follow.
    pub fn has_ended(&self) -> bool {
        self.step().is_none()
    }

    /// Whether nothing is done until time, or a person, says so.
    pub fn rests(&self) -> bool {
        matches!(self, Self::Waiting { .. } | Self::Paused { .. })
    }

    /// Whether a person must act before it goes on.
    pub fn needs_person(&self) -> bool {
        matches!(self, Self::Waiting { until: None, .. })
    }

    /// The phase's name in the store, the history's filter and `--json`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Active { step: Step::Requesting } => "requesting",
            Self::Active { step: Step::Preparing } => "preparing",
            Self::Active { step: Step::Downloading } => "downloading",
            Self::Waiting { .. } => "waiting",
            Self::Paused { .. } => "paused",
            Self::Complete => "complete",
            Self::Cancelled => "cancelled",
            Self::Expired { .. } => "expired",
            Self::Failed { .. } => "failed",
        }
    }

    /// The problem that it stands at, if any.
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Waiting { problem, .. } | Self::Expired { problem } | Self::Failed { problem } => {
                Some(problem)
            }
            Self::Active { .. } | Self::Paused { .. } | Self::Complete | Self::Cancelled => None,
        }
    }

    fn is_active(&self) -> bool {
        matches!(self, Self::Active { .. })
    }
}

impl Step {
    fn done(self) -> Phase {
        match self {
            Self::Requesting => Phase::Active { step: Self::Preparing },
            Self::Preparing => Phase::Active { step: Self::Downloading },
            Self::Downloading => Phase::Complete,
        }
    }
}

fn meet(problem: Problem, again: DateTime<Utc>, step: Step) -> Phase {
    match problem.recovery() {
        // Records that cannot be written now, on a full disk or a locked file, end no export.
        Recovery::Final(_) if matches!(problem.kind, Kind::StoreFault { .. }) => {
            Phase::Waiting { problem, until: Some(again), step }
        }
        Recovery::Clock => Phase::Waiting { problem, until: Some(again), step },
        Recovery::Person(_) => Phase::Waiting { problem, until: None, step },
        Recovery::Final(_) if problem.kind == Kind::FilesExpired => Phase::Expired { problem },
        Recovery::Final(_) => Phase::Failed { problem },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Stage;
    use proptest::prelude::*;

    fn met(kind: Kind) -> Input {
        Input::Met(Problem::new(kind, Stage::File), DateTime::UNIX_EPOCH)
    }

    #[test]
    fn the_three_steps_lead_to_complete() {
        let mut phase = Phase::START;
        for name in ["preparing", "downloading", "complete"] {
            phase = phase.after(Input::Done).unwrap();
            assert_eq!(phase.name(), name);
        }
        assert_eq!(phase.after(Input::Cancel), None);
    }

    #[test]
    fn a_problem_waits_for_the_clock_or_a_person_or_ends_it() {
        let phase = Phase::Active { step: Step::Downloading };
        assert!(matches!(phase.after(met(Kind::Maintenance)), Some(Phase::Waiting { until: Some(_), .. })));
        let records = met(Kind::StoreFault { reason: String::new() });
        assert!(matches!(phase.after(records), Some(Phase::Waiting { until: Some(_), .. })));
        assert!(phase.after(met(Kind::CredentialsRefused)).unwrap().needs_person());
        assert!(matches!(phase.after(met(Kind::JobFailed)), Some(Phase::Failed { .. })));
        assert!(matches!(phase.after(met(Kind::FilesExpired)), Some(Phase::Expired { .. })));
    }

    #[test]
    fn what_rests_goes_on_with_its_step() {
        for rest in [Input::Pause, met(Kind::Maintenance)] {
            let resting = Phase::Active { step: Step::Preparing }.after(rest).unwrap();
            assert_eq!(resting.after(Input::Done), None);
            assert_eq!(resting.after(Input::GoOn), Some(Phase::Active { step: Step::Preparing }));
        }
    }

    fn input() -> impl Strategy<Value = Input> {
        prop_oneof![
            Just(Input::Done),
            Just(met(Kind::Maintenance)),
            Just(met(Kind::CredentialsRefused)),
            Just(met(Kind::JobFailed)),
            Just(Input::GoOn),
            Just(Input::Pause),
            Just(Input::Cancel),
            Just(Input::Expired),
        ]
    }

    proptest! {
        #[test]
        fn complete_is_reached_by_doing_every_step_and_nothing_follows_an_end(
            inputs in prop::collection::vec(input(), 0..40),
        ) {
            let (mut phase, mut done) = (Phase::START, 0);
            for input in inputs {
                let next = phase.after(input.clone());
                prop_assert!(!(phase.has_ended() && next.is_some()));
                if let Some(next) = next {
                    done += u32::from(input == Input::Done);
                    phase = next;
                }
            }
            prop_assert!(phase != Phase::Complete || done == 3);
        }
    }
}
