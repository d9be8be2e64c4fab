/* The history of exports, and the audit record. */
import type { Result } from "../history/query.svelte";
import { count } from "../format";
import { plural } from "./plural";
import { phase } from "./window";

export const history = {
  title: "History",
  verify: "Verify the record",
  verifying: "Verifying the record…",
  stop: "Stop verifying",
  read: (done: number, all: number) => `${count(done)} of ${plural(all, "entry", "entries")}`,
  save: "Save as CSV…",
  saved: (path: string) => `Saved as ${path}`,
  filters: "Show exports",
  allContracts: "All contracts",
  contract: "Contract",
  from: "Started from",
  fromShort: "From",
  to: "to",
  result: "Result",
  running: (percent: number | undefined) => (percent === undefined ? "Running" : `Running, ${percent}%`),
  anyResult: "Any result",
  results: {
    downloading: "Running",
    waiting: "Waiting",
    needsYou: "Needs you",
    paused: "Paused",
    complete: phase.endings.verified,
    noNewClaims: phase.endings.noNewClaims,
    partlyDelivered: phase.endings.partlyDelivered,
    notDelivered: phase.endings.notDelivered,
    notWhole: phase.notWhole,
    cancelled: "Canceled",
    expired: "Expired",
    failed: "Failed",
  } satisfies Record<Result, string>,
  showAll: "Show all",
  unread: (pattern: string) => `A date is left out until it is written like ${pattern}.`,
  exports: (found: number, all: number) =>
    found === all ? plural(all, "export") : `${count(found)} of ${plural(all, "export")}`,
  columns: {
    started: "Started",
    contract: "Contract",
    what: "What",
    claims: "Claims",
    size: "Size",
    result: "Result",
    by: "By",
    open: "Open",
  },
  empty: "No exports yet",
  emptyHint: "Every export of every contract is listed here with its result.",
  toContracts: "Go to Contracts",
  noMatch: "No exports match.",
  whole: (time: string) => `Record verified, ${time}`,
  wholeHint: (entries: number) => `${plural(entries, "entry", "entries")}, none changed or missing`,
  unkeyed: (entries: number) =>
    `${plural(entries, "entry was", "entries were")} written without the keychain, so a change of ${entries === 1 ? "it" : "them"} may go unnoticed.`,
  brokenTitle: "The record was changed after it was written.",
  brokenEntry: (contract: string, when: string) =>
    contract ? `It now reads as one about ${contract}, ${when}.` : `It now reads as one of ${when}.`,
  brokenNext:
    "Leave the record as it is, and tell your security or compliance office. Save it as CSV for them. The record says who exported what, and not whether the files are intact: to check those, open an export and press Verify again.",
  changed: (time: string) => `The record was changed. Checked ${time}`,
  notVerified: "Verify the record to see whether an entry was changed, removed or added.",
  open: (contract: string, when: string) => `Open the export of ${contract}, ${when}`,
};
