import { render, screen, waitFor } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";

import { MemoryBackend } from "../gallery/memory";
import {
  complete,
  contract,
  failure,
  files,
  noNewClaims,
  problem,
  running,
  snapshot,
} from "../gallery/samples";
import type { ExportView } from "../src/bindings/ExportView";
import type { PhaseView } from "../src/bindings/PhaseView";
import ResultMark from "../src/history/ResultMark.svelte";
import type { Route } from "../src/state/router.svelte";
import { Session } from "../src/state/session.svelte";
import { words } from "../src/words";
import { callsOf, open } from "./open";

const FULL = problem({ code: "runningJobsLimit" });
const SOON = "2026-11-20T19:06:10Z";
const PHASES: PhaseView[] = [
  { name: "requesting" },
  { name: "preparing", percent: 0 },
  { name: "downloading" },
  { name: "waiting", problem: problem(), until: null },
  { name: "waiting", problem: problem(), until: SOON },
  { name: "waiting", problem: FULL, until: SOON },
  { name: "paused" },
  { name: "complete" },
  { name: "cancelled" },
  { name: "expired", problem: failure() },
  { name: "failed", problem: failure() },
];
const EXPORTS: ExportView[] = [
  ...PHASES.map((phase) => running({ phase })),
  noNewClaims(),
  complete({ errorFiles: 1 }),
  { ...noNewClaims(), errorFiles: 2 },
  complete({ unrepaired: problem() }),
  complete({ damaged: 2 }),
].map((each, index) => ({ ...each, id: 200 + index }));
const CONTRACTS = [
  contract({ id: 1, number: "S0001", lastExport: null, due: null }),
  contract({ id: 2, number: "S0002", hasCredentials: false }),
  contract({ id: 3, number: "S0003", due: "2099-01-01T00:00:00Z" }),
  contract({ id: 4, number: "S0004", due: "2020-01-01T00:00:00Z" }),
  contract({ id: 6, number: "S0006", due: "2099-01-01T00:00:00Z", coveredTo: null }),
  contract({ id: 5, number: "S0005", lastFailed: { id: 50, endedAt: "2026-11-19T15:00:00Z" } }),
  ...PHASES.map((_, index) => contract({ id: 100 + index, number: `S${index + 1000}` })),
];

/** Where statuses are shown, what each is shown in, and how many different ones there are. */
const SCREENS: [page: string, route: Route, marks: string, different: number][] = [
  ["the list of contracts", { page: "contracts" }, "td.now .first", 13],
  ["the files of an export", { page: "export", id: 202 }, "td.state .word", 7],
  ["the files of one that ended", { page: "export", id: 208 }, "td.state .word", 7],
];

describe("how to read each status", () => {
  it.each(SCREENS)("explains all of %s, each with its icon", async (_, route, marks, different) => {
    const { container, session } = await open(program(), route);
    await waitFor(() => expect(container.querySelector(marks)).toBeTruthy());
    const shown = looksOf(container, marks);
    session.router.go({ page: "help" });
    await expectExplained(container, shown);
    expect(new Set(shown).size).toBe(different);
  });

  it("explains every result in History, with its icon", async () => {
    const shown = EXPORTS.flatMap((each) => {
      const { container } = render(ResultMark, { export: each });
      return looksOf(container, ".mark");
    });
    const { container } = await open(program(), { page: "help" });
    await expectExplained(container, shown);
  });
});

/** Help has the term of each of the statuses, with its icon where it was shown with one. */
async function expectExplained(container: Element, shown: string[]) {
  await screen.findByRole("heading", { name: words.help.statuses });
  const terms = [...container.querySelectorAll("dt")].map((each) => each.textContent.trim());
  const explained = new Set([...looksOf(container, "dt"), ...terms]);
  expect(shown.filter((look) => !explained.has(look))).toEqual([]);
}

/** A program in which everything is in every state. */
function program(): MemoryBackend {
  const exports = EXPORTS.map((each, index) => ({ ...each, contractNumber: `S${index + 1000}` }));
  const backend = new MemoryBackend(snapshot({ contracts: CONTRACTS, exports }));
  backend.rows = exports.map((each) => ({ export: each, user: "Rosa Alvarez" }));
  const states = ["waiting", "verifying", "verified", "fetchingAgain", "damaged", "failed"] as const;
  backend.files = files(states.length + 1).map((file, index) => ({
    ...file,
    state: states[index] ?? "verified",
    isError: index === states.length,
  }));
  return backend;
}

/** The statuses in some elements, as a word and an icon; a number or a date is no part of it. */
function looksOf(container: Element, selector: string): string[] {
  return [...container.querySelectorAll(selector)].map((each) => {
    const word = each.textContent.replace(/,? \d+%.*| since .*| [A-Z][a-z]+ \d.*/s, "").trim();
    if (each.nextElementSibling?.matches("progress")) return word;
    const icon = each.querySelector("svg.ring") ? "ring" : each.querySelector("path")?.getAttribute("d");
    return icon ? `${word} ${icon}` : word;
  });
}

describe("the check of everything", () => {
  it("takes each contract as it is by its turn, and counts none that was removed", async () => {
    const listed = [2, 3, 4].map((id) => contract({ id, number: `S000${id}` }));
    const backend = new MemoryBackend(snapshot({ contracts: listed, exports: [] }));
    const session = new Session(backend);
    await session.open();
    const check = backend.checkContract;
    backend.checkContract = (number, id) => {
      const moved = contract({ id: 4, number: "S0004", folder: "E:\\Moved" });
      backend.emit({ event: "contracts", contracts: [moved] });
      return check(number, id);
    };
    await session.everything.run();
    expect(callsOf(backend, "checkContract")).toEqual([[2], [4]]);
    expect(callsOf(backend, "lookAtFolder").at(-1)).toEqual(["E:\\Moved"]);
    expect(session.everything.found?.all).toBe(2);
  });
});
