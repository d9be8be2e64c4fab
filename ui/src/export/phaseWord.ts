import type { ExportView } from "../bindings/ExportView";
import { words } from "../words";
import { endingOf, isQueued, isSpoiled, needsPerson, percentDone } from "./phase";

/** An export's state in a word or two. */
export function phaseWord(each: ExportView): string {
  const { phase } = each;
  switch (phase.name) {
    case "requesting":
      return words.phase.requesting;
    case "preparing":
      return words.phase.at(words.phase.preparing, phase.percent);
    case "downloading":
      return words.phase.at(words.phase.downloading, percentDone(each));
    case "waiting":
      if (isQueued(each)) return words.phase.queued;
      return needsPerson(each) ? words.phase.needsYou : words.phase.waiting;
    case "complete":
      if (isSpoiled(each)) return words.phase.notWhole;
      return words.phase.endings[endingOf(each)];
    case "paused":
    case "cancelled":
    case "expired":
    case "failed":
      return words.phase[phase.name];
  }
}
