import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it, onTestFinished, vi } from "vitest";

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
import type { FileView } from "../src/bindings/FileView";
import { callsOf, expectAccessible, later, open, page, showing } from "./open";

/** The words of the filled buttons. */
const emphasized = (container: Element) =>
  [...container.querySelectorAll(".button.filled")].map((button) => button.textContent.trim());

describe("an export that ended", () => {
  it("says how many claims, all verified, and verifies again", async () => {
    const { backend, person } = await showing(complete({ expiresAt: "2999-11-23T18:44:00Z" }));
    expect(
      await screen.findByRole("heading", { level: 1, name: /1,204,331\sclaims, all verified/ }),
    ).toBeTruthy();
    backend.verified = {
      ...backend.verified,
      damaged: ["S5601_0017.ndjson"],
      unreadable: ["S5601_0020.ndjson"],
    };
    await person.click(screen.getByRole("button", { name: "Verify again" }));
    expect(await screen.findByText("S5601_0017.ndjson", { exact: false })).toBeTruthy();
    expect(screen.getByText("Could not be read:").parentElement?.textContent).toContain("S5601_0020.ndjson");
    expect(screen.getByText(/can be fetched 6 times; 1 used so far, 5 left/)).toBeTruthy();
    await person.click(screen.getByRole("button", { name: "Fetch again" }));
    expect(callsOf(backend, "fetchAgain")).toEqual([[100]]);
  });

  it("ended when it ended, also where files were fetched again since", async () => {
    const times = { ...complete().times, repaired: "2026-11-22T14:00:00Z" };
    const { container } = await showing(complete({ times }));
    await screen.findByRole("heading", { level: 1, name: /all verified/ });
    const line = container.querySelector("h1 + .line")?.textContent ?? "";
    expect(line).toMatch(/Nov 20, 2026.*took .*files fetched again Nov 22, 2026/);
  });

  it("calls damaged files nowhere verified, and emphasizes what mends them", async () => {
    const { backend, person, container } = await showing(complete({ expiresAt: "2999-11-23T18:44:00Z" }));
    backend.verified = {
      ...backend.verified,
      damaged: ["S5601_0017.ndjson"],
      missing: ["S5601_0400.ndjson"],
      foreign: ["notes.txt"],
    };
    const verify = await screen.findByRole("button", { name: "Verify again" });
    expect(emphasized(container)).toEqual(["Open folder"]);
    await person.click(verify);
    const title = await screen.findByRole("heading", { level: 1, name: /, 2.files damaged or missing$/ });
    expect(title).toBeTruthy();
    expect(page().getByText(/^410 of 412.files intact$/)).toBeTruthy();
    expect(screen.getByRole("button", { name: "S5601, Damaged or missing" })).toBeTruthy();
    expect(emphasized(container)).toEqual(["Fetch again"]);
    const foreign = page()
      .getByText(/notes\.txt/)
      .closest(".note");
    expect(foreign?.textContent).toContain("do no harm, and are left alone");
    expect(foreign?.textContent).not.toContain("S5601_0017.ndjson");
    await expectAccessible(container);
  });

  it("exports the same period again where AB2D has its copies no more", async () => {
    const { backend, person, session, container } = await showing(
      complete({ expiresAt: "2026-11-20T10:00:00Z" }),
    );
    backend.verified = { ...backend.verified, missing: ["S5601_0400.ndjson"] };
    await person.click(await screen.findByRole("button", { name: "Verify again" }));
    await screen.findByText(/AB2D has deleted its copies/);
    expect(emphasized(container)).toEqual(["Export again…"]);
    await person.click(page().getByRole("button", { name: "Export again…" }));
    expect(session.router.route).toMatchObject({
      page: "exportForm",
      id: 1,
      start: { selection: { what: "period", since: "2026-11-03T14:14:00Z", until: null } },
    });
  });

  it("does not stop a verification with the click that begins it", async () => {
    const { backend, person } = await showing(complete());
    backend.reading = new Promise(() => undefined);
    await person.dblClick(await screen.findByRole("button", { name: "Verify again" }));
    expect(callsOf(backend, "stopVerifying")).toEqual([]);
    await person.click(screen.getByRole("button", { name: "Stop verifying" }));
    expect(callsOf(backend, "stopVerifying")).toEqual([[100]]);
  });

  it("says so in title, sidebar and table where AB2D could not deliver some claims", async () => {
    const backend = new MemoryBackend(
      snapshot({
        exports: [complete({ errorFiles: 1, progress: { ...complete().progress, files: 3, claims: 24 } })],
      }),
    );
    backend.files = files(3, 12).map((file) => (file.index === 2 ? { ...file, isError: true } : file));
    const { person, container } = await open(backend, { page: "export", id: 100 });
    const title = await screen.findByRole("heading", { level: 1, name: /^24.claims verified, some not del/ });
    expect(title).toBeTruthy();
    expect(page().getByText(/^2.files and 1.error file, /)).toBeTruthy();
    expect(screen.getByRole("button", { name: "S5601, Partly delivered" })).toBeTruthy();
    await person.click(await screen.findByRole("button", { name: "Show the error file" }));
    const table = screen.getByRole("table", { name: "Files" });
    expect(within(table).getAllByRole("row")).toHaveLength(2);
    expect(within(table).getByText("Error file")).toBeTruthy();
    const chips = within(screen.getByRole("group", { name: "Show files" }));
    expect(chips.getAllByRole("button").map((chip) => chip.textContent.trim())).toEqual([
      "All files 3",
      "Verified 2",
      "Error files 1",
    ]);
    await expectAccessible(container);
  });

  it("says why its files could not be fetched again", async () => {
    const unrepaired = problem({
      title: "AB2D does not send one of the files again.",
      remedy: "exportAgain",
    });
    const { backend, container, session } = await showing(complete({ unrepaired }));
    expect(await screen.findByText("AB2D does not send one of the files again.")).toBeTruthy();
    expect(screen.queryByText(/all verified/)).toBeNull();
    expect(emphasized(container)).toEqual(["Export again…"]);
    await expectAccessible(container);
    backend.emit({ event: "export", export: complete() });
    await waitFor(() => expect(screen.queryByText(unrepaired.title)).toBeNull());
    expect(session.exports.get(100)?.unrepaired).toBeNull();
  });

  it("closes the gap that it left, of several, and names it on the button", async () => {
    const left = { from: "2026-11-03T14:14:00Z", to: "2026-11-10T05:00:00Z" };
    const gaps = [
      { from: "2026-06-01T04:00:00Z", to: "2026-06-15T04:00:00Z" },
      left,
      { from: "2026-11-15T05:00:00Z", to: "2026-11-17T05:00:00Z" },
    ];
    const own = contract({
      id: 1,
      number: "S5601",
      coverage: [{ version: "r4", coveredTo: "2026-06-01T04:00:00Z", gaps }],
    });
    const coverage = { moved: false, nextSince: "2026-06-01T04:00:00Z", reason: "gap" } as const;
    const leaving = complete({ since: left.to, coverage });
    const backend = new MemoryBackend(snapshot({ contracts: [own], exports: [leaving] }));
    const { person, session } = await open(backend, { page: "export", id: 100 });
    const name = /^Close the gap: Nov 3, 2026, 9:14.AM to Nov 10, 2026, 12:00.AM$/;
    await person.click(await screen.findByRole("button", { name }));
    expect(callsOf(backend, "closeGap")).toEqual([[1, "r4", left]]);
    expect(session.router.route).toMatchObject({ page: "export" });
  });

  it("says where the next export starts now, which later ones moved", async () => {
    const coverage = { moved: true, nextSince: "2026-10-20T13:00:00Z", reason: null };
    const { backend } = await showing(complete({ coverage }));
    const next = (term: string) => page().getByText(term).parentElement?.textContent;
    await page().findByText("Next export now starts from");
    expect(next("Next export now starts from")).toContain("Nov 3, 2026");
    backend.emit({ event: "contracts", contracts: [] });
    await page().findByText("Next export was to start from");
    expect(next("Next export was to start from")).toContain("Oct 20, 2026");
  });

  it("shows how far a long verification is, and stops it", async () => {
    const { backend, person, container } = await showing(complete());
    let stop: (answer: string) => void = () => undefined;
    backend.reading = new Promise((resolve) => (stop = resolve));
    await person.click(await screen.findByRole("button", { name: "Verify again" }));
    backend.emit({
      event: "verifying",
      id: 100,
      progress: { files: 412, filesDone: 118, bytes: 80_200_000_000, bytesDone: 23_000_000_000 },
    });
    expect(await screen.findByText(/118 of 412.files read, 23\.0.* of 80\.2/)).toBeTruthy();
    await expectAccessible(container);
    await person.click(screen.getByRole("button", { name: "Stop verifying" }));
    expect(callsOf(backend, "stopVerifying")).toEqual([[100]]);
    stop("stopped");
    expect(await screen.findByRole("button", { name: "Verify again" })).toBeTruthy();
    expect(screen.queryByRole("progressbar", { name: "Verifying…" })).toBeNull();
  });

  it("goes on verifying when the page is left, says aloud what it found, and shows it on the way back", async () => {
    const { backend, person, session } = await showing(complete());
    const verified = later(backend, "verifyExport");
    backend.verified = { ...backend.verified, unreadable: ["S5601_0020.ndjson"] };
    await person.click(await screen.findByRole("button", { name: "Verify again" }));
    session.router.go({ page: "settings" });
    session.router.go({ page: "export", id: 100 });
    expect(await screen.findByRole("button", { name: "Stop verifying" })).toBeTruthy();
    session.router.go({ page: "settings" });
    await screen.findByRole("heading", { level: 1, name: "Settings" });
    verified();
    await waitFor(() => expect(session.announcer.polite).toMatch(/^S5601: 1.file is damaged or missing$/));
    session.router.go({ page: "export", id: 100 });
    expect(
      await screen.findByRole("heading", { level: 1, name: /, 1.file damaged or missing$/ }),
    ).toBeTruthy();
    expect(callsOf(backend, "verifyExport").concat(callsOf(backend, "stopVerifying"))).toEqual([[100]]);
  });

  it("says the day on which the files were verified, once that is over", async () => {
    vi.useFakeTimers({ now: new Date("2026-11-20T19:30:00Z"), toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
    const { person, session } = await showing(complete());
    await person.click(await screen.findByRole("button", { name: "Verify again" }));
    expect(await page().findByText(/verified again \(2:30.PM\): all intact/)).toBeTruthy();
    vi.setSystemTime(new Date("2026-11-23T14:00:00Z"));
    session.router.go({ page: "settings" });
    session.router.go({ page: "export", id: 100 });
    expect(await screen.findByText(/verified again \(Fri, Nov 20, 2:30.PM\): all intact/)).toBeTruthy();
  });

  it("offers to fetch damaged files again whenever it is opened", async () => {
    const backend = new MemoryBackend(
      snapshot({ exports: [complete({ expiresAt: "2999-11-23T18:44:00Z" })] }),
    );
    backend.files = files(3, 9).map((file) => (file.index === 1 ? { ...file, state: "damaged" } : file));
    const { person } = await open(backend, { page: "export", id: 100 });
    expect(await screen.findByText(/^1.file is damaged or missing$/)).toBeTruthy();
    await person.click(screen.getByRole("button", { name: "Fetch again" }));
    expect(callsOf(backend, "fetchAgain")).toEqual([[100]]);
  });

  it("emphasizes one thing to do, also of claims that AB2D could not deliver", async () => {
    const undelivered = { ...noNewClaims(), errorFiles: 1, expiresAt: "2999-11-23T18:44:00Z" };
    const backend = new MemoryBackend(snapshot({ exports: [undelivered] }));
    backend.files = files(1, 9).map((file) => ({ ...file, state: "damaged" }));
    const { container } = await open(backend, { page: "export", id: 100 });
    await screen.findByRole("button", { name: "Fetch again" });
    expect(emphasized(container)).toEqual(["Fetch again"]);
  });

  it("offers the whole export instead where AB2D gives none of the damaged files out again", async () => {
    const kept = complete({ expiresAt: "2999-11-23T18:44:00Z" });
    const backend = new MemoryBackend(snapshot({ exports: [kept] }));
    const spoil = (file: FileView, downloads: number): FileView => ({ ...file, state: "damaged", downloads });
    const [first, second, ...rest] = files(3, 9);
    if (!first || !second) throw new Error("no files");
    backend.files = [spoil(first, 6), spoil(second, 5), ...rest];
    await open(backend, { page: "export", id: 100 });
    expect(await screen.findByRole("button", { name: "Fetch again" })).toBeTruthy();
    backend.emit({ event: "progress", id: 100, progress: kept.progress, files: [spoil(second, 6)] });
    expect(await screen.findByRole("button", { name: "Export again…" })).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Fetch again" })).toBeNull();
    expect(screen.getByText(/gives a file out 6 times/)).toBeTruthy();
  });

  it.each([
    [complete(), "S5601: done, every file verified."],
    [complete({ errorFiles: 1 }), "S5601: done, but AB2D could not deliver some claims."],
    [noNewClaims(), "S5601: done. AB2D has no new claims."],
    [{ ...noNewClaims(), errorFiles: 1 }, "S5601: done, but AB2D could not deliver the claims."],
  ])("says aloud how it ended", async (each, said) => {
    const { backend, session } = await open(new MemoryBackend(snapshot({ exports: [running()] })));
    backend.emit({ event: "export", export: { ...each, contractNumber: "S5601" } });
    expect(session.announcer.polite).toBe(said);
  });

  it.each([
    [{}, "S5601: done, every file verified."],
    [{ unrepaired: problem(), damaged: 2 }, "S5601: some files could not be fetched again."],
    [{ damaged: 2 }, "S5601: the fetching was stopped. What was not fetched again stays damaged or missing."],
  ])("says aloud how fetching files again ended", async (changes, said) => {
    const repair = running({ coverage: complete().coverage });
    const { backend, session } = await open(new MemoryBackend(snapshot({ exports: [repair] })));
    backend.emit({ event: "export", export: complete(changes) });
    expect(session.announcer.polite).toBe(said);
  });

  it("copies the path of its folder", async () => {
    const { backend, person } = await showing(complete({ folder: "D:\\Claims\\S5601" }));
    await person.click(await screen.findByRole("button", { name: "Copy path" }));
    expect(callsOf(backend, "copyText")).toEqual([["D:\\Claims\\S5601"]]);
  });

  it("copies a summary with the same numbers", async () => {
    const { backend, person } = await showing(complete());
    await person.click(await screen.findByRole("button", { name: /Copy summary/ }));
    const [text] = callsOf(backend, "copyText")[0] ?? [];
    expect(text).toContain("1,204,331\u00a0claims, all verified");
    expect(text).toContain("412\u00a0files, 80.2\u00a0GB");
  });

  it("ends where it was asked, though its period was to end later", async () => {
    const selection = {
      what: "period",
      since: "2026-11-01T04:00:00Z",
      until: "2026-12-01T05:00:00Z",
    } as const;
    const { backend, person } = await showing(complete({ selection }));
    expect(await page().findByText(/^Nov 1, 2026, 12:00.AM to Nov 20, 2026, 1:02.PM$/)).toBeTruthy();
    await person.click(page().getByRole("button", { name: /Copy summary/ }));
    const [text] = callsOf(backend, "copyText")[0] ?? [];
    expect(text).toMatch(/Changed Nov 1, 2026, 12:00.AM to Nov 20, 2026, 1:02.PM \(Eastern\)/);
  });

  it("says how much arrived where AB2D announced no lengths", async () => {
    const { container } = await showing(complete({ progress: { ...complete().progress, bytes: 0 } }));
    await screen.findByRole("heading", { level: 1 });
    expect(container.querySelector("h1 + .line")?.textContent).toMatch(/412.files, 80\.2.GB/);
  });

  it("shows the months as a table with exact counts", async () => {
    const { person } = await showing(complete());
    await person.click(await screen.findByRole("button", { name: "Table" }));
    expect(screen.getByText("451,906")).toBeTruthy();
    expect(screen.getByText("July 2024")).toBeTruthy();
    const table = screen.getByRole("table", { name: "Claims by month of service" });
    const rows = within(table)
      .getAllByRole("row")
      .map((row) => row.textContent.trim());
    expect(rows[1]).toMatch(/^July 2024\s*8,120$/);
    expect(rows[2]).toMatch(/^August 2024\s*0$/);
    expect(rows.at(-1)).toMatch(/^All claims\s*1,204,331$/);
  });

  it("gives the first month its year, also where January follows", async () => {
    const { container } = await showing(complete());
    await screen.findByRole("heading", { level: 1 });
    const years = [...container.querySelectorAll(".bars .name:last-child")].map((each) => each.textContent);
    expect(years.filter(Boolean)).toEqual(["2025", "2026"]);
  });

  it("says which bar is not to scale", async () => {
    const byMonth = { "2025-06": 1992, "2026-10": 120, "2026-11": 23 };
    await showing(complete({ tally: { byType: {}, byMonth } }));
    expect(await screen.findByText("Older: not to scale")).toBeTruthy();
  });

  it("calls no new claims a result", async () => {
    await showing(noNewClaims());
    expect(await screen.findByRole("heading", { level: 1, name: "No new claims" })).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Open folder" })).toBeNull();
  });

  it("names the days of care where nothing is new of these, and does not call that all", async () => {
    const serviceDates = [
      { comparison: "ge" as const, date: "2026-01-01" },
      { comparison: "le" as const, date: "2026-06-30" },
    ];
    const { backend, person } = await showing({ ...noNewClaims(), version: "r4v3", serviceDates });
    await screen.findByRole("heading", { level: 1, name: "No new claims for these dates of service" });
    const days = /Only claims for care from Jan 1, 2026 through Jun 30, 2026\./;
    expect(
      page().getByText(/^AB2D has nothing that was added or changed since Nov 3.* for the dates of service/)
        .textContent,
    ).toMatch(days);
    expect(page().queryByText(/nothing is left to do/)).toBeNull();
    await person.click(page().getByRole("button", { name: /Copy summary/ }));
    expect(callsOf(backend, "copyText")[0]?.[0]).toMatch(days);
  });

  it("does not call it a result when AB2D sent only error files", async () => {
    await showing({ ...noNewClaims(), errorFiles: 2 });
    expect(
      await screen.findByRole("heading", { level: 1, name: "AB2D could not deliver the claims" }),
    ).toBeTruthy();
  });

  it("exports again with new credentials when they were another contract’s", async () => {
    const wrong = problem({ code: "wrongContract", remedy: "enterCredentials" });
    const { backend, person, session } = await showing(
      running({ phase: { name: "failed", problem: wrong } }),
    );
    await person.click(await screen.findByRole("button", { name: "Enter new credentials…" }));
    await person.click(screen.getByRole("button", { name: "Type the client ID and password instead" }));
    await person.type(screen.getByLabelText("Client ID"), "abc");
    await person.type(screen.getByLabelText("Client password"), "secret");
    await person.click(screen.getByRole("button", { name: "Save and export again" }));
    expect(callsOf(backend, "replaceCredentials")).toHaveLength(1);
    expect(session.router.route).toMatchObject({ page: "exportForm", id: 1 });
  });

  it("offers the same export again when it failed", async () => {
    const { person, session } = await showing(running({ phase: { name: "failed", problem: failure() } }));
    await person.click(await screen.findByRole("button", { name: "Export again…" }));
    expect(session.router.route).toMatchObject({
      page: "exportForm",
      id: 1,
      start: { selection: { what: "sinceLast" } },
    });
  });

  it("says what failed, once, and leads to support", async () => {
    const { backend, person, session } = await showing(
      running({
        phase: { name: "failed", problem: failure() },
        times: { ...running().times, prepared: null },
        progress: { ...running().progress, files: 0, filesVerified: 0 },
      }),
    );
    const steps = within(await screen.findByRole("list", { name: "Steps of this export" }));
    expect(steps.getByText("Not prepared").closest("li")?.textContent).toContain("Failed");
    expect(page().getByText(/Nothing was downloaded/)).toBeTruthy();
    expect(page().queryByText("No file had been downloaded.")).toBeNull();
    await person.click(page().getByRole("button", { name: "Copy the address of AB2D support" }));
    expect(callsOf(backend, "copyText")).toEqual([["ab2d@cms.hhs.gov"]]);
    const [report] = page().getAllByRole("button", { name: "Show the support report" });
    await person.click(report ?? document.body);
    expect(session.router.route).toEqual({ page: "help", about: 100 });
  });

  it("says in its steps that it was canceled, and counts no state that no file is in", async () => {
    const backend = new MemoryBackend(snapshot({ exports: [running({ phase: { name: "cancelled" } })] }));
    backend.files = files(6, 9).map((file) => ({ ...file, state: file.index < 4 ? "verified" : "waiting" }));
    await open(backend, { page: "export", id: 100 });
    const steps = within(await screen.findByRole("list", { name: "Steps of this export" }));
    expect(steps.getByText("Download stopped").closest("li")?.textContent).toContain("Canceled");
    const chips = within(await screen.findByRole("group", { name: "Show files" }));
    expect(chips.getAllByRole("button").map((chip) => chip.textContent.trim())).toEqual([
      "All files 6",
      "Not downloaded 2",
      "Verified 4",
    ]);
  });

  it("says of a file that will not come that it is not downloaded, rather than waiting", async () => {
    const backend = new MemoryBackend(snapshot({ exports: [running({ phase: { name: "cancelled" } })] }));
    backend.files = files(3).map((file) => ({ ...file, state: "waiting", sha256: null }));
    await open(backend, { page: "export", id: 100 });
    expect(await screen.findByRole("button", { name: "Not downloaded 3" })).toBeTruthy();
    const table = page().getByRole("table", { name: "Files" });
    expect(within(table).getAllByText("Not downloaded")).toHaveLength(3);
    expect(within(table).queryByText("Waiting")).toBeNull();
  });

  it.each([
    ["complete", complete()],
    ["empty", noNewClaims()],
    ["failed", running({ phase: { name: "failed", problem: failure() } })],
    ["cancelled", running({ phase: { name: "cancelled" } })],
  ])("is accessible when %s", async (_, each) => {
    const { container } = await showing(each);
    await screen.findByRole("heading", { level: 1 });
    await expectAccessible(container);
  });
});
