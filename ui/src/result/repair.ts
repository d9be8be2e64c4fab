import type { ExportView } from "../bindings/ExportView";

/** What replaces files that are not as they were verified: those files again, or the whole export. */
export type Repair = "fetchAgain" | "exportAgain";

/** What replaces the spoiled files of an export, so many, at a time; nothing where none is. */
export function repairOf({ expiresAt, unrepaired }: ExportView, spoiled: number, now: Date): Repair | null {
  if (spoiled === 0 && !unrepaired) return null;
  const kept = expiresAt !== null && Date.parse(expiresAt) > now.getTime();
  return kept && unrepaired?.remedy !== "exportAgain" ? "fetchAgain" : "exportAgain";
}
