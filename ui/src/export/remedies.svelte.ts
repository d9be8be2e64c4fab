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
    const { id } = this.shown();
    const contract = this.session.contractOf(this.shown());
    switch (remedy) {
      case "tryNow":
        return this.#tryNow();
      case "chooseFolder":
        return this.#chooseFolder();
      case "enterCredentials":
        this.enteringCredentials = true;
        return;
      case "editContract":
        if (contract) router.go({ page: "editContract", id: contract.id });
        return;
      case "changeParameters":
      case "exportAgain":
        if (contract) router.go({ page: "exportForm", id: contract.id, start: sameAgain(this.shown()) });
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
    const shown = this.shown();
    const chosen = await backend.chooseFolder(this.session.contractOf(shown)?.folder ?? null);
    if (chosen !== null) await backend.moveExport(shown.id, chosen);
  }
}
