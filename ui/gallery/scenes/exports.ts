import { MemoryBackend } from "../memory";
import * as samples from "../samples";
import { queuedExport } from "./contracts";
import { changed, click, DEEP, nothingYet, practicing, RUNNING, type Scene, showing, WAITING } from "./scene";

const { times } = samples.running();
const practiceRun = (changes: Partial<ReturnType<typeof samples.running>>) =>
  practicing({}, [
    samples.running({
      contractId: 9,
      contractNumber: "Z1001",
      nickname: "",
      environment: "practice",
      since: null,
      progress: { ...samples.running().progress, files: 12, filesVerified: 5 },
      ...changes,
    }),
  ]);

const preparing = (percent: number) =>
  samples.running({
    phase: { name: "preparing", percent },
    times: { ...times, prepared: null },
    expiresAt: null,
    progress: nothingYet,
  });

const waitingForLine = samples.waiting({
  phase: {
    name: "waiting",
    until: "2026-11-20T19:06:10Z",
    problem: samples.problem({
      code: "networkDown",
      title: "There is no connection to AB2D.",
      explanation: "api.ab2d.cms.gov cannot be reached from this computer.",
      nextStep:
        "Check the network or VPN. If other sites can be reached, your network may need its proxy to be named in Settings.",
      remedy: "tryNow",
      stage: "file",
      httpStatus: null,
    }),
  },
});
const triedAgain = samples.waiting({ phase: { name: "downloading" } });

