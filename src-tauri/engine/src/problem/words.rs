//! The words of every problem, in one place.

use super::Kind;

/// What a person reads: what happened, why, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// One short sentence: what happened.
    pub title: String,
    /// Why, or what it means; nothing is blamed on the reader.
    pub explanation: String,
    /// One sentence: what to do now.
    pub next_step: String,
}

/// The next step where time mends.
const SOON: &str = "This goes on by itself as soon as it works again. You can also try now.";

/// The next step where the export is over.
const AGAIN: &str = "Export again; what was already verified stays in its folder.";

/// The next step where there is no way to AB2D.
const NETWORK: &str = "Check the network or VPN. If other sites can be reached, your network may need its proxy to be named in Settings.";

/// The words of a kind of problem.
#[expect(clippy::too_many_lines, reason = "a table, with a row for each kind")]
pub(super) fn of(kind: &Kind) -> Words {
    match kind {
        // What a person can mend.
        Kind::CredentialsMissing => say(
            "This contract’s credentials are not on this computer.",
            "They may have been removed from the keychain, or were kept for one run only.",
            "Choose the credentials file that AB2D sent, or type the client ID and password.",
        ),
        Kind::CredentialsRefused => say(
            "AB2D refused the credentials.",
            "The sign-in server does not know this client ID, or the password has changed or expired.",
            "Enter the newest credentials that AB2D sent for this contract.",
        ),
        Kind::KeychainUnavailable => say(
            "The keychain of this computer cannot be opened.",
            "It keeps the contract’s password. It may be locked, or not set up for this user.",
            "Unlock the keychain and try again, or enter the credentials for this time.",
        ),
        Kind::AccessRefused => say(
            "AB2D does not let these credentials reach this data.",
            "Signing in worked, but the contract has no current attestation, its access is switched off, or the export belongs to another organization.",
            "Ask AB2D support (ab2d@cms.hhs.gov) about the contract’s access, then try again.",
        ),
        Kind::V3NotEnabled => say(
            "The v3 data model is not enabled for this contract.",
            "AB2D opens it contract by contract.",
            "Export with FHIR version R4, or ask AB2D support (ab2d@cms.hhs.gov) to enable v3, then try again.",
        ),
        Kind::AddressNotListed => say(
            "AB2D’s firewall did not let this computer in.",
            "Most often the public internet address of this computer or office is not on the contract’s list of up to eight addresses.",
            "Connect through the office network or VPN whose address is listed, or ask AB2D support (ab2d@cms.hhs.gov) to list this one, then try again.",
        ),
        Kind::TokenAddressWrong { address } => say(
            "The sign-in address is wrong.",
            format!("There is no sign-in server at {address}."),
            "Correct the sign-in address of this contract.",
        ),
        Kind::ApiAddressWrong { address } => say(
            "The AB2D address is wrong.",
            format!("The server at {address} does not answer as AB2D does."),
            "Correct the AB2D address of this contract.",
        ),
        Kind::DiskFull { needed, reserve, free } => say(
            "The disk does not have room for this export.",
            format!("{} Files that are already verified are kept.", room(*needed, *reserve, *free)),
            "Free some space and try again, or choose a folder on another disk.",
        ),
        Kind::FolderMissing { folder } => say(
            "The save folder is not there.",
            format!("{} was moved or deleted, or its drive is not connected.", folder.display()),
            "Connect the drive and try again, or choose another folder.",
        ),
        Kind::FolderNotWritable { folder } => say(
            "The save folder cannot be written to.",
            format!("Your account may not create files in {}.", folder.display()),
            "Choose another folder, or ask for permission to write to this one and try again.",
        ),
        Kind::FileInUse { file } => say(
            "Another program is using one of the files.",
            format!(
                "{} is open elsewhere, perhaps in an editor, a virus scanner or a backup.",
                file.display()
            ),
            "Close it there. The export goes on by itself when the file is free.",
        ),
        Kind::DiskFault { path, reason } => say(
            "The disk reported a fault.",
            format!("At {} the system says: {reason}.", path.display()),
            "Check the drive and try again, or choose a folder on another disk.",
        ),
        Kind::CertificateRefused { host } => say(
            format!("The connection to {host} is not secure."),
            "Its certificate is not trusted on this computer. A proxy that inspects traffic, or a wrong date on this computer, can be the cause. Nothing was sent.",
            "Check the date and time, or ask your IT department to trust the proxy’s certificate, then try again.",
        ),
        Kind::ClockWrong { minutes } => say(
            "This computer’s clock is wrong.",
            format!("It is {} AB2D’s, so that due dates and times left are wrong, too.", apart(*minutes)),
            "Set this computer’s date, time and time zone, then check again.",
        ),
        Kind::AuditKeyMissing => say(
            "The record could not be checked.",
            "Its entries are compared with a key in this computer’s keychain, which did not give it out: it may be locked.",
            "Unlock the keychain and verify the record again.",
        ),
        Kind::LogFolderUnusable { folder } => say(
            "The log cannot be kept there.",
            format!(
                "{} is on a network drive, is not there, or does not let your account create files.",
                folder.display()
            ),
            "Choose a folder on this computer that you can write to.",
        ),
        Kind::ProxyRefused => say(
            "The proxy did not pass the request on.",
            "Your network’s proxy asks for a sign-in, or does not allow AB2D.",
            "Check the proxy in Settings, or ask your IT department to allow AB2D’s addresses, then try again.",
        ),
        Kind::ProgramFault => say(
            "This program made a mistake.",
            "A part of it stopped where it should not have. The files that were verified are still there.",
            "Try again. If it happens again, start the program anew and make a support report.",
        ),
        Kind::ChecksumMismatch { file, attempts } => say(
            "A file arrived damaged, more than once.",
            format!(
                "{file} was fetched {attempts} times and never matched the checksum that AB2D announced. The damaged copies were deleted."
            ),
            "Try again on another network; if that does not help, send AB2D support (ab2d@cms.hhs.gov) the support report.",
        ),
        Kind::DrivenElsewhere => say(
            "This export is running in another window or command.",
            "Only one program drives an export at a time, so that nothing is fetched twice.",
            "Watch it here, or end the other program and try again.",
        ),
        Kind::ContractInUse { number } => say(
            format!("An export of {number} has not ended."),
            "Without the contract’s credentials it could not go on.",
            "Wait until it is done, or cancel it; then remove the contract.",
        ),

        // What time mends.
        Kind::ProxyUnreachable { host } => say(
            "The proxy cannot be reached.",
            format!("Requests to {host} go through a proxy, and nothing answers at its address."),
            "Check the network or VPN, and the proxy in Settings.",
        ),
        Kind::NetworkDown { host } => say(
            "There is no connection to AB2D.",
            format!("{host} cannot be reached from this computer."),
            NETWORK,
        ),
        Kind::NoAnswer { host } => say(
            "AB2D does not answer this computer.",
            format!(
                "{host} was silent when a connection was tried. Firewalls do that: your network’s, or AB2D’s where the public internet address of this computer or office is not on the contract’s list."
            ),
            "Check the network or VPN, and the proxy in Settings if your network has one. If other sites can be reached, ask AB2D support (ab2d@cms.hhs.gov) whether this office’s address is listed.",
        ),
        Kind::NameNotFound { host } => say(
            "There is no connection to AB2D.",
            format!("This network does not know the name {host}."),
            NETWORK,
        ),
        Kind::Stalled { host } => {
            say("AB2D stopped sending.", format!("Nothing arrived from {host} for a minute."), SOON)
        }
        Kind::ConnectionLost { host } => say(
            "The connection broke off.",
            format!("The connection to {host} ended before everything had arrived."),
            SOON,
        ),
        Kind::CaptivePortal { host } => say(
            "Something between this computer and AB2D answered in its place.",
            format!(
                "A web page came where {host} should have answered. Guest Wi-Fi networks and proxies do this until someone signs in."
            ),
            "Open a web browser and sign in to the network.",
        ),
        Kind::Maintenance => {
            say("AB2D is closed for maintenance.", "The service says so itself. Nothing is lost.", SOON)
        }
        Kind::V3Unavailable => say(
            "AB2D’s v3 service is closed for the moment.",
            "The service says so itself. Nothing is lost.",
            SOON,
        ),
        Kind::TooManyRequests => say(
            "AB2D asked to be given more time.",
            "Many requests came from this internet address in a short time.",
            SOON,
        ),
        Kind::RunningJobsLimit => say(
            "AB2D is already preparing as many exports as it allows for this contract.",
            "The contract’s other exports may run on this computer or elsewhere.",
            "This one starts by itself when one of them is done. To start it sooner, cancel another export of this contract.",
        ),
        Kind::UnknownJobs { jobs } => say(
            "AB2D may already be preparing this export.",
            format!("AB2D’s answer to the request was lost. {}", running(jobs.len())),
            "This goes on by itself when that is known, or when there is room to start it again; it can take hours. If you know which of the running exports is this one, choose it.",
        ),
        Kind::ServiceFault => say(
            "AB2D has a fault for the moment.",
            "The service answered with an error that usually passes. Nothing is lost.",
            SOON,
        ),

        // What is final for the export.
        Kind::ParametersRefused { reason } => say(
            "AB2D does not accept this request.",
            format!("The service says: {reason}"),
            "Change the dates or the FHIR version and export again.",
        ),
        Kind::JobFailed => say(
            "AB2D could not prepare the data.",
            "The export failed at the service. Nothing was downloaded.",
            "Export again; if it fails again, ask AB2D support (ab2d@cms.hhs.gov).",
        ),
        Kind::JobCancelled => say(
            "The export was canceled at AB2D.",
            "It was canceled from another program, or ran longer than the service allows.",
            AGAIN,
        ),
        Kind::JobNotFound => say(
            "AB2D no longer knows this export.",
            "The service has forgotten it, or its files have expired.",
            AGAIN,
        ),
        Kind::FilesExpired => {
            say("AB2D has deleted the files of this export.", "The service keeps them for 72 hours.", AGAIN)
        }
        Kind::DownloadLimit { file } => say(
            "AB2D does not send one of the files again.",
            format!("{file} was downloaded as often as the service allows (6 times)."),
            AGAIN,
        ),
        Kind::FileGone { file } => {
            say("AB2D no longer has one of the files.", format!("The service cannot send {file}."), AGAIN)
        }
        Kind::WrongContract { expected, found } => say(
            format!("These credentials belong to contract {found}, not {expected}."),
            format!("AB2D offered claims of {found}. Nothing was downloaded."),
            format!("Enter the credentials of {expected}, or add {found} as a contract of its own."),
        ),
        Kind::ForeignAddress { host } => say(
            "AB2D’s answer pointed somewhere else.",
            format!("It named an address at {host}, which is not the service’s own. Nothing was sent there."),
            "Send AB2D support (ab2d@cms.hhs.gov) the support report.",
        ),
        Kind::UnexpectedAnswer => say(
            "AB2D answered in a way that this program does not know.",
            "The answer was not used, and nothing was saved from it.",
            "Export again later; if that does not help, send AB2D support (ab2d@cms.hhs.gov) the support report.",
        ),
        Kind::StoreFault { reason } => say(
            "This program’s own records cannot be written.",
            format!("The system says: {reason}."),
            "Check that the disk has room and that your account may write to the program’s data folder, then start it again.",
        ),
        Kind::AuditRecordChanged { how } => say(
            "The audit record was changed after it was written.",
            format!("{how} The record says who exported what; the claims that were exported are not in it."),
            "Leave it as it is, and tell your security or compliance office. For them, save it as CSV in History.",
        ),
        Kind::NotInRecords => say(
            "This is not in the program’s records.",
            "The contract or the export was removed, or there never was one of this number.",
            "Choose it again from the list of contracts or from the history.",
        ),
        Kind::DataOnNetwork { folder } => say(
            "This program’s records cannot be kept on a network drive.",
            format!("{} is on a network, where two computers could damage them.", folder.display()),
            "Ask your IT department to keep them on this computer (AB2D_DATA_DIR names the folder), then start the program again.",
        ),
    }
}

