import type { ExportView } from "../bindings/ExportView";
import type { Remedy } from "../bindings/Remedy";
import { Attempt } from "../state/attempt.svelte";
import type { Session } from "../state/session.svelte";
import { sameAgain } from "./what";

/** What the one button of a problem does, for each remedy. */
export class Remedies extends Attempt {
  enteringCredentials = $state(false);
  busy = $state(false);

  constructor(
    readonly session: Session,
    readonly shown: () => ExportView,
  ) {
    super();
  }

  async apply(remedy: Remedy): Promise<void> {
    await this.make(() => this.#apply(remedy));
  }

  async #apply(remedy: Remedy): Promise<void> {
    const { router } = this.session;
    const { id, contractId } = this.shown();
    switch (remedy) {
      case "tryNow":
        return this.#tryNow();
      case "chooseFolder":
        return this.#chooseFolder();
      case "enterCredentials":
        this.enteringCredentials = true;
        return;
      case "editContract":
        if (contractId !== null) router.go({ page: "editContract", id: contractId });
        return;
      case "changeParameters":
      case "exportAgain":
        if (contractId !== null) {
          router.go({ page: "exportForm", id: contractId, start: sameAgain(this.shown()) });
        }
        return;
      case "openSettings":
        router.go({ page: "settings" });
        return;
      case "supportReport":
        router.go({ page: "help", about: id });
        return;
    }
  }

  async #tryNow(): Promise<void> {
    this.busy = true;
    try {
      this.session.retries.ask(this.shown());
      await this.session.backend.tryNow(this.shown().id);
    } finally {
      this.busy = false;
    }
  }

  async #chooseFolder(): Promise<void> {
    const { backend } = this.session;
    const { id, contractId } = this.shown();
    const start = this.session.contract(contractId)?.folder ?? null;
    const chosen = await backend.chooseFolder(start);
    if (chosen !== null) await backend.moveExport(id, chosen);
  }
}
