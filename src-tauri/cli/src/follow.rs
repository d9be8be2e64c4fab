//! Follows exports to their end, or to where a person must act.

use std::collections::BTreeMap;
use std::time::Duration;

use ab2d_engine::controller::Controller;
use ab2d_engine::problem::Problem;
use ab2d_engine::view::{Event, ExportId, ExportView, PhaseView};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, sleep_until};

use crate::interruption::Interruption;
use crate::output::{Ending, Screen};
use crate::patience::Patience;
use crate::status::Status;

/// Shows the exports until each has ended, waits for a person, or has waited too long for what time mends.
///
/// An interruption stops them so that they can be resumed. The status is the gravest of them all.
pub(crate) async fn follow(
    controller: &Controller,
    exports: Vec<ExportId>,
    max_wait: Option<Duration>,
    screen: &mut dyn Screen,
    interruption: &mut Interruption,
) -> Result<Status, Problem> {
    let mut events = controller.subscribe();
    let mut following = Following { controller, screen, open: BTreeMap::new(), gravest: Status::Complete };
    for id in exports {
        following.begin(id, Patience::new(max_wait)).await?;
    }
    while !following.open.is_empty() {
        tokio::select! {
            event = events.recv() => following.hear(event).await?,
            () = until(following.first_deadline()) => following.give_up().await?,
            () = interruption.heard() => following.interrupt().await?,
        }
    }
    Ok(following.gravest)
}

struct Following<'a> {
    controller: &'a Controller,
    screen: &'a mut dyn Screen,
    open: BTreeMap<ExportId, Patience>,
    gravest: Status,
}

impl Following<'_> {
    async fn begin(&mut self, id: ExportId, patience: Patience) -> Result<(), Problem> {
        let export = self.controller.export(id).await?;
        self.open.insert(id, patience);
        self.screen.begin(&export);
        self.see(&export).await
    }

    async fn hear(&mut self, event: Result<Event, RecvError>) -> Result<(), Problem> {
        match event {
            Ok(Event::Export { export }) if self.open.contains_key(&export.id) => self.see(&export).await,
            Ok(Event::Progress { id, progress, .. }) if self.open.contains_key(&id) => {
                self.screen.progress(id, &progress);
                Ok(())
            }
            Ok(
                Event::Export { .. }
                | Event::Progress { .. }
                | Event::Verifying { .. }
                | Event::Contracts { .. }
                | Event::CredentialsDropped { .. }
                | Event::Check { .. }
                | Event::CheckingAudit { .. }
                | Event::Settings { .. }
                | Event::OpenExport { .. },
            ) => Ok(()),
            Err(RecvError::Lagged(_) | RecvError::Closed) => self.look_again().await,
        }
    }

    /// Reads every export anew, since events were missed.
    async fn look_again(&mut self) -> Result<(), Problem> {
        let open: Vec<_> = self.open.keys().copied().collect();
        for id in open {
            let export = self.controller.export(id).await?;
            self.see(&export).await?;
        }
        Ok(())
    }

    async fn see(&mut self, export: &ExportView) -> Result<(), Problem> {
        self.screen.phase(export);
        if let Some(patience) = self.open.get_mut(&export.id) {
            patience.see(export, Instant::now());
        }
        match status_of(export) {
            Some(status) => self.end(export, status).await,
            None => Ok(()),
        }
    }

    fn first_deadline(&self) -> Option<Instant> {
        self.open.values().filter_map(Patience::ends).min()
    }

    /// Ends the exports whose time to wait is over.
    async fn give_up(&mut self) -> Result<(), Problem> {
        let now = Instant::now();
        let over = self.open.iter().filter(|(_, patience)| patience.ends().is_some_and(|ends| ends <= now));
        let over: Vec<_> = over.map(|(id, _)| *id).collect();
        self.end_all(over, Status::Failed).await
    }

    async fn interrupt(&mut self) -> Result<(), Problem> {
        let open: Vec<_> = self.open.keys().copied().collect();
        self.controller.shutdown().await;
        self.end_all(open, Status::Interrupted).await
    }

    async fn end_all(&mut self, exports: Vec<ExportId>, status: Status) -> Result<(), Problem> {
        for id in exports {
            let export = self.controller.export(id).await?;
            self.end(&export, status_of(&export).unwrap_or(status)).await?;
        }
        Ok(())
    }

    async fn end(&mut self, export: &ExportView, status: Status) -> Result<(), Problem> {
        let patience = self.open.remove(&export.id);
        let waited_for = patience.as_ref().filter(|_| status == Status::Failed).and_then(Patience::problem);
        self.gravest = self.gravest.max(status);
        let files = self.controller.file_records(export.id).await?;
        self.screen.end(&Ending { status, export, problem: export.problem().or(waited_for), files: &files });
        Ok(())
    }
}

/// The status of an export that goes on no further by itself; `None` while it does.
fn status_of(export: &ExportView) -> Option<Status> {
    match &export.phase {
        PhaseView::Complete if export.unrepaired.is_some() || export.damaged > 0 => Some(Status::Failed),
        PhaseView::Complete => Some(Status::Complete),
        PhaseView::Cancelled => Some(Status::Cancelled),
        PhaseView::Expired { .. } | PhaseView::Failed { .. } => Some(Status::Failed),
        PhaseView::Waiting { until: None, .. } => Some(Status::Waiting),
        PhaseView::Waiting { until: Some(_), .. }
        | PhaseView::Requesting
        | PhaseView::Preparing { .. }
        | PhaseView::Downloading
        | PhaseView::Paused => None,
    }
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}
