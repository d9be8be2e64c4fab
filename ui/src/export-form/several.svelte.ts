import type { ContractId } from "../bindings/ContractId";
import type { ContractView } from "../bindings/ContractView";
import type { ExportForm } from "../bindings/ExportForm";
import type { FhirVersion } from "../bindings/FhirVersion";
import type { FolderView } from "../bindings/FolderView";
import type { FolderWarning } from "../bindings/FolderWarning";
import { coveredTo, needsCredentials } from "../contracts/contract";
import { lookAt, warningsFor } from "../parts/folder.svelte";
import { sentence, type Session } from "../state/session.svelte";

/** A contract among several that are exported at once. */
export interface Entry {
  contract: ContractView;
  version: FhirVersion;
  /** Up to when its claims are covered; null: nothing is. */
  coveredTo: string | null;
  /** Where its claims go this time; null: into its own folder. */
  elsewhere: string | null;
  /** What is known of the folder that they go to, as soon as it is. */
  folder: FolderView | undefined;
  state: "ready" | "running" | "starting" | "started" | "refused";
  reason: string;
}

/** Several contracts, each exported from where its last export ended. */
export class Several {
  entries = $state<Entry[]>([]);
  busy = $state(false);

  constructor(
    readonly session: Session,
    ids: ContractId[],
  ) {
    this.entries = ids
      .map((id) => session.contract(id))
      .filter((contract) => contract !== undefined)
      .map((contract) => entryOf(contract, session.activeOf(contract) !== undefined));
    for (const entry of this.entries) void this.#look(entry);
  }

  /** Those that can still be started. */
  readonly startable: Entry[] = $derived.by(() => this.entries.filter(isStartable));

  /** Whether real claims go where they may not be allowed. */
  readonly warned: boolean = $derived.by(() => this.entries.some((entry) => warningsOf(entry).length > 0));

  readonly outcome = $derived.by(() => ({
    started: this.entries.filter(({ state }) => state === "started").length,
    refused: this.entries.filter(({ state }) => state === "refused").length,
  }));

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
    for (const entry of this.entries) {
      const before = folderOf(entry);
      entry.contract = contracts.find(({ id }) => id === entry.contract.id) ?? entry.contract;
      if (folderOf(entry) !== before) this.#lookAnew(entry);
    }
  }

  leaveOut(entry: Entry): void {
    this.entries = this.entries.filter((each) => each.contract.id !== entry.contract.id);
  }

  /** Starts them one after the other, in their order; one that is refused does not hold up the next. */
  async start(): Promise<void> {
    this.busy = true;
    for (const entry of this.startable) await this.#start(entry);
    this.busy = false;
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

  async #start(entry: Entry): Promise<void> {
    entry.state = "starting";
    try {
      await this.session.backend.startExport(entry.contract.id, formOf(entry));
      entry.state = "started";
      entry.reason = "";
    } catch (error) {
      entry.state = "refused";
      entry.reason = sentence(error);
    }
  }
}

/** How an entry stands: without credentials it is not ready. */
export function standing({ state, contract }: Entry): Entry["state"] | "noCredentials" {
  return state === "ready" && needsCredentials(contract) ? "noCredentials" : state;
}

/** Whether an entry can still be started. */
export function isStartable(entry: Entry): boolean {
  return ["ready", "refused"].includes(standing(entry));
}

/** Where an entry's claims go. */
export function folderOf({ contract, elsewhere }: Entry): string {
  return elsewhere ?? contract.folder;
}

/** Why an entry's folder may be no place for its claims. */
export function warningsOf({ contract, folder }: Entry): FolderWarning[] {
  return warningsFor(contract.environment, folder);
}

function entryOf(contract: ContractView, running: boolean): Entry {
  const version = contract.lastForm?.version ?? "r4";
  return {
    contract,
    version,
    coveredTo: coveredTo(contract, version),
    elsewhere: null,
    folder: undefined,
    state: running ? "running" : "ready",
    reason: "",
  };
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
