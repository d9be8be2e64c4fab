import type { ContractId } from "../bindings/ContractId";
import type { FhirVersion } from "../bindings/FhirVersion";
import type { Interval } from "../bindings/Interval";
import { Attempt } from "../state/attempt.svelte";
import type { Session } from "../state/session.svelte";

/** Closes a gap in what is covered, with one press: its export starts, and its page opens. */
export class Closing extends Attempt {
  #busy = false;

  constructor(readonly session: Session) {
    super();
  }

  async close(contract: ContractId, version: FhirVersion, gap: Interval): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    const { backend, router } = this.session;
    const stop = router.at;
    try {
      await this.make(async () => {
        const id = await backend.closeGap(contract, version, gap);
        if (router.at === stop) router.go({ page: "export", id });
      });
    } finally {
      this.#busy = false;
    }
  }
}
