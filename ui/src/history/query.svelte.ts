import type { HistoryFilter } from "../bindings/HistoryFilter";
import type { HistoryRow } from "../bindings/HistoryRow";
import type { PhaseView } from "../bindings/PhaseView";
import { isoDay, parseDay } from "../dates/typed";
import { sentence, type Session } from "../state/session.svelte";

const PAGE = 50;

/** The results that the history can be limited to. */
export const RESULTS: PhaseView["name"][] = [
  "complete",
  "downloading",
  "waiting",
  "paused",
  "cancelled",
  "expired",
  "failed",
];

/** An export that began since the last page was read moves the others on, so a page may begin with rows that are shown. */
const isSame = (one: HistoryRow, other: HistoryRow) => one.export.id === other.export.id;

/** The history as it is filtered, read a page at a time. */
export class HistoryQuery {
  contract = $state("");
  from = $state("");
  to = $state("");
  result = $state("");

  rows = $state.raw<HistoryRow[]>([]);
  total = $state(0);
  loaded = $state(false);
  failed = $state("");
  #asked = 0;
  #read: Omit<HistoryFilter, "offset" | "limit"> | null = null;

  constructor(readonly session: Session) {}

  readonly filtered: boolean = $derived.by(() =>
    [this.contract, this.from, this.to, this.result].some((text) => text !== ""),
  );

  /** Dates that are typed but cannot be read, and so do not filter. */
  readonly unread = $derived.by(() => ({ from: this.#isUnread(this.from), to: this.#isUnread(this.to) }));

  readonly filter: Omit<HistoryFilter, "offset" | "limit"> = $derived.by(() => ({
    contractNumber: this.contract || null,
    from: this.#day(this.from),
    to: this.#day(this.to),
    result: this.result || null,
  }));

  /** Reads from the first row on for a filter: a page, or as much as is shown of the same already. */
  async read(filter: Omit<HistoryFilter, "offset" | "limit">): Promise<void> {
    const same = filter === this.#read;
    this.#read = filter;
    await this.#ask(filter, [], same ? Math.max(PAGE, this.rows.length) : PAGE);
  }

  async more(): Promise<void> {
    await this.#ask(this.filter, this.rows, PAGE);
  }

  reset(): void {
    this.contract = this.from = this.to = this.result = "";
  }

  /** An answer that a later question has overtaken is dropped. */
  async #ask(
    filter: Omit<HistoryFilter, "offset" | "limit">,
    before: HistoryRow[],
    limit: number,
  ): Promise<void> {
    const asked = ++this.#asked;
    try {
      const page = await this.session.backend.history({ ...filter, offset: before.length, limit });
      if (asked !== this.#asked) return;
      this.rows = [...before, ...page.rows.filter((row) => !before.some((shown) => isSame(shown, row)))];
      this.total = page.total;
      this.failed = "";
    } catch (error) {
      this.failed = sentence(error);
    }
    this.loaded = true;
  }

  #day(text: string): string | null {
    const day = parseDay(text, this.session.dates.locale);
    return day && isoDay(day);
  }

  #isUnread(text: string): boolean {
    return text.trim() !== "" && this.#day(text) === null;
  }
}
