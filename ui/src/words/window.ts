/* The frame around every page: the sidebar, what is dropped, what is said aloud, and the phases in a word. */
import type { PhaseView } from "../bindings/PhaseView";
import type { Ending } from "../export/phase";

export const shell = {
  product: "AB2D Desktop",
  skip: "Skip to the page",
  navigation: "Pages",
  now: "Now",
  hideEnded: "Hide ended exports",
  hide: "Hide",
  zone: (zone: string) => `Times are ${zone}`,
  backTo: (page: string) => `Back to ${page}`,
  title: (page: string) => `${page} – AB2D Desktop`,
  opening: "Opening this program’s records…",
  broken: "AB2D Desktop could not open its records.",
  again: "Try again",
  notices: "What was not done",
  toPage: "Back to that page",
  pages: {
    contracts: "Contracts",
    addContract: "Add contract",
    editContract: "Edit contract",
    exportForm: "Export form",
    exportSeveral: "Export several",
    export: "Export",
    history: "History",
    help: "Help",
    settings: "Settings",
  },
};

export const drop = {
  here: "Drop the credentials file to use it",
  read: (name: string) => `${name} was read.`,
};

export const milestones = {
  quarter: (contract: string, percent: number) => `${contract}: ${percent} percent downloaded.`,
  phase: (contract: string, phase: PhaseView) => `${contract}: ${phaseSentence(phase)}`,
  tried: (contract: string) => `${contract}: trying again.`,
  ended: (contract: string, ending: Ending) => `${contract}: ${endings[ending]}`,
  notFetchedAgain: (contract: string) => `${contract}: some files could not be fetched again.`,
  fetchingStopped: (contract: string) =>
    `${contract}: the fetching was stopped. What was not fetched again stays damaged or missing.`,
};

export const phase = {
  requesting: "Requesting",
  preparing: "Preparing",
  downloading: "Downloading",
  at: (phase: string, percent: number) => `${phase} ${percent}%`,
  waiting: "Waiting",
  queued: "In the queue",
  queuedHint: "Starts when AB2D has room",
  needsYou: "Needs you",
  paused: "Paused",
  endings: {
    verified: "Verified",
    partlyDelivered: "Partly delivered",
    notDelivered: "Not delivered",
    noNewClaims: "No new claims",
  } satisfies Record<Ending, string>,
  notWhole: "Damaged or missing",
  cancelled: "Canceled",
  expired: "Expired",
  failed: "Failed",
  done: (result: string, time: string) => `${result}, ${time}`,
  goesOn: (time: string) => `Tries again ${time}`,
  progressOf: (contract: string, stage: string) => `${contract}: ${stage}`,
};

const endings: Record<Ending, string> = {
  verified: "done, every file verified.",
  partlyDelivered: "done, but AB2D could not deliver some claims.",
  notDelivered: "done, but AB2D could not deliver the claims.",
  noNewClaims: "done. AB2D has no new claims.",
};

function phaseSentence(phase: PhaseView): string {
  switch (phase.name) {
    case "requesting":
      return "signing in and requesting.";
    case "preparing":
      return "AB2D prepares the data.";
    case "downloading":
      return "downloading and verifying.";
    case "waiting":
      return phase.until === null
        ? `needs you. ${phase.problem.title} ${phase.problem.nextStep}`
        : `waits. ${phase.problem.title}`;
    case "paused":
      return "paused.";
    case "complete":
      return "done.";
    case "cancelled":
      return "canceled.";
    case "expired":
      return "expired before all files had arrived.";
    case "failed":
      return `failed. ${phase.problem.title}`;
  }
}
