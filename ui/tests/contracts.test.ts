import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it, onTestFinished, vi } from "vitest";

import { MemoryBackend } from "../gallery/memory";
import { complete, contract, NOW, problem, refused, running, snapshot, waiting } from "../gallery/samples";
import { CommandError } from "../src/backend/backend";
import type { ExportForm } from "../src/bindings/ExportForm";
import type { LastExport } from "../src/bindings/LastExport";
import type { Route } from "../src/state/router.svelte";
import { callsOf, expectAccessible, later, open, page } from "./open";

describe("the list of contracts", () => {
  it("selects a stretch with Shift and clears it with Escape", async () => {
    const { person, session } = await open();
    await person.click(screen.getByRole("checkbox", { name: "Select S4802" }));
    await person.keyboard("{Shift>}");
    await person.click(screen.getByRole("checkbox", { name: "Select S5884" }));
    await person.keyboard("{/Shift}");
    await person.click(await screen.findByRole("button", { name: "Export 3 selected…" }));
    expect(session.router.route).toEqual({ page: "exportSeveral", ids: [3, 1, 4] });

    session.router.back();
    await screen.findByText("3 selected");
    screen.getByRole("checkbox", { name: "Select S4802" }).focus();
    await person.keyboard("{Escape}");
    expect(screen.queryByText("3 selected")).toBeNull();
  });

  it("is found as it was left, also after a click on a notification", async () => {
    const { backend, person, session } = await open();
    await person.click(screen.getByRole("checkbox", { name: "Select S4802" }));
    await person.type(screen.getByRole("searchbox"), "S4802");
    backend.emit({ event: "openExport", id: 101 });
    await screen.findByRole("heading", { level: 1, name: "S7694" });
    session.router.back();
    expect((await screen.findByRole<HTMLInputElement>("searchbox")).value).toBe("S4802");
    await person.click(screen.getByRole("checkbox", { name: "Select S4802" }));
    await waitFor(() => expect(screen.queryByText("1 selected")).toBeNull());
  });

  it("is sorted anew when the person comes back, and not before", async () => {
    const { backend, person, session, container } = await open();
    await person.click(screen.getByRole("button", { name: "Sort by Now" }));
    const numbers = () => [...container.querySelectorAll(".title-number")].map((each) => each.textContent);
    expect(numbers()).toEqual(["S7694", "S5601", "S4802", "S5884", "Z1001"]);
    backend.emit({
      event: "export",
      export: waiting({ id: 102, contractNumber: "Z1001", environment: "sandbox" }),
    });
    await waitFor(() => expect(screen.getAllByText("Needs you")).toHaveLength(5));
    expect(numbers().at(-1)).toBe("Z1001");
    session.router.go({ page: "exportForm", id: 3 });
    await screen.findByRole("heading", { level: 1, name: "Export S4802" });
    session.router.back();
    await screen.findByRole("heading", { level: 1, name: "Contracts" });
    expect(numbers().slice(0, 2)).toEqual(["S7694", "Z1001"]);
  });

  it("says when the last export failed, and leads to it", async () => {
    const failed = contract({ lastFailed: { id: 100, endedAt: "2026-11-19T15:00:00Z" } });
    const ended = running({ contractId: 3, phase: { name: "failed", problem: problem() } });
    const { person, session } = await open(
      new MemoryBackend(snapshot({ contracts: [failed], exports: [ended] })),
    );
    expect(page().getByText(/^Export failed /)).toBeTruthy();
    expect(page().getByRole("button", { name: "Export… S4802" })).toBeTruthy();
    await person.click(page().getByRole("button", { name: "See why, S4802" }));
    expect(session.router.route).toEqual({ page: "export", id: 100 });
  });

  it("draws more than a window shows at once, and then the others", async () => {
    const frames: FrameRequestCallback[] = [];
    const held = vi.spyOn(window, "requestAnimationFrame").mockImplementation((each) => frames.push(each));
    onTestFinished(() => held.mockRestore());
    const contracts = Array.from({ length: 50 }, (_, n) => contract({ id: n, number: `S${1000 + n}` }));
    const { container } = await open(new MemoryBackend(snapshot({ contracts, exports: [] })));
    const rows = () => container.querySelectorAll("tbody tr").length;
    expect(rows()).toBe(16);
    held.mockRestore();
    frames.forEach((each) => each(0));
    await waitFor(() => expect(rows()).toBe(50));
  });

  it("says why it is empty", async () => {
    const { person } = await open(new MemoryBackend(snapshot({ exports: [] })));
    await person.click(screen.getByRole("button", { name: "Needs you 0" }));
    expect(screen.getByText("No contract needs you.")).toBeTruthy();
    await person.type(screen.getByRole("searchbox"), "S4802");
    expect(screen.getByText("No contract in “Needs you” matches “S4802”.")).toBeTruthy();
    await person.click(screen.getByRole("button", { name: "Show all contracts" }));
    await person.type(screen.getByRole("searchbox"), "none");
    expect(screen.getByText("No contract matches “none”.")).toBeTruthy();
  });

  it("opens the export that runs, and the form where none does", async () => {
    const { person, session } = await open();
    await person.click(screen.getByRole("button", { name: "S5601" }));
    expect(session.router.route).toEqual({ page: "export", id: 100 });
    session.router.back();
    await person.click(await screen.findByRole("button", { name: "S4802" }));
    expect(session.router.route).toEqual({ page: "exportForm", id: 3 });
  });

  it("removes a contract after asking, by keyboard alone", async () => {
    const { backend, person } = await open();
    const more = screen.getByRole("button", { name: "More for S4802" });
    more.focus();
    await person.keyboard("{Enter}");
    await person.keyboard("{End}{Enter}");
    const dialog = await screen.findByRole("dialog", { name: "Remove S4802?" });
    expect(within(dialog).getByText("Production")).toBeTruthy();
    expect(within(dialog).getByText("Blue Ridge Rx Saver")).toBeTruthy();
    expect(callsOf(backend, "removeContract")).toEqual([]);
    await person.click(within(dialog).getByRole("button", { name: "Remove contract" }));
    expect(callsOf(backend, "removeContract")).toEqual([[3]]);
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(document.activeElement).toBe(more);
  });

  it("is not removed while an export of it runs, which is shown instead", async () => {
    const { backend, person, session } = await open();
    await person.click(screen.getByRole("button", { name: "More for S5601" }));
    await person.click(screen.getByRole("menuitem", { name: "Remove contract…" }));
    const dialog = within(await screen.findByRole("dialog", { name: "S5601 cannot be removed yet" }));
    expect(dialog.queryByRole("button", { name: "Remove contract" })).toBeNull();
    await person.click(dialog.getByRole("button", { name: "Show the export" }));
    expect(session.router.route).toEqual({ page: "export", id: 100 });
    expect(callsOf(backend, "removeContract")).toEqual([]);
  });

  it("marks the item of the menu that the pointer is on", async () => {
    const { person } = await open();
    await person.click(screen.getByRole("button", { name: "More for S4802" }));
    expect(document.activeElement).toBe(screen.getByRole("menuitem", { name: "Edit contract…" }));
    const remove = screen.getByRole("menuitem", { name: "Remove contract…" });
    await person.hover(remove);
    expect(document.activeElement).toBe(remove);
  });

  it("keeps the contract when the dialog is left with Cancel", async () => {
    const { backend, person } = await open();
    await person.click(screen.getByRole("button", { name: "More for S4802" }));
    await person.click(screen.getByRole("menuitem", { name: "Remove contract…" }));
    await person.click(screen.getByRole("button", { name: "Cancel" }));
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(callsOf(backend, "removeContract")).toEqual([]);
  });

  it("is accessible", async () => {
    const { container } = await open();
    await expectAccessible(container);
  });
});

