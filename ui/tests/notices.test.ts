import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";

import { MemoryBackend } from "../gallery/memory";
import { complete, contract, refused, snapshot } from "../gallery/samples";
import type { ExportForm } from "../src/bindings/ExportForm";
import type { Route } from "../src/state/router.svelte";
import { callsOf, expectAccessible, later, open, page } from "./open";

const WHY = "The program’s records cannot be written.";
const exporting: Route = { page: "exportForm", id: 3 };
const notices = () => screen.queryByRole("region", { name: "What was not done" });

async function pressing(button: string, route: Route, command: "startExport" | "editContract") {
  const backend = new MemoryBackend(snapshot({ exports: [] }));
  const opened = await open(backend, route);
  const answer = later(backend, command);
  const press = await screen.findByRole("button", { name: button });
  await opened.person.click(press);
  return { ...opened, press, answer };
}

const EVERYTHING: ExportForm = {
  selection: { what: "everything", until: null },
  version: "r4",
  serviceDates: [],
  folder: null,
  compressed: false,
};

describe("an export that is refused after its form was left", () => {
  const pressed = () => pressing("Export", exporting, "startExport");

  it("says that it starts as long as that lasts", async () => {
    const { press, answer } = await pressed();
    expect(press.textContent).toContain("Starting…");
    answer();
  });

  it("is told of wherever the person is, until that is closed, with the way back to what was chosen", async () => {
    const backend = new MemoryBackend(snapshot({ exports: [] }));
    backend.refuse.startExport = refused(WHY);
    const { person, session, container } = await open(backend, exporting);
    const answer = later(backend, "startExport");
    await person.click(await screen.findByRole("radio", { name: /Everything available/ }));
    await person.click(screen.getByRole("button", { name: "Export" }));
    await person.click(screen.getByRole("button", { name: "History" }));
    answer();
    await waitFor(() => expect(notices()).not.toBeNull());
    const told = within(notices() ?? container);
    expect(told.getByRole("alert").textContent).toContain(`The export of S4802 did not start. ${WHY}`);
    await expectAccessible(container);
    session.router.go({ page: "settings" });
    await screen.findByRole("heading", { level: 1, name: "Settings" });
    await person.click(told.getByRole("button", { name: "Back to that page" }));
    const everything = await screen.findByRole<HTMLInputElement>("radio", { name: /Everything available/ });
    expect(everything.checked).toBe(true);
    expect(session.router.previous).toEqual({ page: "settings" });
    expect(within(notices() ?? container).queryByRole("button", { name: "Back to that page" })).toBeNull();
    await person.click(within(notices() ?? container).getByRole("button", { name: "Close" }));
    expect(notices()).toBeNull();
    await waitFor(() => expect(document.activeElement?.tagName).toBe("H1"));
  });

  it("is not told of any more once it is tried again", async () => {
    const backend = new MemoryBackend(snapshot({ exports: [] }));
    backend.refuse.startExport = refused(WHY);
    const { person, session } = await open(backend, exporting);
    const answer = later(backend, "startExport");
    await person.click(await screen.findByRole("button", { name: "Export" }));
    session.router.go({ page: "help" });
    answer();
    await person.click(await screen.findByRole("button", { name: "Back to that page" }));
    backend.refuse = {};
    await person.click(await screen.findByRole("button", { name: "Export" }));
    await waitFor(() => expect(session.router.route.page).toBe("export"));
    expect(notices()).toBeNull();
    expect(callsOf(backend, "startExport")).toHaveLength(2);
  });

  it.each<[string, Route, string]>([
    ["anew", { ...exporting, start: EVERYTHING }, "Export"],
    ["with others", { page: "exportSeveral", ids: [3, 4] }, "Export 2\u00a0contracts"],
  ])("is not told of any more once the contract is exported %s", async (_how, route, button) => {
    const { backend, person, session, answer } = await pressed();
    backend.refuse.startExport = refused(WHY);
    session.router.go({ page: "help" });
    answer();
    await waitFor(() => expect(notices()?.textContent).toContain("The export of S4802 did not start."));
    delete backend.refuse.startExport;
    session.router.go(route);
    await person.click(await screen.findByRole("button", { name: button }));
    await waitFor(() => expect(notices()).toBeNull());
  });

  it("is told of with what the service would refuse of it", async () => {
    const backend = new MemoryBackend(snapshot({ exports: [] }));
    const reason = "The “from” date is before the earliest one.";
    backend.preview = { refusals: [{ field: "since", reason }] };
    const { person, session } = await open(backend, exporting);
    const answer = later(backend, "previewExport");
    await person.click(await screen.findByRole("radio", { name: /Everything available/ }));
    await person.click(screen.getByRole("button", { name: "Export" }));
    session.router.go({ page: "help" });
    answer();
    await waitFor(() => expect(notices()?.textContent ?? "").toContain(reason));
    expect(callsOf(backend, "startExport")).toEqual([]);
  });
});

