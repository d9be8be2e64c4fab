/*
 * Every sentence of the page is in this folder, a room a page, ready for translation. Problems are worded by the
 * program; here they are only framed. Dates, sizes and numbers come in already written.
 */
import type { Environment } from "../bindings/Environment";
import type { Stage } from "../bindings/Stage";
import { check, checkEverything } from "./check";
import { contract } from "./contractForm";
import { contracts, firstRun } from "./contracts";
import { ended, fileTable, jobs, repair, running, waiting } from "./export";
import { calendar, exportForm, several, sum, what } from "./exportForm";
import { folder } from "./folder";
import { help } from "./help";
import { history } from "./history";
import { plural } from "./plural";
import { practice } from "./practice";
import { claimTypes, result } from "./result";
import { settings } from "./settings";
import { drop, milestones, phase, shell } from "./window";

const SUPPORT = "ab2d@cms.hhs.gov";

const environments: Record<Environment, string> = {
  production: "Production",
  sandbox: "Sandbox",
  practice: "Practice",
  other: "Other address",
};

const stages: Record<Stage, string> = {
  preparation: "Before anything was sent",
  token: "Signing in",
  start: "Requesting the export",
  status: "Asking how far the export is",
  manifest: "Reading the list of files",
  file: "Downloading a file",
  verify: "Verifying a file",
  store: "Writing this program’s records",
  cancel: "Canceling",
};

export const words = {
  environments,
  inEnvironment: (contract: string, environment: Environment) => `${contract} (${environments[environment]})`,
  stages,
  support: SUPPORT,
  commandFailed: (reason: string) =>
    `The program could not do that. Try again; if it happens again, send AB2D support the support report from Help. The reason it gave: ${reason}`,
  claims: (claims: number) => plural(claims, "claim"),
  files: (files: number) => plural(files, "file"),
  close: "Close",
  cancel: "Cancel",
  copy: "Copy",
  copied: "Copied",
  choose: "Choose…",
  timeLeft: (duration: string) => `${duration} left`,
  notYet: "–",

  shell,
  drop,
  milestones,
  phase,
  contracts,
  firstRun,
  practice,
  contract,
  check,
  checkEverything,
  folder,
  exportForm,
  calendar,
  sum,
  several,
  what,
  running,
  repair,
  fileTable,
  waiting,
  jobs,
  ended,
  result,
  claimTypes,
  history,
  help,
  settings,
};
