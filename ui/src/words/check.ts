/* The checks: of a connection, of a contract, of this computer. */
import type { CheckStep } from "../bindings/CheckStep";
import type { ProblemView } from "../bindings/ProblemView";
import { count } from "../format";
import { names } from "./plural";

export const check = {
  title: "Connection",
  start: "Check connection",
  again: "Check again",
  stop: "Stop checking",
  works: (time: string) => `Everything works, ${time}`,
  notTried: "Not tried yet",
  toCredentials: "Change the credentials",
  toAddresses: "Correct the addresses",
  todo: {
    addressFound: "Find the address",
    secureConnection: "Connect",
    signedIn: "Sign in",
    serviceOpen: "Ask whether the service is open",
    clockRight: "Compare the clocks",
    saveFolder: "Look at the save folder",
    keychain: "Open the keychain",
    records: "Write to the program’s records",
    auditRecord: "Verify the audit record",
  } satisfies Record<CheckStep, string>,
  done: {
    addressFound: "Address found",
    secureConnection: "Secure connection",
    signedIn: "Signed in",
    serviceOpen: "Service open",
    clockRight: "Clock right",
    saveFolder: "Save folder ready",
    keychain: "Keychain open",
    records: "Records can be written",
    auditRecord: "Audit record unchanged",
  } satisfies Record<CheckStep, string>,
  doneHint: {
    addressFound: "",
    secureConnection: "This computer may connect",
    signedIn: "AB2D accepts these credentials",
    serviceOpen: "No maintenance announced",
    clockRight: "This computer’s clock and AB2D’s agree",
    saveFolder: "",
    keychain: "",
    records: "",
    auditRecord: "",
  } satisfies Record<CheckStep, string>,
  /** An address without encryption, which is taken on this computer alone. */
  connected: "Connection made",
  connectedHint: "Not encrypted: the address is on this computer",
  doing: {
    addressFound: "Finding the address…",
    secureConnection: "Connecting…",
    signedIn: "Signing in…",
    serviceOpen: "Asking whether the service is open…",
    clockRight: "Comparing the clocks…",
    saveFolder: "Looking at the save folder…",
    keychain: "Opening the keychain…",
    records: "Writing to the program’s records…",
    auditRecord: "Verifying the audit record…",
  } satisfies Record<CheckStep, string>,
  /** What the step is called where it stopped. */
  failed: (step: CheckStep, problem: ProblemView): string =>
    step === "secureConnection" && problem.code !== "certificateRefused" ? "No connection" : failed[step],
  status: { done: "done", doing: "under way", failed: "stopped", todo: "not tried yet" },
};

const failed: Record<CheckStep, string> = {
  addressFound: "Address not found",
  secureConnection: "No secure connection",
  signedIn: "Not signed in",
  serviceOpen: "Service not open",
  clockRight: "Clocks differ",
  saveFolder: "Save folder not ready",
  keychain: "Keychain not open",
  records: "Records cannot be written",
  auditRecord: "Audit record changed",
};

/** Everything at once, in Help. */
export const checkEverything = {
  title: "Check everything",
  lead: "Tries this computer, and each contract’s save folder and connection. Nothing is exported.",
  start: "Check everything",
  stop: "Stop checking",
  computer: "This computer",
  works: "Works",
  notChecked: "Not checked",
  stopped: "Stopped",
  edit: (contract: string) => `Edit ${contract}`,
  ended: (found: string) => `The check of everything is done. ${found}`,
  /** What of so much that was checked does not work, the computer among it. */
  found: (failing: string[], all: number, time: string) =>
    failing.length === 0
      ? `Everything works, ${time}`
      : `${count(failing.length)} of ${count(all)} ${failing.length === 1 ? "does" : "do"} not work: ${names(failing)} (${time})`,
};
