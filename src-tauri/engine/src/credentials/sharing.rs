//! Whether a credentials file lies where others can see it.

use std::path::Path;

use crate::place;
use crate::view::Sharing;

/// How others may come to read a file, by where it lies and as far as can be told; what reaches most people first.
pub fn sharing(file: &Path) -> Option<Sharing> {
    let folder = file.parent().unwrap_or(file);
    if place::is_synced(folder) {
        Some(Sharing::Synced)
    } else if place::is_on_network(folder) {
        Some(Sharing::Network)
    } else {
        is_open_to_others(file).then_some(Sharing::OtherUsers)
    }
}

/// Whether another user may read the file: its own permissions and those of every folder above decide.
#[cfg(unix)]
fn is_open_to_others(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;

    const READ_BY_GROUP: u32 = 0o040;
    const READ_BY_ALL: u32 = 0o004;
    const ENTER_BY_GROUP_OR_ALL: u32 = 0o011;
    const ENTER_BY_ALL: u32 = 0o001;

    let Ok(file) = file.canonicalize() else { return false };
    let mode = |path: &Path| path.metadata().map_or(0, |metadata| metadata.permissions().mode());
    let allows = |read, enter| {
        mode(&file) & read != 0 && file.ancestors().skip(1).all(|folder| mode(folder) & enter != 0)
    };
    allows(READ_BY_ALL, ENTER_BY_ALL) || allows(READ_BY_GROUP, ENTER_BY_GROUP_OR_ALL)
}

/// Elsewhere permissions are inherited from the person's own folder, which others cannot read.
#[cfg(not(unix))]
fn is_open_to_others(_file: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_synced_folder_is_shared() {
        let file = Path::new("/home/ada/OneDrive - Blue Ridge/credentials_Z1001_base64.txt");
        assert_eq!(sharing(file), Some(Sharing::Synced));
    }

    #[cfg(unix)]
    #[test]
    fn permissions_of_the_file_and_of_its_folder_decide() {
        use std::fs;
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("credentials_Z1001_base64.txt");
        fs::write(&file, "x").unwrap();
        let set = |folder_mode, file_mode| {
            fs::set_permissions(folder.path(), fs::Permissions::from_mode(folder_mode)).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(file_mode)).unwrap();
            sharing(&file)
        };
        assert_eq!(set(0o755, 0o644), Some(Sharing::OtherUsers));
        assert_eq!(set(0o750, 0o640), Some(Sharing::OtherUsers));
        assert_eq!(set(0o755, 0o600), None);
        assert_eq!(set(0o700, 0o644), None);
    }
}
