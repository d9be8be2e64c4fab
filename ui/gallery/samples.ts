/* Made-up contracts and exports, for tests and the gallery. */
import { CommandError } from "../src/backend/backend";
import type { CandidateView } from "../src/bindings/CandidateView";
import type { CheckResult } from "../src/bindings/CheckResult";
import type { ContractView } from "../src/bindings/ContractView";
import type { ExportView } from "../src/bindings/ExportView";
import type { FileState } from "../src/bindings/FileState";
import type { FileView } from "../src/bindings/FileView";
import type { HistoryRow } from "../src/bindings/HistoryRow";
import type { LastExport } from "../src/bindings/LastExport";
import type { ProblemView } from "../src/bindings/ProblemView";
import type { RequestView } from "../src/bindings/RequestView";
import type { Settings } from "../src/bindings/Settings";
import type { Snapshot } from "../src/bindings/Snapshot";
import type { VerifyReport } from "../src/bindings/VerifyReport";

/** The moment at which the samples are true: Nov 20, 2026, 2:05 PM Eastern. */
export const NOW = "2026-11-20T19:05:00Z";

export const settings: Settings = {
  parallelFiles: 4,
  keepAwake: true,
  notifications: true,
  theme: "system",
  zoom: 100,
  proxy: { kind: "system" },
  dateLocale: "en-US",
  privateFiles: true,
  logFolder: null,
};

export function contract(changes: Partial<ContractView> = {}): ContractView {
  return {
    id: 3,
    number: "S4802",
    nickname: "Blue Ridge Rx Saver",
    environment: "production",
    apiUrl: "https://api.ab2d.cms.gov/api",
    tokenUrl: "https://idm.cms.gov/oauth2/aus2ytanytjdaF9cr297/v1/token",
    folder: `D:\\Claims\\${changes.number ?? "S4802"}`,
    hasCredentials: true,
    inKeychain: true,
    lastFailed: null,
    lastExport: {
      id: 30,
      version: "r4",
      finishedAt: "2026-11-03T13:40:00Z",
      claims: 203_551,
      bytes: 13_600_000_000,
      seconds: 1440,
    },
    due: "2026-11-17T13:40:00Z",
    coveredTo: "2026-11-03T13:40:00Z",
    coverage: [{ version: "r4", coveredTo: "2026-11-03T13:40:00Z", gaps: [] }],
    lastForm: null,
    ...changes,
  };
}

export function contracts(): ContractView[] {
  const last = (id: number, finishedAt: string, claims: number): LastExport => ({
    id,
    version: "r4",
    finishedAt,
    claims,
    bytes: claims * 66_000,
    seconds: 4620,
  });
  return [
    contract({
      id: 1,
      number: "S5601",
      nickname: "Blue Ridge Rx Preferred",
      lastExport: last(10, "2026-11-03T14:14:00Z", 1_142_087),
      coverage: [
        {
          version: "r4",
          coveredTo: "2026-11-03T14:14:00Z",
          gaps: [{ from: "2026-11-03T14:14:00Z", to: "2026-11-10T05:00:00Z" }],
        },
      ],
    }),
    contract({
      id: 2,
      number: "S7694",
      nickname: "Blue Ridge Rx Value",
      lastExport: last(20, "2026-11-05T13:47:00Z", 876_402),
      due: "2026-11-19T13:47:00Z",
    }),
    contract(),
    contract({
      id: 4,
      number: "S5884",
      nickname: "Blue Ridge Rx Choice",
      lastExport: last(40, "2026-11-13T14:20:00Z", 512_968),
      due: "2026-11-27T14:20:00Z",
    }),
    contract({
      id: 5,
      number: "Z1001",
      nickname: "Trial with synthetic data",
      environment: "sandbox",
      apiUrl: "https://sandbox.ab2d.cms.gov/api",
      lastExport: last(50, "2026-11-18T20:51:00Z", 38_214),
      due: null,
    }),
  ];
}

