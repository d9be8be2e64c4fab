import type { Route } from "../src/state/router.svelte";
import type { Session } from "../src/state/session.svelte";
import { MemoryBackend } from "./memory";
import * as samples from "./samples";

/** A screen in a state, to look at. */
export interface Scene {
  backend: () => MemoryBackend;
  route?: Route;
  /** What a person does before the picture: called when the page stands. */
  act?: (session: Session) => Promise<void> | void;
}

const usual = () => new MemoryBackend();
const showing = (each: ReturnType<typeof samples.running>) => () => {
  const backend = new MemoryBackend(
    samples.snapshot({ exports: each.id === 101 ? [samples.running(), each] : [each, samples.waiting()] }),
  );
  const { files } = each.progress;
  backend.files = each.phase.name === "complete" ? samples.files(files, 500) : samples.files(files);
  return backend;
};
const running: Route = { page: "export", id: 100 };
const waiting: Route = { page: "export", id: 101 };

/** A backend whose answers differ from the usual ones. */
function changed(change: (backend: MemoryBackend) => void, state = samples.snapshot()): () => MemoryBackend {
  return () => {
    const backend = new MemoryBackend(state);
    change(backend);
    return backend;
  };
}

const practice = () =>
  new MemoryBackend(
    samples.snapshot({
      contracts: [
        samples.contract({
          id: 9,
          number: "Z1001",
          nickname: "",
          environment: "practice",
          apiUrl: "",
          tokenUrl: "",
          lastExport: null,
          due: null,
          coverage: [],
        }),
      ],
      exports: [],
    }),
  );
const stopped = samples.problem({
  code: "addressNotListed",
  title: "AB2D’s firewall did not let this computer in.",
  explanation:
    "Most often the public internet address of this computer or office is not on the contract’s list of up to eight addresses.",
  nextStep:
    "Connect through the office network or VPN whose address is listed, or ask AB2D support (ab2d@cms.hhs.gov) to list this one, then try again.",
  remedy: "tryNow",
});
const file = {
  handle: 1,
  fileName: "credentials_S5601_base64.txt",
  clientId: "0oa9jyx2w9Z0AntLE297",
  contractNumber: "S5601",
  inSharedFolder: true,
};
const everything = (phase: ReturnType<typeof samples.running>["phase"]) =>
  showing(samples.running({ phase }));
const ended = samples.running().progress;

