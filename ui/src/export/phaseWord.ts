import type { ExportView } from "../bindings/ExportView";
import { words } from "../words";
import { isQueued, isUndelivered, needsPerson, percentDone } from "./phase";

/** An export's state in a word or two. */
export function phaseWord(each: ExportView): string {
  const { phase, progress } = each;
  switch (phase.name) {
    case "requesting":
      return words.phase.requesting;
    case "preparing":
      return words.phase.preparing(phase.percent);
    case "downloading":
      return words.phase.downloading(percentDone(each));
    case "waiting":
      if (isQueued(each)) return words.phase.queued;
      return needsPerson(each) ? words.phase.needsYou : words.phase.waiting;
    case "complete":
      if (progress.claims > 0) return words.phase.verified;
      return isUndelivered(each) ? words.phase.notDelivered : words.phase.noNewClaims;
    case "paused":
    case "cancelled":
    case "expired":
    case "failed":
      return words.phase[phase.name];
  }
}