describe("the list by keyboard", () => {
  it("goes from box to box with the arrows, and selects on the way with Shift", async () => {
    const { person, session } = await open();
    screen.getByRole("checkbox", { name: "Select S4802" }).focus();
    await person.keyboard("{ArrowDown}");
    expect(document.activeElement).toBe(screen.getByRole("checkbox", { name: "Select S5601" }));
    await person.keyboard("{Shift>}{ArrowDown}{ArrowDown}{/Shift}");
    await person.click(await screen.findByRole("button", { name: "Export 3 selected…" }));
    expect(session.router.route).toEqual({ page: "exportSeveral", ids: [1, 4, 2] });
  });

  it("selects all that are shown with Ctrl and A, once in the list, and no text elsewhere", async () => {
    const { person, session } = await open();
    await person.type(screen.getByRole("searchbox"), "S5{Control>}a{/Control}");
    expect(screen.queryByText(/selected$/)).toBeNull();
    await waitFor(() => expect(screen.getAllByRole("checkbox", { name: /^Select S/ })).toHaveLength(2));
    screen.getByRole("checkbox", { name: "Select S5601" }).focus();
    await person.keyboard("{Control>}aa{/Control}");
    await page().findByText("2 selected");
    expect(session.announcer.polite.trim()).toBe("2 selected");
  });

  it("searches with Ctrl and F; Escape empties the search there, and the selection where that is", async () => {
    const { person, session } = await open();
    await person.click(screen.getByRole("checkbox", { name: "Select S4802" }));
    await person.keyboard("{Control>}f{/Control}");
    const search = screen.getByRole<HTMLInputElement>("searchbox");
    expect(document.activeElement).toBe(search);
    await person.keyboard("value{Escape}{Escape}");
    expect(search.value).toBe("");
    for (const elsewhere of ["Add contract", "History", "Contracts"]) {
      screen.getByRole("button", { name: elsewhere }).focus();
      await person.keyboard("{Escape}");
      await screen.findByText("1 selected");
    }
    expect(session.announcer.polite.trim()).toBe("");
    screen.getByRole("button", { name: "Clear" }).focus();
    await person.keyboard("{Escape}");
    expect(page().queryByText("1 selected")).toBeNull();
    expect(session.announcer.polite.trim()).toBe("0 selected");
  });

  it("says of Escape that it cleared the selection only where there was one", async () => {
    const { person, session } = await open();
    screen.getByRole("checkbox", { name: "Select S4802" }).focus();
    await person.keyboard("{Escape}");
    expect(session.announcer.polite.trim()).toBe("");
  });
});

