import type { IconName } from "../parts/icons";
import { words } from "../words";

/** A status as the screens show it, and what it means. */
export interface Status {
  word: string;
  /** Its icon; what runs has a ring instead, with how far it is where that is known, and a plain hint none. */
  icon: IconName | "ring" | null;
  percent?: number;
  kind: "plain" | "ok" | "attention" | "failed";
  meaning: string;
}

const { phase, contracts, fileTable, history } = words;
const meaning = words.help.meanings;

const contract: Status[] = [
  { word: contracts.never, icon: null, kind: "plain", meaning: meaning.never },
  { word: contracts.noCredentials, icon: "warning", kind: "attention", meaning: meaning.noCredentials },
  { word: contracts.upToDate, icon: "check", kind: "ok", meaning: meaning.upToDate },
  { word: contracts.exported, icon: "info", kind: "plain", meaning: meaning.exported },
  { word: contracts.lastFailed, icon: "warning", kind: "failed", meaning: meaning.lastFailed },
  { word: contracts.filter.due, icon: "clock", kind: "plain", meaning: meaning.due },
];

const running: Status[] = [
  { word: phase.requesting, icon: "ring", kind: "plain", meaning: meaning.requesting },
  { word: phase.queued, icon: "clock", kind: "plain", meaning: meaning.queued },
  { word: phase.preparing, icon: "ring", percent: 38, kind: "plain", meaning: meaning.preparing },
  { word: phase.downloading, icon: "ring", percent: 62, kind: "plain", meaning: meaning.downloading },
  { word: history.results.downloading, icon: "ring", percent: 62, kind: "plain", meaning: meaning.running },
  { word: phase.waiting, icon: "clock", kind: "plain", meaning: meaning.waiting },
  { word: phase.needsYou, icon: "warning", kind: "attention", meaning: meaning.needsYou },
  { word: phase.paused, icon: "pause", kind: "plain", meaning: meaning.paused },
];

const over: Status[] = [
  { word: phase.endings.verified, icon: "check", kind: "ok", meaning: meaning.verified },
  { word: phase.endings.noNewClaims, icon: "check", kind: "ok", meaning: meaning.noNewClaims },
  {
    word: phase.endings.partlyDelivered,
    icon: "warning",
    kind: "attention",
    meaning: meaning.partlyDelivered,
  },
  { word: phase.endings.notDelivered, icon: "warning", kind: "attention", meaning: meaning.notDelivered },
  { word: phase.notWhole, icon: "warning", kind: "attention", meaning: meaning.notWhole },
  { word: phase.cancelled, icon: "canceled", kind: "plain", meaning: meaning.cancelled },
  { word: phase.expired, icon: "warning", kind: "failed", meaning: meaning.expired },
  { word: phase.failed, icon: "warning", kind: "failed", meaning: meaning.failed },
];

const states = fileTable.states;
const file: Status[] = [
  { word: states.waiting, icon: "clock", kind: "plain", meaning: meaning.fileWaiting },
  { word: states.verifying, icon: "shield", kind: "plain", meaning: meaning.fileVerifying },
  { word: states.verified, icon: "check", kind: "ok", meaning: meaning.fileVerified },
  { word: states.fetchingAgain, icon: "refresh", kind: "plain", meaning: meaning.fileFetchingAgain },
  { word: states.damaged, icon: "warning", kind: "failed", meaning: meaning.fileDamaged },
  { word: states.failed, icon: "close", kind: "failed", meaning: meaning.fileFailed },
  { word: fileTable.errorFile, icon: "warning", kind: "attention", meaning: meaning.fileError },
  { word: fileTable.notDownloaded, icon: "close", kind: "plain", meaning: meaning.fileNotDownloaded },
];

/** Every status, in the order of life: of a contract, of an export until it is over, and of each of its files. */
export const STATUSES = [
  { of: words.help.statusOf.contract, statuses: contract },
  { of: words.help.statusOf.export, statuses: [...running, ...over] },
  { of: words.help.statusOf.file, statuses: file },
];
