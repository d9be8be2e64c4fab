//! Whether the disk that a folder is on is encrypted, as far as the system tells whoever asks.

use std::path::Path;

use super::Disk;

/// Whether what is written into a folder is encrypted on its disk; `None` where the system does not tell.
#[cfg(target_os = "linux")]
pub(super) fn is_encrypted(folder: &Path, disk: &Disk) -> Option<bool> {
    if linux::encrypts_files(&disk.file_system) || linux::has_encrypted_files(folder) {
        return Some(true);
    }
    linux::is_device_encrypted(Path::new("/sys/class/block"), &disk.name.canonicalize().ok()?)
}

/// Whether the volume is encrypted, by `FileVault` or otherwise; `None` where the system does not tell.
#[cfg(target_os = "macos")]
pub(super) fn is_encrypted(_folder: &Path, disk: &Disk) -> Option<bool> {
    let told = std::process::Command::new("/usr/sbin/diskutil")
        .args(["info", "-plist"])
        .arg(&disk.mount_point)
        .output()
        .ok()?;
    plist::from_bytes::<macos::Volume>(&told.stdout).ok()?.is_encrypted()
}

/// Whether `BitLocker` encrypts the volume; `None` where the system does not tell.
#[cfg(windows)]
pub(super) fn is_encrypted(_folder: &Path, disk: &Disk) -> Option<bool> {
    let protection = windows::protection(&disk.mount_point).inspect_err(|error| {
        tracing::debug!(%error, "the system does not tell whether the volume is encrypted");
    });
    bitlocker::is_encrypted(protection.ok()?)
}

#[cfg(target_os = "linux")]
mod linux {
    use std::fs;
    use std::path::Path;

    use rustix::fs::{AtFlags, CWD, StatxAttributes, StatxFlags, statx};

    /// Whether it is a file system that encrypts each file.
    pub(super) fn encrypts_files(file_system: &str) -> bool {
        ["ecryptfs", "fuse.gocryptfs", "fuse.cryfs", "fuse.encfs", "fuse.veracrypt"].contains(&file_system)
    }

    /// Whether files in the folder are encrypted though its disk is not (fscrypt).
    pub(super) fn has_encrypted_files(folder: &Path) -> bool {
        let found = statx(CWD, folder, AtFlags::empty(), StatxFlags::empty());
        found.is_ok_and(|found| found.stx_attributes.contains(StatxAttributes::ENCRYPTED))
    }

    /// Whether a block device is encrypted (dm-crypt), or all those that it is made of; `blocks` is
    /// `/sys/class/block`. What lies in a file, or elsewhere, is not known.
    pub(super) fn is_device_encrypted(blocks: &Path, device: &Path) -> Option<bool> {
        is_block_encrypted(&blocks.join(device.file_name()?).canonicalize().ok()?)
    }

    fn is_block_encrypted(block: &Path) -> Option<bool> {
        if block.join("partition").exists() {
            return is_block_encrypted(block.parent()?);
        }
        let mapped = fs::read_to_string(block.join("dm/uuid")).unwrap_or_default();
        if mapped.starts_with("CRYPT-") {
            return Some(true);
        }
        if block.join("loop").exists() {
            return None;
        }
        let parts = fs::read_dir(block.join("slaves")).ok()?;
        let parts: Vec<_> = parts.flatten().map(|part| part.path().canonicalize().ok()).collect();
        if parts.is_empty() {
            // A map onto nothing that is listed is no disk.
            return mapped.is_empty().then_some(false);
        }
        let encrypted = parts.iter().map(|part| is_block_encrypted(part.as_ref()?));
        encrypted.reduce(|all, part| match (all, part) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        })?
    }
}

/// What `diskutil info -plist` tells of a volume.
#[cfg(any(test, target_os = "macos"))]
mod macos {
    /// Neither word is there on systems or volumes that do not know of encryption.
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "PascalCase")]
    pub(super) struct Volume {
        pub(super) file_vault: Option<bool>,
        pub(super) encryption: Option<bool>,
    }

    impl Volume {
        pub(super) fn is_encrypted(&self) -> Option<bool> {
            let told = [self.file_vault, self.encryption];
            told.into_iter().flatten().reduce(|one, other| one || other)
        }
    }
}

/// What the property `System.Volume.BitLockerProtection` says.
#[cfg(any(test, windows))]
mod bitlocker {
    const ON: i32 = 1;
    const OFF: i32 = 2;
    const ENCRYPTING: i32 = 3;
    const DECRYPTING: i32 = 4;
    const ON_AND_LOCKED: i32 = 6;

    pub(super) fn is_encrypted(protection: i32) -> Option<bool> {
        match protection {
            ON | ENCRYPTING | ON_AND_LOCKED => Some(true),
            OFF | DECRYPTING => Some(false),
            // Suspended, or what later systems may say.
            _ => None,
        }
    }
}

#[cfg(windows)]
mod windows {
    use std::path::Path;

    use windows::Win32::Foundation::PROPERTYKEY;
    use windows::Win32::System::Com::{COINIT_MULTITHREADED, CoInitializeEx, CoUninitialize};
    use windows::Win32::UI::Shell::PropertiesSystem::PSGetPropertyKeyFromName;
    use windows::Win32::UI::Shell::{IShellItem2, SHCreateItemFromParsingName};
    use windows::core::{HSTRING, Result, w};

    /// COM on this thread, for as long as it is held.
    struct Com {
        is_ours: bool,
    }

