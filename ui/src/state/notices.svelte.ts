import type { Stop } from "./router.svelte";

/** What was not done of what was asked for on a page that the person has left meanwhile. */
export interface Notice {
  what: string;
  why: string;
  /** Where it was asked for. */
  stop: Stop;
}

/** What the person is told wherever they are, until they have closed it; of one page the newest. */
export class Notices {
  all = $state.raw<Notice[]>([]);

  add(notice: Notice): void {
    this.all = [...this.#without(notice.stop), notice];
  }

  close(stop: Stop): void {
    this.all = this.#without(stop);
  }

  #without(stop: Stop): Notice[] {
    return this.all.filter((each) => each.stop !== stop);
  }
}
