import { screen, waitFor, within } from "@testing-library/svelte";
import { afterEach, describe, expect, it, vi } from "vitest";

import { MemoryBackend } from "../gallery/memory";
import {
  complete,
  contract,
  files,
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
import { callsOf, expectAccessible, frame, open, page, showing } from "./open";

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
    const times = { ...running().times, rested: "2026-11-20T18:58:00Z" };
    backend.emit({ event: "export", export: running({ phase: { name: "paused" }, times }) });
    expect(await screen.findByText(/^Paused since .*58/)).toBeTruthy();
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

  it.each(["cancelled", "failed", "expired"] as const)(
    "says where its files stay once it is %s",
    async (name) => {
      const phase = name === "cancelled" ? { name } : { name, problem: problem() };
      const { backend, person } = await showing(running({ phase, folder: "D:\\Claims\\S5601" }));
      await person.click(await screen.findByRole("button", { name: "Open folder" }));
      expect(callsOf(backend, "openFolder")).toEqual([[100]]);
      await person.click(screen.getByRole("button", { name: "Copy path" }));
      expect(callsOf(backend, "copyText")).toEqual([["D:\\Claims\\S5601"]]);
    },
  );

  it("cancels only after asking, and says what is kept", async () => {
    const { backend, person } = await showing(running());
    await person.click(await screen.findByRole("button", { name: "Cancel export…" }));
    const dialog = screen.getByRole("dialog", { name: "Cancel the export of S5601?" });
    expect(within(dialog).getByText(/255 files verified so far stay/)).toBeTruthy();
    expect(callsOf(backend, "cancelExport")).toEqual([]);
    await person.click(within(dialog).getByRole("button", { name: "Cancel export" }));
    expect(callsOf(backend, "cancelExport")).toEqual([[100]]);
  });

  it.each([
    [
      255,
      412,
      49_740_000_000,
      ["255 files verified so far stay in their folder.", "Files that are not finished are discarded."],
    ],
    [412, 412, 80_200_000_000, ["412 files verified so far stay in their folder."]],
    [0, 412, 97_000_000, ["What has arrived so far is of unfinished files, and is discarded."]],
    [0, 412, 0, ["Nothing was downloaded so far, so no file is lost."]],
  ])(
    "says what a cancel does with %i of %i files and %i bytes",
    async (filesVerified, files, bytesDone, said) => {
      const progress = { ...running().progress, filesVerified, files, bytesDone };
      const { person } = await showing(running({ progress }));
      await person.click(await screen.findByRole("button", { name: "Cancel export…" }));
      const items = within(screen.getByRole("dialog")).getAllByRole("listitem");
      const texts = items.map((item) => item.textContent.trim().replaceAll("\u00a0", " "));
      expect(texts).toEqual([
        ...said,
        "The next export starts where this one did, so no claims are skipped.",
      ]);
    },
  );

  it("stops fetching files again only after asking, and says that the export stays complete", async () => {
    const { coverage } = complete();
    const { backend, person } = await showing(running({ coverage }));
    await person.click(await screen.findByRole("button", { name: "Stop fetching…" }));
    const dialog = within(screen.getByRole("dialog", { name: "Stop fetching files of S5601 again?" }));
    expect(dialog.getByText(/have not been fetched again stay damaged or missing/)).toBeTruthy();
    expect(dialog.getByText(/^The export stays complete in the record/)).toBeTruthy();
    expect(dialog.getByText(/press “Fetch again” later/)).toBeTruthy();
    expect(dialog.queryByText(/AB2D is told to stop|starts where this one did/)).toBeNull();
    expect(dialog.getByRole("button", { name: "Keep fetching" })).toBeTruthy();
    await person.click(dialog.getByRole("button", { name: "Stop fetching" }));
    expect(callsOf(backend, "cancelExport")).toEqual([[100]]);
  });

  it.each<[string, ExportView]>([
    ["downloads", running()],
    ["is paused", running({ phase: { name: "paused" } })],
    ["waits", waiting()],
  ])("leads to the files that are verified while it %s", async (_, each) => {
    const { backend, person } = await showing(each);
    await person.click(await screen.findByRole("button", { name: "Open folder" }));
    expect(callsOf(backend, "openFolder")).toEqual([[each.id]]);
    await person.click(screen.getByRole("button", { name: "Copy path" }));
    expect(callsOf(backend, "copyText")).toEqual([[each.folder]]);
    backend.refuse.openFolder = new CommandError({ kind: "message", message: "The folder is not there." });
    await person.click(screen.getByRole("button", { name: "Open folder" }));
    expect(await screen.findByText("The folder is not there.")).toBeTruthy();
  });

  it.each<[string, ExportView]>([
    ["there are no files yet", running({ progress: { ...running().progress, files: 0, filesVerified: 0 } })],
    ["it has none", running({ folder: null })],
    [
      "it is missing",
      waiting({ phase: { name: "waiting", problem: problem({ code: "folderMissing" }), until: null } }),
    ],
  ])("leads to no folder while %s", async (_, each) => {
    await showing(each);
    await screen.findByRole("button", { name: "Cancel export…" });
    expect(screen.queryByRole("button", { name: "Open folder" })).toBeNull();
  });

  const { coverage } = complete();
  it.each<[press: string, asks: string, badge: string, changes: Partial<ExportView>]>([
    ["Cancel export…", "Cancel the export of S5601?", "Production", {}],
    ["Cancel export…", "Cancel the export of S5601 (Sandbox)?", "Sandbox", { environment: "sandbox" }],
    ["Stop fetching…", "Stop fetching files of S5601 again?", "Production", { coverage }],
    [
      "Stop fetching…",
      "Stop fetching files of S5601 (Sandbox) again?",
      "Sandbox",
      { coverage, environment: "sandbox" },
    ],
  ])("asks before it ends one for its environment: %s %s", async (press, asks, badge, changes) => {
    const { person } = await showing(running(changes));
    await person.click(await screen.findByRole("button", { name: press }));
    const dialog = within(screen.getByRole("dialog", { name: asks }));
    expect(dialog.getByText(badge)).toBeTruthy();
  });

  it("says that it downloads where the time left is not known", async () => {
    const { container } = await showing(running({ progress: { ...running().progress, secondsLeft: null } }));
    await waitFor(() => expect(container.querySelector(".headline")?.textContent).toBe("Downloading"));
  });

  it("offers nothing that only the other program can do, and promises nothing of it", async () => {
    await showing(running({ drivenElsewhere: true }));
    expect(await page().findByText(/Pause or cancel it there\.$/)).toBeTruthy();
    for (const name of ["Pause", "Resume", "Cancel export…"]) {
      expect(page().queryByRole("button", { name }), name).toBeNull();
    }
    expect(page().queryByText("This computer stays awake")).toBeNull();
    expect(page().queryByText(/continues in the background/)).toBeNull();
    expect(page().getByText("Closing this window does not stop it.")).toBeTruthy();
  });

  it("says while it is paused that its files may be deleted by now, and not before", async () => {
    const paused = { phase: { name: "paused" }, expiresAt: "2999-01-01T00:00:00Z" } as const;
    const { backend } = await showing(running(paused));
    await screen.findByRole("button", { name: "Resume" });
    expect(page().queryByText(/^AB2D was to delete these files on /)).toBeNull();
    backend.emit({ event: "export", export: running({ ...paused, expiresAt: "2026-01-05T15:00:00Z" }) });
    expect(
      await page().findByText(/^AB2D was to delete these files on Mon, Jan 5, 10:00.AM\. Press Resume/),
    ).toBeTruthy();
    backend.emit({ event: "export", export: running({ expiresAt: "2026-01-05T15:00:00Z" }) });
    await waitFor(() => expect(page().queryByText(/^AB2D was to delete these files on /)).toBeNull());
  });

  it("says the day of what did not happen today", async () => {
    await showing(running());
    const steps = within(await screen.findByRole("list", { name: "Steps of this export" }));
    expect(steps.getAllByText(/Nov 20/).length).toBeGreaterThan(0);
  });

  it.each([
    ["runs", running],
    ["is done", complete],
  ])("shows the exact values that AB2D is sent, on demand, also once it %s", async (_, each) => {
    const { backend, container, person } = await showing(
      each({
        since: "2026-11-03T14:14:07.25Z",
        until: "2026-11-19T00:00:00Z",
        serviceDates: [{ comparison: "ge", date: "2026-01-01" }],
      }),
    );
    const button = await page().findByRole("button", { name: "Exact values" });
    const values = document.getElementById(button.getAttribute("aria-controls") ?? "");
    expect(values?.hidden).toBe(true);
    await person.click(button);
    expect(values?.hidden).toBe(false);
    await person.click(page().getByRole("button", { name: "Copy the exact values" }));
    expect(callsOf(backend, "copyText")).toEqual([
      ["_since=2026-11-03T14:14:07.250Z\n_until=2026-11-19T00:00:00.000Z\nservice-date=ge2026-01-01"],
    ]);
    expect(values?.textContent).toContain("_since=2026-11-03T14:14:07.250Z");
    await expectAccessible(container);
  });

  it("offers no exact values where AB2D is sent none", async () => {
    await showing(running({ since: null, until: null }));
    await page().findByRole("button", { name: "Pause" });
    expect(page().queryByRole("button", { name: "Exact values" })).toBeNull();
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
    expect(within(table).getByText("Fetching again").parentElement?.textContent).toMatch(
      /^Fetching again 0%$/,
    );
    expect(within(table).getByText("Did not match, try 2")).toBeTruthy();
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

  it("shows the files of an export that another program drives as they come", async () => {
    const elsewhere = (filesVerified: number) =>
      running({ drivenElsewhere: true, progress: { ...running().progress, filesVerified } });
    const backend = new MemoryBackend(snapshot({ exports: [elsewhere(1)] }));
    const verified = (count: number): FileView[] =>
      files(3, 9).map((file) => (file.index < count ? file : { ...file, state: "waiting" }));
    backend.files = verified(1);
    await open(backend, { page: "export", id: 100 });
    expect(await page().findByRole("button", { name: "Verified 1" })).toBeTruthy();
    backend.files = verified(2);
    backend.emit({ event: "export", export: elsewhere(2) });
    expect(await page().findByRole("button", { name: "Verified 2" })).toBeTruthy();
    const asked = callsOf(backend, "exportFiles").length;
    backend.emit({ event: "export", export: elsewhere(2) });
    await frame();
    expect(callsOf(backend, "exportFiles")).toHaveLength(asked);
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

  it("counts files where AB2D announced no lengths", async () => {
    const progress = { ...running().progress, files: 4, filesVerified: 1, bytes: 0, bytesDone: 97_000_000 };
    const each = running({ progress: { ...progress, secondsLeft: null } });
    const backend = new MemoryBackend(snapshot({ exports: [each] }));
    backend.files = files(4, 1).map((file) => ({
      ...file,
      state: "downloading",
      bytes: 0,
      bytesDone: 7_000,
    }));
    const { person } = await open(backend, { page: "export", id: 100 });
    const card = within(await screen.findByRole("region", { name: "S5601: downloading and verifying" }));
    expect(card.getByText("25").textContent).toBe("25%");
    expect(card.queryByText("Reading the list of files")).toBeNull();
    expect(card.getByText(/^97\.0.MB$/)).toBeTruthy();
    expect(card.getByText("1 of 4")).toBeTruthy();
    expect(screen.getByRole("button", { name: /^S5601, Downloading 25%/ })).toBeTruthy();
    expect((await page().findAllByText(/^7\.0.kB$/)).length).toBeGreaterThan(0);
    await person.click(screen.getByRole("button", { name: "Contracts" }));
    expect(await page().findByText("Downloading 25%")).toBeTruthy();
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
    // Another contract has taken the place of its own.
    const contracts = [contract({ id: 1, number: "S7694" })];
    const exports = [waiting({ phase, contractId: 1, contractNumber: "S4802" })];
    const backend = new MemoryBackend(snapshot({ contracts, exports }));
    const { person } = await open(backend, { page: "export", id: 101 });
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
    expect(await screen.findByText(/^Tries again by itself in /)).toBeTruthy();
    const choose = await screen.findByRole("button", { name: "I know which one it is" });
    expect(choose.getAttribute("aria-expanded")).toBe("false");
    await person.click(choose);
    const jobs = within(screen.getByRole("group", { name: "Your organization’s exports at AB2D" }));
    expect(jobs.getAllByRole("listitem").map((item) => item.textContent.trim())).toEqual([
      expect.stringContaining("3fa81c2e Running, 62%"),
      expect.stringContaining("9a634a0b Running"),
      expect.stringMatching(/^7d3f7c6a Done, and not this one: Since Oct 20, 2026, 9:00.AM, R4$/),
    ]);
    await person.click(jobs.getByRole("button", { name: "It is this one: 3fa81c2e" }));
    expect(callsOf(backend, "adoptJob")).toEqual([[101, "3fa81c2e-5b1c-4c8e-9d7a-0a1f6f5f6c11"]]);
    await person.click(jobs.getByRole("button", { name: /^It is none of these/ }));
    expect(callsOf(backend, "startAnew")).toEqual([[101]]);
    expect(jobs.queryByRole("button", { name: "It is this one: 7d3f7c6a" })).toBeNull();
    await expectAccessible(container);
  });

  it("leaves open what the person opened while it is tried again", async () => {
    const waits = unknownJobs();
    const { backend, person } = await showing(waits);
    const opened = ["I know which one it is", "Details for support"];
    for (const name of opened) await person.click(await screen.findByRole("button", { name }));
    const { progress } = waits;
    const flows = { ...progress, bytesPerSecond: 1 };
    backend.emit({ event: "export", export: { ...waits, phase: { name: "downloading" }, progress: flows } });
    await waitFor(() => expect(screen.queryByRole("button", { name: "Details for support" })).toBeNull());
    backend.emit({ event: "export", export: waits });
    for (const name of opened) await screen.findByRole("button", { name, expanded: true });
  });

  it.each([
    [/^Needs you since /, waiting()],
    ["Waiting", waiting({ phase: { name: "waiting", problem: problem(), until: "2999-01-01T00:00:00Z" } })],
    [
      "In the queue",
      waiting({
        phase: {
          name: "waiting",
          problem: problem({ code: "runningJobsLimit" }),
          until: "2999-01-01T00:00:00Z",
        },
      }),
    ],
    ["Paused", running({ phase: { name: "paused" } })],
  ])("tells in its steps that it %s", async (state, each) => {
    await showing(each);
    const steps = await screen.findByRole("list", { name: "Steps of this export" });
    const step = within(steps).getByText(state).closest("li");
    expect(step?.getAttribute("aria-current")).toBe("step");
    expect(step?.textContent.includes("!")).toBe(state instanceof RegExp);
  });

  it.each(["networkDown", "runningJobsLimit"])("is paused while it waits for the clock: %s", async (code) => {
    const until = "2999-01-01T00:00:00Z";
    const waits = waiting({
      phase: { name: "waiting", problem: problem({ code, remedy: "tryNow" }), until },
    });
    const { backend, person } = await showing(waits);
    const pause = await page().findByRole("button", { name: "Pause" });
    const cancel = page().getByRole("button", { name: "Cancel export…" });
    expect(pause.compareDocumentPosition(cancel)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
    await person.click(pause);
    expect(callsOf(backend, "pauseExport")).toEqual([[101]]);
    backend.emit({ event: "export", export: waiting({ phase: { name: "paused" } }) });
    expect(await page().findByRole("button", { name: "Resume" })).toBe(document.activeElement);
  });

  it("is not paused while it waits for a person: nothing goes on meanwhile", async () => {
    await showing(waiting());
    await page().findByRole("button", { name: "Cancel export…" });
    expect(page().queryByRole("button", { name: "Pause" })).toBeNull();
  });

  it("says that its files may be deleted by now, and no longer that nothing is lost", async () => {
    const { backend } = await showing(waiting({ expiresAt: "2999-01-01T00:00:00Z" }));
    expect(await page().findByText("Nothing is lost")).toBeTruthy();
    expect(page().getByText(/^AB2D keeps the files for /)).toBeTruthy();
    backend.emit({ event: "export", export: waiting({ expiresAt: "2026-01-05T15:00:00Z" }) });
    expect(
      await page().findByText(/^AB2D was to delete these files on Mon, Jan 5, 10:00.AM\. Whether/),
    ).toBeTruthy();
    expect(page().queryByText("Nothing is lost")).toBeNull();
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