    impl Com {
        #[expect(unsafe_code, reason = "the system's own call")]
        fn begin() -> Self {
            // SAFETY: it has no conditions; a thread that is in another apartment already stays there, and is not left.
            Self { is_ours: unsafe { CoInitializeEx(None, COINIT_MULTITHREADED) }.is_ok() }
        }
    }

    impl Drop for Com {
        #[expect(unsafe_code, reason = "the system's own call")]
        fn drop(&mut self) {
            if self.is_ours {
                // SAFETY: once for each beginning, on the same thread, when no object of COM's is left.
                unsafe { CoUninitialize() }
            }
        }
    }

    /// The volume's protection, as the system's file manager knows it; no administrator is needed.
    #[expect(unsafe_code, reason = "the system's own calls")]
    pub(super) fn protection(volume: &Path) -> Result<i32> {
        let _com = Com::begin();
        let mut property = PROPERTYKEY::default();
        // SAFETY: the property lives until the call has returned.
        unsafe { PSGetPropertyKeyFromName(w!("System.Volume.BitLockerProtection"), &raw mut property)? };
        // SAFETY: COM is begun on this thread, and the path lives until the call has returned.
        let item: IShellItem2 = unsafe { SHCreateItemFromParsingName(&HSTRING::from(volume), None)? };
        // SAFETY: the property lives until the call has returned.
        unsafe { item.GetInt32(&raw const property) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    mod of_linux {
        use std::fs;
        use std::os::unix::fs::symlink;

        use super::*;

        /// Block devices as the system lists them: each with what it is made of, or mapped by.
        struct Blocks(tempfile::TempDir);

        impl Blocks {
            fn new() -> Self {
                Self(tempfile::tempdir().unwrap())
            }

            fn add(&self, name: &str, mapped: &str, parts: &[&str]) {
                let block = self.0.path().join(name);
                fs::create_dir_all(block.join("slaves")).unwrap();
                if !mapped.is_empty() {
                    fs::create_dir(block.join("dm")).unwrap();
                    fs::write(block.join("dm/uuid"), mapped).unwrap();
                }
                for part in parts {
                    symlink(self.0.path().join(part), block.join("slaves").join(part)).unwrap();
                }
            }

            fn add_partition(&self, disk: &str, name: &str) {
                let partition = self.0.path().join(disk).join(name);
                fs::create_dir(&partition).unwrap();
                fs::write(partition.join("partition"), "1").unwrap();
                symlink(&partition, self.0.path().join(name)).unwrap();
            }

            fn is_encrypted(&self, name: &str) -> Option<bool> {
                linux::is_device_encrypted(self.0.path(), &Path::new("/dev").join(name))
            }
        }

        #[test]
        fn a_volume_on_an_encrypted_disk_is_encrypted() {
            let blocks = Blocks::new();
            blocks.add("sda", "", &[]);
            blocks.add_partition("sda", "sda2");
            blocks.add("dm-0", "CRYPT-LUKS2-70ab-luks", &["sda2"]);
            blocks.add("dm-1", "LVM-vg-home", &["dm-0"]);
            assert_eq!(blocks.is_encrypted("dm-0"), Some(true));
            assert_eq!(blocks.is_encrypted("dm-1"), Some(true));
            assert_eq!(blocks.is_encrypted("sda"), Some(false));
            assert_eq!(blocks.is_encrypted("sda2"), Some(false));
        }

        #[test]
        fn one_part_that_is_not_encrypted_is_enough() {
            let blocks = Blocks::new();
            blocks.add("sda", "", &[]);
            blocks.add("dm-0", "CRYPT-LUKS2-70ab-luks", &["sda"]);
            blocks.add("md0", "", &["dm-0", "sda"]);
            blocks.add_partition("md0", "md0p1");
            assert_eq!(blocks.is_encrypted("md0p1"), Some(false));
        }

        #[test]
        fn what_lies_in_a_file_or_is_no_disk_is_not_known() {
            let blocks = Blocks::new();
            blocks.add("loop0", "", &[]);
            fs::create_dir(blocks.0.path().join("loop0/loop")).unwrap();
            blocks.add("sda", "", &[]);
            blocks.add("dm-0", "CRYPT-LUKS2-70ab-luks", &["sda"]);
            blocks.add("dm-1", "LVM-vg-home", &["dm-0", "loop0"]);
            blocks.add("dm-2", "LVM-vg-empty", &[]);
            for name in ["loop0", "dm-1", "dm-2", "tmpfs"] {
                assert_eq!(blocks.is_encrypted(name), None, "{name}");
            }
        }

        #[test]
        fn a_file_system_that_encrypts_each_file_is_encrypted() {
            assert!(linux::encrypts_files("ecryptfs") && !linux::encrypts_files("ext4"));
        }
    }

    #[test]
    fn file_vault_or_encryption_of_the_volume_itself_will_do() {
        let volume = |file_vault, encryption| macos::Volume { file_vault, encryption }.is_encrypted();
        assert_eq!(volume(Some(true), Some(false)), Some(true));
        assert_eq!(volume(Some(false), Some(true)), Some(true));
        assert_eq!(volume(Some(false), Some(false)), Some(false));
        assert_eq!(volume(Some(false), None), Some(false));
        assert_eq!(volume(None, None), None);
    }

    #[test]
    fn a_volume_that_bitlocker_protects_is_encrypted() {
        assert_eq!([1, 3, 6].map(bitlocker::is_encrypted), [Some(true); 3]);
        assert_eq!([2, 4].map(bitlocker::is_encrypted), [Some(false); 2]);
        assert_eq!([0, 5, 9].map(bitlocker::is_encrypted), [None; 3]);
    }
}
