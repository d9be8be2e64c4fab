import { screen, waitFor } from "@testing-library/svelte";
import { describe, expect, it, onTestFinished, vi } from "vitest";

import { keepHistory } from "../gallery/history";
import { MemoryBackend } from "../gallery/memory";
import { complete, contract, historyRows, running, snapshot } from "../gallery/samples";
import { HistoryQuery } from "../src/history/query.svelte";
import { Session } from "../src/state/session.svelte";
import { callsOf, expectAccessible, later, open, page } from "./open";

describe("history", () => {
  const kept = () => {
    const backend = new MemoryBackend();
    backend.rows = historyRows();
    return backend;
  };

  it("filters by contract, day and result", async () => {
    const { backend, person } = await open(kept(), { page: "history" });
    await person.selectOptions(await screen.findByRole("combobox", { name: "Contract" }), "S5601");
    await person.selectOptions(screen.getByRole("combobox", { name: "Result" }), "Verified");
    await person.type(screen.getByRole("textbox", { name: "Started from" }), "10/20/2026");
    await waitFor(() =>
      expect(callsOf(backend, "history").at(-1)).toEqual([
        {
          contractNumber: "S5601",
          environment: "production",
          from: "2026-10-20",
          to: null,
          results: ["complete"],
          offset: 0,
          limit: 50,
        },
      ]),
    );
  });

  it("tells contracts apart that have one number in two environments", async () => {
    const sandbox = complete({ id: 2, contractNumber: "S5601", environment: "sandbox" });
    const backend = new MemoryBackend();
    backend.rows = [complete({ id: 1, contractNumber: "S5601" }), sandbox].map((each) => ({
      export: each,
      user: "Rosa Alvarez",
    }));
    const { person } = await open(backend, { page: "history" });
    const contract = await screen.findByRole("combobox", { name: "Contract" });
    await person.selectOptions(contract, await screen.findByRole("option", { name: "S5601 (Sandbox)" }));
    await waitFor(() =>
      expect(callsOf(backend, "history").at(-1)).toEqual([
        expect.objectContaining({ contractNumber: "S5601", environment: "sandbox" }),
      ]),
    );
  });

  it("shows the contract that it is limited to, also once that is in no list", async () => {
    const backend = kept();
    backend.state = snapshot({ contracts: [contract({ id: 9, number: "S9999" })], exports: [] });
    const { person } = await open(backend, { page: "history" });
    const select = await screen.findByRole<HTMLSelectElement>("combobox", { name: "Contract" });
    await person.selectOptions(select, "S9999");
    const other = contract({ id: 10, number: "S9998" });
    backend.emit({ event: "contracts", contracts: [other] });
    await screen.findByRole("option", { name: "S9998" });
    expect(select.selectedOptions[0]?.textContent).toBe("S9999");
    await person.selectOptions(select, "All contracts");
    expect(screen.queryByRole("option", { name: "S9999" })).toBeNull();
  });

  it.each([
    ["Damaged or missing", ["notWhole"]],
    ["Running", ["requesting", "preparing", "downloading"]],
    ["Waiting", ["waiting"]],
    ["Needs you", ["needsYou"]],
  ])("finds what is %s, whatever it does", async (result, phases) => {
    const { backend, person } = await open(kept(), { page: "history" });
    await person.selectOptions(await screen.findByRole("combobox", { name: "Result" }), result);
    await waitFor(() =>
      expect(callsOf(backend, "history").at(-1)).toEqual([expect.objectContaining({ results: phases })]),
    );
  });

  it("calls nothing verified whose files were found damaged", async () => {
    const backend = new MemoryBackend(snapshot({ exports: [] }));
    backend.rows = [{ export: complete({ damaged: 2 }), user: "Rosa Alvarez" }];
    const { container } = await open(backend, { page: "history" });
    await waitFor(() => expect(container.querySelector(".mark")).toBeTruthy());
    expect(container.querySelector(".mark")?.textContent.trim()).toBe("Damaged or missing");
  });

  it("goes to the first filter with Ctrl and F", async () => {
    const { person } = await open(kept(), { page: "history" });
    const contract = await screen.findByRole("combobox", { name: "Contract" });
    await person.click(screen.getByRole("button", { name: "Verify the record" }));
    await person.keyboard("{Control>}f{/Control}");
    expect(document.activeElement).toBe(contract);
  });

  it("says how many of all are shown, and shows all again", async () => {
    const backend = new MemoryBackend();
    keepHistory(backend, 100);
    const { person } = await open(backend, { page: "history" });
    await page().findByText(/^100.exports$/);
    await person.selectOptions(screen.getByRole("combobox", { name: "Contract" }), "S5037");
    await page().findByText(/^2 of 100.exports$/);
    await person.selectOptions(screen.getByRole("combobox", { name: "Result" }), "Expired");
    await page().findByText(/^0 of 100.exports$/);
    await person.click(screen.getByRole("button", { name: "Show all" }));
    await page().findByText(/^100.exports$/);
  });

  it("is as it was left when the person comes back from an export, and the focus where it was", async () => {
    const backend = new MemoryBackend();
    keepHistory(backend, 200);
    const { person } = await open(backend, { page: "history" });
    await person.selectOptions(await screen.findByRole("combobox", { name: "Contract" }), "S5037");
    await page().findByText(/^4 of 200.exports$/);
    const opened = page().getAllByRole("button", { name: /^Open the export of S5037/ })[2];
    opened?.focus();
    await person.keyboard("{Enter}");
    await screen.findByRole("heading", { level: 1, name: /verified/ });
    await person.click(screen.getByRole("button", { name: "Back to History" }));
    await page().findByText(/^4 of 200.exports$/);
    expect(screen.getByRole<HTMLSelectElement>("combobox", { name: "Contract" }).value).toBe(
      "production S5037",
    );
    await waitFor(() => expect(document.activeElement?.id).toBe(opened?.id));
    expect(document.activeElement?.isConnected).toBe(true);
  });

  it("begins at its first row with another filter", () => {
    const query = new HistoryQuery(new Session(new MemoryBackend()));
    query.scrolled = 41.5;
    expect(query.scrolled).toBe(41.5);
    query.contract = "production S5601";
    expect(query.scrolled).toBe(0);
  });

  it("leads on where there is no export yet", async () => {
    const { person, session } = await open(undefined, { page: "history" });
    await person.click(await screen.findByRole("button", { name: "Go to Contracts" }));
    expect(session.router.route).toEqual({ page: "contracts" });
  });

  it("does not read again at every progress event", async () => {
    const { backend } = await open(kept(), { page: "history" });
    await screen.findByText(/10.exports/);
    const before = callsOf(backend, "history").length;
    for (let done = 0; done < 20; done += 1) {
      backend.emit({
        event: "progress",
        id: 100,
        progress: { ...running().progress, bytesDone: done },
        files: [],
      });
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(callsOf(backend, "history")).toHaveLength(before);
  });

  it("is read once when an export begins or ends while it is open", async () => {
    const { backend, session } = await open(kept(), { page: "history" });
    await screen.findByText(/10.exports/);
    const { history } = backend;
    backend.history = (filter) => new Promise((resolve) => setTimeout(() => resolve(history(filter)), 1));
    const before = callsOf(backend, "history").length;
    backend.emit({ event: "export", export: complete() });
    await waitFor(() => expect(session.active).toHaveLength(1));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(callsOf(backend, "history")).toHaveLength(before + 1);
  });

  it.each([
    [1, "1 entry was written without the keychain, so a change of it may go unnoticed."],
    [12, "12 entries were written without the keychain, so a change of them may go unnoticed."],
  ])(
    "says in plain words what verifying the record is for, and what it cannot tell of %i",
    async (unkeyed, said) => {
      const backend = kept();
      backend.verdict = { ...backend.verdict, unkeyed };
      const { person } = await open(backend, { page: "history" });
      expect(await page().findByText(/^Verify the record to see whether an entry was changed/)).toBeTruthy();
      await person.click(page().getByRole("button", { name: "Verify the record" }));
      const told = await page().findByText(/without the keychain/);
      expect(told.textContent.replaceAll("\u00a0", " ")).toBe(said);
    },
  );

  it("says the day on which the record was verified, once that is over", async () => {
    vi.useFakeTimers({ now: new Date("2026-11-20T18:02:00Z"), toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
    const { person, session } = await open(kept(), { page: "history" });
    await person.click(await page().findByRole("button", { name: "Verify the record" }));
    expect(await page().findByText(/^Record verified, 1:02.PM$/)).toBeTruthy();
    vi.setSystemTime(new Date("2026-11-23T14:00:00Z"));
    session.router.go({ page: "settings" });
    session.router.go({ page: "history" });
    expect(await screen.findByText(/^Record verified, Fri, Nov 20, 1:02.PM$/)).toBeTruthy();
  });

  it("verifies the record and says what it found", async () => {
    const { backend, person, container } = await open(kept(), { page: "history" });
    await person.click(await screen.findByRole("button", { name: "Verify the record" }));
    expect(await page().findByText(/none changed or missing/)).toBeTruthy();
    backend.verdict = {
      entries: 1932,
      unkeyed: 0,
      broken: "Entry 77 was changed.",
      brokenEntry: { at: "2026-11-03T14:14:00Z", contractNumber: "S5601" },
    };
    await person.click(screen.getByRole("button", { name: "Verify the record" }));
    const told = await page().findByRole("alert");
    expect(told.textContent).toMatch(
      /Entry 77 was changed.*reads as one about S5601, Nov 3, 2026.*compliance office/,
    );
    await expectAccessible(container);
  });

  it("shows how far the record is read, and goes on with it whatever page is shown", async () => {
    const { backend, person, session } = await open(kept(), { page: "history" });
    const answer = later(backend, "verifyAudit");
    await person.click(await screen.findByRole("button", { name: "Verify the record" }));
    backend.emit({ event: "checkingAudit", check: 1, progress: { entries: 1932, entriesDone: 400 } });
    expect(await page().findByText("400 of 1,932 entries")).toBeTruthy();
    session.router.go({ page: "settings" });
    await screen.findByRole("heading", { level: 1, name: "Settings" });
    answer();
    await waitFor(() => expect(session.record.running).toBe(false));
    session.router.go({ page: "history" });
    await screen.findByRole("heading", { level: 1, name: "History" });
    expect(await page().findByText(/none changed or missing/)).toBeTruthy();
  });

  it("stops verifying the record, and says no more of it than before", async () => {
    const { backend, person } = await open(kept(), { page: "history" });
    let stopped: (answer: null) => void = () => undefined;
    backend.verifyAudit = () => new Promise((resolve) => (stopped = resolve));
    await person.click(await screen.findByRole("button", { name: "Verify the record" }));
    await person.click(screen.getByRole("button", { name: "Stop verifying" }));
    expect(callsOf(backend, "stopCheck")).toEqual([[1]]);
    stopped(null);
    expect(await screen.findByRole("button", { name: "Verify the record" })).toBeTruthy();
    expect(page().queryByText(/none changed or missing/)).toBeNull();
  });
});
