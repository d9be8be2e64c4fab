import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { afterEach, describe, expect, it, vi } from "vitest";

import { MemoryBackend } from "../gallery/memory";
import { complete, snapshot } from "../gallery/samples";
import type { Route } from "../src/state/router.svelte";
import { callsOf, open, page } from "./open";

/** Sets the zone of this computer, which nobody tells the page of. */
function travelTo(timeZone: string) {
  const here = { ...new Intl.DateTimeFormat("en-US").resolvedOptions(), timeZone };
  vi.spyOn(Intl.DateTimeFormat.prototype, "resolvedOptions").mockReturnValue(here);
}

async function inNewYork(route?: Route) {
  travelTo("America/New_York");
  return open(new MemoryBackend(snapshot({ exports: [complete()] })), route, null);
}

const comesBack = () => fireEvent.focus(window);
const named = (zone: string) => screen.findAllByText(`Times are ${zone}`);

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("the zone of this computer", () => {
  it.each<[string, () => unknown]>([
    ["when the person comes back to the window", comesBack],
    ["when the window is seen again", () => fireEvent(document, new Event("visibilitychange"))],
    ["within half a minute in a window that stays as it is", () => vi.advanceTimersByTime(30_000)],
  ])("is read again %s", async (_, happens) => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    await inNewYork();
    await named("Eastern");
    expect(page().getAllByText(/Nov 3, 2026, 8:40.AM/)).not.toHaveLength(0);
    travelTo("America/Los_Angeles");
    await happens();
    await named("Pacific");
    expect(page().getAllByText(/Nov 3, 2026, 5:40.AM/)).not.toHaveLength(0);
    expect(page().queryByText(/Nov 3, 2026, 8:40.AM/)).toBeNull();
  });

  it("changes nothing where it is the same", async () => {
    const { session } = await inNewYork();
    const { dates } = session;
    await comesBack();
    expect(session.dates).toBe(dates);
  });
});

describe("a form that is open on a journey", () => {
  const form: Route = { page: "exportForm", id: 3 };
  const kept = "Times in this form are Eastern, as when you opened it. This computer is now set to Pacific.";
  const since = () => screen.getByRole("textbox", { name: "From, date" });

  async function typed() {
    const opened = await inNewYork(form);
    await opened.person.click(await screen.findByRole("radio", { name: /Changed in a period/ }));
    await opened.person.clear(since());
    await opened.person.type(since(), "10/01/2026");
    return opened;
  }

  it("asks for what was typed where it was opened, and says so", async () => {
    const { backend, person } = await typed();
    expect(screen.queryByText(kept)).toBeNull();
    travelTo("America/Los_Angeles");
    await comesBack();
    expect(await screen.findByText(kept)).toBeTruthy();
    expect(page().getAllByText("Eastern (EDT)")).not.toHaveLength(0);
    expect(
      page().getByText(/^Claims added or changed from Oct 1, 2026, 12:00.AM .* Eastern\.$/),
    ).toBeTruthy();
    await person.click(screen.getByRole("button", { name: "Export" }));
    await waitFor(() => expect(callsOf(backend, "startExport")).toHaveLength(1));
    expect(callsOf(backend, "startExport")[0]?.[1]).toMatchObject({
      selection: { what: "period", since: "2026-10-01T04:00:00.000Z" },
    });
  });

  it("is in the new zone once it is opened anew", async () => {
    const { session } = await typed();
    travelTo("America/Los_Angeles");
    await comesBack();
    await screen.findByText(kept);
    session.router.go({ page: "contracts" });
    session.router.go(form);
    await waitFor(() => expect(page().queryByText(kept)).toBeNull());
    expect(await screen.findByText(/^Exported up to .* Pacific$|^Last export: .* Pacific,/)).toBeTruthy();
  });
});
