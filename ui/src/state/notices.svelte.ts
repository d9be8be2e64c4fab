import type { Stop } from "./router.svelte";

/** What was not done of what was asked for on a page that the person has left meanwhile. */
export interface Notice {
  /** The sentence for it, by which the notice is found again once it is done. */
  what: string;
  why: string;
  /** Where it was asked for. */
  stop: Stop;
}

/** What the person is told wherever they are, until they have closed it; of one page the newest. */
export class Notices {
  all = $state.raw<Notice[]>([]);

  add(notice: Notice): void {
    this.close(notice.stop);
    this.all = [...this.all, notice];
  }

  close(stop: Stop): void {
    this.all = this.all.filter((each) => each.stop !== stop);
  }

  /** Takes back what says that something was not done which is done now, wherever it was asked for. */
  settle(what: string): void {
    this.all = this.all.filter((each) => each.what !== what);
  }
}