fn say(title: impl Into<String>, explanation: impl Into<String>, next_step: impl Into<String>) -> Words {
    Words { title: title.into(), explanation: explanation.into(), next_step: next_step.into() }
}

fn apart(minutes: i64) -> String {
    let side = if minutes > 0 { "ahead of" } else { "behind" };
    match minutes.unsigned_abs() {
        apart if apart < 120 => format!("{apart} minutes {side}"),
        apart if apart < 48 * 60 => format!("{} hours {side}", apart / 60),
        apart => format!("{} days {side}", apart / (24 * 60)),
    }
}

fn room(needed: u64, reserve: u64, free: u64) -> String {
    let aside = if reserve == 0 { String::new() } else { format!(", {} must stay free", size(reserve)) };
    if free < needed + reserve {
        format!("What is left takes {}{aside}, and {} are free.", size(needed), size(free))
    } else {
        "The system says that it is full, or that your account may store no more on it.".to_owned()
    }
}

fn running(jobs: usize) -> String {
    match jobs {
        1 => "It is preparing one export of your organization, and does not say whether that is this one."
            .to_owned(),
        several => format!(
            "It is preparing {several} exports of your organization, and does not say whether one of them is this one."
        ),
    }
}

/// Bytes as people read them: `3.4 GB`.
#[expect(clippy::cast_precision_loss, reason = "a size is shown with two digits")]
pub fn size(count: u64) -> String {
    const UNITS: [&str; 5] = ["bytes", "kB", "MB", "GB", "TB"];
    let mut value = count as f64;
    let mut unit = 0;
    while value >= 999.95 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    if unit == 0 { format!("{count} bytes") } else { format!("{value:.1} {}", UNITS[unit]) }
}

#[cfg(test)]
mod tests;