/** As many contracts as a large sponsor has. */
export function fiftyContracts(): ContractView[] {
  return Array.from({ length: 50 }, (_, index) =>
    contract({
      id: 200 + index,
      number: `S${5000 + index * 37}`,
      nickname: ["Rx Preferred", "Rx Value", "Rx Saver", "Rx Choice"][index % 4] ?? "",
      due: index % 3 === 0 ? "2026-11-17T13:40:00Z" : "2026-11-27T14:20:00Z",
    }),
  );
}

export function running(changes: Partial<ExportView> = {}): ExportView {
  return {
    id: 100,
    contractId: 1,
    contractNumber: "S5601",
    nickname: "Blue Ridge Rx Preferred",
    environment: "production",
    version: "r4",
    selection: { what: "sinceLast" },
    since: "2026-11-03T14:14:00Z",
    until: null,
    serviceDates: [],
    compressed: false,
    folder: "D:\\Claims\\S5601\\S5601 2026-11-20 3fa81c2e",
    job: "3fa81c2e-5b1c-4c8e-9d7a-0a1f6f5f6c11",
    phase: { name: "downloading" },
    times: {
      asked: "2026-11-20T18:02:00Z",
      signedIn: "2026-11-20T18:02:00Z",
      requested: "2026-11-20T18:02:00Z",
      prepared: "2026-11-20T18:44:00Z",
      finished: null,
      rested: null,
      repaired: null,
    },
    expiresAt: "2026-11-23T18:44:00Z",
    progress: {
      files: 412,
      filesVerified: 255,
      bytes: 80_200_000_000,
      bytesDone: 49_740_000_000,
      claims: 745_000,
      bytesPerSecond: 42_300_000,
      secondsLeft: 720,
    },
    errorFiles: 0,
    tally: null,
    coverage: null,
    unrepaired: null,
    damaged: 0,
    candidates: [],
    otherRequest: null,
    drivenElsewhere: false,
    ...changes,
  };
}

export function problem(changes: Partial<ProblemView> = {}): ProblemView {
  return {
    code: "credentialsRefused",
    title: "AB2D refused the credentials.",
    explanation: "The sign-in server does not know this client ID, or the password has changed or expired.",
    nextStep: "Enter the newest credentials that AB2D sent for this contract.",
    remedy: "enterCredentials",
    stage: "token",
    httpStatus: 401,
    requestId: null,
    ...changes,
  };
}

export function waiting(changes: Partial<ExportView> = {}): ExportView {
  return running({
    id: 101,
    contractId: 2,
    contractNumber: "S7694",
    nickname: "Blue Ridge Rx Value",
    since: "2026-11-05T13:47:00Z",
    phase: { name: "waiting", problem: problem(), until: null },
    times: {
      asked: "2026-11-20T17:36:00Z",
      signedIn: "2026-11-20T17:36:00Z",
      requested: "2026-11-20T17:36:00Z",
      prepared: "2026-11-20T18:11:00Z",
      finished: null,
      rested: "2026-11-20T18:42:00Z",
      repaired: null,
    },
    expiresAt: "2026-11-23T18:11:00Z",
    progress: {
      files: 305,
      filesVerified: 118,
      bytes: 59_400_000_000,
      bytesDone: 23_000_000_000,
      claims: 345_000,
      bytesPerSecond: 0,
      secondsLeft: null,
    },
    ...changes,
  });
}

