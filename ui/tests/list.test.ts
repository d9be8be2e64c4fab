import { SvelteMap } from "svelte/reactivity";
import { beforeEach, describe, expect, it } from "vitest";

import { contract, contracts, NOW, running, waiting } from "../gallery/samples";
import { ContractList, type Row, type SortKey } from "../src/contracts/list.svelte";

const active = new Map([
  [1, running()],
  [2, waiting()],
]);
let list: ContractList;
let rows: Row[];
const shown = () => list.shown.map((row) => row.contract.number);

beforeEach(() => {
  rows = contracts().map((contract) => ({ contract, active: active.get(contract.id) }));
  list = new ContractList(
    () => rows,
    () => new Date(NOW),
  );
});

describe("which contracts are shown", () => {
  it("counts what needs a person, runs and is due", () => {
    expect(list.counts).toEqual({ all: 5, needsYou: 1, running: 1, due: 1 });
  });

  it("has what failed with what needs a person, and what is paused with what is under way", () => {
    const lastFailed = { id: 41, endedAt: "2026-11-19T08:10:00Z" };
    const paused = running({ contractId: 5, phase: { name: "paused" } });
    rows = contracts().map((each) => ({
      contract: each.id === 4 ? { ...each, lastFailed } : each,
      active: each.id === 5 ? paused : active.get(each.id),
    }));
    list = new ContractList(
      () => rows,
      () => new Date(NOW),
    );
    expect(list.counts).toEqual({ all: 5, needsYou: 2, running: 2, due: 1 });
    list.filter = "needsYou";
    expect(shown()).toEqual(["S5884", "S7694"]);
    list.filter = "running";
    expect(shown()).toEqual(["S5601", "Z1001"]);
    list.filter = "all";
    list.sortBy("now");
    expect(shown()).toEqual(["S5884", "S7694", "S5601", "Z1001", "S4802"]);
  });

  it("has what failed before only as long as nothing is done about it", () => {
    const [first] = contracts();
    if (!first) throw new Error("no contract");
    const lastFailed = { id: 41, endedAt: "2026-11-19T08:10:00Z" };
    rows = [{ contract: { ...first, lastFailed }, active: running() }];
    list = new ContractList(
      () => rows,
      () => new Date(NOW),
    );
    expect(list.counts).toMatchObject({ needsYou: 0, running: 1 });
  });

  it("searches number, nickname and environment, all words", () => {
    list.search = "rx VALUE";
    expect(shown()).toEqual(["S7694"]);
    list.search = "sandbox";
    expect(shown()).toEqual(["Z1001"]);
  });

  it("sorts by number, by last export, and by what needs attention", () => {
    expect(shown()).toEqual(["S4802", "S5601", "S5884", "S7694", "Z1001"]);
    list.sortBy("now");
    expect(shown().slice(0, 3)).toEqual(["S7694", "S5601", "S4802"]);
    list.sortBy("lastExport");
    list.sortBy("lastExport");
    expect(shown()[0]).toBe("Z1001");
  });
});

describe("the order", () => {
  /** Contracts and what runs of them, as they change under the list. */
  const state = new SvelteMap<number, Row>();
  const set = (row: Row) => state.set(row.contract.id, row);

  beforeEach(() => {
    state.clear();
    rows.forEach(set);
    list = new ContractList(
      () => [...state.values()],
      () => new Date(NOW),
    );
    list.sortBy("now");
    expect(shown()).toEqual(["S7694", "S5601", "S4802", "S5884", "Z1001"]);
  });

  it.each([
    ["comes again", () => list.arrange()],
    ["sorts", () => ["contract", "now"].forEach((key) => list.sortBy(key as SortKey))],
    ["filters", () => (list.filter = "needsYou")],
    ["searches", () => (list.search = "s")],
  ])("stays while exports begin, wait and end, until the person %s", (_, act) => {
    const before = shown();
    for (const each of contracts()) set({ contract: each, active: each.id === 4 ? waiting() : undefined });
    expect(list.counts.needsYou).toBe(1);
    expect(shown()).toEqual(before);
    act();
    expect(shown()[0]).toBe("S5884");
  });

  it("has a contract that came since at its end", () => {
    set({ contract: contract({ id: 8, number: "S0001" }), active: waiting() });
    expect(shown().at(-1)).toBe("S0001");
    list.arrange();
    expect(shown()[0]).toBe("S0001");
  });
});

describe("selecting", () => {
  const ids = () => [...list.selected].sort();

  it("extends with Shift from the last one, in the order that is shown", () => {
    list.toggle(3, false);
    list.toggle(4, true);
    expect(ids()).toEqual([1, 3, 4]);
  });

  it("extends upwards and deselects alike", () => {
    list.toggle(5, false);
    list.toggle(1, true);
    expect(ids()).toEqual([1, 2, 4, 5]);
    list.toggle(4, true);
    expect(ids()).toEqual([2, 5]);
  });

  it("forgets a contract that was removed", () => {
    list.toggleAll();
    rows = rows.filter(({ contract }) => contract.id !== 3);
    list = new ContractList(
      () => rows,
      () => new Date(NOW),
    );
    list.toggle(3, false);
    list.toggle(4, false);
    expect(ids()).toEqual([4]);
  });

  it("selects all that is shown, and only that", () => {
    list.filter = "due";
    list.toggleAll();
    expect(ids()).toEqual([3]);
    list.toggleAll();
    expect(ids()).toEqual([]);
  });
});
