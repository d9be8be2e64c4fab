/* The result of an export. */
import type { ClaimType } from "../bindings/ClaimType";
import type { NotCovered } from "../bindings/NotCovered";
import { count } from "../format";
import type { Purpose } from "../result/reading.svelte";
import { names, plural } from "./plural";

export const result = {
  title: (claims: string) => `${claims}, all verified`,
  titlePartly: (claims: string) => `${claims} verified, some not delivered`,
  titleSpoiled: (claims: string, files: string) => `${claims}, ${files} damaged or missing`,
  someFiles: "some files",
  contents: (files: number, errorFiles: number) =>
    [files > 0 ? plural(files, "file") : "", errorFiles > 0 ? plural(errorFiles, "error file") : ""]
      .filter(Boolean)
      .join(" and "),
  wholeOf: (whole: number, all: number) => `${count(whole)} of ${plural(all, "file")} intact`,
  noNewClaims: "No new claims",
  noNewClaimsForCare: "No new claims for these dates of service",
  noNewClaimsHint: (since: string | null) =>
    `AB2D has nothing that was added or changed ${since === null ? "in this time" : `since ${since}`}. Nothing had to be downloaded, and nothing is left to do.`,
  noNewClaimsForCareHint: (since: string | null, care: string) =>
    `AB2D has nothing ${since === null ? "" : `that was added or changed since ${since} `}for the dates of service of this export, so nothing had to be downloaded. ${care}`,
  notDelivered: "AB2D could not deliver the claims",
  notDeliveredHint: (files: string) =>
    `It sent ${files} about it instead. Ask AB2D support; the next export asks for these claims again.`,
  partlyDelivered: (files: string) =>
    `AB2D could not deliver some claims, and sent ${files} about them. The next export asks for them again. If it does not bring them either, ask AB2D support.`,
  showErrorFiles: (files: number) => (files === 1 ? "Show the error file" : "Show the error files"),
  took: (duration: string) => `took ${duration}`,
  repaired: (when: string) => `files fetched again ${when}`,
  copySummary: "Copy summary",
  verify: "Verify again",
  reads: {
    verify: "Verifying…",
    fetch: "Looking which files to fetch again…",
  } satisfies Record<Purpose, string>,
  read: (done: number, all: number, data: string) => `${count(done)} of ${plural(all, "file")} read, ${data}`,
  stop: { verify: "Stop verifying", fetch: "Stop" } satisfies Record<Purpose, string>,
  fetchAgain: "Fetch again",
  whole: (files: string, time: string) => `${files} verified again (${time}): all intact.`,
  spoiled: (files: number) => `${plural(files, "file")} ${files === 1 ? "is" : "are"} damaged or missing`,
  foundIn: (contract: string, found: string) => `${contract}: ${found}`,
  damaged: "Damaged",
  damagedOrMissing: "Damaged or missing",
  missing: "Missing",
  unreadable: "Could not be read",
  foreign: "Not part of this export",
  foreignHint: "Other files in the folder do no harm, and are left alone.",
  names,
  canFetch: (time: string) => `AB2D still has the files, until ${time}.`,
  downloads: (used: number, left: number) =>
    `Each file can be fetched ${count(used + left)} times; ${count(used)} used so far, ${count(left)} left.`,
  cannotFetch: {
    gone: () => "AB2D has deleted its copies. Export the same period again to replace them.",
    usedUp: (times: number) =>
      `AB2D gives a file out ${count(times)} times, and these were fetched as often. Export the same period again to replace them.`,
  },
  byType: "Claims by type",
  byMonth: "Claims by month of service",
  everyMonth: "Claims of every month",
  chart: "Chart",
  table: "Table",
  month: "Month",
  claims: "Claims",
  older: "Older",
  noDate: "No date",
  notToScale: (bars: string[]) => `${bars.join(", ")}: not to scale`,
  olderThan: (month: string) => `Before ${month}`,
  type: "Type",
  share: "Share",
  total: "All claims",
  what: "What",
  fhir: "FHIR version",
  errorFiles: "Error files from AB2D",
  noErrorFiles: "None",
  otherRequest: "What the chosen job answers",
  nextSince: "Next export now starts from",
  nextSinceThen: "Next export was to start from",
  nextEverything: "The beginning",
  unmoved: {
    serviceDates: "This export did not change where the next one starts: it held only some dates of service.",
    notAllVerified: "This export did not change where the next one starts: not every file was verified.",
    errorFiles:
      "This export did not change where the next one starts: AB2D could not deliver some claims, so they are asked for again.",
    gap: "This export did not change where the next one starts: there was a gap before its period.",
    alreadyCovered: "This export did not change where the next one starts: its period was covered before.",
    otherRequest:
      "This export did not change where the next one starts: the job that you chose answers another request.",
    whoseUnknown:
      "This export did not change where the next one starts: AB2D sent no file that shows whose claims these are.",
    timeUnknown:
      "This export did not change where the next one starts: AB2D’s answer did not say what time it was.",
  } satisfies Record<NotCovered, string>,
  closeGap: (stretch: string) => `Close the gap: ${stretch}`,
  files: "Files of this export",
  summary: (lines: {
    head: string;
    what: string;
    care: string;
    when: string;
    types: string;
    folder: string;
  }) =>
    [lines.head, lines.what, lines.care, lines.when, lines.types, lines.folder].filter(Boolean).join("\n"),
};

export const claimTypes = {
  carrier: { plain: "Physicians and labs", term: "Carrier" },
  outpatient: { plain: "Outpatient", term: "" },
  dme: { plain: "Medical equipment", term: "DME" },
  inpatient: { plain: "Inpatient", term: "" },
  hha: { plain: "Home health", term: "HHA" },
  snf: { plain: "Skilled nursing", term: "SNF" },
  hospice: { plain: "Hospice", term: "" },
  other: { plain: "Other", term: "" },
} satisfies Record<ClaimType, { plain: string; term: string }>;