export const scenes: Record<string, Scene> = {
  contracts: {
    backend: usual,
    act: () => click("input[aria-label='Select S4802']", "input[aria-label='Select S5601']"),
  },
  "contracts-menu": { backend: usual, act: () => click("button[aria-label='More for S7694']") },
  "contracts-remove": {
    backend: usual,
    act: () => click("button[aria-label='More for S7694']", "[role=menuitem]:last-child"),
  },
  "contracts-none": { backend: usual, act: () => type("input[type=search]", "nothing") },
  "first-run": { backend: () => new MemoryBackend(samples.snapshot({ contracts: [], exports: [] })) },
  "add-contract": { backend: usual, route: { page: "addContract" } },
  "add-contract-refused": {
    backend: usual,
    route: { page: "addContract" },
    act: () => click(".foot .filled"),
  },
  "add-contract-checked": {
    backend: changed((backend) => (backend.credentialsFile = file)),
    route: { page: "addContract" },
    act: () => click(".credentials button", ".panel .button"),
  },
  "add-contract-stopped": {
    backend: changed((backend) => {
      backend.credentialsFile = file;
      backend.checks = [
        { step: "addressFound", problem: null },
        { step: "secureConnection", problem: stopped },
      ];
    }),
    route: { page: "addContract" },
    act: () => click(".credentials button", ".panel .button"),
  },
  "add-contract-typed": {
    backend: usual,
    route: { page: "addContract" },
    act: () => click("input[value=other]", ".ways .link"),
  },
  "edit-contract": { backend: usual, route: { page: "editContract", id: 3 } },
  "export-form": { backend: usual, route: { page: "exportForm", id: 3 } },
  "export-period": {
    backend: usual,
    route: { page: "exportForm", id: 3 },
    act: () => click("input[value=period]", ".disclosure button"),
  },
  "export-calendar": {
    backend: usual,
    route: { page: "exportForm", id: 3 },
    act: () => click("input[value=period]", ".date .icon-button"),
  },
  "export-refused": {
    backend: changed((backend) => {
      backend.preview.folder = { path: "", freeBytes: 8_400_000_000, warnings: ["network", "synced"] };
    }),
    route: { page: "exportForm", id: 3 },
    act: async () => {
      await click("input[value=period]");
      await type("input[name=since]", "31/31/2026");
      await click("button[type=submit]");
    },
  },
  "export-v3-gaps": {
    backend: changed((backend) => {
      backend.preview.gaps = [{ from: "2026-06-01T04:00:00Z", to: "2026-06-15T04:00:00Z" }];
      backend.preview.leavesGap = true;
    }),
    route: { page: "exportForm", id: 3 },
    act: () => click("input[value=r4v3]"),
  },
  "export-several": {
    backend: changed(() => undefined, samples.snapshot({ exports: [] })),
    route: { page: "exportSeveral", ids: [3, 4, 5] },
  },
  "practice-form": { backend: practice, route: { page: "exportForm", id: 9 } },
  requesting: {
    backend: showing(
      samples.running({
        phase: { name: "requesting" },
        times: { asked: samples.NOW, signedIn: null, requested: null, prepared: null, finished: null },
        expiresAt: null,
        progress: { ...ended, files: 0, filesVerified: 0, bytes: 0, bytesDone: 0, secondsLeft: null },
      }),
    ),
    route: running,
  },
  preparing: {
    backend: showing(
      samples.running({
        phase: { name: "preparing", percent: 37 },
        times: { ...samples.running().times, prepared: null },
        expiresAt: null,
        progress: { ...ended, files: 0, filesVerified: 0, bytes: 0, bytesDone: 0, secondsLeft: null },
      }),
    ),
    route: running,
  },
  running: { backend: showing(samples.running()), route: running },
  paused: { backend: everything({ name: "paused" }), route: running },
  "cancel-dialog": {
    backend: showing(samples.running()),
    route: running,
    act: () => click(".button.destructive"),
  },
  waiting: { backend: showing(samples.waiting()), route: waiting, act: () => click(".disclosure button") },
  "waiting-credentials": {
    backend: showing(samples.waiting()),
    route: waiting,
    act: () => click(".button.main"),
  },
  "waiting-clock": {
    backend: showing(
      samples.waiting({
        phase: {
          name: "waiting",
          until: "2026-11-20T19:06:10Z",
          problem: samples.problem({
            code: "networkDown",
            title: "There is no connection to AB2D.",
            explanation: "api.ab2d.cms.gov cannot be reached from this computer.",
            nextStep: "Check the network or VPN; the export goes on by itself when the connection is back.",
            remedy: "tryNow",
            stage: "file",
            httpStatus: null,
          }),
        },
      }),
    ),
    route: waiting,
  },
  result: { backend: showing(samples.complete()), route: running },
  "result-table": {
    backend: showing(samples.complete()),
    route: running,
    act: () => click(".segments button:last-child"),
  },
  "result-damaged": {
    backend: () => {
      const backend = showing(
        samples.complete({
          coverage: { moved: false, nextSince: "2026-11-03T14:14:00Z", reason: "gap" },
          errorFiles: 2,
        }),
      )();
      backend.verified = {
        folder: "",
        whole: [],
        damaged: ["S5601_0017.ndjson"],
        missing: ["S5601_0400.ndjson"],
        foreign: ["notes.txt"],
      };
      return backend;
    },
    route: running,
    act: () => click(".actions .button:nth-of-type(3)"),
  },
  "result-practice": {
    backend: showing(samples.complete({ environment: "practice", contractNumber: "Z1001", nickname: "" })),
    route: running,
    act: () => click(".files > .link"),
  },
  "result-not-delivered": {
    backend: showing({ ...samples.noNewClaims(), errorFiles: 2 }),
    route: running,
  },
  "result-first": {
    backend: showing(
      samples.complete({
        errorFiles: 1,
        tally: {
          byType: samples.complete().tally?.byType ?? {},
          byMonth: { "2025-06": 1992, "2025-12": 124, "2026-09": 133, "2026-10": 120, "2026-11": 23 },
        },
      }),
    ),
    route: running,
  },
  "no-new-claims": { backend: showing(samples.noNewClaims()), route: running },
  failed: {
    backend: showing(
      samples.running({
        phase: { name: "failed", problem: samples.failure() },
        times: { ...samples.running().times, prepared: null },
        folder: null,
        progress: { ...ended, files: 0, filesVerified: 0, bytes: 0, bytesDone: 0, secondsLeft: null },
      }),
    ),
    route: running,
  },
  cancelled: { backend: everything({ name: "cancelled" }), route: running },
  expired: {
    backend: everything({
      name: "expired",
      problem: samples.problem({
        code: "filesExpired",
        title: "AB2D has deleted the files of this export.",
        explanation: "The service keeps them for 72 hours.",
        nextStep: "Export again; nothing is skipped.",
        remedy: "exportAgain",
        stage: "file",
      }),
    }),
    route: running,
  },
  history: {
    backend: changed((backend) => (backend.rows = { rows: samples.historyRows(), total: 148 })),
    route: { page: "history" },
    act: () => click(".head .button"),
  },
  "history-empty": { backend: usual, route: { page: "history" } },
  help: { backend: usual, route: { page: "help" }, act: () => click(".line .button") },
  "help-report": {
    backend: changed((backend) => (backend.report = REPORT)),
    route: { page: "help", about: 101 },
  },
  settings: {
    backend: changed(
      () => undefined,
      samples.snapshot({
        settings: { ...samples.settings, proxy: { kind: "manual", url: "http://proxy.example:8080" } },
      }),
    ),
    route: { page: "settings" },
  },
  busy: { backend: busy, route: { page: "export", id: 200 } },
  dropping: { backend: usual, act: (session) => void (session.dragging = true) },
};

