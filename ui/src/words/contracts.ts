/* The list of contracts, and the first run. */
import type { Environment } from "../bindings/Environment";
import { plural } from "./plural";

export const contracts = {
  title: "Contracts",
  search: "Search contracts",
  add: "Add contract",
  export: "Export…",
  exportSelected: (selected: number) => `Export ${selected} selected…`,
  selected: (selected: number) => `${selected} selected`,
  clear: "Clear",
  filters: "Show",
  filter: { all: "All", needsYou: "Needs you", running: "Running", due: "Due" },
  columns: { contract: "Contract", lastExport: "Last export", now: "Now", actions: "Actions" },
  sortBy: (column: string) => `Sort by ${column}`,
  selectAll: "Select every contract shown",
  select: (contract: string) => `Select ${contract}`,
  never: "Not exported yet",
  neverHint: "The first fetches all claims",
  dueSince: (day: string) => `Due since ${day}`,
  lastDaysAgo: (days: number) => `Last export ${days === 0 ? "today" : `${plural(days, "day")} ago`}`,
  upToDate: "Up to date",
  nextDue: (day: string) => `Next due ${day}`,
  noReminder: {
    production: "",
    sandbox: "No reminder in the sandbox",
    practice: "Made-up data, no reminder",
    other: "No reminder here",
  } satisfies Record<Environment, string>,
  noCredentials: "No credentials",
  noCredentialsHint: "They are not on this computer",
  ready: "Ready",
  showProgress: "Show progress",
  none: "No contracts match.",
  showAll: "Show all contracts",
  dropHint: "Drop a credentials file anywhere in this window to add its contract",
  more: (contract: string) => `More for ${contract}`,
  edit: "Edit contract…",
  remove: "Remove contract…",
  openLast: "Show the last result",
  removeTitle: (contract: string) => `Remove ${contract}?`,
  removeForgets: "This computer forgets the contract’s credentials and settings.",
  removeKeeps: "Downloaded files, the history and the record of what is covered stay.",
  removeNotYet: (contract: string) => `${contract} cannot be removed yet`,
  removeRuns: "One of its exports has not ended. Without the contract’s credentials it could not go on.",
  removeThen: "Wait until it is done, or cancel it there; then remove the contract.",
  removeShow: "Show the export",
  removeConfirm: "Remove contract",
  removed: (contract: string) => `${contract} was removed.`,
};

export const firstRun = {
  title: "Add your first contract",
  lead: "You need the contract number and the credentials file that AB2D sent you. It takes about two minutes.",
  add: "Add your first contract",
  practice: "Try it with practice data",
  practiceHint: "Practice data is made up on this computer. It needs no credentials and no network.",
  promises: [
    {
      title: "Every file verified",
      text: "Length and checksum of each file are compared with what AB2D announced.",
    },
    {
      title: "Credentials stay here",
      text: "They go into this computer’s keychain and are sent to AB2D only.",
    },
    {
      title: "Claims go where you say",
      text: "Files are written to the folder you choose, and nowhere else.",
    },
  ],
};
