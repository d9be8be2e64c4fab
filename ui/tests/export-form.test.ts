import { fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";

import { MemoryBackend } from "../gallery/memory";
import { complete, contract, problem, refused, running, settings, snapshot } from "../gallery/samples";
import { CommandError } from "../src/backend/backend";
import { callsOf, expectAccessible, frame, later, open, page } from "./open";

const route = { page: "exportForm", id: 3 } as const;
const since = () => screen.getByRole<HTMLInputElement>("textbox", { name: "From, date" });

describe("the export form", () => {
  it("starts what it says and goes to the export, past which “back” leads to the list", async () => {
    const { backend, person, session } = await open(undefined, route);
    expect(await screen.findByText(/Claims added or changed after Nov 3, 2026/)).toBeTruthy();
    await person.click(screen.getByRole("button", { name: "Export" }));
    expect(callsOf(backend, "startExport")).toEqual([
      [
        3,
        {
          selection: { what: "sinceLast" },
          version: "r4",
          serviceDates: [],
          folder: null,
          compressed: false,
        },
      ],
    ]);
    expect(session.router.route).toEqual({ page: "export", id: 100 });
    session.router.back();
    expect(session.router.route).toEqual({ page: "contracts" });
  });

  it("is found as it was filled in after a click on a notification", async () => {
    const { backend, person, session } = await open(undefined, route);
    await person.click(await screen.findByRole("radio", { name: /Changed in a period/ }));
    await person.clear(since());
    await person.type(since(), "10/01/2026");
    backend.emit({ event: "openExport", id: 101 });
    await screen.findByRole("heading", { level: 1, name: "S7694" });
    session.router.back();
    await screen.findByRole("heading", { level: 1, name: "Export S4802" });
    expect(since().value).toBe("10/01/2026");
    await person.clear(since());
    await person.click(screen.getByRole("button", { name: "Export" }));
    expect(await page().findByText("Enter the date, or choose it from the calendar.")).toBeTruthy();
  });

  it("leads nobody away who has gone on to another page, and is not come back to", async () => {
    const { backend, person, session } = await open(undefined, route);
    const started = later(backend, "startExport");
    await person.click(await screen.findByRole("button", { name: "Export" }));
    await person.click(screen.getByRole("button", { name: "Edit contract" }));
    const { moves } = session.router;
    started();
    await waitFor(() => expect(session.router.previous).toEqual({ page: "export", id: 100 }));
    expect(session.router.route).toEqual({ page: "editContract", id: 3 });
    expect(session.router.moves).toBe(moves);
  });

  it.each([
    ["is under way", running()],
    ["is paused", running({ phase: { name: "paused" } })],
    ["cannot go on without you", running({ phase: { name: "waiting", problem: problem(), until: null } })],
  ])("says that an export of the contract %s, and shows it", async (state, each) => {
    const backend = new MemoryBackend(snapshot({ exports: [{ ...each, contractNumber: "S4802" }] }));
    const { container, person, session } = await open(backend, route);
    expect(await page().findByText(`An export of S4802 ${state}.`)).toBeTruthy();
    await expectAccessible(container);
    backend.emit({ event: "export", export: complete({ contractNumber: "S4802" }) });
    expect(await page().findByText("The export of S4802 that was under way is over.")).toBeTruthy();
    await person.click(page().getByRole("button", { name: "Show it" }));
    expect(session.router.route).toEqual({ page: "export", id: 100 });
  });

  it("says nothing of other contracts’ exports, nor of its own as it starts", async () => {
    const { backend, person } = await open(undefined, route);
    const started = later(backend, "startExport");
    await person.click(await screen.findByRole("button", { name: "Export" }));
    backend.emit({ event: "export", export: running({ id: 100, contractId: 3 }) });
    await frame();
    expect(page().queryByText(/under way/)).toBeNull();
    started();
  });

  it("says that credentials are missing, and leads to where they are entered", async () => {
    const backend = new MemoryBackend(snapshot({ contracts: [contract({ hasCredentials: false })] }));
    const { person, session } = await open(backend, route);
    expect(await page().findByText(/^The credentials of S4802 are not on this computer/)).toBeTruthy();
    await person.click(page().getByRole("button", { name: "Enter credentials" }));
    expect(session.router.route).toEqual({ page: "editContract", id: 3 });
  });

  it("says what is covered now, also when that changes while it is open", async () => {
    const { backend } = await open(undefined, route);
    await screen.findByText(/Claims added or changed after Nov 3, 2026/);
    const asked = callsOf(backend, "previewExport").length;
    const coveredTo = "2026-11-19T14:00:00Z";
    const renewed = contract({ coverage: [{ version: "r4", coveredTo, gaps: [] }] });
    backend.emit({ event: "contracts", contracts: [renewed] });
    expect(await screen.findByText(/Claims added or changed after Nov 19, 2026/)).toBeTruthy();
    await waitFor(() => expect(callsOf(backend, "previewExport").length).toBe(asked + 1));
  });

  it("does not refuse what was corrected a moment ago", async () => {
    const backend = new MemoryBackend();
    backend.preview.refusals = [{ field: "since", reason: "The “from” time is in the future." }];
    const { person } = await open(backend, route);
    await person.click(await screen.findByRole("radio", { name: /Changed in a period/ }));
    await screen.findByText("The “from” time is in the future.");
    backend.preview.refusals = [];
    await fireEvent.input(since(), { target: { value: "10/01/2026" } });
    await fireEvent.submit(since());
    await waitFor(() => expect(callsOf(backend, "startExport")).toHaveLength(1));
  });

  it("names the last export with its claims, and the earliest day as the service counts days", async () => {
    const covered = (version: "r4" | "stu3" | "r4v3", coveredTo: string | null) => ({
      version,
      coveredTo,
      gaps: [],
    });
    const own = contract({
      coverage: [
        covered("r4", contract().lastExport?.finishedAt ?? ""),
        covered("stu3", null),
        covered("r4v3", null),
      ],
    });
    const backend = new MemoryBackend(snapshot({ contracts: [own], exports: [] }));
    await open(backend, route, "America/Los_Angeles");
    expect(await screen.findByText(/^Last export: .*claims$/)).toBeTruthy();
    expect(screen.getByText("From Feb 13, 2020 (Eastern), the earliest date AB2D accepts")).toBeTruthy();
  });

  it("copies a request only where there is one", async () => {
    const { person } = await open(undefined, route);
    await person.click(await screen.findByRole("button", { name: "Show the request" }));
    expect(await screen.findByRole("button", { name: "Copy the request" })).toBeTruthy();
    await person.click(screen.getByRole("radio", { name: /Changed in a period/ }));
    await person.clear(since());
    await waitFor(() => expect(screen.queryByRole("button", { name: "Copy the request" })).toBeNull());
  });

  it("refuses a date that is none, at its field, and sends nothing", async () => {
    const { backend, person } = await open(undefined, route);
    await person.click(await screen.findByRole("radio", { name: /Changed in a period/ }));
    await person.clear(since());
    await person.type(since(), "31/31/2026");
    await person.click(screen.getByRole("button", { name: "Export" }));
    expect(document.activeElement).toBe(since());
    expect(page().getByText(/Write the date like MM\/DD\/YYYY/)).toBeTruthy();
    expect(callsOf(backend, "startExport")).toEqual([]);
  });

  it("refuses dates of service that end before they begin, at their field", async () => {
    const { backend, person } = await open(undefined, route);
    await person.click(await screen.findByRole("radio", { name: /v3 data model/ }));
    await person.type(screen.getByRole("textbox", { name: "Dates of service, From" }), "06/30/2026");
    const to = screen.getByRole("textbox", { name: "Dates of service, To" });
    await person.type(to, "01/01/2026");
    await person.click(screen.getByRole("button", { name: "Export" }));
    expect(page().getByText("The “to” date is before the “from” date. Choose a later one.")).toBeTruthy();
    expect(document.activeElement).toBe(to);
    expect(callsOf(backend, "startExport")).toEqual([]);
  });

  it("shows the service’s own rules where they belong", async () => {
    const backend = new MemoryBackend();
    backend.preview.refusals = [{ field: "since", reason: "The “from” time is in the future." }];
    const { person } = await open(backend, route);
    await person.click(await screen.findByRole("radio", { name: /Changed in a period/ }));
    expect(await screen.findByText("The “from” time is in the future.")).toBeTruthy();
    await person.click(screen.getByRole("button", { name: "Export" }));
    expect(document.activeElement).toBe(since());
    expect(callsOf(backend, "startExport")).toEqual([]);
  });

  it("shows what is refused only at the start", async () => {
    const backend = new MemoryBackend();
    backend.refuse.startExport = new CommandError({
      kind: "refused",
      refusals: [{ field: "folder", reason: "The folder is not there." }],
    });
    const { person } = await open(backend, route);
    await person.click(await screen.findByRole("button", { name: "Export" }));
    expect(await page().findByText("The folder is not there.")).toBeTruthy();
    expect(document.activeElement?.getAttribute("name")).toBe("folder");
  });

  it("scrolls into view why an export was not started", async () => {
    const backend = new MemoryBackend();
    backend.refuse.startExport = refused("The program’s records cannot be written.");
    const shown = vi.spyOn(HTMLElement.prototype, "scrollIntoView");
    const { person } = await open(backend, route);
    await person.click(await screen.findByRole("button", { name: "Export" }));
    expect((await page().findByRole("alert")).textContent).toMatch(/cannot be written/);
    expect(shown).toHaveBeenCalledWith({ block: "nearest" });
  });

  it("rules STU3 out while there is a “to” date, and says why", async () => {
    const { backend, person } = await open(undefined, route);
    await person.click(await screen.findByRole("radio", { name: /Changed in a period/ }));
    const stu3 = screen.getByRole<HTMLInputElement>("radio", { name: /STU3/ });
    expect(stu3.getAttribute("aria-disabled")).toBe("true");
    expect(within(stu3.closest("label") ?? document.body).getByText("No “to” date")).toBeTruthy();
    await person.click(stu3);
    expect(callsOf(backend, "previewExport").at(-1)?.[1]).toMatchObject({ version: "r4" });
    await person.clear(screen.getByRole("textbox", { name: "To, date" }));
    await person.click(stu3);
    expect(stu3.checked).toBe(true);
  });

  it("clears the time of a “to” date with it, so that empty is now", async () => {
    const { backend, person } = await open(undefined, route);
    await person.click(await screen.findByRole("radio", { name: /Changed in a period/ }));
    const time = screen.getByRole<HTMLInputElement>("textbox", { name: "To, time" });
    await person.clear(screen.getByRole("textbox", { name: "To, date" }));
    expect(time.value).toBe("");
    await person.click(screen.getByRole("button", { name: "Export" }));
    expect(callsOf(backend, "startExport")[0]?.[1]).toMatchObject({ selection: { until: null } });
  });

  it("brings back the time of a date that is typed anew", async () => {
    const { person } = await open(undefined, route);
    await person.click(await screen.findByRole("radio", { name: /Changed in a period/ }));
    const time = screen.getByRole<HTMLInputElement>("textbox", { name: "From, time" });
    await person.clear(time);
    await person.type(time, "9:14 AM");
    await person.clear(since());
    await person.type(since(), "10/01/2026");
    expect(time.value).toBe("9:14 AM");
  });

  it.each([
    [
      contract().coverage,
      /^Claims that AB2D changed between Nov 3, 2026, 8:40.AM and Nov 10, 2026, 12:00.AM have not/,
      "Start where the last export ended",
      "New and changed since the last export",
    ],
    [
      [],
      /^Claims that AB2D changed before Nov 10, 2026, 12:00.AM have not been exported yet/,
      "Export everything available",
      "Everything available",
    ],
  ])("says below the button which claims are left out, and takes them in", async (...row) => {
    const [coverage, sentence, button, choice] = row;
    const backend = new MemoryBackend(snapshot({ contracts: [contract({ coverage })] }));
    const { previewExport } = backend;
    backend.previewExport = (id, form) => {
      backend.preview = { leavesGap: form.selection.what === "period", since: "2026-11-10T05:00:00Z" };
      return previewExport(id, form);
    };
    const { person } = await open(backend, route);
    await person.click(await screen.findByRole("radio", { name: /Changed in a period/ }));
    const note = await page().findByText(sentence);
    const start = page().getByRole("button", { name: "Export" });
    expect(start.compareDocumentPosition(note)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
    await person.click(page().getByRole("button", { name: button }));
    const radio = screen.getByRole<HTMLInputElement>("radio", { name: new RegExp(`^${choice}`) });
    await waitFor(() => expect(radio.checked).toBe(true));
    await waitFor(() => expect(page().queryByText(sentence)).toBeNull());
  });

  it("chooses a day from the calendar by keyboard and goes back to the field", async () => {
    const { person } = await open(undefined, route);
    await person.click(await screen.findByRole("radio", { name: /Changed in a period/ }));
    await person.clear(since());
    await person.type(since(), "10/01/2026");
    await person.click(screen.getByRole("button", { name: "Choose the “From” date from a calendar" }));
    await screen.findByRole("dialog", { name: "Calendar" });
    await person.keyboard("{ArrowDown}{ArrowRight}{PageUp}{Enter}");
    expect(since().value).toBe("09/09/2026");
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(document.activeElement).toBe(since());
  });

  it("turns the calendar by years, for what is long ago", async () => {
    const { person } = await open(undefined, route);
    await person.click(await screen.findByRole("radio", { name: /Changed in a period/ }));
    await person.clear(since());
    await person.type(since(), "02/29/2024");
    await person.click(screen.getByRole("button", { name: "Choose the “From” date from a calendar" }));
    await screen.findByRole("dialog", { name: "Calendar" });
    await person.click(screen.getByRole("button", { name: "Previous year" }));
    expect(screen.getByRole("heading", { name: "February 2023" })).toBeTruthy();
    await person.click(screen.getByRole("button", { name: "Next year" }));
    await person.click(screen.getByRole("button", { name: "Feb 28, 2024" }));
    await person.click(screen.getByRole("button", { name: "Choose the “From” date from a calendar" }));
    await screen.findByRole("dialog", { name: "Calendar" });
    await person.keyboard("{Shift>}{PageUp}{PageUp}{/Shift}{Enter}");
    expect(since().value).toBe("02/28/2022");
  });

  it("begins the calendar's week as the dates' language does", async () => {
    const backend = new MemoryBackend(snapshot({ settings: { ...settings, dateLocale: "en-GB" } }));
    const { person } = await open(backend, route);
    await person.click(await screen.findByRole("radio", { name: /Changed in a period/ }));
    await person.clear(since());
    await person.type(since(), "01/10/2026");
    await person.click(screen.getByRole("button", { name: "Choose the “From” date from a calendar" }));
    const days = await screen.findAllByRole("columnheader");
    expect(days.map((day) => day.getAttribute("abbr"))).toEqual([
      "Monday",
      "Tuesday",
      "Wednesday",
      "Thursday",
      "Friday",
      "Saturday",
      "Sunday",
    ]);
    await person.keyboard("{Home}{Enter}");
    expect(since().value).toBe("28/09/2026");
  });

  it("keeps reading dates as they were typed when their format was changed meanwhile", async () => {
    const { person, session } = await open(undefined, route);
    await person.click(await screen.findByRole("radio", { name: /v3 data model/ }));
    await person.click(screen.getByRole("radio", { name: /Changed in a period/ }));
    const service = () => screen.getByRole<HTMLInputElement>("textbox", { name: "Dates of service, From" });
    for (const field of [since(), service()]) {
      await person.clear(field);
      await person.type(field, "03/11/2026");
    }
    const form = session.router.at;
    session.router.go({ page: "settings" });
    await session.changeSettings({ dateLocale: "en-GB" });
    session.router.reopen(form);
    await screen.findByRole("heading", { level: 1, name: /^Export/ });
    for (const field of [since(), service()]) {
      const calendar = within(field.closest<HTMLElement>(".date") ?? document.body);
      await person.click(calendar.getByRole("button", { name: /from a calendar$/ }));
      await person.keyboard("{ArrowRight}{Enter}");
      expect(field.value).toBe("03/12/2026");
    }
  });

  it("says aloud why the folder could not be chosen", async () => {
    const backend = new MemoryBackend();
    const message = "The folders cannot be shown.";
    backend.refuse.chooseFolder = new CommandError({ kind: "message", message });
    const { person, session } = await open(backend, route);
    await person.click(await screen.findByRole("button", { name: "Choose…" }));
    expect(await page().findByText(message)).toBeTruthy();
    expect(session.announcer.urgent).toBe(message);
  });

  it("does not refuse what is still being typed", async () => {
    const { person } = await open(undefined, route);
    await person.click(await screen.findByRole("radio", { name: /Changed in a period/ }));
    await person.clear(since());
    await person.type(since(), "10/");
    expect(page().queryByText(/Write the date like/)).toBeNull();
    await person.tab();
    expect(page().getByText(/Write the date like/)).toBeTruthy();
  });

  it("says which of two times is meant where the clock is set back", async () => {
    const { person } = await open(undefined, route);
    await person.click(await screen.findByRole("radio", { name: /Changed in a period/ }));
    await person.clear(since());
    await person.type(since(), "11/01/2026");
    const time = screen.getByRole("textbox", { name: "From, time" });
    await person.clear(time);
    await person.type(time, "1:30 AM");
    expect(page().getByText("Eastern (EDT), the first of two")).toBeTruthy();
  });

  it("closes the calendar when something beside it is pressed, and leaves the focus there", async () => {
    const { person } = await open(undefined, route);
    await person.click(await screen.findByRole("radio", { name: /Changed in a period/ }));
    await person.click(screen.getByRole("button", { name: "Choose the “From” date from a calendar" }));
    await screen.findByRole("dialog", { name: "Calendar" });
    await person.click(screen.getByRole("heading", { level: 1 }));
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(document.activeElement).not.toBe(since());
  });

  it("closes a gap with one press", async () => {
    const backend = new MemoryBackend();
    backend.preview.gaps = [{ from: "2026-06-01T04:00:00Z", to: "2026-06-15T04:00:00Z" }];
    const { person, session } = await open(backend, route);
    await person.click(await screen.findByRole("radio", { name: /Changed in a period/ }));
    await person.click(await screen.findByRole("button", { name: /^Export this stretch, Jun 1/ }));
    expect(callsOf(backend, "closeGap")).toEqual([[3, "r4", backend.preview.gaps[0]]]);
    expect(session.router.route).toMatchObject({ page: "export" });
  });

  it("offers no gap by itself that what is chosen fetches, too", async () => {
    const backend = new MemoryBackend();
    backend.preview.gaps = [{ from: "2026-06-01T04:00:00Z", to: "2026-06-15T04:00:00Z" }];
    const { person } = await open(backend, route);
    const alone = () => screen.queryByRole("button", { name: /^Export this stretch/ });
    for (const chosen of [/^New and changed/, /^Everything available/]) {
      await person.click(await screen.findByRole("radio", { name: chosen }));
      expect(await screen.findByText("This export fetches it, too.")).toBeTruthy();
      expect(alone()).toBeNull();
    }
    await person.click(screen.getByRole("radio", { name: /Changed in a period/ }));
    await waitFor(() => expect(alone()).toBeTruthy());
    expect(screen.queryByText("This export fetches it, too.")).toBeNull();
  });

  it("is accessible with everything open", async () => {
    const { container, person } = await open(undefined, route);
    await person.click(await screen.findByRole("radio", { name: /Changed in a period/ }));
    await person.click(screen.getByRole("button", { name: "Show the request" }));
    await person.click(screen.getByRole("button", { name: "Choose the “From” date from a calendar" }));
    await expectAccessible(container);
  });
});
