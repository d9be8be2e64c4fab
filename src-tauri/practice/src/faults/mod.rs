//! Faults that a test arms, and the service then has.
//!
//! A [`Rule`] says at which requests ([`RequestKind`], which file, after how many, how often) and what happens
//! ([`Fault`]). The first rule that fits a request is used; connection faults are real ones of TCP.

mod answer;
mod body;
mod carry;
mod fault;
mod json;
mod kind;

pub use answer::{Answer, RetryAfter};
pub use body::BodyFault;
pub use fault::{Fault, Pause};
pub use json::JsonEdit;
pub use kind::RequestKind;

pub(crate) use carry::carry_out;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::sync::watch;

use crate::connection::Line;
use crate::shared::Shared;

/// Which requests have a fault, and which one.
#[derive(Clone, Debug)]
pub struct Rule {
    kind: RequestKind,
    file: Option<String>,
    skip: u32,
    times: Option<u32>,
    fault: Fault,
}

impl Rule {
    /// The next request of a kind has this fault, once.
    pub fn on(kind: RequestKind, fault: Fault) -> Self {
        Self { kind, file: None, skip: 0, times: Some(1), fault }
    }

    /// Only requests for the file with this name.
    #[must_use]
    pub fn file(self, name: impl Into<String>) -> Self {
        Self { file: Some(name.into()), ..self }
    }

    /// So many fitting requests pass untouched first.
    #[must_use]
    pub fn skip(self, skip: u32) -> Self {
        Self { skip, ..self }
    }

    /// So many requests have it.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times: Some(times), ..self }
    }

    /// Every fitting request has it, until it is disarmed.
    #[must_use]
    pub fn always(self) -> Self {
        Self { times: None, ..self }
    }
}

/// The faults that are armed.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    rules: Shared<Vec<ArmedRule>>,
}

impl Faults {
    /// Arms a fault.
    pub fn arm(&self, rule: Rule) -> Armed {
        let fired = Arc::new(AtomicU32::new(0));
        self.rules.lock().push(ArmedRule {
            rule,
            fired: Arc::clone(&fired),
            stalls: watch::Sender::default(),
        });
        Armed { rules: self.rules.clone(), fired }
    }

    /// Arms a fault for the next request of a kind: `arm(Rule::on(kind, fault))`.
    pub fn once(&self, kind: RequestKind, fault: Fault) -> Armed {
        self.arm(Rule::on(kind, fault))
    }

    /// Disarms everything and lets whatever stalls go on.
    pub fn clear(&self) {
        self.rules.lock().clear();
    }

    /// How many armed rules have not been used up.
    pub fn armed(&self) -> usize {
        self.rules.lock().iter().filter(|armed| armed.rule.times != Some(0)).count()
    }

    /// The fault of a request, which uses it up once, and what hears that it is disarmed.
    fn take(&self, request: &kind::Facts) -> Option<(Fault, Release)> {
        self.rules.lock().iter_mut().find_map(|armed| armed.take(request))
    }
}

/// Hears when the rule of a fault is disarmed.
#[derive(Clone, Debug)]
struct Release(watch::Receiver<()>);

impl Release {
    /// Waits for the end of a pause, or of the connection.
    async fn pause(&mut self, pause: Pause, line: &Line) {
        let over = async {
            match pause {
                Pause::For(duration) => tokio::time::sleep(duration).await,
                // Nothing is ever sent: a rule that is disarmed drops its sender.
                Pause::UntilDisarmed => drop(self.0.changed().await),
            }
        };
        tokio::select! {
            () = over => {}
            () = line.broken() => {}
        }
    }
}

/// A fault that was armed.
#[derive(Clone, Debug)]
pub struct Armed {
    rules: Shared<Vec<ArmedRule>>,
    fired: Arc<AtomicU32>,
}

impl Armed {
    /// How many requests had it so far.
    pub fn fired(&self) -> u32 {
        self.fired.load(Ordering::SeqCst)
    }

    /// Takes it back, and lets whatever it stalls go on.
    pub fn disarm(&self) {
        self.rules.lock().retain(|armed| !Arc::ptr_eq(&armed.fired, &self.fired));
    }
}

#[derive(Debug)]
struct ArmedRule {
    rule: Rule,
    fired: Arc<AtomicU32>,
    stalls: watch::Sender<()>,
}

impl ArmedRule {
    fn take(&mut self, request: &kind::Facts) -> Option<(Fault, Release)> {
        let rule = &mut self.rule;
        if !request.fit(rule.kind, rule.file.as_deref()) || rule.times == Some(0) {
            return None;
        }
        if rule.skip > 0 {
            rule.skip -= 1;
            return None;
        }
        rule.times = rule.times.map(|times| times - 1);
        self.fired.fetch_add(1, Ordering::SeqCst);
        Some((rule.fault.clone(), Release(self.stalls.subscribe())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(file: Option<&str>) -> kind::Facts {
        kind::Facts::new(vec![RequestKind::File], file.map(str::to_owned))
    }

    #[test]
    fn a_rule_passes_over_some_and_then_fires_so_often() {
        let faults = Faults::default();
        let armed = faults.arm(Rule::on(RequestKind::File, Fault::Reset).skip(1).times(2));
        let fires: Vec<bool> = (0..5).map(|_| faults.take(&facts(None)).is_some()).collect();
        assert_eq!(fires, [false, true, true, false, false]);
        assert_eq!((armed.fired(), faults.armed()), (2, 0));
    }

    #[test]
    fn a_rule_for_one_file_leaves_others_alone() {
        let faults = Faults::default();
        let armed = faults.arm(Rule::on(RequestKind::File, Fault::Reset).file("b").always());
        assert!(faults.take(&facts(Some("a"))).is_none());
        assert!(faults.take(&facts(Some("b"))).is_some());
        armed.disarm();
        assert!(faults.take(&facts(Some("b"))).is_none());
    }
}
