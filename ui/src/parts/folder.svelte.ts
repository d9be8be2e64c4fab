import { on } from "svelte/events";

import type { Backend } from "../backend/backend";
import type { Environment } from "../bindings/Environment";
import type { FolderView } from "../bindings/FolderView";
import type { FolderWarning } from "../bindings/FolderWarning";

const TYPING_PAUSE = 250;

/** What the program knows of a folder; what it cannot tell is not shown. */
export function lookAt(backend: Backend, folder: string): Promise<FolderView | undefined> {
  return backend.lookAtFolder(folder).catch(() => undefined);
}

/** Why a folder may be no place for claims of an environment: made-up ones may lie anywhere. */
export function warningsFor(environment: Environment, folder: FolderView | undefined): FolderWarning[] {
  const isReal = environment === "production" || environment === "other";
  return isReal ? (folder?.warnings ?? []) : [];
}

/**
 * What is known of a folder, asked again when another is chosen, or typed and typing pauses, and when the person comes
 * back to the window: meanwhile they may have freed space, or connected a drive.
 */
export class FolderLook {
  #found = $state.raw<FolderView>();
  #looked = false;

  constructor(
    readonly backend: Backend,
    readonly folder: () => string,
  ) {
    $effect(() => {
      const folder = this.folder();
      if (folder === "") return undefined;
      const timer = setTimeout(() => void this.#look(folder), this.#looked ? TYPING_PAUSE : 0);
      return () => clearTimeout(timer);
    });
    $effect(() => on(window, "focus", () => void this.#look(this.folder())));
  }

  /** What is known, if it is of the folder as it is now. */
  get current(): FolderView | undefined {
    return this.#found?.path === this.folder() ? this.#found : undefined;
  }

  async #look(folder: string): Promise<void> {
    if (folder === "") return;
    this.#looked = true;
    const found = await lookAt(this.backend, folder);
    if (folder === this.folder()) this.#found = found && { ...found, path: folder };
  }
}
