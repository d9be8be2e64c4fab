import { screen, waitFor } from "@testing-library/svelte";
import { describe, expect, it, onTestFinished, vi } from "vitest";

import { problem, unknownJobs, waiting } from "../gallery/samples";
import type { ExportView } from "../src/bindings/ExportView";
import type { ProblemView } from "../src/bindings/ProblemView";
import { callsOf, expectAccessible, open, page, showing } from "./open";

const SOON = "2999-01-01T00:00:00Z";
const down = problem({ code: "networkDown", title: "There is no connection to AB2D.", remedy: "tryNow" });
const waits = (met: ProblemView = down, until: string | null = SOON) =>
  waiting({ phase: { name: "waiting", problem: met, until } });
const at = (name: "requesting" | "downloading" | "paused", changes: Partial<ExportView> = {}) =>
  waiting({ phase: { name }, ...changes });
const verified = (filesVerified: number) => ({ progress: { ...waiting().progress, filesVerified } });

/** What is said aloud while an export stands, one after the other, as it is given. */
async function hearing(first: ExportView, ...then: ExportView[]): Promise<string[]> {
  const { backend, session } = await showing(first);
  const said = () => [session.announcer.polite, session.announcer.urgent].join(" ").trim();
  return then.map((each) => {
    session.announcer.polite = "";
    session.announcer.urgent = "";
    backend.emit({ event: "export", export: each });
    return said();
  });
}

describe("a retry", () => {
  it("is said once, and no more while the same comes of it", async () => {
    expect(
      await hearing(at("downloading"), waits(), at("downloading"), waits(), at("downloading"), waits()),
    ).toEqual(["S7694: waits. There is no connection to AB2D.", "", "", "", ""]);
  });

  it("is said where another problem comes of it, or it needs the person now", async () => {
    const closed = problem({ code: "maintenance", title: "AB2D is closed." });
    expect(
      await hearing(waits(), at("downloading"), waits(closed), at("downloading"), waits(closed, null)),
    ).toEqual([
      "",
      "S7694: waits. AB2D is closed.",
      "",
      expect.stringMatching(/^S7694: needs you\. AB2D is closed\./),
    ]);
    expect(await hearing(waits(), waits(closed), waits(closed))).toEqual([
      "S7694: waits. AB2D is closed.",
      "",
    ]);
  });

  it("is said when the export has gone on by it, and what stops it then is news", async () => {
    const more = verified(119);
    expect(
      await hearing(waits(), at("downloading"), at("downloading", more), {
        ...waits(),
        ...more,
      }),
    ).toEqual(["", "S7694: downloading and verifying.", "S7694: waits. There is no connection to AB2D."]);
  });

  it("is said when AB2D has got further, or the export the next step", async () => {
    const preparing = (percent: number) => ({
      ...unknownJobs(),
      times: { ...unknownJobs().times, requested: "2026-11-20T17:36:00Z" },
      phase: { name: "preparing", percent } as const,
    });
    const held = { ...preparing(3), phase: waits().phase };
    expect(await hearing(held, preparing(3), preparing(4), preparing(5))).toEqual([
      "",
      "S7694: AB2D prepares the data.",
      "",
    ]);
    const { phase } = waits();
    expect(await hearing({ ...unknownJobs(), phase }, preparing(0))).toEqual([
      "S7694: AB2D prepares the data.",
    ]);
  });

  it("is said when AB2D has answered, though with the same", async () => {
    const preparing = () =>
      waiting({ phase: { name: "preparing", percent: 0 }, progress: unknownJobs().progress });
    const held = { ...preparing(), phase: waits().phase };
    expect(await hearing(held, preparing(), preparing())).toEqual(["", "S7694: AB2D prepares the data."]);
  });

  it("is said when it is paused, and each turn of one that a person asked for", async () => {
    expect(await hearing(waits(), at("downloading"), at("paused"), at("downloading"))).toEqual([
      "",
      "S7694: paused.",
      "S7694: downloading and verifying.",
    ]);
    const { backend, session, person } = await showing(waits());
    await person.click(await screen.findByRole("button", { name: "Try now" }));
    backend.emit({ event: "export", export: at("downloading") });
    expect(session.announcer.polite).toBe("S7694: trying again.");
    backend.emit({ event: "export", export: waits() });
    expect(session.announcer.polite).toBe("S7694: waits. There is no connection to AB2D.");
    session.announcer.polite = "";
    backend.emit({ event: "export", export: at("downloading") });
    expect(session.announcer.polite).toBe("");
  });
});

