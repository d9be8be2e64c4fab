import type { ContractId } from "../bindings/ContractId";
import type { ContractView } from "../bindings/ContractView";
import type { ExportForm } from "../bindings/ExportForm";
import type { FhirVersion } from "../bindings/FhirVersion";
import type { FolderView } from "../bindings/FolderView";
import type { FolderWarning } from "../bindings/FolderWarning";
import { needsCredentials } from "../contracts/contract";
import { lookAt, warningsFor } from "../parts/folder.svelte";
import { sentence, type Session } from "../state/session.svelte";
import { words } from "../words";
import { notStarted } from "./notStarted";

/** A contract among several that are exported at once. */
export interface Entry {
  /** As it is now; once its export is started, as it was then. */
  contract: ContractView;
  version: FhirVersion;
  /** Where its claims go this time; null: into its own folder. */
  elsewhere: string | null;
  /** What is known of the folder that they go to, as soon as it is. */
  folder: FolderView | undefined;
  state: "ready" | "leftOut" | "starting" | "started" | "refused";
  reason: string;
}

/** How an entry stands: it is not ready while an export of its contract runs, nor without credentials. */
export type Standing = Entry["state"] | "running" | "noCredentials";

/** Several contracts, each exported from where its last export ended. */
export class Several {
  entries = $state<Entry[]>([]);
  busy = $state(false);
  /** Whether no further one is to be started. */
  stopped = $state(false);

  constructor(
    readonly session: Session,
    ids: ContractId[],
  ) {
    this.entries = ids
      .map((id) => session.contract(id))
      .filter((contract) => contract !== undefined)
      .map(entryOf);
    for (const entry of this.entries) void this.#look(entry);
  }

  /** Those that can still be started. */
  readonly startable: Entry[] = $derived.by(() => this.entries.filter((each) => this.isStartable(each)));

  /** Whether real claims go where they may not be allowed. */
  readonly warned: boolean = $derived.by(() => this.entries.some((entry) => warningsOf(entry).length > 0));

  /** How many the person has not left out. */
  readonly chosen: number = $derived.by(() => this.entries.length - this.#in("leftOut").length);
  readonly started: number = $derived.by(() => this.#in("started").length);
  readonly refused: Entry[] = $derived.by(() => this.#in("refused"));
  /** How many the person left by stopping, which could have been started. */
  readonly left: number = $derived.by(() =>
    this.stopped && !this.busy ? this.startable.filter(({ state }) => state === "ready").length : 0,
  );
  /** Whether the last start is over and some are not being exported. */
  readonly isPartial: boolean = $derived.by(() => !this.busy && this.refused.length + this.left > 0);

  /** What came of it, in words. */
  readonly outcome: string = $derived.by(() =>
    words.several.outcome(this.started, this.refused.length, this.left),
  );
  /** The same on the page, where the reasons are. */
  readonly summary: string = $derived.by(() =>
    this.refused.length > 0 ? `${this.outcome} ${words.several.reason(this.refused.length)}` : this.outcome,
  );

  standing({ state, contract }: Entry): Standing {
    if (isBegun(state) || state === "leftOut") return state;
    if (this.session.activeOf(contract)) return "running";
    return state === "ready" && needsCredentials(contract) ? "noCredentials" : state;
  }

  /** Whether an entry can still be started. */
  isStartable(entry: Entry): boolean {
    return ["ready", "refused"].includes(this.standing(entry));
  }

  /** Sends an entry's claims to a folder that the person chooses, for this time. */
  async chooseFolder(entry: Entry): Promise<void> {
    const chosen = await this.session.backend.chooseFolder(folderOf(entry));
    if (chosen !== null) this.sendTo(entry, chosen);
  }

  sendTo(entry: Entry, folder: string): void {
    entry.elsewhere = folder === entry.contract.folder ? null : folder;
    if (entry.state === "refused") entry.state = "ready";
    this.#lookAnew(entry);
  }

  /** Takes in what was changed of the contracts meanwhile, such as credentials that were entered. */
  renew(contracts: ContractView[]): void {
    for (const entry of this.entries.filter(({ state }) => !isBegun(state))) {
      const before = folderOf(entry);
      entry.contract = contracts.find(({ id }) => id === entry.contract.id) ?? entry.contract;
      if (folderOf(entry) !== before) this.#lookAnew(entry);
    }
  }

  leaveOut(entry: Entry): void {
    entry.state = "leftOut";
  }

  putBack(entry: Entry): void {
    entry.state = "ready";
  }

  /**
   * Starts them one after the other, in their order; one that is refused does not hold up the next. Says at the end what
   * came of it; where the person has left the page, a notice tells of what was refused.
   */
  async start(): Promise<void> {
    const { announcer, notices, router } = this.session;
    const stop = router.at;
    notices.close(stop);
    this.busy = true;
    this.stopped = false;
    for (const entry of this.startable) await this.#startInTurn(entry);
    this.busy = false;
    if (this.refused.length === 0 || router.at === stop) announcer.say(this.summary);
    else notices.add({ what: this.outcome, why: this.#reasons(), stop });
  }

  /** Starts no further one. */
  stop(): void {
    this.stopped = true;
  }

  #in(state: Entry["state"]): Entry[] {
    return this.entries.filter((each) => each.state === state);
  }

  /** Why some were refused, each reason once. */
  #reasons(): string {
    return [...new Set(this.refused.map(({ reason }) => reason))].join(" ");
  }

  #lookAnew(entry: Entry): void {
    entry.folder = undefined;
    void this.#look(entry);
  }

  async #look(entry: Entry): Promise<void> {
    const folder = folderOf(entry);
    const found = await lookAt(this.session.backend, folder);
    if (folder === folderOf(entry)) entry.folder = found;
  }

  /** Starts one whose turn came, unless the person stopped before, or it began elsewhere meanwhile. */
  async #startInTurn(entry: Entry): Promise<void> {
    if (!this.stopped && this.isStartable(entry)) await this.#start(entry);
  }

  async #start(entry: Entry): Promise<void> {
    entry.state = "starting";
    try {
      await this.session.backend.startExport(entry.contract.id, formOf(entry));
      entry.state = "started";
      entry.reason = "";
      this.session.notices.settle(notStarted(this.session, entry.contract));
    } catch (error) {
      entry.state = "refused";
      entry.reason = sentence(error);
    }
  }
}

/** Where an entry's claims go. */
export function folderOf({ contract, elsewhere }: Entry): string {
  return elsewhere ?? contract.folder;
}

/** Why an entry's folder may be no place for its claims; none come there of one that is left out. */
export function warningsOf({ contract, folder, state }: Entry): FolderWarning[] {
  return state === "leftOut" ? [] : warningsFor(contract.environment, folder);
}

function isBegun(state: Entry["state"]): boolean {
  return state === "starting" || state === "started";
}

function entryOf(contract: ContractView): Entry {
  const version = contract.lastForm?.version ?? "r4";
  return { contract, version, elsewhere: null, folder: undefined, state: "ready", reason: "" };
}

function formOf({ contract, version, elsewhere }: Entry): ExportForm {
  return {
    selection: { what: "sinceLast" },
    version,
    serviceDates: [],
    folder: elsewhere,
    compressed: contract.lastForm?.compressed ?? false,
  };
}
