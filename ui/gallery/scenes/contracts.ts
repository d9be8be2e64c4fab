import * as samples from "../samples";
import { changed, click, holding, practicing, type Scene, showing, type, usual } from "./scene";

const queued = samples.problem({
  code: "runningJobsLimit",
  title: "AB2D is already preparing as many exports as it allows for this contract.",
  explanation: "The contract’s other exports may run on this computer or elsewhere.",
  nextStep:
    "This one starts by itself when one of them is done. To start it sooner, cancel another export of this contract.",
  remedy: "tryNow",
  stage: "start",
  httpStatus: 429,
});

/** The export that waits its turn as AB2D runs as many as it allows. */
export const queuedExport = samples.waiting({
  phase: { name: "waiting", problem: queued, until: "2026-11-20T19:05:42Z" },
  times: { ...samples.waiting().times, requested: null, prepared: null },
  expiresAt: null,
  folder: null,
  job: null,
  progress: { ...samples.waiting().progress, files: 0, filesVerified: 0, bytes: 0, bytesDone: 0, claims: 0 },
});

const fifty = samples.fiftyContracts();

export const contractScenes: Record<string, Scene> = {
  contracts: {
    backend: usual,
    act: () => click("input[aria-label='Select S4802']", "input[aria-label='Select S5601']"),
  },
  "contracts-menu": { backend: usual, act: () => click("button[aria-label='More for S7694']") },
  "contracts-remove": {
    backend: usual,
    act: () => click("button[aria-label='More for S4802']", "[role=menuitem]:last-child"),
  },
  "contracts-remove-runs": {
    backend: usual,
    act: () => click("button[aria-label='More for S7694']", "[role=menuitem]:last-child"),
  },
  "contracts-none": { backend: usual, act: () => type("input[type=search]", "nothing") },
  "contracts-queued": { backend: showing(queuedExport) },
  "contracts-ended": {
    backend: holding({ exports: [100, 102, 103, 104].map((id) => samples.running({ id })) }),
    act: (_, backend) =>
      [
        samples.complete(),
        samples.complete({ id: 102, errorFiles: 2 }),
        samples.running({ id: 103, phase: { name: "failed", problem: samples.problem() } }),
      ].forEach((ended) => backend.emit({ event: "export", export: ended })),
  },
  "contracts-jobs": { backend: showing(samples.unknownJobs()) },
  "contracts-states": {
    backend: holding({
      contracts: [
        samples.contract({ id: 1, number: "S5601", lastExport: null, due: null, coverage: [] }),
        samples.contract({ id: 2, number: "S7694", hasCredentials: false }),
        samples.contract({ id: 6, number: "S9000", environment: "other", nickname: "", due: null }),
        samples.contract({
          id: 7,
          number: "S100100",
          nickname:
            "The nickname that somebody gave this contract when nobody had told them that it would have to fit into a column",
          lastExport: {
            id: 70,
            version: "r4",
            finishedAt: "2026-11-05T04:03:00Z",
            claims: 14_142_087,
            bytes: 933_000_000_000,
            seconds: 46_200,
          },
        }),
        samples.contract({ id: 9, number: "Z1001", nickname: "", environment: "practice", due: null }),
        samples.contract({ id: 10, number: "S4801", nickname: "Prepared now" }),
        samples.contract({ id: 11, number: "S4803", nickname: "Paused over lunch" }),
      ],
      exports: [
        samples.running({
          id: 110,
          contractId: 10,
          contractNumber: "S4801",
          phase: { name: "preparing", percent: 0 },
        }),
        samples.running({ id: 111, contractId: 11, contractNumber: "S4803", phase: { name: "paused" } }),
      ],
    }),
  },
  "contracts-fifty": {
    backend: holding({
      contracts: fifty,
      exports: fifty
        .slice(0, 10)
        .map(({ id, number }) => samples.running({ id, contractId: id, contractNumber: number })),
    }),
    act: () => click("input[aria-label='Select every contract shown']"),
  },
  "contracts-practice": { backend: practicing({ lastExport: samples.contract().lastExport }) },
  "first-run": { backend: holding({ contracts: [], exports: [] }) },
  dropping: { backend: usual, act: (session) => void (session.dragging = true) },
  opening: {
    backend: changed((backend) => (backend.snapshot = () => new Promise(() => undefined))),
    act: () => new Promise((resolve) => setTimeout(resolve, 1100)),
  },
  broken: {
    backend: changed((backend) => {
      backend.snapshot = () =>
        Promise.reject(
          samples.refused(
            "This program’s records cannot be written. Check that the disk has room and that your account may write to the program’s data folder, then start it again.",
          ),
        );
    }),
  },
};
