import { type Backend, CommandError, type Stop } from "../src/backend/backend";
import type { AuditVerdict } from "../src/bindings/AuditVerdict";
import type { CheckResult } from "../src/bindings/CheckResult";
import type { ContractForm } from "../src/bindings/ContractForm";
import type { CredentialsFile } from "../src/bindings/CredentialsFile";
import type { CredentialsForm } from "../src/bindings/CredentialsForm";
import type { Event } from "../src/bindings/Event";
import type { ExportForm } from "../src/bindings/ExportForm";
import type { ExportPreview } from "../src/bindings/ExportPreview";
import type { ExportView } from "../src/bindings/ExportView";
import type { FhirVersion } from "../src/bindings/FhirVersion";
import type { FileView } from "../src/bindings/FileView";
import type { FolderView } from "../src/bindings/FolderView";
import type { HistoryFilter } from "../src/bindings/HistoryFilter";
import type { HistoryPage } from "../src/bindings/HistoryPage";
import type { HistoryRow } from "../src/bindings/HistoryRow";
import type { Interval } from "../src/bindings/Interval";
import type { Settings } from "../src/bindings/Settings";
import type { Snapshot } from "../src/bindings/Snapshot";
import type { VerifyReport } from "../src/bindings/VerifyReport";
import { contractsOf } from "./history";
import { contract, snapshot, steps } from "./samples";

/** A program in memory: answers from its fields, and remembers what it was asked. For tests and the gallery only. */
export class MemoryBackend implements Backend {
  /** Every command with its arguments, in order. */
  readonly calls: [name: string, ...args: unknown[]][] = [];
  state: Snapshot;

  checks: CheckResult[] = steps();
  /** How the check of this computer goes. */
  computer: CheckResult[] = [
    { step: "keychain", problem: null },
    { step: "records", problem: null },
    { step: "auditRecord", problem: null },
  ];
  looked: Partial<FolderView> = {};
  folder: string | null = "D:\\Claims\\Elsewhere";
  logFolder: string | null = "D:\\Logs\\AB2D Desktop log";
  credentialsFile: CredentialsFile | null = null;
  preview: Partial<ExportPreview> = {};
  files: FileView[] = [];
  older: ExportView[] = [];
  /** The history, the newest first. */
  rows: HistoryRow[] = [];
  verified: VerifyReport = {
    folder: "",
    by: "record",
    whole: [],
    damaged: [],
    missing: [],
    unreadable: [],
    foreign: [],
  };
  /** What verifying waits for before it answers. */
  reading: Promise<unknown> = Promise.resolve();
  verdict: AuditVerdict = { entries: 1932, unkeyed: 0, broken: null, brokenEntry: null };
  report = "AB2D Desktop support report";
  saved: string | null = "D:\\Claims\\saved.csv";
  /** What a command is refused with, by its name. */
  refuse: Partial<Record<keyof Backend, CommandError>> = {};

  #listener: (event: Event) => void = () => undefined;
  #nextExport = 100;

  constructor(state: Snapshot = snapshot()) {
    this.state = state;
  }

  /** Sends an event, as the program would. */
  emit(event: Event): void {
    this.#listener(event);
  }

  snapshot = () => this.#answer("snapshot", [], this.state);
  onDrag = () => Promise.resolve<Stop>(() => undefined);
  onEvent = (listener: (event: Event) => void) => {
    this.#listener = listener;
    return Promise.resolve<Stop>(() => undefined);
  };

  addContract = (form: ContractForm) =>
    this.#answer("addContract", [form], contract({ number: form.number }));
  editContract = (id: number, form: ContractForm) =>
    this.#answer("editContract", [id, form], contract({ id, number: form.number }));
  removeContract = (id: number) => this.#answer("removeContract", [id], undefined);
  startPractice = async () => {
    const practice = contract({
      id: 9,
      number: "Z1001",
      environment: "practice",
      lastExport: null,
      due: null,
      coverage: [],
    });
    await this.#answer("startPractice", [], practice);
    this.state = { ...this.state, contracts: [...this.state.contracts, practice] };
    this.emit({ event: "contracts", contracts: this.state.contracts });
    return practice;
  };
  replaceCredentials = (id: number, credentials: CredentialsForm) =>
    this.#answer("replaceCredentials", [id, credentials], undefined);
  checkConnection = (check: number, form: ContractForm, id: number | null) =>
    this.#check("checkConnection", check, [form, id], this.checks);
  checkContract = (check: number, id: number) =>
    this.#check("checkContract", check, [id], [{ step: "saveFolder", problem: null }, ...this.checks]);
  checkComputer = (check: number) => this.#check("checkComputer", check, [], this.computer);
  /** Checks are stopped by what stands in for them. */
  stopCheck = (check: number) => this.#answer("stopCheck", [check], undefined);

