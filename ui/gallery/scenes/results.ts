import type { ExportView } from "../../src/bindings/ExportView";
import { keepHistory } from "../history";
import * as samples from "../samples";
import {
  changed,
  click,
  DEEP,
  holding,
  practicing,
  RUNNING,
  type Scene,
  showing,
  type,
  usual,
} from "./scene";

const VERIFY = ".actions .button:nth-of-type(3)";

const verified = (found: Partial<ReturnType<typeof samples.verified>>, changes: Partial<ExportView> = {}) => {
  const backend = changed((each) => (each.verified = samples.verified(found)), {
    exports: [samples.complete(changes), samples.waiting()],
  });
  return () => {
    const each = backend();
    each.files = samples.files(412, 421).map((file) => ({ ...file, downloads: 2 }));
    return each;
  };
};

export const resultScenes: Record<string, Scene> = {
  result: { backend: showing(samples.complete()), route: RUNNING },
  "result-table": {
    backend: showing(samples.complete()),
    route: RUNNING,
    act: () => click(".segments button:last-child"),
  },
  "result-files": {
    backend: showing(samples.complete({ progress: { ...samples.complete().progress, files: 2000 } })),
    route: RUNNING,
    act: () => click(".files > .link"),
  },
  "result-verifying": {
    backend: changed((backend) => void (backend.reading = new Promise(() => undefined)), {
      exports: [samples.complete()],
    }),
    route: RUNNING,
    act: async (session) => {
      await click(VERIFY);
      session.reading(100).progress = {
        files: 412,
        filesDone: 118,
        bytes: 80_200_000_000,
        bytesDone: 23_000_000_000,
      };
    },
  },
  "result-whole": { backend: verified({}), route: RUNNING, act: () => click(VERIFY) },
  "result-damaged": {
    backend: verified(
      { damaged: ["S5601_0017.ndjson"], missing: ["S5601_0400.ndjson"], foreign: ["notes.txt"] },
      {
        selection: { what: "period", since: "2026-11-10T05:00:00Z", until: null },
        since: "2026-11-10T05:00:00Z",
        coverage: { moved: false, nextSince: "2026-11-03T14:14:00Z", reason: "gap" },
        errorFiles: 2,
      },
    ),
    route: RUNNING,
    act: () => click(VERIFY),
  },
  "result-gone": {
    backend: verified(
      { whole: [], missing: samples.files(412).map(({ name }) => name) },
      { expiresAt: "2026-11-20T10:00:00Z" },
    ),
    route: RUNNING,
    act: () => click(VERIFY),
  },
  "result-long": {
    backend: showing(
      samples.complete({
        folder: `${DEEP}\\S5601 2026-11-20 3fa81c2e`,
        version: "r4v3",
        serviceDates: [
          { comparison: "ge", date: "2026-01-01" },
          { comparison: "le", date: "2026-06-30" },
        ],
        selection: { what: "period", since: "2026-01-01T05:00:00Z", until: "2026-10-01T04:00:00Z" },
        coverage: { moved: false, nextSince: null, reason: "serviceDates" },
      }),
    ),
    route: RUNNING,
  },
  "result-small": {
    backend: showing(
      samples.complete({
        progress: { ...samples.complete().progress, files: 2, filesVerified: 2, claims: 1, bytes: 66_012 },
        tally: { byType: { other: 1 }, byMonth: { "": 1 } },
        errorFiles: 1,
        coverage: { moved: false, nextSince: "2026-11-03T14:14:00Z", reason: "errorFiles" },
      }),
    ),
    route: RUNNING,
  },
  "result-error-file": {
    backend: showing(
      samples.complete({
        progress: { ...samples.complete().progress, files: 12, filesVerified: 12 },
        errorFiles: 1,
        coverage: { moved: false, nextSince: "2026-11-03T14:14:00Z", reason: "errorFiles" },
      }),
    ),
    route: RUNNING,
    act: () => click(".note .link", ".chips .chip:first-child"),
  },
  "result-not-delivered": {
    backend: showing(
      samples.complete({
        progress: { ...samples.noNewClaims().progress, files: 2, filesVerified: 2, bytes: 1_204 },
        tally: null,
        errorFiles: 2,
        coverage: { moved: false, nextSince: "2026-11-03T14:14:00Z", reason: "errorFiles" },
      }),
    ),
    route: RUNNING,
  },
  "result-repaired": {
    backend: showing(
      samples.complete({ times: { ...samples.complete().times, repaired: "2026-11-20T19:01:00Z" } }),
    ),
    route: RUNNING,
  },
  "result-first": {
    backend: showing(
      samples.complete({
        tally: {
          byType: samples.complete().tally?.byType ?? {},
          byMonth: { "2025-06": 1992, "2025-12": 124, "2026-09": 133, "2026-10": 120, "2026-11": 23 },
        },
      }),
    ),
    route: RUNNING,
  },
  "no-new-claims": { backend: showing(samples.noNewClaims()), route: RUNNING },
  "practice-result": {
    backend: practicing({}, [
      samples.complete({
        contractId: 9,
        contractNumber: "Z1001",
        nickname: "",
        environment: "practice",
        since: null,
        folder: "D:\\Claims\\Practice\\Z1001 2026-11-20 3fa81c2e",
        progress: { ...samples.complete().progress, files: 12, filesVerified: 12 },
      }),
    ]),
    route: RUNNING,
  },
};

