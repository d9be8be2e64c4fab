//! `ab2d check`: the save folder and the connection, step by step.

use ab2d_engine::controller::Controller;
use ab2d_engine::problem::Remedy;
use ab2d_engine::view::{CheckResult, ProblemView};

use super::stored;
use crate::arguments::ContractArguments;
use crate::failure::Failure;
use crate::output;
use crate::status::Status;

pub(super) async fn run(controller: &Controller, wanted: &ContractArguments) -> Result<Status, Failure> {
    let contract = stored::get(controller, wanted).await?;
    let results = controller.check_contract(0, contract.id).await?;
    results.iter().for_each(show);
    let problem = results.iter().find_map(|result| result.problem.as_ref());
    Ok(problem.map_or(Status::Complete, status_of))
}

fn show(result: &CheckResult) {
    let step = result.step.name();
    match &result.problem {
        None => output::line(&format!("ok    {step}")),
        Some(problem) => output::line(&format!(
            "stops {step}: {} {} {}",
            problem.title, problem.explanation, problem.next_step
        )),
    }
}

fn status_of(problem: &ProblemView) -> Status {
    match problem.remedy {
        Some(
            Remedy::EnterCredentials | Remedy::ChooseFolder | Remedy::EditContract | Remedy::OpenSettings,
        ) => Status::Waiting,
        Some(Remedy::TryNow | Remedy::ChangeParameters | Remedy::ExportAgain | Remedy::SupportReport)
        | None => Status::Failed,
    }
}
