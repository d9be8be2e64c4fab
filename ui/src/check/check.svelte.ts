import type { AuditProgress } from "../bindings/AuditProgress";
import type { CheckResult } from "../bindings/CheckResult";
import type { CheckStep } from "../bindings/CheckStep";
import type { ProblemView } from "../bindings/ProblemView";
import { sentence, type Session } from "../state/session.svelte";

/** The steps of a connection check, in order. */
export const CONNECTION: CheckStep[] = [
  "addressFound",
  "secureConnection",
  "signedIn",
  "serviceOpen",
  "clockRight",
];

/** The steps of the check of a contract that is saved. */
export const CONTRACT: CheckStep[] = ["saveFolder", ...CONNECTION];

/** The steps of the check of this computer. */
export const COMPUTER: CheckStep[] = ["keychain", "records", "auditRecord"];

/** How a step stands. */
export type StepState = "todo" | "doing" | "done" | "failed";

/** A check: its steps tick off as the program tells of them. */
export class Check {
  results = $state.raw<CheckResult[]>([]);
  running = $state(false);
  /** How far the audit record is read, where that is what is checked. */
  audit = $state.raw<AuditProgress | null>(null);
  /** When it last ended. */
  endedAt = $state.raw<Date | null>(null);
  failed = $state("");
  /** Its number, while it runs. */
  #number: number | null = null;

  constructor(
    readonly session: Session,
    readonly steps: CheckStep[],
  ) {}

  get works(): boolean {
    return this.results.length === this.steps.length && this.wrong.length === 0;
  }

  /** What does not work. */
  get wrong(): { step: CheckStep; problem: ProblemView }[] {
    return this.results.flatMap(({ step, problem }) => (problem ? [{ step, problem }] : []));
  }

  stateOf(step: CheckStep): StepState {
    const result = this.results.find((each) => each.step === step);
    if (result) return result.problem ? "failed" : "done";
    return this.running && this.steps[this.results.length] === step ? "doing" : "todo";
  }

  /** Runs it: `ask` sends the command under the number that it is given. */
  async run(ask: (check: number) => Promise<CheckResult[] | null>): Promise<void> {
    if (this.running) return;
    this.forget();
    this.running = true;
    const number = this.session.followCheck({
      step: (result) => (this.results = [...this.results, result]),
      audit: (progress) => (this.audit = progress),
    });
    this.#number = number;
    try {
      const results = await ask(number);
      // One that was stopped keeps what was found until then.
      if (results) {
        this.results = results;
        this.endedAt = new Date();
      }
    } catch (error) {
      this.failed = sentence(error);
    } finally {
      this.session.endCheck(number);
      this.#number = null;
      this.running = false;
      this.audit = null;
    }
  }

  /** Stops it, if it runs. */
  stop(): void {
    if (this.#number !== null) void this.session.backend.stopCheck(this.#number);
  }

  /** What was found no longer holds. */
  forget(): void {
    this.results = [];
    this.endedAt = null;
    this.failed = "";
  }
}
