/* The export form, for one contract and for several, and the sentences that sum an export up. */
import type { Comparison } from "../bindings/Comparison";
import type { FhirVersion } from "../bindings/FhirVersion";
import { count } from "../format";
import { plural } from "./plural";

export const exportForm = {
  title: (contract: string) => `Export ${contract}`,
  edit: "Edit contract",
  underWay: {
    goesOn: (contract: string) => `An export of ${contract} is under way.`,
    paused: (contract: string) => `An export of ${contract} is paused.`,
    needsYou: (contract: string) => `An export of ${contract} cannot go on without you.`,
    over: (contract: string) => `The export of ${contract} that was under way is over.`,
    show: "Show it",
  },
  noCredentials: (contract: string) =>
    `The credentials of ${contract} are not on this computer. Without them, an export waits until you enter them.`,
  what: "What",
  sinceLast: "New and changed since the last export",
  sinceLastHint: (covered: string, zone: string) => `Exported up to ${covered} ${zone}`,
  lastExport: (when: string, zone: string, claims: string) => `Last export: ${when} ${zone}, ${claims}`,
  firstExport: {
    r4: "No full R4 export yet, so this fetches everything",
    stu3: "No full STU3 export yet, so this fetches everything",
    r4v3: "No full v3 export yet, so this fetches everything",
  } satisfies Record<FhirVersion, string>,
  period: "Changed in a period",
  periodHint: "Claims that AB2D added or changed between two dates",
  everything: "Everything available",
  everythingHint: {
    r4: (earliest: string) => `From ${earliest} (Eastern), the earliest date AB2D accepts`,
    stu3: () => "From the day your organization signed on (its attestation)",
    r4v3: () => "From the day your organization signed on (its attestation)",
  } satisfies Record<FhirVersion, (earliest: string) => string>,
  everythingWhy: "Worth doing now and then: it also finds older claims of people enrolled later.",
  from: "From",
  to: "To",
  until: "Up to",
  date: "date",
  time: "time",
  now: "Empty: up to now",
  dateRefused: (pattern: string) => `Write the date like ${pattern}, or choose it from the calendar.`,
  timeRefused: "Write the time like 9:14 AM or 21:14.",
  firstOfTwo: (zone: string) => `${zone}, the first of two`,
  skippedTime: "The clock is set forward past this time on that day. Choose another.",
  dateMissing: "Enter the date, or choose it from the calendar.",
  version: "FHIR version",
  versions: { r4: "R4", stu3: "STU3", r4v3: "R4, v3 data model" } satisfies Record<FhirVersion, string>,
  versionHint: {
    r4: "Recommended",
    stu3: "Older form",
    r4v3: "If AB2D enabled it",
  } satisfies Record<FhirVersion, string>,
  noUntil: "No “to” date",
  untilRuledOut: "STU3 has no “to” date: up to now",
  serviceDates: "Dates of service",
  serviceDatesHint:
    "Only claims for care on these days; a date left empty sets no limit. The next export still starts where the last full one ended.",
  serviceReversed: "The “to” date is before the “from” date. Choose a later one.",
  where: "Where",
  folder: "Save folder",
  thisTime: "For this export only",
  backToOwn: "Use the contract’s folder",
  files: "Files",
  plain: "Plain files",
  compressed: "Compressed",
  thisExport: "This export",
  notYet: "Complete the dates to see what is exported.",
  refused: "Correct what is marked to see what is exported.",
  production: "Production",
  productionNote: "real claims, protected health information",
  sandboxNote: "AB2D’s synthetic claims",
  practiceNote: "made-up claims from this computer",
  otherNote: "claims from the address that you entered",
  lastSize: (size: string) => `The last export took ${size}.`,
  lastTook: (duration: string) => `The last one took ${duration}`,
  export: "Export",
  starting: "Starting…",
  notStarted: (contract: string) => `The export of ${contract} did not start.`,
  request: "Show the request",
  copyRequest: "Copy the request",
  zoneKept: (zone: string, now: string) =>
    `Times in this form are ${zone}, as when you opened it. This computer is now set to ${now}.`,
  gapTitle: (gaps: number) =>
    gaps === 1
      ? "One stretch of time has not been exported yet"
      : `${count(gaps)} stretches of time have not been exported yet`,
  gap: (from: string | null, to: string) => (from === null ? `Up to ${to}` : `${from} to ${to}`),
  closeGap: "Export this stretch",
  fetchesGap: "This export fetches it, too.",
  leavesGap: (covered: string, from: string) =>
    `Claims that AB2D changed between ${covered} and ${from} have not been exported yet, and are not in this export.`,
  leavesGapBefore: (from: string) =>
    `Claims that AB2D changed before ${from} have not been exported yet, and are not in this export.`,
  includeSinceLast: "Start where the last export ended",
  includeEverything: "Export everything available",
  refusedFocus: "Something in the form has to be changed first.",
  leavesOut: "Leaves claims out",
};

