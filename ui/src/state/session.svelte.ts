import { getContext, setContext } from "svelte";
import { SvelteMap, SvelteSet } from "svelte/reactivity";

import type { Backend, Stop } from "../backend/backend";
import { CommandError } from "../backend/backend";
import type { AuditProgress } from "../bindings/AuditProgress";
import type { CheckResult } from "../bindings/CheckResult";
import type { ContractId } from "../bindings/ContractId";
import type { ContractView } from "../bindings/ContractView";
import type { CredentialsFile } from "../bindings/CredentialsFile";
import type { Event } from "../bindings/Event";
import type { Environment } from "../bindings/Environment";
import type { ExportId } from "../bindings/ExportId";
import type { ExportView } from "../bindings/ExportView";
import type { FileView } from "../bindings/FileView";
import type { Settings } from "../bindings/Settings";
import type { Snapshot } from "../bindings/Snapshot";
import { isOf, needsCredentials } from "../contracts/contract";
import { Dates } from "../dates/dates";
import { isActive, needsPerson } from "../export/phase";
import { EverythingCheck } from "../help/everything.svelte";
import { RecordCheck } from "../history/record.svelte";
import { Reading } from "../result/reading.svelte";
import { words } from "../words";
import { Announcer } from "./announcer.svelte";
import { Milestones } from "./milestones";
import { Notices } from "./notices.svelte";
import { Pending, type ProgressEvent } from "./pending";
import { Retries } from "./retries.svelte";
import { Router } from "./router.svelte";
import { TimeLeft } from "./timeLeft";
import { Unseen } from "./unseen";
import { SystemZone } from "./zone.svelte";

