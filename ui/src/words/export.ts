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
    signedIn: { todo: "Sign in", doing: "Signing in", done: "Signed in", stopped: "Not signed in" },
    requested: { todo: "Request", doing: "Requesting", done: "Requested", stopped: "Not requested" },
    prepared: {
      todo: "AB2D prepares",
      doing: "AB2D prepares",
      done: "Prepared by AB2D",
      stopped: "Not prepared",
    },
    downloaded: {
      todo: "Download, verify",
      doing: "Downloading, verifying",
      done: "Downloaded, verified",
      stopped: "Download stopped",
    },
    finished: { todo: "Done", doing: "Done", done: "Done", stopped: "Done" },
  } satisfies Record<Step, { todo: string; doing: string; done: string; stopped: string }>,
  stepsLabel: "Steps of this export",
  stepState: { done: "done", doing: "now", todo: "to come" },
  stepOf: (step: number, steps: number) => `Step ${step} of ${steps}:`,
  allSteps: "All steps",
  took: (time: string, duration: string) => `${time}, took ${duration}`,
  sinceTime: (time: string) => `since ${time}`,
  stateSince: (state: string, time: string) => `${state} since ${time}`,
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
  keepsFor: (duration: string) => `${duration},`,
  keepsUntil: (time: string) => `until ${time}`,
  awake: "This computer stays awake",
  background: "You can close this window: it continues in the background.",
  elsewhere: "Another window or command runs this export; this one only watches. Pause or cancel it there.",
  closingElsewhere: "Closing this window does not stop it.",
  overdue: (time: string) =>
    `AB2D was to delete these files on ${time}. Press Resume to see whether they are still there. If they are not, export again: no claims are skipped.`,
  pausedTitle: "Paused",
  pausedHint:
    "Nothing is downloaded until you resume. Meanwhile this export does not keep the computer awake.",
  cancelTitle: (contract: string) => `Cancel the export of ${contract}?`,
  cancelLoses: "AB2D is told to stop, and the rest is not downloaded.",
  cancelKeeps: (files: number) =>
    `${plural(files, "file")} verified so far ${files === 1 ? "stays" : "stay"} in ${files === 1 ? "its" : "their"} folder.`,
  cancelDiscards: "Files that are not finished are discarded.",
  cancelKeepsUnfinished: "What has arrived so far is of unfinished files, and is discarded.",
  cancelKeepsNone: "Nothing was downloaded so far, so no file is lost.",
  cancelMark: "The next export starts where this one did, so no claims are skipped.",
  cancelConfirm: "Cancel export",
  cancelDeny: "Keep exporting",
};

/** The files of a complete export that are fetched again. */
export const repair = {
  stop: "Stop fetching…",
  stopTitle: (contract: string) => `Stop fetching files of ${contract} again?`,
  stopLeaves: "The files that have not been fetched again stay damaged or missing.",
  stopKeeps: "The files that have been fetched again stay.",
  stopRecord: "The export stays complete in the record, and so does where the next one starts.",
  stopLater: "You can press “Fetch again” later, while AB2D keeps the files.",
  stopConfirm: "Stop fetching",
  stopDeny: "Keep fetching",
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
  copyChecksum: (file: string) => `Copy the checksum of ${file}`,
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
  mismatched: (attempt: number) => `Did not match, try ${attempt}`,
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
  trying: "Trying now…",
  again: (when: string) => `Tries again by itself in ${when}.`,
  thenGoesOn: "The export then goes on by itself.",
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
  nothingYet: "Nothing was downloaded yet, so nothing is lost.",
  filesTitle: "What happens to the files",
  inMissing: (verified: number, all: number) =>
    `${count(verified)} of ${plural(all, "file")} ${verified === 1 ? "is" : "are"} in the missing folder. When it is back, the export goes on with them; in another folder every file is downloaded again.`,
  keepsUntil: (duration: string, time: string) => `AB2D keeps the files for ${duration}, until ${time}.`,
  overdue: (time: string) =>
    `AB2D was to delete these files on ${time}. Whether they are still there shows when this export goes on. If they are not, export again: no claims are skipped.`,
  contractGone: "This contract was removed from the list. Add it again, and start a new export.",
  credentialsTitle: (contract: string) => `New credentials for ${contract}`,
  saveCredentials: "Save and continue",
  saveAndExport: "Save and export again",
};

/** The jobs of which one may be an export's own. */
export const jobs = {
  choose: "I know which one it is",
  title: "Your organization’s exports at AB2D",
  lead: "AB2D does not say what a running export is for, nor who started it. When the one that you choose is done, its request is compared with this export’s.",
  running: "Running",
  runningAt: (percent: number) => `Running, ${percent}%`,
  done: (request: string) => `Done, and not this one: ${request}`,
  gone: "Ended without files",
  use: "It is this one",
  useThis: (job: string) => `It is this one: ${job}`,
  startAnew: "It is none of these: start again when there is room",
};

export const ended = {
  cancelledTitle: "Canceled",
  cancelledHint:
    "This export was canceled. The next one starts where this one did, so no claims are skipped.",
  kept: (files: number) =>
    `${plural(files, "file")} ${files === 1 ? "was" : "were"} verified before and ${files === 1 ? "stays" : "stay"} in ${files === 1 ? "its" : "their"} folder.`,
  keptNone: "No file had been downloaded.",
  exportAgain: "Export again…",
  support: "AB2D support:",
};