  lookAtFolder = (folder: string) =>
    this.#answer("lookAtFolder", [folder], {
      path: folder,
      freeBytes: 412_000_000_000,
      warnings: [],
      ...this.looked,
    } satisfies FolderView);
  chooseFolder = (start: string | null) => this.#answer("chooseFolder", [start], this.folder);
  chooseCredentialsFile = () => this.#answer("chooseCredentialsFile", [], this.credentialsFile);

  previewExport = (id: number, form: ExportForm) =>
    this.#answer("previewExport", [id, form], {
      refusals: [],
      since: "2026-11-03T13:40:00Z",
      until: null,
      request:
        "https://api.ab2d.cms.gov/api/v2/fhir/Patient/$export?_outputFormat=application%2Ffhir%2Bndjson&_type=ExplanationOfBenefit&_since=2026-11-03T13%3A40%3A00.000Z",
      gaps: [],
      leavesGap: false,
      ...this.preview,
    } satisfies ExportPreview);
  startExport = (id: number, form: ExportForm) => this.#answer("startExport", [id, form], this.#nextExport++);
  closeGap = (id: number, version: FhirVersion, gap: Interval) =>
    this.#answer("closeGap", [id, version, gap], this.#nextExport++);
  pauseExport = (id: number) => this.#answer("pauseExport", [id], undefined);
  resumeExport = (id: number) => this.#answer("resumeExport", [id], undefined);
  tryNow = (id: number) => this.#answer("tryNow", [id], undefined);
  adoptJob = (id: number, job: string) => this.#answer("adoptJob", [id, job], undefined);
  startAnew = (id: number) => this.#answer("startAnew", [id], undefined);
  cancelExport = (id: number) => this.#answer("cancelExport", [id], undefined);
  moveExport = (id: number, folder: string) => this.#answer("moveExport", [id, folder], undefined);

  exportView = (id: number) => {
    const found = [...this.older, ...this.state.exports].find((each) => each.id === id);
    if (!found)
      return Promise.reject(new CommandError({ kind: "message", message: "There is no such export." }));
    return this.#answer("exportView", [id], found);
  };
  exportFiles = (id: number) => this.#answer("exportFiles", [id], this.files);
  verifyExport = async (id: number) => {
    const report = this.#answer<VerifyReport | null>("verifyExport", [id], this.verified);
    return (await this.reading) === "stopped" ? null : report;
  };
  stopVerifying = (id: number) => this.#answer("stopVerifying", [id], undefined);
  fetchAgain = (id: number) => this.#answer("fetchAgain", [id], undefined);
  openFolder = (id: number) => this.#answer("openFolder", [id], undefined);

  history = (filter: HistoryFilter) => {
    const { offset, limit } = filter;
    const rows = this.rows.slice(offset, offset + limit);
    return this.#answer<HistoryPage>("history", [filter], {
      rows,
      total: this.rows.length,
      all: this.rows.length,
      contracts: contractsOf(this.rows),
    });
  };
  saveAudit = () => this.#answer("saveAudit", [], this.saved);
  verifyAudit = (check: number) => this.#answer<AuditVerdict | null>("verifyAudit", [check], this.verdict);
  supportReport = (id: number | null) => this.#answer("supportReport", [id], this.report);
  saveSupportReport = (text: string) => this.#answer("saveSupportReport", [text], this.saved);

  chooseLogFolder = () => this.#answer("chooseLogFolder", [], this.logFolder);
  openLogFolder = () => this.#answer("openLogFolder", [], undefined);
  setSettings = async (settings: Settings) => {
    await this.#answer("setSettings", [settings], undefined);
    this.emit({ event: "settings", settings, logFolder: settings.logFolder ?? this.state.logFolder });
  };
  copyText = (text: string) => this.#answer("copyText", [text], undefined);

  #check(
    name: keyof Backend,
    check: number,
    args: unknown[],
    results: CheckResult[],
  ): Promise<CheckResult[] | null> {
    results.forEach((result) => this.emit({ event: "check", check, result }));
    return this.#answer<CheckResult[] | null>(name, args, results);
  }

  #answer<Answer>(name: keyof Backend, args: unknown[], answer: Answer): Promise<Answer> {
    this.calls.push([name, ...args]);
    const refusal = this.refuse[name];
    return refusal ? Promise.reject(refusal) : Promise.resolve(answer);
  }
}
