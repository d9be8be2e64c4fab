import type { ExportView } from "../bindings/ExportView";
import type { FileView } from "../bindings/FileView";

/** How often AB2D gives a file out. */
export const DOWNLOADS = 6;

/**
 * What replaces files that are not as they were verified: those again; or the whole export, as AB2D has them no more or
 * gave them out as often as it does.
 */
export type Repair = "fetchAgain" | "gone" | "usedUp";

/** What replaces an export's spoiled files, so many, of which these are known; nothing where none is spoiled. */
export function repairOf(
  { expiresAt, unrepaired }: ExportView,
  spoiled: { count: number; files: FileView[] },
  now: Date,
): Repair | null {
  if (spoiled.count === 0 && !unrepaired) return null;
  const kept = expiresAt !== null && Date.parse(expiresAt) > now.getTime();
  if (!kept || unrepaired?.remedy === "exportAgain") return "gone";
  const all = spoiled.count > 0 && spoiled.files.length === spoiled.count;
  const usedUp = all && spoiled.files.every(({ downloads }) => downloads >= DOWNLOADS);
  return usedUp ? "usedUp" : "fetchAgain";
}