/** An export whose start was not answered, and the jobs of which one may be its own. */
export function unknownJobs(): ExportView {
  const job = (id: string, state: CandidateView["state"]): CandidateView => ({
    job: `${id}-5b1c-4c8e-9d7a-0a1f6f5f6c11`,
    state,
  });
  const request: RequestView = {
    version: "r4",
    since: "2026-10-20T13:00:00Z",
    until: null,
    serviceDates: [],
  };
  return waiting({
    phase: {
      name: "waiting",
      until: "2026-11-20T19:06:10Z",
      problem: problem({
        code: "unknownJobs",
        title: "AB2D may already be preparing this export.",
        explanation:
          "AB2D’s answer to the request was lost. It is preparing 2 exports of your organization, and does not say whether one of them is this one.",
        nextStep:
          "This goes on by itself when that is known, or when there is room to start it again; it can take hours. If you know which of the running exports is this one, choose it.",
        remedy: "tryNow",
        stage: "start",
        httpStatus: 429,
      }),
    },
    job: null,
    folder: null,
    expiresAt: null,
    times: { ...waiting().times, requested: null, prepared: null },
    progress: { ...waiting().progress, files: 0, filesVerified: 0, bytes: 0, bytesDone: 0, claims: 0 },
    candidates: [
      job("3fa81c2e", { name: "running", percent: 62 }),
      job("9a634a0b", { name: "running", percent: null }),
      job("7d3f7c6a", { name: "done", request }),
    ],
  });
}

export function complete(changes: Partial<ExportView> = {}): ExportView {
  return running({
    phase: { name: "complete" },
    times: { ...running().times, finished: "2026-11-20T19:19:00Z" },
    progress: {
      files: 412,
      filesVerified: 412,
      bytes: 80_200_000_000,
      bytesDone: 80_200_000_000,
      claims: 1_204_331,
      bytesPerSecond: 0,
      secondsLeft: null,
    },
    tally: {
      byType: {
        carrier: 842_115,
        outpatient: 231_904,
        dme: 61_872,
        inpatient: 28_640,
        hha: 18_215,
        snf: 12_407,
        hospice: 9_178,
      },
      byMonth: {
        "2024-07": 8_120,
        "2025-03": 12_902,
        "2025-12": 9_112,
        "2026-01": 12_240,
        "2026-02": 14_031,
        "2026-03": 17_322,
        "2026-04": 22_458,
        "2026-05": 28_114,
        "2026-06": 40_377,
        "2026-07": 59_212,
        "2026-08": 97_040,
        "2026-09": 214_667,
        "2026-10": 451_906,
        "2026-11": 216_830,
      },
    },
    coverage: { moved: true, nextSince: "2026-11-20T18:02:00Z", reason: null },
    ...changes,
  });
}

export function noNewClaims(): ExportView {
  return complete({
    progress: { ...complete().progress, files: 0, filesVerified: 0, bytes: 0, bytesDone: 0, claims: 0 },
    tally: { byType: {}, byMonth: {} },
  });
}

/** Files in every state: verified before `at`, under way around it, waiting after it. */
export function files(count = 412, at = 255): FileView[] {
  return Array.from({ length: count }, (_, index) => {
    const state = stateAt(index - at);
    const bytes = 185_000_000 + ((index * 7_919_000) % 18_000_000);
    const done: Partial<Record<FileState, number>> = {
      verified: 1,
      verifying: 1,
      downloading: 0.81 - (index - at) * 0.17,
    };
    return {
      index,
      name: `S5601_${String(index + 1).padStart(4, "0")}.ndjson`,
      bytes,
      bytesDone: Math.round(bytes * (done[state] ?? 0)),
      state,
      mismatches: state === "fetchingAgain" ? 1 : 0,
      downloads: state === "verified" || state === "fetchingAgain" ? 1 : 0,
      sha256: state === "verified" ? checksum(index) : null,
      isError: false,
    };
  });
}

/** The few files whose state changes while the download is at a file. */
export function filesAround(at: number, count: number): FileView[] {
  const first = Math.max(0, at - 3);
  return files(Math.min(count, at + 5), at).slice(first);
}

/** What verifying a folder again found; all is whole unless told otherwise. */
export function verified(changes: Partial<VerifyReport> = {}): VerifyReport {
  const whole = files(412).map(({ name }) => name);
  return {
    folder: "D:\\Claims\\S5601",
    by: "record",
    whole,
    damaged: [],
    missing: [],
    unreadable: [],
    foreign: [],
    ...changes,
  };
}

/** A command’s refusal in a sentence. */
export function refused(message: string): CommandError {
  return new CommandError({ kind: "message", message });
}

