import type { ExportView } from "../bindings/ExportView";
import { endingOf, isWorking, needsPerson, percentDone } from "../export/phase";
import { words } from "../words";
import type { Announcer } from "./announcer.svelte";
import type { Retries } from "./retries.svelte";

/** Tells a screen reader of each phase and each quarter of a download, and of no retry that a person did not ask for. */
export class Milestones {
  constructor(
    readonly announcer: Announcer,
    readonly retries: Retries,
    readonly nameOf: (each: ExportView) => string,
  ) {}

  passed(before: ExportView | undefined, after: ExportView): void {
    const isNews = this.retries.take(before, after);
    if (!before || isNews) {
      this.#phase(after);
      return;
    }
    const quarter = (each: ExportView) => Math.floor(percentDone(each) / 25);
    if (after.phase.name === "downloading" && quarter(after) > quarter(before) && quarter(after) < 4) {
      this.announcer.say(words.milestones.quarter(this.nameOf(after), quarter(after) * 25));
    }
  }

  #phase(after: ExportView): void {
    const text = this.#textOf(after);
    if (needsPerson(after)) this.announcer.alert(text);
    else this.announcer.say(text);
  }

  #textOf(after: ExportView): string {
    if (after.phase.name === "complete") return this.#ended(after);
    const name = this.nameOf(after);
    const isTried = isWorking(after) && this.retries.waited(after.id) !== undefined;
    return isTried ? words.milestones.tried(name) : words.milestones.phase(name, after.phase);
  }

  /** One whose files were fetched again was complete before, however that went. */
  #ended(after: ExportView): string {
    const name = this.nameOf(after);
    if (after.unrepaired) return words.milestones.notFetchedAgain(name);
    if (after.damaged > 0) return words.milestones.fetchingStopped(name);
    return words.milestones.ended(name, endingOf(after));
  }
}
