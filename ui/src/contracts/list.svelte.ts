import { untrack } from "svelte";
import { SvelteSet } from "svelte/reactivity";

import type { ContractId } from "../bindings/ContractId";
import type { ContractView } from "../bindings/ContractView";
import type { ExportView } from "../bindings/ExportView";
import { needsPerson } from "../export/phase";
import { isDue, needsCredentials } from "./contract";

export const FILTERS = ["all", "needsYou", "running", "due"] as const;
export type Filter = (typeof FILTERS)[number];
export type SortKey = "contract" | "lastExport" | "now";

/** Rows that are drawn at once: more than a window shows. */
const AT_ONCE = 16;

interface Sort {
  key: SortKey;
  down: boolean;
}

/** What the list shows a contract with. */
export interface Row {
  contract: ContractView;
  /** What runs, waits or is paused. */
  active: ExportView | undefined;
}

/** The list of contracts: which are shown, in which order, and which are selected. */
export class ContractList {
  filter = $state<Filter>("all");
  search = $state("");
  sort = $state.raw<Sort>({ key: "contract", down: false });
  /** How many rows are drawn; the others follow, so that the first takes a click before the last is there. */
  drawn = $state(AT_ONCE);
  /** How often the person came to the list. */
  #visits = $state(0);
  readonly #marked = new SvelteSet<ContractId>();
  /** Where Shift extends a selection from. */
  #anchor: ContractId | null = null;

  readonly #rows: () => Row[];
  readonly #now: () => Date;

  constructor(rows: () => Row[], now: () => Date) {
    this.#rows = rows;
    this.#now = now;
  }

  /** What the person did last. */
  readonly #asked = $derived({
    visit: this.#visits,
    sort: this.sort,
    filter: this.filter,
    search: this.search,
  });

  /** The order as it was then: what changes by itself moves no row under the pointer. */
  readonly #places: ReadonlyMap<ContractId, number> = $derived.by(() => {
    const { sort } = this.#asked;
    const rows = untrack(() => [...this.#rows()].sort((a, b) => this.#compare(a, b, sort)));
    return new Map(rows.map(({ contract }, place) => [contract.id, place]));
  });

  /** The contracts in their places; those that came since are the last. */
  readonly #ordered: Row[] = $derived.by(() => {
    const place = ({ contract }: Row) => this.#places.get(contract.id) ?? this.#places.size;
    return [...this.#rows()].sort((a, b) => place(a) - place(b));
  });

  /** The contracts that are selected, in their order; one that was removed is none of them. */
  readonly selected: ContractId[] = $derived.by(() =>
    this.#ordered.filter((row) => this.isSelected(row)).map(({ contract }) => contract.id),
  );

  readonly shown: Row[] = $derived.by(() =>
    this.#ordered.filter((row) => this.#admits(row, this.filter) && matches(row, this.search)),
  );

  readonly counts: Record<Filter, number> = $derived.by(() => {
    const of = (filter: Filter) => this.#rows().filter((row) => this.#admits(row, filter)).length;
    return { all: of("all"), needsYou: of("needsYou"), running: of("running"), due: of("due") };
  });

  readonly allSelected: boolean = $derived.by(
    () => this.shown.length > 0 && this.shown.every((row) => this.isSelected(row)),
  );

  /** Takes the order anew, as the person comes to the list. */
  arrange(): void {
    this.#visits += 1;
  }

  drawMore(): void {
    this.drawn += AT_ONCE;
  }

  isSelected(row: Row | undefined): boolean {
    return row !== undefined && this.#marked.has(row.contract.id);
  }

  /** Selects or deselects a contract; with Shift, everything between the last one and it. */
  toggle(id: ContractId, extend: boolean): void {
    const select = !this.#marked.has(id);
    for (const each of extend ? this.#between(id) : [id]) this.#set(each, select);
    this.#anchor = id;
  }

  /** Selects everything from a contract, or from where the last stretch began, to another. */
  extend(from: ContractId, to: ContractId): void {
    this.#anchor ??= from;
    for (const each of this.#between(to)) this.#set(each, true);
  }

  toggleAll(): void {
    const select = !this.allSelected;
    this.shown.forEach((row) => this.#set(row.contract.id, select));
  }

  selectAll(): void {
    this.shown.forEach((row) => this.#set(row.contract.id, true));
  }

  clear(): void {
    this.#marked.clear();
    this.#anchor = null;
  }

  sortBy(key: SortKey): void {
    this.sort = { key, down: this.sort.key === key && !this.sort.down };
  }

  #set(id: ContractId, select: boolean): void {
    if (select) this.#marked.add(id);
    else this.#marked.delete(id);
  }

  #between(id: ContractId): ContractId[] {
    const ids = this.shown.map((row) => row.contract.id);
    const [from, to] = [ids.indexOf(this.#anchor ?? id), ids.indexOf(id)];
    return from < 0 ? [id] : ids.slice(Math.min(from, to), Math.max(from, to) + 1);
  }

  #admits({ contract, active }: Row, filter: Filter): boolean {
    switch (filter) {
      case "all":
        return true;
      case "needsYou":
        return active ? needsPerson(active) : isStuck(contract);
      case "running":
        return active !== undefined && !needsPerson(active);
      case "due":
        return !active && isDue(contract, this.#now());
    }
  }

  #compare(a: Row, b: Row, { key, down }: Sort): number {
    const order = this.#order(a, b, key) || a.contract.number.localeCompare(b.contract.number);
    return down ? -order : order;
  }

  #order(a: Row, b: Row, key: SortKey): number {
    switch (key) {
      case "contract":
        return 0;
      case "lastExport":
        return finished(a).localeCompare(finished(b));
      case "now":
        return this.#urgency(a) - this.#urgency(b);
    }
  }

  /** What needs a person first, then what is under way, what is due, and the rest. */
  #urgency(row: Row): number {
    const order: Filter[] = ["needsYou", "running", "due", "all"];
    return order.findIndex((filter) => this.#admits(row, filter));
  }
}

/** Whether a contract that nothing runs for stays as it is until a person acts. */
function isStuck(contract: ContractView): boolean {
  return needsCredentials(contract) || contract.lastFailed !== null;
}

function finished({ contract }: Row): string {
  return contract.lastExport?.finishedAt ?? "";
}

function matches({ contract }: Row, search: string): boolean {
  const text = `${contract.number} ${contract.nickname} ${contract.environment}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