const DEFAULTS: Settings = {
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

/** What is told of a check while it runs. */
export interface CheckListener {
  step?: (result: CheckResult) => void;
  audit?: (progress: AuditProgress) => void;
}

/** Everything that the window knows: one snapshot, kept up by events. */
export class Session {
  readonly router = new Router();
  readonly announcer = new Announcer();
  readonly retries = new Retries();
  readonly notices = new Notices();
  readonly unseen = new Unseen();

  ready = $state(false);
  /** Why the program's first answer did not come. */
  broken = $state<string | null>(null);
  version = $state("");
  contracts = $state.raw<ContractView[]>([]);
  /** Contracts that were in the list and are not any more. */
  readonly removed = new SvelteSet<ContractId>();
  readonly exports = new SvelteMap<ExportId, ExportView>();
  /** The files of the export that is shown. */
  readonly files = new SvelteMap<ExportId, FileView[]>();
  /** As the program has them. */
  #stored = $state.raw<Settings>(DEFAULTS);
  /** What the person changed, until it is stored. */
  #changes = $state.raw<Partial<Settings>[]>([]);
  readonly settings: Settings = $derived(Object.assign({}, this.#stored, ...this.#changes) as Settings);
  defaultFolder = $state("");
  logFolder = $state("");
  keychain = $state(true);
  /** Whether files are dragged over the window. */
  dragging = $state(false);
  /** The last credentials file that was dropped, until a form takes it. */
  dropped = $state.raw<CredentialsFile | null>(null);
  /** How many places take a dropped credentials file now. */
  takers = 0;
  /** Why a dropped file could not be read. */
  dropRefused = $state<string | null>(null);

  /** The check of the audit record: under way, done, or never begun. */
  readonly record = new RecordCheck(this);
  /** The check of everything: under way, done, or never begun. */
  readonly everything = new EverythingCheck(this);
  readonly dates: Dates;
  /** What runs, waits or is paused, oldest first. */
  readonly active: ExportView[] = $derived(
    [...this.exports.values()].filter(isActive).sort((a, b) => a.id - b.id),
  );

  readonly #milestones = new Milestones(this.announcer, this.retries, (each) =>
    this.nameOf(each.contractNumber, each.environment),
  );
  readonly #pending = new Pending((told) => this.#progress(told));
  readonly #timesLeft = new Map<ExportId, TimeLeft>();
  /** What was told of an export's files since all of them were last asked for, until the answer comes. */
  readonly #told = new Map<ExportId, FileView[]>();
  readonly #readings = new Map<ExportId, Reading>();
  readonly #checks = new Map<number, CheckListener>();
  #nextCheck = 1;
  /** Ends when the settings that were changed last are stored. */
  #changed: Promise<unknown> = Promise.resolve();

  constructor(
    readonly backend: Backend,
    zone?: string,
  ) {
    const system = new SystemZone();
    // Other settings change nothing that is written in dates.
    const locale = $derived(this.settings.dateLocale);
    this.dates = $derived(new Dates(locale, zone ?? system.name));
  }

  /** Asks for the snapshot and follows the events; those that come before it are applied after it, in order. */
  async open(): Promise<Stop> {
    let early: Event[] | null = [];
    const stops: Stop[] = [];
    this.broken = null;
    try {
      stops.push(
        await this.backend.onEvent((event) => (early ? early.push(event) : this.#follow(event))),
        await this.backend.onDrag((over) => (this.dragging = over)),
      );
      this.#take(await this.backend.snapshot());
    } catch (error) {
      this.broken = error instanceof CommandError ? error.message : words.commandFailed(String(error));
    }
    early.forEach((event) => this.#follow(event));
    early = null;
    return () => {
      stops.forEach((stop) => stop());
      this.#pending.clear();
    };
  }

  contract(id: number | null): ContractView | undefined {
    return this.contracts.find((contract) => contract.id === id);
  }

  /** The contract of an export, if it is in the list. */
  contractOf(each: ExportView): ContractView | undefined {
    return this.contracts.find((contract) => isOf(each, contract));
  }

  /** The export of a contract that matters most now: the one that waits for the person, else the newest. */
  activeOf(contract: ContractView): ExportView | undefined {
    const own = this.active.filter((each) => isOf(each, contract));
    return own.find(needsPerson) ?? own.at(-1);
  }

  /** The reading of an export's files again: under way, done, or never begun. */
  reading(id: ExportId): Reading {
    const reading = this.#readings.get(id) ?? new Reading(this, id);
    this.#readings.set(id, reading);
    return reading;
  }

  /** Loads an export that may be older than this run of the program. */
  async load(id: ExportId): Promise<void> {
    if (this.exports.has(id)) return;
    const answer = await this.backend.exportView(id);
    if (!this.exports.has(id)) this.#set(answer);
  }

  /** Asks for all files of an export. Only what is told of them meanwhile is newer than the answer. */
  async loadFiles(id: ExportId): Promise<void> {
    this.#pending.flush(id);
    const told: FileView[] = [];
    this.#told.set(id, told);
    try {
      const files = await this.backend.exportFiles(id);
      if (this.#told.get(id) === told) this.files.set(id, merge(files, told));
    } finally {
      if (this.#told.get(id) === told) this.#told.delete(id);
    }
  }

  /** Forgets the files of an export that is not shown any more: there can be thousands. */
  closeFiles(id: ExportId): void {
    this.files.delete(id);
    this.#told.delete(id);
  }

  /** Changes settings at once, and stores them one change after the other: what is refused takes no other with it. */
  async changeSettings(changes: Partial<Settings>): Promise<void> {
    this.#changes = [...this.#changes, changes];
    const stored = this.#changed.then(async () => {
      const after = { ...this.#stored, ...changes };
      await this.backend.setSettings(after);
      this.#stored = after;
    });
    this.#changed = stored.catch(() => undefined);
    try {
      await stored;
    } finally {
      this.#changes = this.#changes.filter((each) => each !== changes);
    }
  }

  /** What tells a contract from every other: its number, with the environment where one of another has it, too. */
  nameOf(number: string, environment: Environment): string {
    const isShared = this.contracts.some(
      (each) => each.number === number && each.environment !== environment,
    );
    return isShared ? words.inEnvironment(number, environment) : number;
  }

  /** A number for a check, of which the listener is told as long as it runs. */
  followCheck(listener: CheckListener): number {
    const check = this.#nextCheck++;
    this.#checks.set(check, listener);
    return check;
  }

  endCheck(check: number): void {
    this.#checks.delete(check);
  }

  #take(snapshot: Snapshot): void {
    this.version = snapshot.version;
    this.contracts = snapshot.contracts;
    this.#stored = snapshot.settings;
    this.defaultFolder = snapshot.defaultFolder;
    this.logFolder = snapshot.logFolder;
    this.keychain = snapshot.keychain;
    snapshot.exports.forEach((each) => this.#set(each));
    this.ready = true;
  }

  #follow(event: Event): void {
    switch (event.event) {
      case "contracts":
        this.#list(event.contracts);
        return;
      case "export":
        this.#pending.flush(event.export.id);
        this.#milestones.passed(this.exports.get(event.export.id), event.export);
        this.unseen.take(this.exports.get(event.export.id), event.export);
        this.#set(event.export);
        return;
      case "progress":
        this.#pending.add(event);
        return;
      case "verifying":
        this.reading(event.id).progress = event.progress;
        return;
      case "credentialsDropped":
        this.#drop(event.file);
        return;
      case "check":
        this.#checks.get(event.check)?.step?.(event.result);
        return;
      case "checkingAudit":
        this.#checks.get(event.check)?.audit?.(event.progress);
        return;
      case "settings":
        this.#stored = event.settings;
        this.logFolder = event.logFolder;
        return;
      case "openExport":
        this.router.go({ page: "export", id: event.id });
        return;
    }
  }

  #list(contracts: ContractView[]): void {
    const listed = new Set(contracts.map(({ id }) => id));
    for (const { id } of this.contracts) if (!listed.has(id)) this.removed.add(id);
    this.contracts = contracts;
  }

  #progress({ id, progress, files }: ProgressEvent): void {
    this.#told.get(id)?.push(...files);
    const before = this.exports.get(id);
    if (!before) return;
    const after = { ...before, progress };
    this.#milestones.passed(before, after);
    this.#set(after);
    const known = this.files.get(id);
    if (known) this.files.set(id, merge(known, files));
  }

  /** Keeps an export as it is shown, its time left steady. */
  #set(each: ExportView): void {
    const { id, phase, progress } = each;
    const left = this.#timesLeft.get(id) ?? new TimeLeft();
    this.#timesLeft.set(id, left);
    const estimate = phase.name === "downloading" ? progress.secondsLeft : null;
    this.exports.set(id, {
      ...each,
      progress: { ...progress, secondsLeft: left.read(estimate, Date.now()) },
    });
  }

  /** A file is taken, or refused, where the page has a place for it: by the form that is open, or its contract’s. */
  #drop(file: { Ok: CredentialsFile } | { Err: string }): void {
    this.dragging = false;
    if ("Err" in file) {
      this.dropRefused = file.Err;
      this.announcer.alert(file.Err);
    } else {
      this.dropRefused = null;
      this.dropped = file.Ok;
      this.announcer.say(words.drop.read(file.Ok.fileName));
    }
    if (this.takers > 0) return;
    const named = "Ok" in file ? this.#namedBy(file.Ok) : undefined;
    this.router.go(named ? { page: "editContract", id: named.id } : { page: "addContract" });
  }

  /** The contract that a credentials file is for; of several with its number the one that lacks credentials, or production. */
  #namedBy({ contractNumber }: CredentialsFile): ContractView | undefined {
    const named = this.contracts.filter(
      ({ number, environment }) => number === contractNumber && environment !== "practice",
    );
    return (
      named.find(needsCredentials) ??
      named.find(({ environment }) => environment === "production") ??
      named[0]
    );
  }
}

/** What to say of a command that was refused. */
export function sentence(error: unknown): string {
  if (error instanceof CommandError) return error.message;
  throw error;
}

const KEY = Symbol("session");

export function provideSession(session: Session): Session {
  return setContext(KEY, session);
}

export function useSession(): Session {
  return getContext<Session>(KEY);
}

/** A list of files with those that changed; one that is not in the list yet comes with the next list. */
function merge(known: FileView[], changed: FileView[]): FileView[] {
  const merged = [...known];
  for (const file of changed) if (file.index < known.length) merged[file.index] = file;
  return merged;
}
