import type { HistoryContract } from "../bindings/HistoryContract";
import type { HistoryFilter } from "../bindings/HistoryFilter";
import type { HistoryPage } from "../bindings/HistoryPage";
import type { HistoryRow } from "../bindings/HistoryRow";
import type { Environment } from "../bindings/Environment";
import { isoDay, parseDay } from "../dates/typed";
import { sentence, type Session } from "../state/session.svelte";

/** Rows that are asked for together. */
const PAGE = 50;
/** Rows read before and after those in view, so that scrolling on finds them there. */
const AROUND = 30;
/** Pages that are kept beside those that came last. */
const KEPT = 20;

/** The results that the history can be limited to, as its rows name them. */
export const RESULTS = [
  "complete",
  "noNewClaims",
  "partlyDelivered",
  "notDelivered",
  "notWhole",
  "downloading",
  "waiting",
  "needsYou",
  "paused",
  "cancelled",
  "expired",
  "failed",
] as const;
export type Result = (typeof RESULTS)[number];

/** What the program calls this result: what runs is running, whatever it does. */
function resultsOf(result: string): string[] {
  if (result === "downloading") return ["requesting", "preparing", "downloading"];
  return result ? [result] : [];
}

/** A contract's key among those of the history: its number may be exported from several environments. */
export function keyOf({ number, environment }: HistoryContract): string {
  return `${environment} ${number}`;
}

/** The contract with a key; null: any. */
function withKey(key: string): HistoryContract | null {
  const [environment, number] = key.split(" ");
  return number ? { number, environment: environment as Environment } : null;
}

type Filter = Omit<HistoryFilter, "offset" | "limit">;
type Pages = ReadonlyMap<number, HistoryRow[]>;

/** The history as it is filtered, read a page at a time where it is looked at. */
export class HistoryQuery {
  /** One of {@link contracts}, by its {@link keyOf}. */
  contract = $state("");
  from = $state("");
  to = $state("");
  result = $state("");

  total = $state(0);
  /** How many exports there are, whatever the filter. */
  all = $state(0);
  /** The contracts that there are exports of, whatever the filter. */
  contracts = $state.raw<HistoryContract[]>([]);
  loaded = $state(false);
  failed = $state("");
  #pages = $state.raw<Pages>(new Map());
  /** The pages of the rows that are drawn, and around them. */
  #drawn = new Set([0]);
  /** The pages that were asked for and have not come. */
  #awaited = new Set<number>();
  #read: Filter | null = null;
  /** How far the list was scrolled, and with which filter. */
  #place: { filter: Filter; scrolled: number } | null = null;
  /** Counts the readings: what an earlier one asked for is dropped. */
  #reading = 0;

  constructor(readonly session: Session) {}

  readonly filtered: boolean = $derived.by(() =>
    [this.contract, this.from, this.to, this.result].some((text) => text !== ""),
  );

  /** Dates that are typed but cannot be read, and so do not filter. */
  readonly unread = $derived.by(() => ({ from: this.#isUnread(this.from), to: this.#isUnread(this.to) }));

  /** The contract that is chosen, which may be in no list any more; null: any. */
  readonly chosen: HistoryContract | null = $derived.by(() => withKey(this.contract));

  readonly filter: Filter = $derived.by(() => ({
    contractNumber: this.chosen?.number ?? null,
    environment: this.chosen?.environment ?? null,
    from: this.#day(this.from),
    to: this.#day(this.to),
    results: resultsOf(this.result),
  }));

  /** How far the list was scrolled, in rows; with another filter it begins at the first. */
  get scrolled(): number {
    return this.#place?.filter === this.filter ? this.#place.scrolled : 0;
  }

  set scrolled(scrolled: number) {
    this.#place = { filter: this.filter, scrolled };
  }

  /** A row by its place from 0 on, the newest first; nothing while it is not loaded. */
  row(index: number): HistoryRow | undefined {
    return this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  /** Reads for a filter, from the first row on; for the same as before, what is drawn. */
  async read(filter: Filter): Promise<void> {
    if (filter !== this.#read) this.#drawn = new Set([0]);
    this.#read = filter;
    this.#reading += 1;
    this.#awaited.clear();
    await this.#ask([...this.#drawn], new Map());
  }

  /** Reads what is missing of the rows that are drawn, by their places, and of those around them. */
  async see(places: number[]): Promise<void> {
    const near = places.flatMap((place) => [place - AROUND, place, place + AROUND]);
    const rows = near.filter((place) => place >= 0 && place < this.total);
    this.#drawn = new Set(rows.map((place) => Math.floor(place / PAGE)));
    const missing = [...this.#drawn].filter((page) => !this.#pages.has(page) && !this.#awaited.has(page));
    if (this.loaded && missing.length > 0) await this.#ask(missing, this.#pages);
  }

  reset(): void {
    this.contract = this.from = this.to = this.result = "";
  }

  /** Asks for pages; with another total than before, all that was read has moved. */
  async #ask(pages: number[], before: Pages): Promise<void> {
    const reading = this.#reading;
    pages.forEach((page) => this.#awaited.add(page));
    try {
      const answers = await Promise.all(pages.map((page) => this.#page(page)));
      if (reading !== this.#reading) return;
      const last = answers.at(-1);
      const total = last?.total ?? 0;
      const moved = before.size > 0 && total !== this.total;
      this.#pages = this.#kept(
        moved ? new Map() : before,
        new Map(answers.map(({ page, rows }) => [page, rows])),
      );
      this.total = total;
      this.all = last?.all ?? 0;
      this.contracts = last?.contracts ?? [];
      this.failed = "";
    } catch (error) {
      if (reading !== this.#reading) return;
      this.failed = sentence(error);
    }
    pages.forEach((page) => this.#awaited.delete(page));
    this.loaded = true;
  }

  async #page(page: number): Promise<HistoryPage & { page: number }> {
    const answer = await this.session.backend.history({ ...this.filter, offset: page * PAGE, limit: PAGE });
    return { page, ...answer };
  }

  /** Pages with those that came; of the others what is drawn and what is nearest, and none that has a row of them too. */
  #kept(before: Pages, came: Pages): Pages {
    const rows = new Set([...came.values()].flat().map((row) => row.export.id));
    const [at = 0] = came.keys();
    const distance = (page: number) => (this.#drawn.has(page) ? 0 : Math.abs(page - at));
    const near = [...before]
      .filter(([, page]) => !page.some((row) => rows.has(row.export.id)))
      .sort(([one], [other]) => distance(one) - distance(other));
    return new Map([...near.slice(0, KEPT), ...came]);
  }

  #day(text: string): string | null {
    const day = parseDay(text, this.session.dates.locale);
    return day && isoDay(day);
  }

  #isUnread(text: string): boolean {
    return text.trim() !== "" && this.#day(text) === null;
  }
}
