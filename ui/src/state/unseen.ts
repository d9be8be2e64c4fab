import { SvelteSet } from "svelte/reactivity";

import type { ExportId } from "../bindings/ExportId";
import type { ExportView } from "../bindings/ExportView";
import { isActive } from "../export/phase";

/** As many as are told of at once; History lists the others, too. */
const MOST = 10;

/** The exports that ended while another page was shown, until their own is opened. */
export class Unseen {
  readonly #ids = new SvelteSet<ExportId>();

  get some(): boolean {
    return this.#ids.size > 0;
  }

  has(id: ExportId): boolean {
    return this.#ids.has(id);
  }

  /** Takes in how an export stands now. Of one that was canceled, who did that knows. */
  take(before: ExportView | undefined, after: ExportView): void {
    if (isActive(after) || after.phase.name === "cancelled") this.#ids.delete(after.id);
    else if (before && isActive(before)) this.#ids.add(after.id);
    const [oldest] = this.#ids;
    if (oldest !== undefined && this.#ids.size > MOST) this.#ids.delete(oldest);
  }

  /** The person looks at an export that has ended. */
  see(id: ExportId): void {
    this.#ids.delete(id);
  }

  hide(): void {
    this.#ids.clear();
  }
}