describe("the page of an export that is tried again", () => {
  const tryNow = () => screen.findByRole("button", { name: "Try now" });
  const stalled = at("downloading");

  it("stays as it is, says that it tries, and keeps the focus", async () => {
    const { backend, person, container } = await showing(waits());
    const button = await tryNow();
    button.focus();
    backend.emit({ event: "export", export: stalled });
    expect(await page().findByText("Trying now…")).toBeTruthy();
    expect(button.isConnected && document.activeElement === button).toBe(true);
    expect(button.getAttribute("aria-disabled")).toBe("true");
    await person.click(button);
    expect(callsOf(backend, "tryNow")).toEqual([]);
    await expectAccessible(container);
    backend.emit({ event: "export", export: waits() });
    expect(await page().findByText(/^Tries again by itself in /)).toBeTruthy();
    expect(document.activeElement).toBe(button);
    expect(button.getAttribute("aria-disabled")).toBeNull();
  });

  it("keeps the jobs to choose from, of which none can be chosen meanwhile", async () => {
    const jobs = unknownJobs();
    const { backend, person } = await showing(jobs);
    await person.click(await screen.findByRole("button", { name: "I know which one it is" }));
    const job = await screen.findByRole("button", { name: "It is this one: 3fa81c2e" });
    job.focus();
    backend.emit({ event: "export", export: { ...jobs, phase: { name: "requesting" }, candidates: [] } });
    await page().findByText("Trying now…");
    expect(document.activeElement).toBe(job);
    await person.click(job);
    expect(callsOf(backend, "adoptJob")).toEqual([]);
    backend.emit({ event: "export", export: jobs });
    await waitFor(() => expect(job.getAttribute("aria-disabled")).toBeNull());
    await person.click(job);
    expect(callsOf(backend, "adoptJob")).toHaveLength(1);
  });

  it.each<[string, ExportView]>([
    ["data flows", at("downloading", { progress: { ...waiting().progress, bytesPerSecond: 1 } })],
    ["a file more is verified", at("downloading", verified(119))],
    ["it is paused", at("paused")],
  ])("becomes that of a running export as soon as %s", async (_, then) => {
    const { backend } = await showing(waits());
    await tryNow();
    backend.emit({ event: "export", export: stalled });
    await page().findByText("Trying now…");
    backend.emit({ event: "export", export: then });
    await waitFor(() => expect(screen.queryByRole("button", { name: "Try now" })).toBeNull());
    backend.emit({ event: "export", export: stalled });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(screen.queryByRole("button", { name: "Try now" }), "a pause of the line tells nothing").toBeNull();
  });

  it("becomes that of a running export when the try lasts longer than a failure takes", async () => {
    const { backend } = await showing(waits());
    await tryNow();
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    backend.emit({ event: "export", export: stalled });
    await vi.advanceTimersByTimeAsync(140_000);
    expect(screen.queryByRole("button", { name: "Try now" })).not.toBeNull();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(screen.queryByRole("button", { name: "Try now" })).toBeNull();
  });

  it("takes the focus to its button when a person is needed after a try", async () => {
    const { backend } = await showing(waits());
    const button = await tryNow();
    screen.getByRole("button", { name: "Cancel export…" }).focus();
    backend.emit({ event: "export", export: stalled });
    await page().findByText("Trying now…");
    backend.emit({ event: "export", export: waits(problem(), null) });
    await waitFor(() => expect(document.activeElement?.textContent).toContain("Enter new credentials…"));
    expect(document.activeElement).toBe(button);
  });

  it("is the same for who comes to it meanwhile", async () => {
    const { backend, session } = await open();
    backend.emit({ event: "export", export: waits() });
    backend.emit({ event: "export", export: stalled });
    session.router.go({ page: "export", id: 101 });
    await tryNow();
    expect(await page().findByText("Trying now…")).toBeTruthy();
  });
});