describe("an export that AB2D has no room for yet", () => {
  it("is in the queue, and says so in the list and in the sidebar", async () => {
    const full = problem({ code: "runningJobsLimit", title: "AB2D is full.", remedy: "tryNow" });
    const phase = { name: "waiting", problem: full, until: "2026-11-20T19:06:10Z" } as const;
    await open(new MemoryBackend(snapshot({ exports: [waiting({ phase })] })));
    expect(await screen.findAllByText("In the queue")).toHaveLength(2);
    expect(screen.getByText("Starts when AB2D has room")).toBeTruthy();
  });
});

describe("the first run", () => {
  const empty = () => new MemoryBackend(snapshot({ contracts: [], exports: [] }));

  it("goes from practice to the export form at once", async () => {
    const { backend, person, session } = await open(empty());
    await person.click(screen.getByRole("button", { name: "Try it with practice data" }));
    expect(callsOf(backend, "startPractice")).toHaveLength(1);
    expect(session.router.route).toEqual({ page: "exportForm", id: 9 });
    expect(await screen.findByText("Practice: made-up data.")).toBeTruthy();
  });

  it("makes the practice contract once, however often the button is pressed", async () => {
    const { backend, person, session } = await open(empty());
    const made = later(backend, "startPractice");
    await person.dblClick(screen.getByRole("button", { name: "Try it with practice data" }));
    made();
    await waitFor(() => expect(session.router.route).toEqual({ page: "exportForm", id: 9 }));
    expect(callsOf(backend, "startPractice")).toHaveLength(1);
  });

  it("is accessible", async () => {
    const { container } = await open(empty());
    await expectAccessible(container);
  });
});

describe("contracts with the same number", () => {
  it("are told apart by their environments wherever they are named", async () => {
    const contracts = (["sandbox", "practice"] as const).map((environment, id) =>
      contract({ id, number: "Z1001", environment }),
    );
    const exported = running({ contractId: 0, contractNumber: "Z1001", environment: "sandbox" });
    const backend = new MemoryBackend(snapshot({ contracts, exports: [exported] }));
    const { session } = await open(backend);
    for (const name of ["Select Z1001 (Sandbox)", "Select Z1001 (Practice)"]) {
      expect(screen.getByRole("checkbox", { name })).toBeTruthy();
    }
    for (const name of ["Show progress, Z1001 (Sandbox)", "Export… Z1001 (Practice)"]) {
      expect(screen.getByRole("button", { name })).toBeTruthy();
    }
    expect(screen.getByRole("button", { name: /^Z1001 \(Sandbox\), 62%/ })).toBeTruthy();
    backend.emit({ event: "export", export: { ...exported, phase: { name: "paused" } } });
    await waitFor(() => expect(session.announcer.polite).toBe("Z1001 (Sandbox): paused."));
  });
});

