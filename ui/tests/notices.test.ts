import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";

import { MemoryBackend } from "../gallery/memory";
import { refused, snapshot } from "../gallery/samples";
import type { Route } from "../src/state/router.svelte";
import { callsOf, expectAccessible, later, open, page } from "./open";

const WHY = "The program’s records cannot be written.";
const exporting: Route = { page: "exportForm", id: 3 };

async function pressing(button: string, route: Route, command: "startExport" | "editContract") {
  const backend = new MemoryBackend(snapshot({ exports: [] }));
  const opened = await open(backend, route);
  const answer = later(backend, command);
  const press = await screen.findByRole("button", { name: button });
  await opened.person.click(press);
  return { ...opened, press, answer };
}

describe("an export that is refused after its form was left", () => {
  const pressed = () => pressing("Export", exporting, "startExport");
  const notices = () => screen.queryByRole("region", { name: "What was not done" });

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
    await person.click(told.getByRole("button", { name: "Back to the form" }));
    const everything = await screen.findByRole<HTMLInputElement>("radio", { name: /Everything available/ });
    expect(everything.checked).toBe(true);
    expect(session.router.previous).toEqual({ page: "settings" });
    expect(within(notices() ?? container).queryByRole("button", { name: "Back to the form" })).toBeNull();
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
    await person.click(await screen.findByRole("button", { name: "Back to the form" }));
    backend.refuse = {};
    await person.click(await screen.findByRole("button", { name: "Export" }));
    await waitFor(() => expect(session.router.route.page).toBe("export"));
    expect(notices()).toBeNull();
    expect(callsOf(backend, "startExport")).toHaveLength(2);
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
    await person.click(screen.getByRole("button", { name: "Back to the form" }));
    expect(await page().findByRole("heading", { level: 1, name: "Edit S4802" })).toBeTruthy();
  });
});
