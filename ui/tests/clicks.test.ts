import { fireEvent, screen } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";

import { MemoryBackend } from "../gallery/memory";
import { running, snapshot } from "../gallery/samples";
import type { Backend } from "../src/backend/backend";
import type { Route } from "../src/state/router.svelte";
import { callsOf, later, open } from "./open";

const idle = () => open(new MemoryBackend(snapshot({ exports: [] })));

/** The second press and click of a double click, wherever it lands. */
async function clickAgain(element: Element): Promise<boolean> {
  const pressed = await fireEvent.mouseDown(element, { detail: 2 });
  const clicked = await fireEvent.click(element, { detail: 2 });
  return pressed || clicked;
}

describe("a double click that opens another page", () => {
  it("does nothing there: not in a form that it opened on a row, nor to its fields", async () => {
    const { backend, person } = await idle();
    await person.click(screen.getByRole("button", { name: "S4802" }));
    const everything = await screen.findByRole<HTMLInputElement>("radio", { name: /Everything available/ });
    expect(await clickAgain(everything)).toBe(false);
    expect(everything.checked).toBe(false);
    expect(await clickAgain(screen.getByRole("button", { name: "Export" }))).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(callsOf(backend, "startExport")).toEqual([]);
  });

  it("keeps nothing from the keyboard, nor from the next click", async () => {
    const { person } = await idle();
    await person.click(screen.getByRole("button", { name: "S4802" }));
    const everything = await screen.findByRole<HTMLInputElement>("radio", { name: /Everything available/ });
    await fireEvent.click(everything, { detail: 0 });
    expect(everything.checked).toBe(true);
    await person.click(screen.getByRole("radio", { name: /Changed in a period/ }));
    expect(everything.checked).toBe(false);
  });

  it("is two clicks where both are on one page", async () => {
    const { person } = await idle();
    await person.dblClick(screen.getByRole("button", { name: "Sort by Contract" }));
    expect(screen.getByRole("columnheader", { name: /Contract/ }).getAttribute("aria-sort")).toBe(
      "ascending",
    );
  });
});

describe("a double click on a button that begins and ends", () => {
  it.each<[string, Route, string, keyof Backend, keyof Backend]>([
    ["the check of the record", { page: "history" }, "Verify the record", "verifyAudit", "stopCheck"],
    [
      "the check of a connection",
      { page: "editContract", id: 3 },
      "Check connection",
      "checkConnection",
      "stopCheck",
    ],
    ["the check of everything", { page: "help" }, "Check everything", "checkComputer", "stopCheck"],
  ])("begins %s, and does not stop it", async (_, route, name, begins, ends) => {
    const { backend, person } = await open(undefined, route);
    const answer = later(backend, begins);
    const button = await screen.findByRole("button", { name });
    await person.dblClick(button);
    expect(button.textContent).toContain("Stop");
    expect(callsOf(backend, ends)).toEqual([]);
    answer();
  });

  it("pauses an export, and does not resume it", async () => {
    const { backend } = await open(new MemoryBackend(snapshot({ exports: [running()] })), {
      page: "export",
      id: 100,
    });
    const button = await screen.findByRole("button", { name: "Pause" });
    await fireEvent.click(button, { detail: 1 });
    backend.emit({ event: "export", export: running({ phase: { name: "paused" } }) });
    await screen.findByRole("button", { name: "Resume" });
    await fireEvent.click(button, { detail: 2 });
    expect(callsOf(backend, "resumeExport")).toEqual([]);
    await fireEvent.click(button, { detail: 1 });
    expect(callsOf(backend, "resumeExport")).toEqual([[100]]);
  });
});
