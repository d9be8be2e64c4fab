import type { AuditProgress } from "../bindings/AuditProgress";
import type { AuditVerdict } from "../bindings/AuditVerdict";
import { Attempt } from "../state/attempt.svelte";
import type { Session } from "../state/session.svelte";
import { words } from "../words";

/** The check of the audit record's chain, which may take long: whatever page is shown, it goes on and is remembered. */
export class RecordCheck extends Attempt {
  verdict = $state.raw<AuditVerdict | null>(null);
  at = $state.raw<Date | null>(null);
  running = $state(false);
  /** How far it is; null until that is told. */
  progress = $state.raw<AuditProgress | null>(null);
  #number = 0;

  constructor(readonly session: Session) {
    super();
  }

  async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    this.#number = this.session.followCheck({ audit: (progress) => (this.progress = progress) });
    try {
      await this.make(() => this.#verify());
    } finally {
      this.session.endCheck(this.#number);
      this.running = false;
      this.progress = null;
    }
  }

  stop(): void {
    void this.session.backend.stopCheck(this.#number);
  }

  async #verify(): Promise<void> {
    const verdict = await this.session.backend.verifyAudit(this.#number);
    // One that was stopped says nothing new.
    if (!verdict) return;
    this.verdict = verdict;
    this.at = new Date();
    this.#tell(verdict, this.at);
  }

  #tell({ broken, entries }: AuditVerdict, at: Date): void {
    const { announcer, dates, router } = this.session;
    if (!broken) announcer.say(`${words.history.whole(dates.time(at))}. ${words.history.wholeHint(entries)}`);
    // On its own page the note says it as soon as it is shown.
    else if (router.route.page !== "history") announcer.alert(`${words.history.brokenTitle} ${broken}`);
  }
}