describe("a contract that is due", () => {
  it("says up to when it was exported, though an old period was exported since", async () => {
    vi.useFakeTimers({ now: new Date(NOW), toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
    const finishedAt = "2026-11-18T15:00:00Z";
    const lastExport: LastExport = { id: 31, version: "r4", finishedAt, claims: 1, bytes: 1, seconds: 1 };
    await open(new MemoryBackend(snapshot({ contracts: [contract({ lastExport })], exports: [] })));
    const row = (await screen.findByText("Due since Nov 17")).closest("tr");
    expect(row?.textContent).toContain("Exported up to Nov 3");
  });
});

describe("several at once", () => {
  it("starts each with what is new since its last export, and names what was refused", async () => {
    const idle = new MemoryBackend(snapshot({ exports: [] }));
    const { backend, person, session } = await open(idle, { page: "exportSeveral", ids: [3, 4] });
    await person.click(await screen.findByRole("button", { name: "Export 2\u00a0contracts" }));
    const form = {
      selection: { what: "sinceLast" },
      version: "r4",
      serviceDates: [],
      folder: null,
      compressed: false,
    };
    expect(callsOf(backend, "startExport")).toEqual([
      [3, form],
      [4, form],
    ]);
    expect(session.router.route).toEqual({ page: "contracts" });
  });

  it("stays with what was refused after a double click", async () => {
    const idle = new MemoryBackend(snapshot({ exports: [] }));
    const reason = "The folder is not there.";
    idle.refuse.startExport = new CommandError({ kind: "message", message: reason });
    const { backend, person, session } = await open(idle, { page: "exportSeveral", ids: [3, 4] });
    const answer = later(backend, "startExport");
    await person.dblClick(await screen.findByRole("button", { name: "Export 2\u00a0contracts" }));
    answer();
    await waitFor(() => expect(screen.getAllByText(reason)).toHaveLength(2));
    await waitFor(() => expect(session.announcer.polite).toContain("2 could not be started"));
    expect(session.router.route.page).toBe("exportSeveral");
  });

  it("says how much is free, and which real claims go where they may not be allowed", async () => {
    const backend = new MemoryBackend(snapshot({ exports: [] }));
    backend.looked = { warnings: ["synced"] };
    const { container } = await open(backend, { page: "exportSeveral", ids: [3, 5] });
    expect(await screen.findAllByText(/^412.GB free\.$/)).toHaveLength(2);
    const marked = screen.getAllByText("Copied to the cloud").map((mark) => mark.closest("tr")?.textContent);
    expect(marked).toEqual([expect.stringContaining("S4802")]);
    expect(page().getByText(/allowed in the folders that are marked/)).toBeTruthy();
    await expectAccessible(container);
  });

  it("sends one to another folder for this time, and back", async () => {
    const idle = new MemoryBackend(snapshot({ exports: [] }));
    const { backend, person } = await open(idle, { page: "exportSeveral", ids: [3, 4] });
    const change = (number: string) => screen.getByRole("button", { name: `Change folder for ${number}` });
    const foldersSent = () => callsOf(backend, "startExport").map(([, form]) => (form as ExportForm).folder);
    await screen.findByText("D:\\Claims\\S4802");
    await person.click(change("S4802"));
    await person.click(change("S5884"));
    expect(await screen.findAllByText("D:\\Claims\\Elsewhere")).toHaveLength(2);
    expect(callsOf(backend, "lookAtFolder").at(-1)).toEqual(["D:\\Claims\\Elsewhere"]);
    await person.click(screen.getByRole("button", { name: "Use the contract’s folder for S5884" }));
    await person.click(screen.getByRole("button", { name: "Export 2\u00a0contracts" }));
    expect(foldersSent()).toEqual(["D:\\Claims\\Elsewhere", null]);
  });

  it("tries one that was refused in another folder", async () => {
    const idle = new MemoryBackend(snapshot({ exports: [] }));
    const reason = "The save folder is not there.";
    idle.refuse.startExport = new CommandError({ kind: "message", message: reason });
    const { backend, person } = await open(idle, { page: "exportSeveral", ids: [3] });
    await person.click(await screen.findByRole("button", { name: "Export 1\u00a0contract" }));
    await screen.findByText(reason);
    delete backend.refuse.startExport;
    await person.click(screen.getByRole("button", { name: "Change folder for S4802" }));
    await waitFor(() => expect(screen.queryByText(reason)).toBeNull());
    await person.click(screen.getByRole("button", { name: "Export 1\u00a0contract" }));
    expect(callsOf(backend, "startExport").at(-1)).toEqual([
      3,
      expect.objectContaining({ folder: "D:\\Claims\\Elsewhere" }),
    ]);
  });

  it("leaves out one that was refused, for the reason in a row of its own", async () => {
    const idle = new MemoryBackend(snapshot({ exports: [] }));
    const reason = "The save folder is not there.";
    idle.refuse.startExport = refused(reason);
    const { container, person } = await open(idle, { page: "exportSeveral", ids: [3] });
    await person.click(await screen.findByRole("button", { name: "Export 1\u00a0contract" }));
    expect(await screen.findByRole("row", { name: reason })).toBeTruthy();
    await expectAccessible(container);
    const leaveOut = screen.getByRole("button", { name: "Leave out S4802", description: reason });
    await person.click(leaveOut);
    expect(screen.queryByText(reason)).toBeNull();
    expect(document.activeElement).toBe(screen.getByRole("button", { name: "Put back S4802" }));
    expect(screen.queryByRole("button", { name: /^Export \d/ })).toBeNull();
  });

  it("says where no folder could be chosen", async () => {
    const idle = new MemoryBackend(snapshot({ exports: [] }));
    idle.refuse.chooseFolder = new CommandError({ kind: "message", message: "No dialog was opened." });
    const { person } = await open(idle, { page: "exportSeveral", ids: [3, 4] });
    await person.click(await screen.findByRole("button", { name: "Change folder for S4802" }));
    const said = await screen.findByText("No dialog was opened.");
    expect(said.closest("tr")?.textContent).toContain("S4802");
  });

  it("is stopped while they are started: what was not begun stays ready", async () => {
    const idle = new MemoryBackend(snapshot({ exports: [] }));
    const { backend, person, session } = await open(idle, { page: "exportSeveral", ids: [3, 4, 5] });
    const answer = later(backend, "startExport");
    await person.click(await screen.findByRole("button", { name: "Export 3\u00a0contracts" }));
    await person.click(page().getByRole("button", { name: "Start no more" }));
    answer();
    expect(await page().findByText(/^1.export started\. You stopped before the others/)).toBeTruthy();
    expect(session.announcer.polite).toMatch(/2.contracts are not being exported\.$/);
    expect(page().getAllByText("Ready")).toHaveLength(2);
    expect(session.router.route.page).toBe("exportSeveral");
    expect(document.activeElement).toBe(page().getByRole("button", { name: "Show the contracts" }));
    await person.click(page().getByRole("button", { name: "Export 2\u00a0contracts" }));
    expect(callsOf(backend, "startExport").map(([id]) => id)).toEqual([3, 4, 5]);
    expect(session.router.route).toEqual({ page: "contracts" });
  });

  it("goes on starting them when the page is left", async () => {
    const idle = new MemoryBackend(snapshot({ exports: [] }));
    const { backend, person, session } = await open(idle, { page: "exportSeveral", ids: [3, 4] });
    const answer = later(backend, "startExport");
    await person.click(await screen.findByRole("button", { name: "Export 2\u00a0contracts" }));
    session.router.go({ page: "settings" });
    answer();
    await waitFor(() => expect(session.announcer.polite).toMatch(/^2.exports started\.$/));
    expect(session.router.route).toEqual({ page: "settings" });
  });

  it("says what was stopped also once the page is left", async () => {
    const idle = new MemoryBackend(snapshot({ exports: [] }));
    const { backend, person, session } = await open(idle, { page: "exportSeveral", ids: [3, 4, 5] });
    const answer = later(backend, "startExport");
    await person.click(await screen.findByRole("button", { name: "Export 3\u00a0contracts" }));
    await person.click(page().getByRole("button", { name: "Start no more" }));
    session.router.go({ page: "settings" });
    await screen.findByRole("heading", { level: 1, name: "Settings" });
    answer();
    await waitFor(() => expect(session.announcer.polite).toMatch(/2.contracts are not being exported\.$/));
    expect(session.notices.all).toEqual([]);
  });

  it("tells of what was refused wherever the person is", async () => {
    const idle = new MemoryBackend(snapshot({ exports: [] }));
    const reason = "The save folder is not there.";
    idle.refuse.startExport = refused(reason);
    const { backend, person, session } = await open(idle, { page: "exportSeveral", ids: [3, 4] });
    const answer = later(backend, "startExport");
    await person.click(await screen.findByRole("button", { name: "Export 2\u00a0contracts" }));
    session.router.go({ page: "settings" });
    await screen.findByRole("heading", { level: 1, name: "Settings" });
    answer();
    const alert = (await screen.findByText(/^0.exports started; 2 could not be started\.$/)).closest(
      "[role=alert]",
    );
    expect(alert?.textContent.split(reason)).toHaveLength(2);
    await person.click(screen.getByRole("button", { name: "Back to that page" }));
    await screen.findByRole("heading", { level: 1, name: "Export 2\u00a0contracts" });
    expect(page().getAllByText(reason)).toHaveLength(2);
    delete backend.refuse.startExport;
    await person.click(page().getByRole("button", { name: "Export 2\u00a0contracts" }));
    await waitFor(() => expect(session.notices.all).toEqual([]));
  });

  it("tells what was refused from what was not begun when they were stopped", async () => {
    const idle = new MemoryBackend(snapshot({ exports: [] }));
    idle.refuse.startExport = refused("The save folder is not there.");
    const { backend, person } = await open(idle, { page: "exportSeveral", ids: [3, 4, 5] });
    const answer = later(backend, "startExport");
    await person.click(await screen.findByRole("button", { name: "Export 3\u00a0contracts" }));
    await person.click(page().getByRole("button", { name: "Start no more" }));
    answer();
    const said = await page().findByText(/^0.exports started; 1 could not be started\. /);
    expect(said.textContent).toMatch(/You stopped before the others: 2.contracts are not being exported\./);
    expect(said.textContent).toMatch(/The reason is below it\.$/);
  });

  it("says of each what holds now, and starts none that began elsewhere meanwhile", async () => {
    const [own, other] = [contract(), contract({ id: 4, number: "S5884" })];
    const under = running({ contractId: 3, contractNumber: "S4802" });
    const backend = new MemoryBackend(snapshot({ contracts: [own, other], exports: [under] }));
    const { person } = await open(backend, { page: "exportSeveral", ids: [3, 4] });
    const row = (number: string) => within(page().getByText(number).closest("tr") ?? document.body);
    await waitFor(() => expect(row("S4802").getByText("Runs already")).toBeTruthy());
    expect(row("S4802").getByText(/^After Nov 3, 2026/)).toBeTruthy();

    const coverage = [{ version: "r4" as const, coveredTo: "2026-11-20T18:02:00Z", gaps: [] }];
    backend.emit({ event: "export", export: complete({ contractId: 3, contractNumber: "S4802" }) });
    backend.emit({ event: "contracts", contracts: [{ ...own, coverage }, other] });
    await waitFor(() => expect(row("S4802").getByText("Ready")).toBeTruthy());
    expect(row("S4802").getByText(/^After Nov 20, 2026/)).toBeTruthy();

    backend.emit({ event: "export", export: running({ id: 102, contractId: 4, contractNumber: "S5884" }) });
    await waitFor(() => expect(row("S5884").getByText("Runs already")).toBeTruthy());
    await person.click(page().getByRole("button", { name: "Export 1\u00a0contract" }));
    expect(callsOf(backend, "startExport").map(([id]) => id)).toEqual([3]);
  });

  it("starts none that began elsewhere while those before it were started", async () => {
    const idle = new MemoryBackend(snapshot({ exports: [] }));
    const { backend, person } = await open(idle, { page: "exportSeveral", ids: [3, 4] });
    const answer = later(backend, "startExport");
    await person.click(await screen.findByRole("button", { name: "Export 2\u00a0contracts" }));
    backend.emit({ event: "export", export: running({ id: 102, contractId: 4, contractNumber: "S5884" }) });
    answer();
    await waitFor(() => expect(page().queryByText("Starting…")).toBeNull());
    expect(callsOf(backend, "startExport").map(([id]) => id)).toEqual([3]);
  });

  it("leaves out what the person takes out, until it is put back", async () => {
    const idle = new MemoryBackend(snapshot({ exports: [] }));
    idle.looked = { warnings: ["unencrypted"] };
    const { backend, container, person } = await open(idle, { page: "exportSeveral", ids: [3, 4] });
    expect(await page().findAllByText("Disk not encrypted")).toHaveLength(2);
    await person.click(page().getByRole("button", { name: "Leave out S4802" }));
    await person.click(page().getByRole("button", { name: "Leave out S5884" }));
    expect(page().getByText("No contract is left to export.")).toBeTruthy();
    expect(page().getByRole("heading", { level: 1 }).textContent).toBe("Export contracts");
    expect(page().getByRole("table", { name: "Export contracts" })).toBeTruthy();
    expect(page().queryByText("Disk not encrypted")).toBeNull();
    expect(page().queryByRole("button", { name: /^Export/ })).toBeNull();
    await person.click(page().getByRole("button", { name: "Put back S5884" }));
    expect(page().queryByText("No contract is left to export.")).toBeNull();
    expect(page().getByRole("heading", { level: 1 }).textContent).toBe("Export 1\u00a0contract");
    expect(page().getAllByText("Left out")).toHaveLength(1);
    await expectAccessible(container);
    await person.click(page().getByRole("button", { name: "Export 1\u00a0contract" }));
    expect(callsOf(backend, "startExport").map(([id]) => id)).toEqual([4]);
  });

  it("neither leaves out nor puts back while the others are started", async () => {
    const idle = new MemoryBackend(snapshot({ exports: [] }));
    const { backend, person } = await open(idle, { page: "exportSeveral", ids: [3, 4, 5] });
    const answer = later(backend, "startExport");
    const choices = () => page().queryAllByRole("button", { name: /^(Leave out|Put back) / });
    await person.click(await page().findByRole("button", { name: "Leave out S5884" }));
    expect(choices()).toHaveLength(3);
    await person.click(page().getByRole("button", { name: "Export 2\u00a0contracts" }));
    expect(choices()).toEqual([]);
    await person.click(page().getByRole("button", { name: "Start no more" }));
    answer();
    await waitFor(() => expect(choices()).toHaveLength(2));
  });

  it("leaves out what runs already", async () => {
    const { backend, person } = await open(undefined, { page: "exportSeveral", ids: [1, 3] });
    await person.click(await screen.findByRole("button", { name: "Export 1\u00a0contract" }));
    expect(callsOf(backend, "startExport").map(([id]) => id)).toEqual([3]);
  });
});

describe("a contract without credentials", () => {
  it("is not started with the others before they are entered", async () => {
    const [first, bare] = [contract(), contract({ id: 4, number: "S5884", hasCredentials: false })];
    const idle = new MemoryBackend(snapshot({ contracts: [first, bare], exports: [] }));
    const route: Route = { page: "exportSeveral", ids: [3, 4] };
    const { backend, container, person, session } = await open(idle, route);
    const row = () => within(screen.getByText("S5884").closest("tr") ?? document.body);
    await waitFor(() => expect(row().getByText("No credentials")).toBeTruthy());
    expect(row().queryByText("Ready")).toBeNull();
    expect(screen.getByRole("button", { name: "Export 1\u00a0contract" })).toBeTruthy();
    await expectAccessible(container);
    await person.click(row().getByRole("button", { name: "Enter credentials, S5884" }));
    expect(session.router.route).toEqual({ page: "editContract", id: 4 });
    session.router.back();
    const entered = { ...bare, hasCredentials: true, folder: "E:\\S5884" };
    backend.emit({ event: "contracts", contracts: [first, entered] });
    await waitFor(() => expect(row().getByText("Ready")).toBeTruthy());
    expect(row().getByText("E:\\S5884")).toBeTruthy();
    await person.click(screen.getByRole("button", { name: "Export 2\u00a0contracts" }));
    expect(callsOf(backend, "startExport").map(([id]) => id)).toEqual([3, 4]);
  });

  it("asks for them instead of offering an export", async () => {
    const bare = new MemoryBackend(
      snapshot({ contracts: [contract({ hasCredentials: false })], exports: [] }),
    );
    const { person, session } = await open(bare);
    await person.click(screen.getByRole("button", { name: "Enter credentials, S4802" }));
    expect(session.router.route).toEqual({ page: "editContract", id: 3 });
  });
});