const history = { page: "history" } as const;
const kept = (change: Parameters<typeof changed>[0] = () => undefined) =>
  changed((backend) => {
    backend.rows = samples.historyRows();
    change(backend);
  });

export const otherScenes: Record<string, Scene> = {
  history: { backend: kept(), route: history, act: () => click(".head .button") },
  "history-empty": { backend: usual, route: history },
  "history-none": {
    backend: usual,
    route: history,
    act: async () => {
      await type("input[name=from]", "10/20/2026");
      await type("input[name=to]", "yesterday");
    },
  },
  "history-broken": {
    backend: kept((backend) => {
      backend.verdict = {
        entries: 1932,
        unkeyed: 0,
        broken: "Entry 77 was changed.",
        brokenEntry: { at: "2026-11-03T14:14:00Z", contractNumber: "S5601" },
      };
    }),
    route: history,
    act: () => click(".head .button"),
  },
  "history-unkeyed": {
    backend: kept(
      (backend) => (backend.verdict = { entries: 1932, unkeyed: 12, broken: null, brokenEntry: null }),
    ),
    route: history,
    act: () => click(".head .button", ".head .button:last-child"),
  },
  "history-many": { backend: changed((backend) => keepHistory(backend, 10_000)), route: history },
  help: { backend: usual, route: { page: "help" }, act: () => click(".line .button") },
  "help-stopped": {
    backend: changed((backend) => {
      backend.checks = [
        {
          step: "addressFound",
          problem: samples.problem({
            code: "nameNotFound",
            title: "There is no connection to AB2D.",
            explanation: "This network does not know the name api.ab2d.cms.gov.",
            nextStep:
              "Check the network or VPN. If other sites can be reached, your network may need its proxy to be named in Settings.",
            remedy: "tryNow",
          }),
        },
      ];
    }),
    route: { page: "help" },
    act: () => click(".line .button"),
  },
  "help-not-copied": {
    backend: changed((backend) => {
      backend.report = REPORT;
      backend.refuse.copyText = samples.refused(
        "The clipboard could not be reached. Select the text and copy it by hand.",
      );
    }),
    route: { page: "help", about: 101 },
    act: () => click(".line .button", ".support .link"),
  },
  "help-empty": { backend: holding({ contracts: [], exports: [] }), route: { page: "help" } },
  "help-report": {
    backend: changed((backend) => (backend.report = REPORT)),
    route: { page: "help", about: 101 },
  },
  settings: { backend: usual, route: { page: "settings" } },
  "settings-no-keychain": { backend: holding({ keychain: false }), route: { page: "settings" } },
  "settings-proxy": {
    backend: holding({
      keychain: false,
      settings: { ...samples.settings, proxy: { kind: "manual", url: "http://proxy.example:8080" } },
    }),
    route: { page: "settings" },
    act: async () => {
      await type("input[name=proxyUrl]", "proxy.example");
      await click(".manual .button");
    },
  },
  "settings-proxy-used": {
    backend: usual,
    route: { page: "settings" },
    act: async () => {
      await click("input[name=proxy][value=manual]");
      await type("input[name=proxyUrl]", "http://proxy.example:8080");
      await click(".manual .button");
    },
  },
  "settings-log-away": {
    backend: holding({ settings: { ...samples.settings, logFolder: "E:\\Logs\\AB2D Desktop log" } }),
    route: { page: "settings" },
    act: () => document.getElementById("log")?.scrollIntoView(),
  },
  "settings-failures": {
    backend: changed((backend) => {
      backend.refuse.setSettings = samples.refused("The program’s records cannot be written.");
      backend.refuse.openLogFolder = samples.refused("The system opened no window for this folder.");
    }),
    route: { page: "settings" },
    act: () => click("#notifications", ".sections section:last-child .button:last-child"),
  },
  "settings-proxy-not-kept": {
    backend: changed(
      (backend) => (backend.refuse.setSettings = samples.refused("The program’s records cannot be written.")),
    ),
    route: { page: "settings" },
    act: () => click("input[name=proxy][value=none]"),
  },
};

const REPORT = `AB2D Desktop 0.1.0, support report
System: Windows 11 (10.0.26100), x86_64
Contract: S7694, production
Stage: token, HTTP status 401
Job: 3fa81c2e-5b1c-4c8e-9d7a-0a1f6f5f6c11
18:40:12Z  export 101  files 118 of 305 verified
18:40:14Z  export 101  token refused: invalid_client
18:40:14Z  export 101  waits for: enterCredentials`;
