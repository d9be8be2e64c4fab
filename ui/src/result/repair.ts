import type { ExportView } from "../bindings/ExportView";
import type { FileView } from "../bindings/FileView";

/** How often AB2D gives a file out. */
export const DOWNLOADS = 6;

/** What replaces files that are not as they were verified: those again, or, for a reason, the whole export. */
export type Repair = "fetchAgain" | "deleted" | "usedUp";

/** What replaces an export's spoiled files, so many, of which these are known; nothing where none is spoiled. */
export function repairOf(
  { expiresAt, unrepaired }: ExportView,
  spoiled: { count: number; files: FileView[] },
  now: Date,
): Repair | null {
  if (spoiled.count === 0 && !unrepaired) return null;
  const kept = expiresAt !== null && Date.parse(expiresAt) > now.getTime();
  if (!kept) return "deleted";
  const all = spoiled.count > 0 && spoiled.files.length === spoiled.count;
  const usedUp = all && spoiled.files.every(({ downloads }) => downloads >= DOWNLOADS);
  return usedUp || unrepaired?.remedy === "exportAgain" ? "usedUp" : "fetchAgain";
}
