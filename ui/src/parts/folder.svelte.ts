import { on } from "svelte/events";

import type { Backend } from "../backend/backend";
import type { FolderView } from "../bindings/FolderView";
import { Attempt } from "../state/attempt.svelte";

const TYPING_PAUSE = 250;

/**
 * What is known of a folder, asked again when another is chosen, or typed and typing pauses, and when the person comes
 * back to the window: meanwhile they may have freed space, or connected a drive.
 */
export class FolderLook extends Attempt {
  #found = $state.raw<FolderView>();
  #looked = false;

  constructor(
    readonly backend: Backend,
    readonly folder: () => string,
  ) {
    super();
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
    await this.make(async () => {
      const found = await this.backend.lookAtFolder(folder);
      if (folder === this.folder()) this.#found = { ...found, path: folder };
    });
  }
}
