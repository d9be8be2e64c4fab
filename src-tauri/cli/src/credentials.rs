//! Where a command's credentials come from.

use std::io::{self, IsTerminal};
use std::path::Path;

use ab2d_engine::contract::ContractNumber;
use ab2d_engine::credentials::{self, Credentials, Secret};
use ab2d_engine::view::Sharing;

use crate::arguments::CredentialsArguments;
use crate::failure::Failure;
use crate::output;

/// Reads the credentials that the arguments name; `None` when they name none.
pub(crate) fn read(
    arguments: &CredentialsArguments,
    contract: &ContractNumber,
) -> Result<Option<Credentials>, Failure> {
    match (&arguments.credentials_file, &arguments.client_id) {
        (Some(path), _) => from_file(path, contract).map(Some),
        (None, Some(client_id)) => from_person(client_id).map(Some),
        (None, None) => Ok(None),
    }
}

/// Reads a credentials file.
pub(crate) fn from_file(path: &Path, contract: &ContractNumber) -> Result<Credentials, Failure> {
    let credentials =
        Credentials::read_file(path).map_err(|error| Failure::CredentialsFile(path.to_path_buf(), error))?;
    if let Some(named) = ContractNumber::of_credentials_file(path).filter(|named| named != contract) {
        output::note(&format!("The file’s name says that it belongs to {named}, not {contract}."));
    }
    if let Some(sharing) = credentials::sharing(path) {
        output::note(&format!(
            "{} {}. Move it where only you can read it, or delete it once the keychain holds its content.",
            path.display(),
            match sharing {
                Sharing::Synced => "is copied to the cloud",
                Sharing::Network => "is on a network drive",
                Sharing::OtherUsers => "can be read by other users of this computer",
            }
        ));
    }
    Ok(credentials)
}

fn from_person(client_id: &str) -> Result<Credentials, Failure> {
    let password =
        ask_password().map_err(|error| Failure::Io("The password cannot be read".into(), error))?;
    let credentials = Credentials::new(client_id, password.expose());
    if credentials.client_secret.expose().is_empty() {
        return Err(Failure::Usage(
            "No password came. Type it when asked, or send it on standard input.".to_owned(),
        ));
    }
    Ok(credentials)
}

/// On a terminal it is typed unseen, else it is the first line of standard input.
fn ask_password() -> io::Result<Secret> {
    if io::stdin().is_terminal() {
        return rpassword::prompt_password("Client password: ").map(Secret::new);
    }
    let mut line = String::new();
    io::stdin().read_line(&mut line)?;
    Ok(Secret::new(line))
}