export const calendar = {
  open: (field: string) => `Choose the “${field}” date from a calendar`,
  title: "Calendar",
  previousYear: "Previous year",
  previous: "Previous month",
  next: "Next month",
  nextYear: "Next year",
  keys: "Arrow keys move by day, Page Up and Page Down by month, with Shift by year, Escape closes.",
};

export const sum = {
  since: (since: string, zone: string) => `Claims added or changed after ${since} ${zone}, up to now.`,
  period: (from: string, to: string, zone: string) =>
    `Claims added or changed from ${from} through ${to} ${zone}.`,
  periodToNow: (from: string, zone: string, toCome: string | null) =>
    `Claims added or changed from ${from} ${zone}, up to now${toCome === null ? "" : ` (${toCome} is still to come)`}.`,
  everything: "All claims available for this contract, up to now.",
  everythingUntil: (to: string, zone: string) =>
    `All claims available for this contract, through ${to} ${zone}.`,
  serviceBound: {
    eq: (day: string) => `on ${day}`,
    ge: (day: string) => `on or after ${day}`,
    gt: (day: string) => `after ${day}`,
    sa: (day: string) => `after ${day}`,
    le: (day: string) => `on or before ${day}`,
    lt: (day: string) => `before ${day}`,
    eb: (day: string) => `before ${day}`,
  } satisfies Record<Comparison, (day: string) => string>,
  serviceBounds: (bounds: string[]) => `Only claims for care ${bounds.join(" and ")}.`,
  service: (from: string, to: string) => `Only claims for care from ${from} through ${to}.`,
};

export const several = {
  title: (contracts: number) => `Export ${plural(contracts, "contract")}`,
  titleOfNone: "Export contracts",
  lead: "For each: what is new and changed since its last export, with its own folder and version.",
  start: (contracts: number) => `Export ${plural(contracts, "contract")}`,
  starting: "Starting…",
  since: (since: string) => `After ${since}`,
  everything: "Everything (first export)",
  columns: { contract: "Contract", what: "What", where: "Where", state: "State" },
  ready: "Ready",
  started: "Started",
  refused: "Not started",
  alreadyRuns: "Runs already",
  production: (contracts: number) =>
    `${plural(contracts, "contract")} with real claims: protected health information`,
  queue: "AB2D limits how many exports run at once. Those over the limit wait their turn by themselves.",
  outcome: (started: number, refused: number, left: number) => {
    const tried = `${plural(started, "export")} started${refused > 0 ? `; ${count(refused)} could not be started` : ""}.`;
    return left > 0
      ? `${tried} You stopped before the others: ${plural(left, "contract is", "contracts are")} not being exported.`
      : tried;
  },
  reason: (refused: number) => `The reason is below ${refused === 1 ? "it" : "each"}.`,
  stop: "Start no more",
  stopping: "Stopping…",
  change: "Change folder",
  changeThis: (contract: string) => `Change folder for ${contract}`,
  backToOwn: (contract: string) => `Use the contract’s folder for ${contract}`,
  leaveOut: "Leave out",
  leaveOutThis: (contract: string) => `Leave out ${contract}`,
  leftOut: "Left out",
  putBack: "Put back",
  putBackThis: (contract: string) => `Put back ${contract}`,
  none: "No contract is left to export.",
};

export const what = {
  sinceLast: (since: string) => `New and changed since ${since}`,
  first: "Everything (first export)",
  period: (from: string, to: string) => `Changed ${from} to ${to}`,
  periodToNow: (from: string) => `Changed since ${from}`,
  everything: "Everything available",
  short: {
    since: (since: string) => `Since ${since}`,
    period: (from: string, to: string) => `${from} to ${to}`,
    upTo: (to: string) => `Up to ${to}`,
    everything: "Everything",
  },
  exact: "Exact values",
  copyExact: "Copy the exact values",
  unreadable: "something that this program cannot read",
};
