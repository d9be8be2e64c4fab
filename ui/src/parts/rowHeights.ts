/** A stretch of rows, by their places from 0 on. */
export interface Stretch {
  first: number;
  /** One past the last. */
  end: number;
}

/** Rows drawn before and after those in view, so that Tab and a quick wheel find them there. */
const SPARE = 8;
/** Differences below this are of rounding, in pixels. */
const SAME = 0.01;

/** How high the rows of a long table are, in pixels: as measured where one was drawn, else as rows usually are. */
export class RowHeights {
  readonly #usual: number;
  readonly #measured: boolean;
  /** The rows that are not as usual. */
  readonly #odd: ReadonlyMap<number, number>;

  constructor(usual: number, measured = false, odd: ReadonlyMap<number, number> = new Map()) {
    this.#usual = usual;
    this.#measured = measured;
    this.#odd = odd;
  }

  /** With rows as they were measured; the same heights where that tells nothing new. */
  with(found: [index: number, height: number][]): RowHeights {
    const rows = found.filter(([, height]) => height > 0);
    if (rows.length === 0) return this;
    const usual = this.#measured ? this.#usual : median(rows.map(([, height]) => height));
    const changed = rows.filter(([index, height]) => Math.abs(height - this.#of(index)) > SAME);
    if (this.#measured && changed.length === 0) return this;
    const odd = new Map(this.#odd);
    for (const [index, height] of rows) {
      if (Math.abs(height - usual) > SAME) odd.set(index, height);
      else odd.delete(index);
    }
    return new RowHeights(usual, true, odd);
  }

  /** Before any was measured: for a table whose width changed. */
  afresh(): RowHeights {
    return new RowHeights(this.#usual);
  }

  /** Where a row begins, from the top of the first; 2.5 is the middle of the third. */
  topOf(index: number): number {
    let top = index * this.#usual;
    for (const [at, height] of this.#odd)
      if (at < index) top += (height - this.#usual) * Math.min(1, index - at);
    return top;
  }

  /** How many rows there are before a place, of so many; the last in part. */
  rowsTo(place: number, count: number): number {
    if (place <= 0) return 0;
    const row = this.at(place, count);
    return row + (place - this.topOf(row)) / this.#of(row);
  }

  /** The row that is at a place, of so many. */
  at(place: number, count: number): number {
    let [low, high] = [0, Math.max(0, count - 1)];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.topOf(middle) <= place) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The rows to draw for what is seen from one place to another: those in view, and some before and after them. */
  inView(top: number, bottom: number, count: number): Stretch {
    if (count === 0) return { first: 0, end: 0 };
    const first = Math.max(0, this.at(top, count) - SPARE);
    const end = Math.min(count, this.at(bottom, count) + 1 + SPARE);
    return { first, end };
  }

  #of(index: number): number {
    return this.#odd.get(index) ?? this.#usual;
  }
}

/** The places of a stretch, and of the row that has the focus with its neighbors, so that Tab goes on from it. */
export function withFocused({ first, end }: Stretch, focused: number | null, count: number): number[] {
  const places = new Set<number>();
  for (let index = first; index < end; index += 1) places.add(index);
  if (focused !== null) for (const index of [focused - 1, focused, focused + 1]) places.add(index);
  return [...places].filter((index) => index >= 0 && index < count).sort((a, b) => a - b);
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
