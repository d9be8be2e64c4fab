import type { AuditVerdict } from "../bindings/AuditVerdict";
import type { CheckResult } from "../bindings/CheckResult";
import type { ContractForm } from "../bindings/ContractForm";
import type { ContractId } from "../bindings/ContractId";
import type { ContractView } from "../bindings/ContractView";
import type { CredentialsFile } from "../bindings/CredentialsFile";
import type { CredentialsForm } from "../bindings/CredentialsForm";
import type { Event } from "../bindings/Event";
import type { ExportForm } from "../bindings/ExportForm";
import type { ExportId } from "../bindings/ExportId";
import type { ExportPreview } from "../bindings/ExportPreview";
import type { ExportView } from "../bindings/ExportView";
import type { FhirVersion } from "../bindings/FhirVersion";
import type { FieldError } from "../bindings/FieldError";
import type { FileView } from "../bindings/FileView";
import type { FolderView } from "../bindings/FolderView";
import type { HistoryFilter } from "../bindings/HistoryFilter";
import type { HistoryPage } from "../bindings/HistoryPage";
import type { Interval } from "../bindings/Interval";
import type { ProblemView } from "../bindings/ProblemView";
import type { Refusal } from "../bindings/Refusal";
import type { Settings } from "../bindings/Settings";
import type { Snapshot } from "../bindings/Snapshot";
import type { VerifyReport } from "../bindings/VerifyReport";

/** Stops what it was given for. */
export type Stop = () => void;

/** What the page asks of the program: a method for each command, and two streams. A refusal is a {@link CommandError}. */
export interface Backend {
  snapshot(): Promise<Snapshot>;
  onEvent(listener: (event: Event) => void): Promise<Stop>;
  /** Tells whether files are being dragged over the window. */
  onDrag(listener: (over: boolean) => void): Promise<Stop>;

  addContract(form: ContractForm): Promise<ContractView>;
  editContract(id: ContractId, form: ContractForm): Promise<ContractView>;
  removeContract(id: ContractId): Promise<void>;
  startPractice(): Promise<ContractView>;
  replaceCredentials(id: ContractId, credentials: CredentialsForm): Promise<void>;
  /** A check answers null when it was stopped. */
  checkConnection(
    check: number,
    form: ContractForm,
    contract: ContractId | null,
  ): Promise<CheckResult[] | null>;
  checkContract(check: number, id: ContractId): Promise<CheckResult[] | null>;
  checkComputer(check: number): Promise<CheckResult[] | null>;
  stopCheck(check: number): Promise<void>;

  lookAtFolder(folder: string): Promise<FolderView>;
  chooseFolder(start: string | null): Promise<string | null>;
  chooseCredentialsFile(): Promise<CredentialsFile | null>;

  previewExport(id: ContractId, form: ExportForm): Promise<ExportPreview>;
  startExport(id: ContractId, form: ExportForm): Promise<ExportId>;
  /** Exports a stretch that no verified file covers. */
  closeGap(id: ContractId, version: FhirVersion, gap: Interval): Promise<ExportId>;
  pauseExport(id: ExportId): Promise<void>;
  resumeExport(id: ExportId): Promise<void>;
  tryNow(id: ExportId): Promise<void>;
  /** Takes a running job for the export's own. */
  adoptJob(id: ExportId, job: string): Promise<void>;
  /** None of the running jobs is the export's: it starts one when there is room. */
  startAnew(id: ExportId): Promise<void>;
  cancelExport(id: ExportId): Promise<void>;
  moveExport(id: ExportId, folder: string): Promise<void>;

  exportView(id: ExportId): Promise<ExportView>;
  exportFiles(id: ExportId): Promise<FileView[]>;
  /** Reads the files again; null when it was stopped. */
  verifyExport(id: ExportId): Promise<VerifyReport | null>;
  stopVerifying(id: ExportId): Promise<void>;
  fetchAgain(id: ExportId): Promise<void>;
  openFolder(id: ExportId): Promise<void>;

  history(filter: HistoryFilter): Promise<HistoryPage>;
  /** Saves the audit record where the person chooses; the path, or null when they choose nothing. */
  saveAudit(): Promise<string | null>;
  /** Checks the audit record; null when that was stopped. */
  verifyAudit(check: number): Promise<AuditVerdict | null>;
  supportReport(id: ExportId | null): Promise<string>;
  saveSupportReport(text: string): Promise<string | null>;

  /** Where the log would be in a folder that the person chose; null when they closed the dialog. */
  chooseLogFolder(): Promise<string | null>;
  openLogFolder(): Promise<void>;
  setSettings(settings: Settings): Promise<void>;
  copyText(text: string): Promise<void>;
}

/** Why a command was refused. */
export type CommandRefusal =
  | { kind: "fields"; fields: FieldError[] }
  | { kind: "refused"; refusals: Refusal[] }
  | { kind: "problem"; problem: ProblemView }
  | { kind: "message"; message: string };

/** A command that was refused, with the reason as the program gave it. */
export class CommandError extends Error {
  constructor(readonly refusal: CommandRefusal) {
    super(sentenceOf(refusal));
    this.name = "CommandError";
  }
}

/** The refusal in one text, for where there is no field to put it at. */
function sentenceOf(refusal: CommandRefusal): string {
  switch (refusal.kind) {
    case "fields":
      return refusal.fields.map((field) => field.reason).join(" ");
    case "refused":
      return refusal.refusals.map((each) => each.reason).join(" ");
    case "problem":
      return [refusal.problem.title, refusal.problem.explanation, refusal.problem.nextStep].join(" ");
    case "message":
      return refusal.message;
  }
}