describe("a contract that cannot be saved after its form was left", () => {
  it("says that it is saved as long as that lasts, and elsewhere that it was not", async () => {
    const { backend, person, press, answer } = await pressing(
      "Save contract",
      { page: "editContract", id: 3 },
      "editContract",
    );
    expect(press.textContent).toContain("Saving…");
    backend.refuse.editContract = refused(WHY);
    await person.click(screen.getByRole("button", { name: "History" }));
    answer();
    const alert = await waitFor(() => screen.getByText("S4802 was not saved."));
    expect(alert.closest("[role=alert]")?.textContent).toContain(WHY);
    await person.click(screen.getByRole("button", { name: "Back to that page" }));
    expect(await page().findByRole("heading", { level: 1, name: "Edit S4802" })).toBeTruthy();
  });

  it("is not told of any more once it is saved anew", async () => {
    const editing: Route = { page: "editContract", id: 3 };
    const { backend, person, session, answer } = await pressing("Save contract", editing, "editContract");
    backend.refuse.editContract = refused(WHY);
    session.router.go({ page: "history" });
    answer();
    await screen.findByText("S4802 was not saved.");
    delete backend.refuse.editContract;
    session.router.go({ ...editing });
    await person.click(await screen.findByRole("button", { name: "Save contract" }));
    await waitFor(() => expect(notices()).toBeNull());
  });

  it("is told of as long as only another one was saved", async () => {
    const { person, session } = await open();
    const stop = session.router.at;
    session.notices.add({ what: "S5601 was not saved.", why: WHY, stop });
    session.router.go({ page: "editContract", id: 3 });
    await person.click(await screen.findByRole("button", { name: "Save contract" }));
    await waitFor(() => expect(session.announcer.polite).toBe("S4802 was saved."));
    expect(notices()).not.toBeNull();
  });
});

describe("a gap whose export does not start after its page was left", () => {
  const gap = { from: "2026-11-03T14:14:00Z", to: "2026-11-10T05:00:00Z" };
  const coverage = { moved: false, nextSince: "2026-06-01T04:00:00Z", reason: "gap" } as const;
  const own = contract({ coverage: [{ version: "r4", coveredTo: coverage.nextSince, gaps: [gap] }] });
  const leaving = complete({ contractId: 3, contractNumber: "S4802", since: gap.to, coverage });

  const period = /Changed in a period/;

  it.each<[string, Route, RegExp]>([
    ["the form", exporting, /^Export this stretch/],
    ["a result", { page: "export", id: 100 }, /^Close the gap/],
  ])("is told of wherever the person is, from %s", async (_from, route, button) => {
    const backend = new MemoryBackend(snapshot({ contracts: [own], exports: [leaving] }));
    backend.preview.gaps = [gap];
    backend.refuse.closeGap = refused(WHY);
    const { person, session } = await open(backend, route);
    if (route === exporting) await person.click(await screen.findByRole("radio", { name: period }));
    const answer = later(backend, "closeGap");
    await person.click(await screen.findByRole("button", { name: button }));
    session.router.go({ page: "help" });
    answer();
    await waitFor(() =>
      expect(notices()?.textContent).toContain(`The export of S4802 did not start. ${WHY}`),
    );
    await person.click(screen.getByRole("button", { name: "Back to that page" }));
    delete backend.refuse.closeGap;
    await person.click(await screen.findByRole("button", { name: button }));
    await waitFor(() => expect(notices()).toBeNull());
    expect(session.router.route).toMatchObject({ page: "export" });
  });

  it("is told of, too, when the person is back by then", async () => {
    const backend = new MemoryBackend(snapshot({ contracts: [own], exports: [] }));
    backend.preview.gaps = [gap];
    backend.refuse.closeGap = refused(WHY);
    const { person, session } = await open(backend, exporting);
    await person.click(await screen.findByRole("radio", { name: period }));
    const answer = later(backend, "closeGap");
    await person.click(await screen.findByRole("button", { name: /^Export this stretch/ }));
    session.router.go({ page: "help", about: 100 });
    await waitFor(() => expect(screen.queryByRole("button", { name: /^Export this stretch/ })).toBeNull());
    session.router.back();
    await screen.findByRole("button", { name: /^Export this stretch/ });
    answer();
    await waitFor(() => expect(notices()?.textContent).toContain(WHY));
  });
});
