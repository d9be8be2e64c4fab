import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";

import { MemoryBackend } from "../gallery/memory";
import { complete, noNewClaims, problem, running, snapshot } from "../gallery/samples";
import type { ExportView } from "../src/bindings/ExportView";
import type { PhaseView } from "../src/bindings/PhaseView";
import { expectAccessible, open } from "./open";

const now = () => screen.queryByRole("list", { name: "Now" });
/** What the sidebar says of each export under Now. */
const listed = () => {
  const list = now();
  return list
    ? within(list)
        .getAllByRole("button")
        .map((each) => each.getAttribute("aria-label"))
    : [];
};
const hide = () => screen.queryByRole("button", { name: "Hide ended exports" });

async function watching(exports: ExportView[]) {
  const opened = await open(new MemoryBackend(snapshot({ exports })));
  const ends = (each: ExportView) => opened.backend.emit({ event: "export", export: each });
  return { ...opened, ends };
}

const failed: PhaseView = { name: "failed", problem: problem() };

describe("an export that ends while another page is shown", () => {
  it.each<[result: RegExp, ended: ExportView]>([
    [/^S5601, Verified, .+[AP]M$/, complete()],
    [/^S5601, No new claims, .+[AP]M$/, noNewClaims()],
    [/^S5601, Partly delivered$/, complete({ errorFiles: 2 })],
    [/^S5601, Damaged or missing$/, complete({ damaged: 3 })],
    [/^S5601, Failed$/, running({ phase: failed })],
    [/^S5601, Expired$/, running({ phase: { name: "expired", problem: problem() } })],
    [/^S5601 \(Practice\), Verified, .+[AP]M$/, complete({ environment: "practice" })],
  ])("stays under Now with its result until its page is opened: %s", async (result, ended) => {
    const { container, person, session, ends } = await watching([
      running({ environment: ended.environment }),
    ]);
    ends(ended);
    await waitFor(() => expect(listed()).toEqual([expect.stringMatching(result)]));
    await expectAccessible(container);
    await person.click(screen.getByRole("button", { name: result }));
    expect(await screen.findByRole("heading", { level: 1 })).toBeTruthy();
    expect(listed()).toHaveLength(1);
    session.router.back();
    await waitFor(() => expect(now()).toBeNull());
  });

  it("keeps its place among the others, open or not", async () => {
    const { person, ends } = await watching([100, 101, 102].map((id) => running({ id })));
    const places = () => listed().map((line) => (/Verified/.test(line ?? "") ? "ended" : "runs"));
    ends(complete({ id: 101 }));
    await waitFor(() => expect(places()).toEqual(["runs", "ended", "runs"]));
    await person.click(screen.getByRole("button", { name: /^S5601, Verified/ }));
    await screen.findByRole("heading", { level: 1 });
    expect(places()).toEqual(["runs", "ended", "runs"]);
  });

  it("is listed as what runs once its files are fetched again", async () => {
    const { ends } = await watching([running()]);
    ends(complete({ damaged: 1 }));
    await waitFor(() => expect(listed()).toEqual(["S5601, Damaged or missing"]));
    ends(running());
    await waitFor(() => expect(hide()).toBeNull());
    expect(listed()).toHaveLength(1);
  });

  it("is told of with the nine that ended last, and leaves older ones to History", async () => {
    const ids = Array.from({ length: 12 }, (_, index) => 100 + index);
    const { session, ends } = await watching(ids.map((id) => running({ id })));
    ids.forEach((id) => ends(complete({ id })));
    await waitFor(() => expect(listed()).toHaveLength(10));
    expect(ids.filter((id) => session.unseen.has(id))).toEqual(ids.slice(2));
  });

  it("is left to History before another with which not all is well, however old that is", async () => {
    const ids = Array.from({ length: 13 }, (_, index) => 100 + index);
    const { session, ends } = await watching(ids.map((id) => running({ id })));
    const unwell = [
      running({ id: 100, phase: failed }),
      complete({ id: 101, damaged: 3 }),
      complete({ id: 103, errorFiles: 2 }),
    ];
    ids.forEach((id) => ends(unwell.find((each) => each.id === id) ?? complete({ id })));
    await waitFor(() => expect(listed()).toHaveLength(10));
    expect(ids.filter((id) => session.unseen.has(id))).toEqual([100, 101, 103, ...ids.slice(6)]);
    ids.forEach((id) => ends(running({ id })));
    ids.forEach((id) => ends(running({ id, phase: failed })));
    await waitFor(() => expect(listed()).toHaveLength(10));
    expect(ids.filter((id) => session.unseen.has(id))).toEqual(ids.slice(3));
  });

  it("goes when the person hides what ended, while what runs stays", async () => {
    const { person, ends } = await watching([running(), running({ id: 101 })]);
    expect(hide()).toBeNull();
    ends(complete());
    await person.click(await screen.findByRole("button", { name: "Hide ended exports" }));
    await waitFor(() => expect(hide()).toBeNull());
    expect(listed()).toEqual([expect.stringContaining("62%")]);
    await waitFor(() => expect(document.activeElement?.getAttribute("aria-label")).toBe("Help"));
  });

  it("does not stay when the person canceled it", async () => {
    const { ends } = await watching([running()]);
    ends(running({ phase: { name: "cancelled" } }));
    await waitFor(() => expect(now()).toBeNull());
  });
});

describe("an export that ends while its page is open", () => {
  it("does not stay under Now once that is left", async () => {
    const { session, ends } = await watching([running()]);
    session.router.go({ page: "export", id: 100 });
    await screen.findByRole("heading", { level: 1, name: "S5601" });
    ends(complete());
    await screen.findByRole("heading", { level: 1, name: /all verified/ });
    expect(hide()).toBeNull();
    session.router.go({ page: "history" });
    await waitFor(() => expect(now()).toBeNull());
  });

  it("nor does one that had ended before", async () => {
    const { session } = await watching([complete()]);
    expect(now()).toBeNull();
    session.router.go({ page: "export", id: 100 });
    await waitFor(() => expect(listed()).toHaveLength(1));
    session.router.back();
    await waitFor(() => expect(now()).toBeNull());
  });
});