export function snapshot(changes: Partial<Snapshot> = {}): Snapshot {
  return {
    version: "0.1.0",
    contracts: contracts(),
    exports: [running(), waiting()],
    settings,
    defaultFolder: "D:\\Claims",
    logFolder: "C:\\Users\\ada\\AppData\\Local\\AB2D Desktop\\data\\logs",
    keychain: true,
    ...changes,
  };
}

export function steps(): CheckResult[] {
  return [
    { step: "addressFound", problem: null },
    { step: "secureConnection", problem: null },
    { step: "signedIn", problem: null },
    { step: "serviceOpen", problem: null },
    { step: "clockRight", problem: null },
  ];
}

export function historyRows(): HistoryRow[] {
  const row = (id: number, asked: string, user: string, changes: Partial<ExportView>): HistoryRow => ({
    user,
    export: complete({ id, times: { ...complete().times, asked }, ...changes }),
  });
  const sized = (claims: number, bytes: number) => ({ ...complete().progress, claims, bytes });
  const s7694 = { contractNumber: "S7694", contractId: 2 };
  const s4802 = { contractNumber: "S4802", contractId: 3 };
  const s5884 = { contractNumber: "S5884", contractId: 4 };
  return [
    { export: running(), user: "Rosa Alvarez" },
    { export: waiting(), user: "Rosa Alvarez" },
    row(50, "2026-11-18T20:51:00Z", "Rosa Alvarez", {
      contractNumber: "Z1001",
      environment: "sandbox",
      selection: { what: "everything", until: null },
      progress: sized(38_214, 2_500_000_000),
    }),
    row(40, "2026-11-13T14:20:00Z", "James Okafor", {
      ...s5884,
      since: "2026-10-30T13:05:00Z",
      progress: sized(512_968, 34_200_000_000),
    }),
    row(20, "2026-11-05T13:47:00Z", "James Okafor", {
      ...s7694,
      since: "2026-10-22T12:30:00Z",
      progress: sized(876_402, 58_400_000_000),
    }),
    row(10, "2026-11-03T14:14:00Z", "Rosa Alvarez", {
      since: "2026-10-20T13:00:00Z",
      progress: sized(1_142_087, 76_100_000_000),
    }),
    row(30, "2026-11-03T13:40:00Z", "Rosa Alvarez", {
      ...s4802,
      since: "2026-10-20T13:00:00Z",
      progress: sized(203_551, 13_600_000_000),
    }),
    row(39, "2026-10-30T13:05:00Z", "James Okafor", {
      ...s5884,
      since: "2026-10-29T13:05:00Z",
      progress: noNewClaims().progress,
    }),
    row(29, "2026-10-26T20:12:00Z", "James Okafor", {
      ...s4802,
      selection: { what: "period", since: "2026-09-01T04:00:00Z", until: "2026-10-01T04:00:00Z" },
      since: "2026-09-01T04:00:00Z",
      phase: { name: "cancelled" },
      progress: sized(0, 0),
    }),
    row(19, "2026-10-22T12:30:00Z", "James Okafor", {
      ...s7694,
      since: "2026-10-08T13:00:00Z",
      phase: { name: "failed", problem: failure() },
      progress: sized(0, 0),
    }),
  ];
}

/** A problem that ends an export. */
export function failure(): ProblemView {
  return problem({
    code: "jobFailed",
    title: "AB2D could not prepare the data.",
    explanation: "The export failed at the service. Nothing was downloaded.",
    nextStep: "Export again; if it fails again, ask AB2D support (ab2d@cms.hhs.gov).",
    remedy: "exportAgain",
    stage: "status",
    httpStatus: 500,
    requestId: "f0b1a6c2",
  });
}

function stateAt(offset: number): FileState {
  if (offset === -2) return "fetchingAgain";
  if (offset === 0) return "verifying";
  if (offset < 0) return "verified";
  return offset <= 3 ? "downloading" : "waiting";
}

function checksum(seed: number): string {
  return Array.from({ length: 64 }, (_, index) => ((seed * 7 + index * (seed + 3)) % 16).toString(16)).join(
    "",
  );
}