export const exportScenes: Record<string, Scene> = {
  requesting: {
    backend: showing(
      samples.running({
        phase: { name: "requesting" },
        times: {
          asked: samples.NOW,
          signedIn: null,
          requested: null,
          prepared: null,
          finished: null,
          rested: null,
          repaired: null,
        },
        expiresAt: null,
        folder: null,
        progress: nothingYet,
      }),
    ),
    route: RUNNING,
  },
  "preparing-queued": { backend: showing(preparing(0)), route: RUNNING },
  preparing: { backend: showing(preparing(37)), route: RUNNING },
  listing: { backend: showing(samples.running({ progress: nothingYet })), route: RUNNING },
  running: { backend: showing(samples.running()), route: RUNNING },
  "running-many-files": {
    backend: changed((backend) => (backend.files = samples.files(2000, 1992)), {
      exports: [
        samples.running({ progress: { ...samples.running().progress, files: 2000, filesVerified: 1992 } }),
      ],
    }),
    route: RUNNING,
  },
  "running-filter": {
    backend: showing(samples.running()),
    route: RUNNING,
    act: () => click(".chips .chip:nth-child(2)"),
  },
  "running-near-expiry": {
    backend: showing(samples.running({ expiresAt: "2026-11-20T20:12:00Z" })),
    route: RUNNING,
  },
  "running-elsewhere": { backend: showing(samples.running({ drivenElsewhere: true })), route: RUNNING },
  "running-odd": {
    backend: changed(
      (backend) => {
        backend.files = samples.files(6, 3).map((file, index) => ({
          ...file,
          bytes: index === 5 ? 0 : index === 0 ? 1 : file.bytes,
          name: index === 1 ? `S5601_${"0".repeat(90)}1.ndjson` : file.name,
          state: index === 5 ? "damaged" : index === 0 ? "failed" : file.state,
          isError: index === 4,
        }));
      },
      {
        exports: [
          samples.running({
            selection: {
              what: "period",
              since: "2026-01-01T05:00:00Z",
              until: "2026-10-01T04:00:00Z",
            },
            progress: { ...samples.running().progress, bytesPerSecond: 0, secondsLeft: null, files: 6 },
          }),
        ],
      },
    ),
    route: RUNNING,
  },
  paused: {
    backend: showing(
      samples.running({ phase: { name: "paused" }, times: { ...times, rested: "2026-11-20T18:58:00Z" } }),
    ),
    route: RUNNING,
  },
  "paused-overdue": {
    backend: showing(samples.running({ phase: { name: "paused" }, expiresAt: "2026-11-19T18:44:00Z" })),
    route: RUNNING,
  },
  "paused-early": {
    backend: showing({ ...queuedExport, id: 100, phase: { name: "paused" } }),
    route: RUNNING,
  },
  "cancel-dialog": {
    backend: showing(samples.running()),
    route: RUNNING,
    act: () => click(".button.destructive"),
  },
  "cancel-dialog-early": {
    backend: showing(preparing(37)),
    route: RUNNING,
    act: () => click(".button.destructive"),
  },
  "stop-fetching-dialog": {
    backend: showing(samples.running({ coverage: samples.complete().coverage })),
    route: RUNNING,
    act: () => click(".button.destructive"),
  },
  waiting: { backend: showing(samples.waiting()), route: WAITING, act: () => click(".disclosure button") },
  "waiting-credentials": {
    backend: showing(samples.waiting()),
    route: WAITING,
    act: () => click(".button.main"),
  },
  "waiting-folder": {
    backend: showing(
      samples.waiting({
        expiresAt: "2026-11-20T23:00:00Z",
        phase: {
          name: "waiting",
          until: null,
          problem: samples.problem({
            code: "folderMissing",
            title: "The save folder is not there.",
            explanation: `${DEEP} was moved or deleted, or its drive is not connected.`,
            nextStep: "Connect the drive and try again, or choose another folder.",
            remedy: "chooseFolder",
            stage: "file",
            httpStatus: null,
          }),
        },
      }),
    ),
    route: WAITING,
  },
  "waiting-overdue": {
    backend: showing(samples.waiting({ expiresAt: "2026-11-19T18:11:00Z" })),
    route: WAITING,
  },
  "waiting-clock": { backend: showing(waitingForLine), route: WAITING },
  "waiting-tried": {
    backend: showing(waitingForLine),
    route: WAITING,
    act: (_, backend) => backend.emit({ event: "export", export: triedAgain }),
  },
  "waiting-jobs": {
    backend: showing(samples.unknownJobs()),
    route: WAITING,
    act: () => click(".disclosure button"),
  },
  "waiting-queue": { backend: showing(queuedExport), route: WAITING },
  failed: {
    backend: showing(
      samples.running({
        phase: { name: "failed", problem: samples.failure() },
        times: { ...times, prepared: null },
        folder: null,
        progress: nothingYet,
      }),
    ),
    route: RUNNING,
  },
  cancelled: { backend: showing(samples.running({ phase: { name: "cancelled" } })), route: RUNNING },
  expired: {
    backend: showing(
      samples.running({
        phase: {
          name: "expired",
          problem: samples.problem({
            code: "filesExpired",
            title: "AB2D has deleted the files of this export.",
            explanation: "The service keeps them for 72 hours.",
            nextStep: "Export again; what was already verified stays in its folder.",
            remedy: "exportAgain",
            stage: "file",
          }),
        },
      }),
    ),
    route: RUNNING,
  },
  "no-such-export": { backend: () => new MemoryBackend(), route: { page: "export", id: 999 } },
  "practice-preparing": {
    backend: practiceRun({
      phase: { name: "preparing", percent: 60 },
      times: { ...times, prepared: null },
      progress: nothingYet,
      expiresAt: null,
    }),
    route: RUNNING,
  },
  "practice-running": { backend: practiceRun({}), route: RUNNING },
  "practice-cancelled": { backend: practiceRun({ phase: { name: "cancelled" } }), route: RUNNING },
  busy: { backend: busy, route: { page: "export", id: 200 } },
};

/** Fifty contracts, ten of them exporting 2,000 files each, each telling of it ten times a second. */
function busy(): MemoryBackend {
  const contracts = samples.fiftyContracts();
  const exports = contracts
    .slice(0, 10)
    .map(({ id, number }) => samples.running({ id, contractId: id, contractNumber: number }));
  const backend = new MemoryBackend(samples.snapshot({ contracts, exports }));
  backend.files = samples.files(2000, 0);
  for (const each of exports) {
    let told = 0;
    setInterval(() => tell(backend, each, ++told % 2000), 100);
  }
  return backend;
}

function tell(backend: MemoryBackend, each: ReturnType<typeof samples.running>, at: number) {
  const { bytes, secondsLeft } = each.progress;
  const progress = {
    ...each.progress,
    files: 2000,
    filesVerified: at,
    bytesDone: Math.round((bytes * at) / 2000),
    secondsLeft: Math.round((secondsLeft ?? 0) * (1 + 0.3 * Math.sin(at))),
  };
  const files = samples.filesAround(at, 2000);
  backend.emit({ event: "progress", id: each.id, progress, files });
}
