import { screen, waitFor, within } from "@testing-library/svelte";
import { afterEach, describe, expect, it, vi } from "vitest";

import { MemoryBackend } from "../gallery/memory";
import {
  complete,
  failure,
  files,
  noNewClaims,
  problem,
  running,
  snapshot,
  unknownJobs,
  waiting,
} from "../gallery/samples";
import { CommandError } from "../src/backend/backend";
import type { Event } from "../src/bindings/Event";
import type { ExportView } from "../src/bindings/ExportView";
import type { FileView } from "../src/bindings/FileView";
import type { Remedy } from "../src/bindings/Remedy";
import { callsOf, expectAccessible, frame, later, open, page } from "./open";

const showing = (each: ExportView) => {
  const backend = new MemoryBackend(snapshot({ exports: [each] }));
  backend.files = files();
  return open(backend, { page: "export", id: each.id });
};
const progressing = (changes: Partial<ExportView["progress"]>, changed: FileView[] = []): Event => ({
  event: "progress",
  id: 100,
  progress: { ...running().progress, ...changes },
  files: changed,
});
const damaged = (index: number): FileView => {
  const file = files()[index];
  if (!file) throw new Error("no file");
  return { ...file, state: "damaged" };
};
/** The words of the filled buttons. */
const emphasized = (container: Element) =>
  [...container.querySelectorAll(".button.filled")].map((button) => button.textContent.trim());
const stuck = (remedy: Remedy) =>
  showing(waiting({ phase: { name: "waiting", problem: problem({ remedy }), until: null } }));

afterEach(() => {
  vi.restoreAllMocks();
});

