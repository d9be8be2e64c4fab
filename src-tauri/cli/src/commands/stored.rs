//! Finding a stored contract by what a person calls it.

use ab2d_engine::controller::Controller;
use ab2d_engine::view::ContractView;

use crate::arguments::ContractArguments;
use crate::failure::Failure;

/// The one stored contract that the arguments name, if there is one.
pub(super) async fn find(
    controller: &Controller,
    wanted: &ContractArguments,
) -> Result<Option<ContractView>, Failure> {
    let mut found = controller.contracts().await?;
    found.retain(|contract| {
        contract.number == wanted.number.as_str()
            && wanted.environment.is_none_or(|environment| contract.environment == environment)
    });
    if found.len() > 1 {
        let environments: Vec<_> = found.iter().map(|contract| contract.environment.as_str()).collect();
        return Err(Failure::Usage(format!(
            "{} is in the list more than once ({}): say which with --environment.",
            wanted.number,
            environments.join(", ")
        )));
    }
    Ok(found.pop())
}

/// The one stored contract that the arguments name.
pub(super) async fn get(
    controller: &Controller,
    wanted: &ContractArguments,
) -> Result<ContractView, Failure> {
    find(controller, wanted).await?.ok_or_else(|| not_listed(wanted))
}

/// That a contract is not stored.
pub(super) fn not_listed(wanted: &ContractArguments) -> Failure {
    let number = &wanted.number;
    Failure::Usage(format!(
        "{number} is not in the list of contracts. Add it with `ab2d contract add {number} …`, or see them with `ab2d contract list`."
    ))
}
