import { screen, waitFor } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";

import { keepHistory } from "../gallery/history";
import { MemoryBackend } from "../gallery/memory";
import type { HistoryFilter } from "../src/bindings/HistoryFilter";
import { CommandError } from "../src/backend/backend";
import { HistoryQuery } from "../src/history/query.svelte";
import { RowHeights, withFocused } from "../src/parts/rowHeights";
import { Session } from "../src/state/session.svelte";
import { open } from "./open";

describe("a long table", () => {
  const even = new RowHeights(35);

  it("draws what is in view and little else, of 2,000 rows as of 20", () => {
    expect(even.inView(0, 350, 2000)).toEqual({ first: 0, end: 19 });
    expect(even.inView(35_000, 35_350, 2000)).toEqual({ first: 992, end: 1019 });
    expect(even.inView(69_650, 70_000, 2000)).toEqual({ first: 1982, end: 2000 });
    expect(even.inView(0, 350, 3)).toEqual({ first: 0, end: 3 });
    expect(even.inView(0, 350, 0)).toEqual({ first: 0, end: 0 });
  });

  it("keeps its rows when it shrinks under a scrolled view, or is not in view itself", () => {
    expect(even.inView(70_000, 70_350, 10)).toEqual({ first: 1, end: 10 });
    expect(even.inView(-900, -200, 50)).toEqual({ first: 0, end: 9 });
  });

  it("takes rows for as high as they were measured, and the others for as high as most of those", () => {
    const rows = even.with([
      [0, 60],
      [1, 60],
      [2, 90],
    ]);
    expect([rows.topOf(2), rows.topOf(3), rows.topOf(100)]).toEqual([120, 210, 6030]);
    expect([119, 120, 209, 210].map((place) => rows.at(place, 100))).toEqual([1, 2, 2, 3]);
    const mended = rows.with([
      [2, 60],
      [50, 80],
    ]);
    expect([mended.topOf(50), mended.topOf(51)]).toEqual([3000, 3080]);
  });

  it("knows how many rows it was scrolled by, and where that is, to a part of a row", () => {
    const rows = even.with([
      [0, 60],
      [1, 60],
      [2, 90],
    ]);
    expect([-20, 0, 30, 165, 240].map((place) => rows.rowsTo(place, 100))).toEqual([0, 0, 0.5, 2.5, 3.5]);
    expect([0, 0.5, 2.5, 3.5].map((scrolled) => rows.topOf(scrolled))).toEqual([0, 30, 165, 240]);
  });

  it("is the same where measuring told nothing new, and where nothing is laid out", () => {
    const rows = even.with([[0, 60]]);
    expect(rows.with([[7, 60]])).toBe(rows);
    expect(rows.with([[7, 0]])).toBe(rows);
  });

  it("keeps the row with the focus and its neighbors, wherever it was scrolled to", () => {
    expect(withFocused({ first: 5, end: 8 }, null, 20)).toEqual([5, 6, 7]);
    expect(withFocused({ first: 5, end: 8 }, 0, 20)).toEqual([0, 1, 5, 6, 7]);
    expect(withFocused({ first: 5, end: 8 }, 19, 20)).toEqual([5, 6, 7, 18, 19]);
    expect(withFocused({ first: 5, end: 8 }, 6, 20)).toEqual([5, 6, 7]);
  });
});