describe("a running export", () => {
  it("pauses, resumes, and follows its events", async () => {
    const { backend, person } = await showing(running());
    await person.click(await screen.findByRole("button", { name: "Pause" }));
    expect(callsOf(backend, "pauseExport")).toEqual([[100]]);
    backend.emit({ event: "export", export: running({ phase: { name: "paused" } }) });
    await person.click(await screen.findByRole("button", { name: "Resume" }));
    expect(callsOf(backend, "resumeExport")).toEqual([[100]]);
  });

  it("says aloud what could not be done", async () => {
    const { backend, person } = await showing(running());
    const message = "The records cannot be written.";
    backend.refuse.pauseExport = new CommandError({ kind: "message", message });
    await person.click(await screen.findByRole("button", { name: "Pause" }));
    expect((await page().findByRole("alert")).textContent).toContain(message);
  });

  it("cancels only after asking, and says what is kept", async () => {
    const { backend, person } = await showing(running());
    await person.click(await screen.findByRole("button", { name: "Cancel export…" }));
    const dialog = screen.getByRole("dialog", { name: "Cancel the export of S5601?" });
    expect(within(dialog).getByText(/255 files verified so far stay/)).toBeTruthy();
    expect(callsOf(backend, "cancelExport")).toEqual([]);
    await person.click(within(dialog).getByRole("button", { name: "Cancel export" }));
    expect(callsOf(backend, "cancelExport")).toEqual([[100]]);
  });

  it("says the day of what did not happen today", async () => {
    await showing(running());
    const steps = within(await screen.findByRole("list", { name: "Steps of this export" }));
    expect(steps.getAllByText(/Nov 20/).length).toBeGreaterThan(0);
  });

  it("draws a few rows of many files, and tells how many there are", async () => {
    const { container } = await showing(running());
    const table = await screen.findByRole("table");
    expect(table.getAttribute("aria-rowcount")).toBe("413");
    expect(container.querySelectorAll("tbody tr").length).toBeLessThan(40);
  });

  it("shows the files of one state", async () => {
    const { person } = await showing(running());
    await person.click(await screen.findByRole("button", { name: /In progress 5/ }));
    const table = screen.getByRole("table");
    expect(table.getAttribute("aria-rowcount")).toBe("6");
    expect(within(table).getByText("Fetching again")).toBeTruthy();
    expect(within(table).getByText("Did not match, try 2 of 6")).toBeTruthy();
  });

  it("takes progress in without losing what it knew", async () => {
    const { backend, session } = await showing(running());
    await waitFor(() => expect(session.files.get(100)).toHaveLength(412));
    backend.emit(progressing({ filesVerified: 300, secondsLeft: 60 }, [damaged(0)]));
    await frame();
    expect(session.files.get(100)?.[0]?.state).toBe("damaged");
    expect(session.files.get(100)).toHaveLength(412);
    expect(await screen.findByText("300 of 412")).toBeTruthy();
    expect(screen.getAllByText(/12 min left/).length, "one estimate does not make it jump").toBeGreaterThan(
      0,
    );
  });

  it("takes in once a frame what is told between two, the newest of it and every file", async () => {
    const { backend, session } = await showing(running());
    await waitFor(() => expect(session.files.get(100)).toHaveLength(412));
    const taken = vi.spyOn(session.exports, "set");
    backend.emit(progressing({ filesVerified: 298 }, [damaged(0), { ...damaged(1), state: "waiting" }]));
    backend.emit(progressing({ filesVerified: 299 }, [damaged(1)]));
    backend.emit(progressing({ filesVerified: 300 }));
    expect(taken).not.toHaveBeenCalled();
    await frame();
    expect(taken).toHaveBeenCalledTimes(1);
    expect(session.exports.get(100)?.progress.filesVerified).toBe(300);
    expect(session.files.get(100)?.slice(0, 2)).toEqual([damaged(0), damaged(1)]);
  });

  it("takes in a change at once, after the progress that was told before it", async () => {
    const { backend, session } = await showing(running());
    await waitFor(() => expect(session.files.get(100)).toHaveLength(412));
    backend.emit(progressing({ filesVerified: 300 }, [damaged(0)]));
    const progress = { ...running().progress, filesVerified: 301 };
    backend.emit({ event: "export", export: running({ phase: { name: "paused" }, progress }) });
    expect(session.files.get(100)?.[0]?.state).toBe("damaged");
    await frame();
    expect(session.exports.get(100)?.phase.name).toBe("paused");
    expect(session.exports.get(100)?.progress.filesVerified).toBe(301);
  });

  it("takes progress in while the window is hidden and draws no frames", async () => {
    const { backend, session } = await showing(running());
    vi.spyOn(globalThis, "requestAnimationFrame").mockReturnValue(0);
    backend.emit(progressing({ filesVerified: 300 }));
    await waitFor(() => expect(session.exports.get(100)?.progress.filesVerified).toBe(300));
  });

  it("believes a list of files more than what was told before it was asked for", async () => {
    const { backend, session } = await showing(running());
    await waitFor(() => expect(session.files.get(100)).toHaveLength(412));
    backend.emit(progressing({}, [damaged(0)]));
    await session.loadFiles(100);
    await frame();
    expect(session.files.get(100)?.[0]?.state).toBe("verified");
  });

  it("asks for its files once, and not again at every event", async () => {
    const { backend, session } = await showing(running());
    await waitFor(() => expect(session.files.get(100)).toHaveLength(412));
    for (let bytesDone = 1; bytesDone <= 10; bytesDone += 1) {
      backend.emit(progressing({ bytesDone }));
      await frame();
    }
    expect(callsOf(backend, "exportFiles")).toEqual([[100]]);
  });

  it("asks for them again when their list comes", async () => {
    const { backend, session } = await showing(
      running({ progress: { ...running().progress, files: 0, filesVerified: 0 } }),
    );
    await waitFor(() => expect(callsOf(backend, "exportFiles")).toHaveLength(1));
    backend.files = files(3);
    backend.emit(progressing({ files: 3 }));
    await waitFor(() => expect(session.files.get(100)).toHaveLength(3));
  });

  it("shows no file as it was before its folder was changed", async () => {
    const { backend, session } = await showing(
      running({ phase: { name: "waiting", problem: problem(), until: null } }),
    );
    await waitFor(() => expect(session.files.get(100)?.[0]?.state).toBe("verified"));
    backend.files = files().map((file) => ({ ...file, state: "waiting", sha256: null }));
    backend.emit({ event: "export", export: running() });
    await waitFor(() => expect(session.files.get(100)?.[0]?.state).toBe("waiting"));
  });

  it("keeps what is told of a file while the list of all is on its way", async () => {
    const { backend, session } = await showing(running());
    await waitFor(() => expect(session.files.get(100)).toHaveLength(412));
    let answer: () => void = () => undefined;
    backend.exportFiles = () => new Promise((resolve) => (answer = () => resolve(files())));
    const loaded = session.loadFiles(100);
    backend.emit(progressing({}, [damaged(0), { ...damaged(0), index: 999 }]));
    await frame();
    answer();
    await loaded;
    expect(session.files.get(100)).toHaveLength(412);
    expect(session.files.get(100)?.[0]?.state).toBe("damaged");
  });

  it("forgets the files of an export that is left", async () => {
    const { session } = await showing(running());
    await waitFor(() => expect(session.files.get(100)).toHaveLength(412));
    session.router.go({ page: "contracts" });
    await waitFor(() => expect(session.files.get(100)).toBeUndefined());
  });

  it("believes an event more than an answer that was asked for before it", async () => {
    const backend = new MemoryBackend(snapshot({ exports: [] }));
    let answer: () => void = () => undefined;
    backend.exportView = () =>
      new Promise((resolve) => (answer = () => resolve(running({ phase: { name: "downloading" } }))));
    const { session } = await open(backend, { page: "export", id: 100 });
    backend.emit({ event: "export", export: complete() });
    answer();
    expect(await screen.findByRole("heading", { level: 1, name: /all verified/ })).toBeTruthy();
    expect(session.exports.get(100)?.phase.name).toBe("complete");
  });

  it("announces each quarter once, and nothing between", async () => {
    const { backend, session } = await showing(running());
    const at = (bytesDone: number) => {
      backend.emit(progressing({ bytesDone }));
      return frame();
    };
    await at(55_000_000_000);
    expect(session.announcer.polite).toBe("");
    await at(61_000_000_000);
    expect(session.announcer.polite).toBe("S5601: 75 percent downloaded.");
  });

  it("is accessible", async () => {
    const { container } = await showing(running());
    await screen.findByRole("table");
    await expectAccessible(container);
  });
});

