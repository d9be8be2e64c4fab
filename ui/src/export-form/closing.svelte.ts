import type { ContractView } from "../bindings/ContractView";
import type { FhirVersion } from "../bindings/FhirVersion";
import type { Interval } from "../bindings/Interval";
import { Attempt } from "../state/attempt.svelte";
import type { Session } from "../state/session.svelte";
import { notStarted } from "./notStarted";

/**
 * Closes a gap in what is covered, with one press: its export starts, and its page opens. Where it does not start and the
 * person has left the page, though they may be back, a notice says why: what the page showed is gone.
 */
export class Closing extends Attempt {
  #busy = false;

  constructor(readonly session: Session) {
    super();
  }

  async close(contract: ContractView, version: FhirVersion, gap: Interval): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    const { backend, notices, router } = this.session;
    const { at: stop, moves } = router;
    const what = notStarted(this.session, contract);
    notices.close(stop);
    try {
      const done = await this.make(async () => {
        const id = await backend.closeGap(contract.id, version, gap);
        notices.settle(what);
        if (router.at === stop) router.go({ page: "export", id });
      });
      if (!done && router.moves !== moves) notices.add({ what, why: this.failed, stop });
    } finally {
      this.#busy = false;
    }
  }
}
