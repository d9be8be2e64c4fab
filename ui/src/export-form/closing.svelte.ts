import type { ContractId } from "../bindings/ContractId";
import type { FhirVersion } from "../bindings/FhirVersion";
import type { Interval } from "../bindings/Interval";
import { sentence, type Session } from "../state/session.svelte";

/** Closes a gap in what is covered, with one press: its export starts, and its page opens. */
export class Closing {
  failed = $state("");
  #busy = false;

  constructor(readonly session: Session) {}

  async close(contract: ContractId, version: FhirVersion, gap: Interval): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    this.failed = "";
    const { backend, router } = this.session;
    const stop = router.at;
    try {
      const id = await backend.closeGap(contract, version, gap);
      if (router.at === stop) router.go({ page: "export", id });
    } catch (error) {
      this.failed = sentence(error);
    } finally {
      this.#busy = false;
    }
  }
}