describe("a history of 10,000 exports", () => {
  /** A history that notes what it is asked for. */
  function long() {
    const backend = new MemoryBackend();
    keepHistory(backend, 10_000);
    const asked: [offset: number, limit: number][] = [];
    const { history } = backend;
    backend.history = (filter: HistoryFilter) => {
      asked.push([filter.offset, filter.limit]);
      return history(filter);
    };
    return { backend, asked, query: new HistoryQuery(new Session(backend)) };
  }

  const rows = (first: number, end: number) =>
    Array.from({ length: end - first }, (_, index) => first + index);

  it("is drawn in part, and told of in whole", async () => {
    const { backend } = long();
    await open(backend, { page: "history" });
    const table = await screen.findByRole("table", { name: "History" });
    await waitFor(() => expect(table.querySelectorAll("tbody button").length).toBeGreaterThan(8));
    expect(table.querySelectorAll("tbody button").length).toBeLessThan(60);
    expect(table.getAttribute("aria-rowcount")).toBe("10001");
    expect(table.querySelector("tbody tr[aria-rowindex]")?.getAttribute("aria-rowindex")).toBe("2");
    expect(screen.getByText(/10,000.exports/).role).toBe("status");
  });

  it("is read where it is looked at, and nothing twice", async () => {
    const { asked, query } = long();
    await query.read(query.filter);
    await query.see(rows(0, 20));
    await query.see(rows(4990, 5010));
    await query.see(rows(4991, 5011));
    await query.see(rows(9990, 10_000));
    expect(asked).toEqual([
      [0, 50],
      [4950, 50],
      [5000, 50],
      [9950, 50],
    ]);
    expect(query.row(5000)?.export.id).toBe(5000);
    expect(query.row(9999)?.export.id).toBe(1);
    expect(query.row(3000)).toBeUndefined();
  });

  it("keeps no more than some pages", async () => {
    const { query } = long();
    await query.read(query.filter);
    for (let first = 0; first < 10_000; first += 50) await query.see(rows(first, first + 20));
    const kept = Array.from({ length: 10_000 }, (_, index) => query.row(index)).filter(Boolean);
    expect(kept.length).toBeLessThan(1200);
    expect(query.row(9999)?.export.id).toBe(1);
  });

  it("keeps the row that has the focus, however far away", async () => {
    const { query } = long();
    await query.read(query.filter);
    for (let first = 0; first < 10_000; first += 50) await query.see([70, ...rows(first, first + 20)]);
    expect(query.row(70)?.export.id).toBe(10_000 - 70);
  });

  it("knows every contract, though none of its rows is loaded", async () => {
    const { asked, query } = long();
    query.contract = "production S5037";
    await query.read(query.filter);
    expect(asked).toEqual([[0, 50]]);
    expect([query.total, query.all]).toEqual([200, 10_000]);
    expect(new Set(rows(0, 20).map((row) => query.row(row)?.export.contractNumber))).toEqual(
      new Set(["S5037"]),
    );
    expect(query.contracts).toHaveLength(50);
  });

  it("is read afresh in view when an export began, and moves none into two places", async () => {
    const { backend, asked, query } = long();
    await query.read(query.filter);
    await query.see(rows(100, 120));
    keepHistory(backend, 10_001);
    await query.see(rows(200, 220));
    expect(query.total).toBe(10_001);
    expect(query.row(110)).toBeUndefined();
    expect(query.row(210)?.export.id).toBe(10_001 - 210);
    asked.length = 0;
    await query.read(query.filter);
    expect(query.row(210)?.export.id).toBe(10_001 - 210);
    expect(query.row(0)).toBeUndefined();
  });

  it("drops the answer that a later question has overtaken", async () => {
    const { backend, query } = long();
    await query.read(query.filter);
    const { history } = backend;
    const late: (() => void)[] = [];
    backend.history = (filter) =>
      new Promise((answered) => late.push(() => void history(filter).then(answered)));
    const old = query.see(rows(500, 520));
    backend.history = history;
    query.contract = "production S5037";
    await query.read(query.filter);
    late.forEach((answer) => answer());
    await old;
    expect(query.total).toBe(200);
    expect(query.row(500)).toBeUndefined();
  });

  it("says why it cannot be read, and is read again when it is looked at again", async () => {
    const { backend, query } = long();
    await query.read(query.filter);
    const { history } = backend;
    backend.history = () =>
      Promise.reject(new CommandError({ kind: "message", message: "The records cannot be read." }));
    await query.see(rows(500, 520));
    expect(query.failed).toBe("The records cannot be read.");
    backend.history = history;
    await query.see(rows(501, 521));
    expect(query.failed).toBe("");
    expect(query.row(510)?.export.id).toBe(10_000 - 510);
  });
});
