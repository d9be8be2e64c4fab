//! What a case of the matrix is made of.

use std::fmt;

use ab2d_engine::view::ExportForm;
use ab2d_practice::{Fault, Options, RequestKind};

use crate::deed::Deed;

/// Where in an export a fault happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// While a bearer token is asked for.
    Token,
    /// While a job is asked for.
    Start,
    /// While a running job is polled.
    Status,
    /// While a finished job is polled.
    Manifest,
    /// While a file is fetched.
    File,
    /// When a file's bytes are here, and are compared with what was announced.
    Verify,
    /// When a verified file gets its name.
    Rename,
    /// When the program's own records are written.
    Store,
}

impl Stage {
    /// The requests of this stage.
    pub(crate) fn requests(self) -> RequestKind {
        match self {
            Self::Token => RequestKind::Token,
            Self::Start => RequestKind::Start,
            Self::Status => RequestKind::Status,
            Self::Manifest => RequestKind::Manifest,
            Self::File | Self::Verify | Self::Rename | Self::Store => RequestKind::File,
        }
    }
}

/// What goes wrong.
#[derive(Clone, Copy)]
pub(crate) enum Trouble {
    /// The service does this to requests of the stage.
    Fault(fn() -> Fault),
    /// This is done while a request of the stage is under way.
    Deed(Deed),
}

/// What must come of it. Codes are those of the problem catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Every file arrives, however long it lasts.
    Complete,
    /// Once, it passes. If it lasts, the export waits with this problem and goes on by itself when it is over.
    Waits(&'static str),
    /// The export waits for a person with this problem.
    Asks(&'static str),
    /// Once, it passes. If it lasts, the export waits for a person with this problem.
    AsksAtLast(&'static str),
    /// The export ends with this problem.
    Ends(&'static str),
    /// It cannot happen at this stage.
    Never,
}

/// How long a fault lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lasts {
    /// For one request.
    Once,
    /// Until it is mended.
    On,
}

/// A fault at a stage.
#[derive(Clone, Copy)]
pub(crate) struct Case {
    pub(crate) fault: &'static str,
    pub(crate) stage: Stage,
    pub(crate) trouble: Trouble,
    pub(crate) outcome: Outcome,
    pub(crate) lasts: Lasts,
    /// The requests that meet it.
    pub(crate) requests: RequestKind,
    /// The contract whose claims are exported.
    pub(crate) contract: &'static str,
    /// How the service differs from a quick one with two small files.
    pub(crate) options: fn(Options) -> Options,
    /// How the export differs from everything in R4, plain.
    pub(crate) form: fn(ExportForm) -> ExportForm,
}

impl Case {
    /// A fault at a stage, which lasts.
    pub(crate) fn new(stage: Stage, fault: &'static str, trouble: Trouble, outcome: Outcome) -> Self {
        let (options, form) = (std::convert::identity as _, std::convert::identity as _);
        Self {
            fault,
            stage,
            trouble,
            outcome,
            lasts: Lasts::On,
            requests: stage.requests(),
            contract: "Z1001",
            options,
            form,
        }
    }

    /// The same, with another service.
    pub(crate) fn with(self, options: fn(Options) -> Options) -> Self {
        Self { options, ..self }
    }

    /// The same, at other requests than the stage's own.
    pub(crate) fn at(self, requests: RequestKind) -> Self {
        Self { requests, ..self }
    }

    /// The same, with another contract.
    pub(crate) fn of(self, contract: &'static str) -> Self {
        Self { contract, ..self }
    }

    /// The same, with gzip kept.
    pub(crate) fn compressed(self) -> Self {
        Self { form: |form| ExportForm { compressed: true, ..form }, ..self }
    }

    /// The case as it lasts, and where that can make a difference, as it happens once.
    pub(crate) fn both(self) -> impl Iterator<Item = Self> {
        let once = matches!(self.trouble, Trouble::Fault(_))
            && matches!(self.outcome, Outcome::Waits(_) | Outcome::AsksAtLast(_));
        [Some(self), once.then_some(Self { lasts: Lasts::Once, ..self })].into_iter().flatten()
    }

    /// What must come of it, with regard to how long it lasts.
    pub(crate) fn expected(&self) -> Outcome {
        match (self.lasts, self.outcome) {
            (Lasts::Once, Outcome::Waits(_) | Outcome::AsksAtLast(_)) => Outcome::Complete,
            (_, outcome) => outcome,
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Token => "token",
            Self::Start => "start",
            Self::Status => "status",
            Self::Manifest => "manifest",
            Self::File => "file",
            Self::Verify => "verify",
            Self::Rename => "rename",
            Self::Store => "store",
        })
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Complete => f.write_str("complete"),
            Self::Waits(code) => write!(f, "waits {code}, then complete"),
            Self::Asks(code) | Self::AsksAtLast(code) => write!(f, "asks {code}, then complete"),
            Self::Ends(code) => write!(f, "ends {code}"),
            Self::Never => f.write_str("-"),
        }
    }
}
