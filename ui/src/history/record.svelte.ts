import type { AuditVerdict } from "../bindings/AuditVerdict";
import { sentence, type Session } from "../state/session.svelte";
import { words } from "../words";

/** The check of the audit record's chain. */
export class RecordCheck {
  verdict = $state.raw<AuditVerdict | null>(null);
  at = $state.raw<Date | null>(null);
  running = $state(false);
  failed = $state("");

  constructor(readonly session: Session) {}

  async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    this.failed = "";
    try {
      this.verdict = await this.session.backend.verifyAudit();
      this.at = new Date();
      this.#tell(this.verdict, this.at);
    } catch (error) {
      this.failed = sentence(error);
    } finally {
      this.running = false;
    }
  }

  #tell({ broken, entries }: AuditVerdict, at: Date): void {
    const { announcer, dates } = this.session;
    if (broken) announcer.alert(`${words.history.brokenTitle}. ${broken}`);
    else announcer.say(`${words.history.whole(dates.time(at))}. ${words.history.wholeHint(entries)}`);
  }
}
