import { SvelteMap } from "svelte/reactivity";

import type { ExportId } from "../bindings/ExportId";
import type { ExportView } from "../bindings/ExportView";
import { currentStep, isWorking, needsPerson, problemOf } from "../export/phase";

/** An export as it waited last, until it really goes on. */
interface HoldUp {
  waited: ExportView;
  /** Whether a person asked to have it tried. */
  asked: boolean;
}

/**
 * What exports were held up by last. One that waits for time is tried again and again, all night if need be: that it is,
 * and that the same came of it, is no news, and its page stays as it is meanwhile.
 */
export class Retries {
  readonly #holdUps = new SvelteMap<ExportId, HoldUp>();

  /** The export, unless it goes on. */
  waited(id: ExportId): ExportView | undefined {
    return this.#holdUps.get(id)?.waited;
  }

  /** A person has what waits tried now: what comes of that is news to them. */
  ask(waited: ExportView): void {
    this.#holdUps.set(waited.id, { waited, asked: true });
  }

  /** Takes in how an export stands now; whether its phase is news. */
  take(before: ExportView | undefined, after: ExportView): boolean {
    const heldUp = this.#holdUps.get(after.id) ?? holdUpIn(before);
    const changes = before?.phase.name !== after.phase.name;
    if (after.phase.name === "waiting") {
      this.#holdUps.set(after.id, { waited: after, asked: !changes && heldUp?.asked === true });
      return !heldUp || !isSame(heldUp.waited, after) || (changes && isFollowed(heldUp));
    }
    if (heldUp && before && isWorking(after) && !goesOn(before, after)) {
      this.#holdUps.set(after.id, heldUp);
      return changes && isFollowed(heldUp);
    }
    this.#holdUps.delete(after.id);
    return changes || heldUp !== undefined;
  }
}

function holdUpIn(each: ExportView | undefined): HoldUp | undefined {
  return each?.phase.name === "waiting" ? { waited: each, asked: false } : undefined;
}

/** Whether a person had it tried, and so wants to know of each turn that the try takes. */
function isFollowed({ waited, asked }: HoldUp): boolean {
  return asked || needsPerson(waited);
}

/** Whether two that wait have met the same problem. */
function isSame(a: ExportView, b: ExportView): boolean {
  return problemOf(a.phase)?.code === problemOf(b.phase)?.code && needsPerson(a) === needsPerson(b);
}

/** Whether AB2D has said how far it is with the data: the program then tells of the phase anew, were it still at 0%. */
function hasAnswered(before: ExportView, after: ExportView): boolean {
  const areTold = before.phase.name === "preparing" && after.phase.name === "preparing";
  return areTold && before.phase !== after.phase;
}

/** Whether an export has come further. Bytes of a file tell nothing: where the line breaks, they are fetched again. */
function goesOn(before: ExportView, after: ExportView): boolean {
  return (
    currentStep(before) !== currentStep(after) ||
    before.progress.filesVerified < after.progress.filesVerified ||
    hasAnswered(before, after)
  );
}
