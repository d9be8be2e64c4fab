//! `ab2d fetch-again`: repairing an export's folder while the service still has the files.

use ab2d_engine::controller::Controller;
use ab2d_engine::export::FileRecord;
use ab2d_engine::view::ExportId;

use super::export::set_up;
use crate::arguments::FetchAgainArguments;
use crate::credentials;
use crate::failure::Failure;
use crate::follow::follow;
use crate::interruption::Interruption;
use crate::output;
use crate::status::Status;

/// How often the service gives a file out.
const DOWNLOADS: u32 = 6;

pub(super) async fn run(controller: &Controller, arguments: FetchAgainArguments) -> Result<Status, Failure> {
    set_up(controller, &arguments.run);
    let mut interruption = Interruption::listen()?;
    let id = arguments.export;
    if let Some(file) = &arguments.credentials_file {
        let record = controller.export_record(id).await?;
        let credentials = credentials::from_file(file, &record.number)?;
        controller.use_credentials(id, credentials).await?;
    }
    tokio::select! {
        begun = controller.fetch_again(id) => begun?,
        () = interruption.heard() => {
            controller.stop_verifying(id);
            return Ok(Status::Interrupted);
        }
    }
    let mut screen = output::screen(arguments.json);
    let status =
        follow(controller, vec![id], arguments.run.max_wait, &mut *screen, &mut interruption).await?;
    if !arguments.json {
        say_downloads(controller, id).await?;
    }
    Ok(status)
}

/// Says how often the files were downloaded that were downloaded more than once.
async fn say_downloads(controller: &Controller, id: ExportId) -> Result<(), Failure> {
    for FileRecord { name, downloads, .. } in controller.file_records(id).await? {
        if downloads > 1 {
            output::line(&format!("{name} was downloaded {downloads} times; AB2D allows {DOWNLOADS}."));
        }
    }
    Ok(())
}
