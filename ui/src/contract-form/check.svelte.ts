import type { CheckResult } from "../bindings/CheckResult";
import type { CheckStep } from "../bindings/CheckStep";
import { sentence, type Session } from "../state/session.svelte";

/** The steps of a connection check, in order. */
export const CHECK_STEPS: CheckStep[] = ["addressFound", "secureConnection", "signedIn", "serviceOpen"];

/** How a step stands. */
export type StepState = "todo" | "doing" | "done" | "failed";

/** A connection check: its steps tick off as the program tells of them. */
export class ConnectionCheck {
  results = $state.raw<CheckResult[]>([]);
  running = $state(false);
  /** When it last ended. */
  endedAt = $state.raw<Date | null>(null);
  failed = $state("");

  constructor(readonly session: Session) {}

  readonly works: boolean = $derived(
    this.results.length === CHECK_STEPS.length && this.results.every((result) => !result.problem),
  );
  /** Where it stopped. */
  readonly problem = $derived(this.results.find((result) => result.problem)?.problem ?? null);

  stateOf(step: CheckStep): StepState {
    const result = this.results.find((each) => each.step === step);
    if (result) return result.problem ? "failed" : "done";
    return this.running && CHECK_STEPS[this.results.length] === step ? "doing" : "todo";
  }

  /** Runs it: `ask` sends the command under the number that it is given. */
  async run(ask: (check: number) => Promise<CheckResult[]>): Promise<void> {
    if (this.running) return;
    this.forget();
    this.running = true;
    const check = this.session.followCheck((result) => (this.results = [...this.results, result]));
    try {
      this.results = await ask(check);
      this.endedAt = new Date();
    } catch (error) {
      this.failed = sentence(error);
    } finally {
      this.session.endCheck(check);
      this.running = false;
    }
  }

  /** What was found no longer holds. */
  forget(): void {
    this.results = [];
    this.endedAt = null;
    this.failed = "";
  }
}
