import { SvelteMap } from "svelte/reactivity";

import type { ExportId } from "../bindings/ExportId";
import type { ExportView } from "../bindings/ExportView";
import { endingOf, isActive, isSpoiled } from "../export/phase";

/** As many as are told of at once; History lists the others, too. */
const MOST = 10;

/** The exports that ended while another page was shown, until their own is opened. */
export class Unseen {
  /** Whether all is well with each, the oldest first. */
  readonly #well = new SvelteMap<ExportId, boolean>();

  get some(): boolean {
    return this.#well.size > 0;
  }

  has(id: ExportId): boolean {
    return this.#well.has(id);
  }

  /** Takes in how an export stands now. Of one that was canceled, who did that knows. */
  take(before: ExportView | undefined, after: ExportView): void {
    if (isActive(after) || after.phase.name === "cancelled") this.#well.delete(after.id);
    else if (before && isActive(before)) this.#well.set(after.id, isWell(after));
    if (this.#well.size > MOST) this.#dropOne();
  }

  /** The person looks at an export that has ended. */
  see(id: ExportId): void {
    this.#well.delete(id);
  }

  hide(): void {
    this.#well.clear();
  }

  /** The oldest with which all is well, else the oldest: what a person may have to act on stays. */
  #dropOne(): void {
    const ids = [...this.#well.keys()];
    const dropped = ids.find((id) => this.#well.get(id)) ?? ids[0];
    if (dropped !== undefined) this.#well.delete(dropped);
  }
}

/** Whether an export brought all that there was, and is whole. */
function isWell(each: ExportView): boolean {
  return (
    each.phase.name === "complete" && !isSpoiled(each) && ["verified", "noNewClaims"].includes(endingOf(each))
  );
}
