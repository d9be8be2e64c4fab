import type { AuditVerdict } from "../bindings/AuditVerdict";
import { Attempt } from "../state/attempt.svelte";
import type { Session } from "../state/session.svelte";
import { words } from "../words";

/** The check of the audit record's chain. */
export class RecordCheck extends Attempt {
  verdict = $state.raw<AuditVerdict | null>(null);
  at = $state.raw<Date | null>(null);
  running = $state(false);

  constructor(readonly session: Session) {
    super();
  }

  async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    try {
      await this.make(() => this.#verify());
    } finally {
      this.running = false;
    }
  }

  async #verify(): Promise<void> {
    this.verdict = await this.session.backend.verifyAudit();
    this.at = new Date();
    this.#tell(this.verdict, this.at);
  }

  #tell({ broken, entries }: AuditVerdict, at: Date): void {
    const { announcer, dates } = this.session;
    if (broken) announcer.alert(`${words.history.brokenTitle}. ${broken}`);
    else announcer.say(`${words.history.whole(dates.time(at))}. ${words.history.wholeHint(entries)}`);
  }
}
