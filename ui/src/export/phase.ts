import type { ExportView } from "../bindings/ExportView";
import type { PhaseView } from "../bindings/PhaseView";
import { percent } from "../format";

/** Whether an export is not over. */
export function isActive({ phase }: ExportView): boolean {
  return !["complete", "cancelled", "expired", "failed"].includes(phase.name);
}

/** Whether an export is worked at now. */
export function isWorking({ phase }: ExportView): boolean {
  return ["requesting", "preparing", "downloading"].includes(phase.name);
}

/** Whether an export goes on by itself now, or will when time mends what it waits for. */
export function isRunning(each: ExportView): boolean {
  return isActive(each) && each.phase.name !== "paused" && !needsPerson(each);
}

/** Whether it is over, and files of it that are no longer whole are fetched again. */
export function isRepair(each: ExportView): boolean {
  return isActive(each) && each.coverage !== null;
}

/** Whether only a person can make an export go on. */
export function needsPerson({ phase }: ExportView): boolean {
  return phase.name === "waiting" && phase.until === null;
}

/** Whether an export waits its turn, as the service runs as many as it allows. */
export function isQueued({ phase }: ExportView): boolean {
  return phase.name === "waiting" && phase.problem.code === "runningJobsLimit";
}

/** How a complete export ended. */
export type Ending = "verified" | "partlyDelivered" | "notDelivered" | "noNewClaims";

/** How a complete export ended: with files about claims that the service could not deliver, or without. */
export function endingOf({ progress, errorFiles }: ExportView): Ending {
  if (progress.claims === 0) return errorFiles > 0 ? "notDelivered" : "noNewClaims";
  return errorFiles > 0 ? "partlyDelivered" : "verified";
}

/** Whether files of a complete export were damaged or missing when they were read last, or could not be fetched again. */
export function isSpoiled({ phase, unrepaired, damaged }: ExportView): boolean {
  return phase.name === "complete" && (unrepaired !== null || damaged > 0);
}

/** Whether there are claims that the service could not deliver. */
export function isUndelivered({ phase, errorFiles }: ExportView): boolean {
  return phase.name === "complete" && errorFiles > 0;
}

/** How much of an export has arrived, in whole percent: of its bytes, or of its files where AB2D announced no lengths. */
export function percentDone({ progress }: ExportView): number {
  const { bytes, bytesDone, files, filesVerified } = progress;
  return bytes > 0 ? percent(bytesDone, bytes) : percent(filesVerified, files);
}

/** What a progress bar shows: how far the phase is, or undefined while that is not known. */
export function phasePercent(each: ExportView): number | undefined {
  if (each.phase.name === "preparing") return each.phase.percent;
  if (each.progress.files > 0) return percentDone(each);
  return undefined;
}

/** Whether the service deletes the files so soon that a person should know: within six hours. */
export function isExpiryNear(secondsLeft: number): boolean {
  return secondsLeft < 6 * 60 * 60;
}

/** The problem of a phase, if it has one. */
export function problemOf(phase: PhaseView) {
  return "problem" in phase ? phase.problem : null;
}

/** The five steps of an export. */
export const STEPS = ["signedIn", "requested", "prepared", "downloaded", "finished"] as const;
export type Step = (typeof STEPS)[number];

/** The step that an export is at: the first that it has not done. */
export function currentStep({ times, phase, progress }: ExportView): Step {
  if (phase.name === "complete") return "finished";
  if (!times.signedIn) return "signedIn";
  if (!times.requested) return "requested";
  if (!times.prepared && progress.files === 0) return "prepared";
  return "downloaded";
}
