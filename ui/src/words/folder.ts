/* Save folders, and the folders of exports in them. */
import type { FolderWarning } from "../bindings/FolderWarning";

export const folder = {
  open: "Open folder",
  copyPath: "Copy path",
  free: (free: string) => `${free} free.`,
  /** The same in a word or two, and what goes for all that are marked so. */
  marks: {
    network: "On a network drive",
    synced: "Copied to the cloud",
    unencrypted: "Disk not encrypted",
  } satisfies Record<FolderWarning, string>,
  marked:
    "Claims are protected health information: make sure that they are allowed in the folders that are marked.",
  warnings: {
    network:
      "This folder is on a network drive. Claims are protected health information: make sure it is allowed there.",
    synced:
      "This folder is copied to the cloud. Claims are protected health information: make sure it is allowed there.",
    unencrypted:
      "The disk of this folder is not encrypted, as far as this program can tell. Claims are protected health information: ask your IT department to turn on its encryption (BitLocker, FileVault), or choose another folder.",
  } satisfies Record<FolderWarning, string>,
};
