//! An AB2D service on this computer, with made-up claims.
//!
//! It speaks the AB2D API ("Claims Data to Part D Sponsors", FHIR Bulk Data) over real HTTP on the loopback interface:
//! the identity provider's token endpoint, start, status, manifest, files, cancel, metadata and health, in versions 1
//! to 3, with the service's rules, limits and words. People try the program with it, and tests hold the program against it.
//!
//! ```no_run
//! # async fn example() -> Result<(), ab2d_practice::ServeError> {
//! use ab2d_practice::{Answer, Fault, Options, RequestKind, Rule, serve};
//!
//! let practice = serve(Options::instant()).await?;
//! // The second file breaks off once, and the third status poll meets a gateway that is out of order.
//! practice.faults().arm(Rule::on(RequestKind::File, Fault::reset_at(10_000)).skip(1));
//! practice.faults().arm(Rule::on(RequestKind::Status, Fault::Answer(Answer::status(502))).skip(2));
//! // … export from practice.api_url() with the credentials in practice.contracts() …
//! for job in practice.jobs() {
//!     let _what_must_have_arrived = practice.held_files(job);
//! }
//! practice.stop().await;
//! # Ok(())
//! # }
//! ```
//!
//! Where things are:
//!
//! - [`Options`] and [`PracticeContract`] say how the service behaves and whom it knows, [`Practice`] is the running service.
//! - [`Clock`] is its time: move it, and tokens, jobs and files expire without anybody waiting.
//! - [`Faults`] are what goes wrong, armed per kind of request: connections that break at a byte, answers of firewalls and
//!   gateways, manifests that lie, jobs that fail.
//! - [`Request`]s are the journal of what came in, without secrets.
//! - [`Claims`] are claims that a test updates at times of its choosing, beside those that the service makes up by itself:
//!   deterministic, in the shape of real `ExplanationOfBenefit` resources, of any amount, made while they are sent.

mod access;
mod claims;
mod clock;
mod compression;
mod connection;
mod content;
mod contract;
mod faults;
mod files;
mod firewall;
mod jobs;
mod joint;
mod journal;
mod manifest;
mod negotiation;
mod open;
mod options;
mod outcome;
mod parameters;
mod practice;
mod prepare;
mod ranges;
mod routes;
mod service;
mod shared;
mod start;
mod state_file;
mod status;
mod token;
mod version;

pub use claims::model::Claims;
pub use clock::Clock;
pub use content::ContentFault;
pub use contract::PracticeContract;
pub use faults::{Answer, Armed, BodyFault, Fault, Faults, JsonEdit, Pause, RequestKind, RetryAfter, Rule};
pub use jobs::{HeldFile, JobFault};
pub use joint::{JointPractice, Reached};
pub use journal::Request;
pub use options::{Options, TransactionTime};
pub use practice::{Practice, ServeError, serve};
