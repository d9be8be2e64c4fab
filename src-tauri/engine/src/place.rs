//! What is known of a folder as a place for claims: room, and who else may see it.

mod encryption;

use std::io;
use std::path::{Component, Path, PathBuf, Prefix};

use crate::durable;
use crate::problem::Problem;
use crate::view::{FolderView, FolderWarning};

/// Free bytes and warnings of a folder, which need not exist yet.
pub fn look(folder: &Path) -> FolderView {
    let warnings = [
        is_on_network(folder).then_some(FolderWarning::Network),
        is_synced(folder).then_some(FolderWarning::Synced),
        is_unencrypted(folder).then_some(FolderWarning::Unencrypted),
    ];
    FolderView {
        path: folder.display().to_string(),
        free_bytes: free_bytes(folder).ok(),
        warnings: warnings.into_iter().flatten().collect(),
    }
}

/// Bytes that this user may still write on the folder's disk.
pub fn free_bytes(folder: &Path) -> io::Result<u64> {
    fs4::available_space(existing(folder))
}

/// Makes sure that this user can write into a folder that was just chosen, which is made where it is not there yet.
pub fn check_chosen(folder: &Path, private: bool) -> Result<(), Problem> {
    crate::export::folder::make_all(folder, private)?;
    check_writable(folder)
}

/// Makes sure that a folder is there, and that this user can write into it.
pub fn check_writable(folder: &Path) -> Result<(), Problem> {
    try_writing(folder).map_err(|error| crate::export::folder::diagnose(&error, folder))
}

/// Writes into a folder, and leaves nothing there.
pub fn try_writing(folder: &Path) -> io::Result<()> {
    durable::flush(&tempfile::tempfile_in(folder)?)
}

/// Whether the folder is on a network drive, as far as the system tells.
pub fn is_on_network(folder: &Path) -> bool {
    is_unc(folder) || is_on_network_in_full(&existing(folder))
}

/// Whether it is, with all links and drive letters resolved.
fn is_on_network_in_full(folder: &Path) -> bool {
    let Ok(folder) = folder.canonicalize() else { return false };
    is_unc(&folder) || disk_of(&folder).is_some_and(|disk| is_network_file_system(&disk.file_system))
}

/// Whether the system says that the disk of the folder is not encrypted; what it does not know of is not suspected.
fn is_unencrypted(folder: &Path) -> bool {
    let Ok(folder) = existing(folder).canonicalize() else { return false };
    let disk = disk_of(&folder).filter(|disk| !is_network_file_system(&disk.file_system));
    disk.is_some_and(|disk| encryption::is_encrypted(&folder, &disk) == Some(false))
}

/// Whether a cloud service keeps a copy of the folder, by the names that these services give their folders.
pub fn is_synced(folder: &Path) -> bool {
    const BEGIN: [&str; 10] = [
        "onedrive",
        "dropbox",
        "google drive",
        "googledrive",
        "icloud",
        "com~apple~clouddocs",
        "box-",
        "nextcloud",
        "owncloud",
        "pcloud",
    ];
    // Of Box, of Google's drive letter, and of macOS for every service.
    const ARE: [&str; 4] = ["box", "box sync", "my drive", "cloudstorage"];
    folder.components().any(|component| {
        let name = component.as_os_str().to_string_lossy().to_lowercase();
        // SharePoint's libraries: "Claims - Documents".
        BEGIN.iter().any(|service| name.starts_with(service))
            || ARE.contains(&name.as_str())
            || name.ends_with(" - documents")
    })
}

/// The nearest folder above that exists, the folder itself included.
fn existing(folder: &Path) -> PathBuf {
    folder.ancestors().find(|ancestor| ancestor.exists()).unwrap_or(folder).to_path_buf()
}

fn is_unc(folder: &Path) -> bool {
    let Some(Component::Prefix(prefix)) = folder.components().next() else { return false };
    matches!(prefix.kind(), Prefix::UNC(..) | Prefix::VerbatimUNC(..))
}

/// A disk, as it is mounted.
struct Disk {
    /// The system's name for it: on Linux its device.
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "only Linux knows a disk by it"))]
    name: PathBuf,
    /// Where its root is.
    #[cfg_attr(target_os = "linux", expect(dead_code, reason = "Linux knows a disk by its name"))]
    mount_point: PathBuf,
    /// In lower case.
    file_system: String,
}

/// The disk that a folder without links is on.
fn disk_of(folder: &Path) -> Option<Disk> {
    // The list alone: one disk that does not answer would hold up the question after its room.
    let disks = sysinfo::Disks::new_with_refreshed_list_specifics(sysinfo::DiskRefreshKind::nothing());
    disks
        .list()
        .iter()
        .filter(|disk| folder.starts_with(disk.mount_point()))
        .max_by_key(|disk| disk.mount_point().as_os_str().len())
        .map(|disk| Disk {
            name: disk.name().into(),
            mount_point: disk.mount_point().to_path_buf(),
            file_system: disk.file_system().to_string_lossy().to_lowercase(),
        })
}

fn is_network_file_system(name: &str) -> bool {
    ["nfs", "cifs", "smb", "afp", "webdav", "davfs", "fuse.sshfs", "9p", "afs", "ncpfs"]
        .iter()
        .any(|network| name.starts_with(network))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_does_not_exist_yet_has_the_room_of_the_one_above() {
        let folder = tempfile::tempdir().unwrap();
        assert!(free_bytes(&folder.path().join("Ansprüche 2026/S5601")).unwrap() > 0);
    }

    #[test]
    fn cloud_folders_are_told_by_their_names() {
        assert!(is_synced(Path::new("/home/ada/OneDrive - Blue Ridge/claims")));
        assert!(is_synced(Path::new("/Users/ada/Library/Mobile Documents/com~apple~CloudDocs/claims")));
        assert!(is_synced(Path::new("/Users/ada/Library/CloudStorage/Box-Box/claims")));
        assert!(is_synced(Path::new("/home/ada/Blue Ridge/Part D - Documents/claims")));
        assert!(is_synced(Path::new("/home/ada/Box/claims")));
        assert!(!is_synced(Path::new("/home/ada/claims")));
        assert!(!is_synced(Path::new("/home/ada/boxes/documents")));
    }

    #[test]
    fn network_file_systems_are_told_by_their_kind() {
        assert!(is_network_file_system("nfs4") && is_network_file_system("smb3"));
        assert!(!is_network_file_system("ext4") && !is_network_file_system("ntfs"));
    }
}
