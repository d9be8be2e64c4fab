import type { FileState } from "../bindings/FileState";
import type { FileView } from "../bindings/FileView";

export const FILE_FILTERS = ["all", "inProgress", "waiting", "verified", "errors", "trouble"] as const;
export type FileFilter = (typeof FILE_FILTERS)[number];

const STATES: Record<Exclude<FileFilter, "all">, FileState[]> = {
  inProgress: ["downloading", "verifying", "fetchingAgain"],
  waiting: ["waiting"],
  verified: ["verified"],
  errors: ["verified"],
  trouble: ["damaged", "failed"],
};

/** Whether a filter admits a file; a verified one is either of claims or an error file. */
export function admits(filter: FileFilter, { state, isError }: FileView): boolean {
  if (filter === "all") return true;
  return STATES[filter].includes(state) && (state !== "verified" || isError === (filter === "errors"));
}

/** How many files each filter admits. */
export function countFiles(files: FileView[]): Record<FileFilter, number> {
  const counts = { all: 0, inProgress: 0, waiting: 0, verified: 0, errors: 0, trouble: 0 };
  for (const file of files) {
    for (const filter of FILE_FILTERS) if (admits(filter, file)) counts[filter] += 1;
  }
  return counts;
}

/** The row that following the download scrolls to: the first that is under way, else the last that is verified. */
export function rowUnderWay(files: FileView[]): number {
  const underWay = files.findIndex((file) => admits("inProgress", file));
  return underWay >= 0 ? underWay : files.findLastIndex((file) => file.state === "verified");
}