const REPORT = `AB2D Desktop 0.1.0, support report
System: Windows 11 (10.0.26100), x86_64
Contract: S7694, production
Stage: token, HTTP status 401
Job: 3fa81c2e-5b1c-4c8e-9d7a-0a1f6f5f6c11
18:40:12Z  export 101  files 118 of 305 verified
18:40:14Z  export 101  token refused: invalid_client
18:40:14Z  export 101  waits for: enterCredentials`;

/** Fifty contracts, ten of them exporting 2,000 files each, each telling of it ten times a second. */
function busy(): MemoryBackend {
  const contracts = Array.from({ length: 50 }, (_, index) =>
    samples.contract({ id: 200 + index, number: `S${5000 + index}` }),
  );
  const exports = contracts
    .slice(0, 10)
    .map(({ id, number }) => samples.running({ id, contractId: id, contractNumber: number }));
  const backend = new MemoryBackend(samples.snapshot({ contracts, exports }));
  backend.files = samples.files(2000, 0);
  let told = 0;
  for (const each of exports) setInterval(() => tell(backend, each, told++ % 2000), 100);
  return backend;
}

function tell(backend: MemoryBackend, each: ReturnType<typeof samples.running>, at: number) {
  const progress = { ...each.progress, bytesDone: Math.round((each.progress.bytes * at) / 2000) };
  const files = samples.files(2000, at).slice(Math.max(0, at - 3), at + 5);
  backend.emit({ event: "progress", id: each.id, progress, files });
}

async function click(...selectors: string[]): Promise<void> {
  for (const selector of selectors) {
    document.querySelector<HTMLElement>(selector)?.click();
    await settled();
  }
}

async function type(selector: string, text: string): Promise<void> {
  const input = document.querySelector<HTMLInputElement>(selector);
  if (!input) return;
  input.focus();
  input.value = text;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  await settled();
}

function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 60));
}
