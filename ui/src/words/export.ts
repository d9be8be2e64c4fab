/* An export that runs, waits or has ended without a result. */
import type { FileState } from "../bindings/FileState";
import type { Remedy } from "../bindings/Remedy";
import type { Step } from "../export/phase";
import { count } from "../format";
import { plural } from "./plural";

export const running = {
  pause: "Pause",
  resume: "Resume",
  cancel: "Cancel export…",
  steps: {
    signedIn: { todo: "Sign in", doing: "Signing in", done: "Signed in" },
    requested: { todo: "Request", doing: "Requesting", done: "Requested" },
    prepared: { todo: "AB2D prepares", doing: "AB2D prepares", done: "Prepared by AB2D" },
    downloaded: { todo: "Download, verify", doing: "Downloading, verifying", done: "Downloaded, verified" },
    finished: { todo: "Done", doing: "Done", done: "Done" },
  } satisfies Record<Step, { todo: string; doing: string; done: string }>,
  stepsLabel: "Steps of this export",
  stepState: { done: "done", doing: "now", waits: "waits", stopped: "stopped", todo: "to come" },
  took: (time: string, duration: string) => `${time}, took ${duration}`,
  sinceTime: (time: string) => `since ${time}`,
  waits: "waits",
  paused: "paused",
  about: (time: string) => `about ${time}`,
  progress: (contract: string) => `${contract}: downloading and verifying`,
  preparing: (contract: string) => `${contract}: AB2D prepares the data`,
  preparingTitle: "AB2D prepares the data",
  preparingHint: "This can take from minutes to hours; large contracts and busy days take longer.",
  queued: "At 0% it may still be in AB2D’s queue.",
  requestingTitle: "Signing in and asking AB2D for the data",
  listing: "Reading the list of files",
  data: "Data",
  filesVerified: "Files verified",
  filesOf: (done: number, all: number) => `${count(done)} of ${count(all)}`,
  speed: "Speed",
  keeps: "AB2D keeps the files",
  keepsFor: (duration: string) => `${duration} more`,
  keepsUntil: (time: string) => `until ${time}`,
  awake: "This computer stays awake",
  background: "You can close this window: it continues in the background.",
  elsewhere: "Another window or command runs this export; this one only watches.",
  pausedTitle: "Paused",
  pausedHint: "Nothing is downloaded until you resume. The computer may sleep.",
  cancelTitle: (contract: string) => `Cancel the export of ${contract}?`,
  cancelLoses: "AB2D is told to stop, and what is not downloaded yet is not fetched.",
  cancelKeeps: (files: string) => `${files} verified so far stay in their folder.`,
  cancelKeepsNone: "Nothing was downloaded so far, so no file is lost.",
  cancelMark: "The next export starts where this one did, so no claims are skipped.",
  cancelConfirm: "Cancel export",
  cancelDeny: "Keep exporting",
};

export const fileTable = {
  title: "Files",
  filters: "Show files",
  all: "All files",
  inProgress: "In progress",
  waiting: "Waiting",
  verified: "Verified",
  errors: "Error files",
  notDownloaded: "Not downloaded",
  trouble: "With a problem",
  follow: "Follow the download",
  columns: { file: "File", size: "Size", state: "State", checksum: "Checksum" },
  checksumKind: "SHA-256",
  none: "No file is in this state.",
  notYet: "AB2D names the files when it has prepared the data.",
  states: {
    waiting: "Waiting",
    downloading: "Downloading",
    verifying: "Verifying",
    verified: "Verified",
    fetchingAgain: "Fetching again",
    damaged: "Damaged or missing",
    failed: "Not fetched",
  } satisfies Record<FileState, string>,
  attempt: (attempt: number) => `Did not match, try ${attempt} of 6`,
  errorFile: "Error file",
  percent: (file: string) => `${file}: downloaded`,
};

export const waiting = {
  remedies: {
    tryNow: "Try now",
    enterCredentials: "Enter new credentials…",
    chooseFolder: "Choose another folder…",
    editContract: "Correct the addresses…",
    openSettings: "Open Settings",
    changeParameters: "Change the export…",
    exportAgain: "Export again…",
    supportReport: "Show the support report",
  } satisfies Record<Remedy, string>,
  rowRemedies: {
    tryNow: "Try now",
    enterCredentials: "Enter credentials",
    chooseFolder: "Choose folder",
    editContract: "Correct address",
    openSettings: "Open Settings",
    changeParameters: "Change export",
    exportAgain: "Export again",
    supportReport: "Get help",
  } satisfies Record<Remedy, string>,
  trying: "Trying…",
  tryNow: "Try now",
  again: (when: string) => `Tries again by itself in ${when}.`,
  againNow: "Trying again…",
  details: "Details for support",
  detail: {
    code: "Code",
    status: "HTTP status",
    stage: "Stage",
    request: "Request ID",
    job: "Job",
    none: "none",
  },
  report: "Show the support report",
  nothingLost: "Nothing is lost",
  kept: (done: number, all: number, data: string) =>
    `${count(done)} of ${plural(all, "file")} verified and kept, ${data}`,
  nothingYet: "Nothing was downloaded yet, so nothing has to be fetched again.",
  keepsUntil: (duration: string, time: string) => `AB2D keeps the files for ${duration} more, until ${time}.`,
  contractGone: "This contract was removed from the list. Add it again, and start a new export.",
  credentialsTitle: (contract: string) => `New credentials for ${contract}`,
  saveCredentials: "Save and go on",
  saveAndExport: "Save and export again",
};

/** The running jobs of which one may be an export's own. */
export const jobs = {
  title: "Your organization’s running exports",
  running: "Running, does not say for what",
  runningAt: (percent: number) => `Running, ${percent}%, does not say for what`,
  done: (request: string) => `Done, and not this one: ${request}`,
  gone: "Ended without files",
  use: "Use this one",
  useThis: (job: string) => `Use this one: ${job}`,
  check:
    "Choose one only if you know that it is yours. When it is done, its request is compared with this export’s.",
  startAnew: "Wait for a free place",
  startAnewHint: "None of them is yours: this export is started again as soon as AB2D has room.",
};

export const ended = {
  cancelledTitle: "Canceled",
  cancelledHint:
    "This export was canceled. The next one starts where this one did, so no claims are skipped.",
  kept: (files: string) => `${files} were verified before and stay in their folder.`,
  keptNone: "No file had been downloaded.",
  exportAgain: "Export again…",
  openFolder: "Open folder",
  whatHappened: "What happened",
};
