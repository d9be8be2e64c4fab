/* Save folders. */
import type { FolderWarning } from "../bindings/FolderWarning";

export const folder = {
  free: (free: string) => `${free} free.`,
  warnings: {
    network:
      "This folder is on a network drive. Claims are protected health information: make sure it is allowed there.",
    synced:
      "This folder is copied to the cloud. Claims are protected health information: make sure it is allowed there.",
    unencrypted:
      "The disk of this folder is not encrypted, as far as this computer tells. Claims are protected health information: ask your IT department to turn on its encryption (BitLocker, FileVault), or choose another folder.",
  } satisfies Record<FolderWarning, string>,
};