describe("a waiting export", () => {
  it("tries again", async () => {
    const { backend, person } = await stuck("tryNow");
    await person.click(await screen.findByRole("button", { name: "Try now" }));
    expect(callsOf(backend, "tryNow")).toEqual([[101]]);
  });

  it("moves to another folder", async () => {
    const { backend, person } = await stuck("chooseFolder");
    await person.click(await screen.findByRole("button", { name: "Choose another folder…" }));
    expect(callsOf(backend, "moveExport")).toEqual([[101, "D:\\Claims\\Elsewhere"]]);
  });

  it("says so where its contract is gone, instead of taking credentials for nobody", async () => {
    const phase = { name: "waiting", problem: problem(), until: null } as const;
    const { backend, person } = await showing(waiting({ phase, contractId: null }));
    await person.click(await screen.findByRole("button", { name: "Enter new credentials…" }));
    const dialog = within(screen.getByRole("dialog"));
    await person.click(dialog.getByRole("button", { name: "Save and continue" }));
    expect(dialog.getByRole("alert").textContent).toContain("This contract was removed from the list.");
    expect(callsOf(backend, "replaceCredentials")).toEqual([]);
  });

  it("takes new credentials", async () => {
    const { backend, person } = await stuck("enterCredentials");
    await person.click(await screen.findByRole("button", { name: "Enter new credentials…" }));
    const dialog = screen.getByRole("dialog");
    await person.click(
      within(dialog).getByRole("button", { name: "Type the client ID and password instead" }),
    );
    await person.type(within(dialog).getByLabelText("Client ID"), "abc");
    await person.type(within(dialog).getByLabelText("Client password"), "secret:1");
    await person.click(within(dialog).getByRole("button", { name: "Save and continue" }));
    expect(callsOf(backend, "replaceCredentials")).toEqual([
      [2, { from: "typed", clientId: "abc", clientSecret: "secret:1" }],
    ]);
  });

  it.each([
    ["editContract", "Correct the addresses…", { page: "editContract", id: 2 }],
    ["openSettings", "Open Settings", { page: "settings" }],
    ["supportReport", "Show the support report", { page: "help", about: 101 }],
  ] as const)("leads to where %s is done", async (remedy, button, route) => {
    const { person, session } = await stuck(remedy);
    await person.click((await screen.findAllByRole("button", { name: button }))[0] ?? document.body);
    expect(session.router.route).toEqual(route);
  });

  it("lists the jobs that may be its own, of which the person who knows chooses one or none", async () => {
    const { phase } = unknownJobs();
    const later = { ...phase, until: "2999-01-01T00:00:00Z" } as ExportView["phase"];
    const { backend, person, container } = await showing({ ...unknownJobs(), phase: later });
    expect(await screen.findByText(/^You need do nothing/)).toBeTruthy();
    const choose = await screen.findByRole("button", { name: "I know which one is mine" });
    expect(choose.getAttribute("aria-expanded")).toBe("false");
    await person.click(choose);
    const jobs = within(screen.getByRole("group", { name: "Your organization’s exports at AB2D" }));
    expect(jobs.getAllByRole("listitem").map((item) => item.textContent.trim())).toEqual([
      expect.stringContaining("3fa81c2e Running, 62%"),
      expect.stringContaining("9a634a0b Running"),
      expect.stringMatching(/^7d3f7c6a Done, and not this one: Since Oct 20, 2026, 9:00.AM, R4$/),
    ]);
    await person.click(jobs.getByRole("button", { name: "This one is mine: 3fa81c2e" }));
    expect(callsOf(backend, "adoptJob")).toEqual([[101, "3fa81c2e-5b1c-4c8e-9d7a-0a1f6f5f6c11"]]);
    await person.click(jobs.getByRole("button", { name: /^None is mine/ }));
    expect(callsOf(backend, "startAnew")).toEqual([[101]]);
    expect(jobs.queryByRole("button", { name: "This one is mine: 7d3f7c6a" })).toBeNull();
    await expectAccessible(container);
  });

  it("leaves open what the person opened while it is tried again", async () => {
    const waits = unknownJobs();
    const { backend, person } = await showing(waits);
    const opened = ["I know which one is mine", "Details for support"];
    for (const name of opened) await person.click(await screen.findByRole("button", { name }));
    backend.emit({ event: "export", export: { ...waits, phase: { name: "requesting" } } });
    await waitFor(() => expect(screen.queryByRole("button", { name: "Details for support" })).toBeNull());
    backend.emit({ event: "export", export: waits });
    for (const name of opened) await screen.findByRole("button", { name, expanded: true });
  });

  it.each([
    ["needs you", waiting()],
    ["waits", waiting({ phase: { name: "waiting", problem: problem(), until: "2999-01-01T00:00:00Z" } })],
    [
      "in the queue",
      waiting({
        phase: {
          name: "waiting",
          problem: problem({ code: "runningJobsLimit" }),
          until: "2999-01-01T00:00:00Z",
        },
      }),
    ],
    ["paused", running({ phase: { name: "paused" } })],
  ])("tells in its steps that it %s", async (state, each) => {
    await showing(each);
    const steps = await screen.findByRole("list", { name: "Steps of this export" });
    const step = within(steps).getByText(state).closest("li");
    expect(step?.getAttribute("aria-current")).toBe("step");
    expect(step?.textContent.includes("!")).toBe(state === "needs you");
  });

  it("promises nothing of files in a folder that is gone", async () => {
    const gone = problem({ code: "folderMissing", remedy: "chooseFolder" });
    await showing(waiting({ phase: { name: "waiting", problem: gone, until: null } }));
    const files = within(await screen.findByRole("region", { name: "What happens to the files" }));
    expect(files.getByText(/^118 of 305.files are in the missing folder/)).toBeTruthy();
    expect(screen.queryByText("Nothing is lost")).toBeNull();
  });

  it("takes the focus to its button when it begins to wait under one’s eyes, and says so at once", async () => {
    const { backend, session } = await showing(running());
    screen.getByRole("button", { name: "Pause" }).focus();
    backend.emit({
      event: "export",
      export: running({ phase: { name: "waiting", problem: problem(), until: null } }),
    });
    const button = await screen.findByRole("button", { name: "Enter new credentials…" });
    await waitFor(() => expect(document.activeElement).toBe(button));
    expect(session.announcer.urgent).toContain("needs you");
  });
});

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
    expect(page().getByText(/^410 of 412.files whole$/)).toBeTruthy();
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

  it("closes the gap that it left, with one press", async () => {
    const gap = { moved: false, nextSince: "2026-11-03T14:14:00Z", reason: "gap" } as const;
    const { backend, person, session } = await showing(complete({ coverage: gap }));
    await person.click(await screen.findByRole("button", { name: "Close the gap" }));
    expect(callsOf(backend, "closeGap")).toEqual([
      [1, "r4", { from: "2026-11-03T14:14:00Z", to: "2026-11-10T05:00:00Z" }],
    ]);
    expect(session.router.route).toMatchObject({ page: "export" });
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

  it("copies a summary with the same numbers", async () => {
    const { backend, person } = await showing(complete());
    await person.click(await screen.findByRole("button", { name: /Copy summary/ }));
    const [text] = callsOf(backend, "copyText")[0] ?? [];
    expect(text).toContain("1,204,331\u00a0claims, all verified");
    expect(text).toContain("412\u00a0files, 80.2\u00a0GB");
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
