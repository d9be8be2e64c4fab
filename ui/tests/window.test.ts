import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";

import { MemoryBackend } from "../gallery/memory";
import { contract, historyRows, problem, running, snapshot } from "../gallery/samples";
import { CommandError } from "../src/backend/backend";
import type { Event } from "../src/bindings/Event";
import { isBackKey, isCommand } from "../src/state/keys";
import { Router, type Route } from "../src/state/router.svelte";
import { Session } from "../src/state/session.svelte";
import { callsOf, expectAccessible, later, open, page } from "./open";

describe("a page that is left alone", () => {
  it.each<Route>([
    { page: "contracts" },
    { page: "addContract" },
    { page: "editContract", id: 3 },
    { page: "exportForm", id: 3 },
    { page: "exportSeveral", ids: [3, 4] },
    { page: "export", id: 100 },
    { page: "export", id: 101 },
    { page: "history" },
    { page: "help" },
    { page: "settings" },
  ])("asks the program for nothing again: $page", async (route) => {
    const { backend } = await open(undefined, route);
    // However long it takes to be there, a second comes in which nothing is asked.
    await waitFor(
      async () => {
        const asked = backend.calls.length;
        await new Promise((resolve) => setTimeout(resolve, 1000));
        expect(backend.calls.slice(asked)).toEqual([]);
      },
      { timeout: 20_000 },
    );
  });
});

describe("going from page to page", () => {
  it("puts the focus on the new page’s heading, and nowhere at the start", async () => {
    const { person } = await open();
    expect(document.activeElement?.tagName).not.toBe("H1");
    await person.click(screen.getByRole("button", { name: "History" }));
    await waitFor(() =>
      expect(document.activeElement).toBe(screen.getByRole("heading", { level: 1, name: "History" })),
    );
  });

  it("marks one place in the sidebar: an export’s own under Now", async () => {
    const { container, person } = await open();
    const current = () =>
      [...container.querySelectorAll("nav [aria-current]")].map((each) => each.textContent.trim());
    expect(current()).toEqual(["Contracts"]);
    await person.click(screen.getByRole("button", { name: /^S7694, Needs you/ }));
    expect(current()).toHaveLength(1);
    expect(current()[0]).toContain("S7694");
  });

  it("goes back with Alt and the left arrow", async () => {
    const { person, session } = await open();
    await person.click(screen.getByRole("button", { name: "Add contract" }));
    expect(session.router.route.page).toBe("addContract");
    await person.keyboard("{Alt>}{ArrowLeft}{/Alt}");
    expect(session.router.route.page).toBe("contracts");
  });

  it("stays where it is under a dialog, and where the key meant something else", async () => {
    const { person, session } = await open(undefined, { page: "export", id: 100 });
    await person.click(await screen.findByRole("button", { name: "Cancel export…" }));
    await person.keyboard("{Alt>}{ArrowLeft}{/Alt}");
    expect(session.router.route.page).toBe("export");
    session.router.go({ page: "exportForm", id: 3 });
    await person.click(await screen.findByRole("radio", { name: /Changed in a period/ }));
    await person.click(screen.getByRole("button", { name: "Choose the “From” date from a calendar" }));
    await waitFor(() => expect(document.activeElement?.closest("table")).toBeTruthy());
    await person.keyboard("{Alt>}{ArrowLeft}{/Alt}");
    expect(session.router.route.page).toBe("exportForm");
  });

  it("leaves Option and the left arrow to the text on a Mac, where ⌘[ goes back", () => {
    const pressed = (init: KeyboardEventInit) => isBackKey(new KeyboardEvent("keydown", init));
    const option = { key: "ArrowLeft", altKey: true };
    expect(pressed(option)).toBe(true);
    const agent = vi.spyOn(navigator, "userAgent", "get");
    agent.mockReturnValue("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15");
    expect(pressed(option)).toBe(false);
    expect(pressed({ key: "[", metaKey: true })).toBe(true);
    agent.mockRestore();
  });

  it("takes ⌘ for commands on a Mac, where Control edits text, and Ctrl elsewhere, alone", () => {
    const pressed = (init: KeyboardEventInit) =>
      isCommand(new KeyboardEvent("keydown", { key: "f", ...init }), "f");
    const keys = [{ ctrlKey: true }, { metaKey: true }, { ctrlKey: true, altKey: true }, {}];
    expect(keys.map(pressed)).toEqual([true, false, false, false]);
    const agent = vi.spyOn(navigator, "userAgent", "get");
    agent.mockReturnValue("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15");
    expect(keys.map(pressed)).toEqual([false, true, false, false]);
    agent.mockRestore();
  });

  it("has each page on its trail once", () => {
    const router = new Router();
    router.go({ page: "export", id: 1 });
    router.go({ page: "export", id: 1 });
    expect(router.previous).toEqual({ page: "contracts" });
    router.go({ page: "help", about: 1 });
    router.go({ page: "export", id: 1 });
    router.back();
    router.back();
    expect(router.route).toEqual({ page: "contracts" });
  });

  it("begins a new trail in the sidebar", () => {
    const router = new Router();
    router.go({ page: "exportForm", id: 1 });
    router.go({ page: "history" });
    expect(router.previous).toBeUndefined();
    router.go({ page: "export", id: 1 });
    router.back();
    expect(router.route).toEqual({ page: "history" });
  });
});

describe("a place of the sidebar", () => {
  const enter = (name: string) => screen.getByRole("button", { name });

  it("shows the contracts as they were left, what is searched for among it, and offers all of them", async () => {
    const { container, person, session } = await open();
    await person.click(screen.getByRole("button", { name: /^Due/ }));
    await person.click(screen.getByRole("button", { name: "Sort by Last export" }));
    await person.type(screen.getByRole("searchbox"), "S9999");
    await person.click(enter("Settings"));
    await screen.findByRole("heading", { level: 1, name: "Settings" });
    await person.click(enter("Contracts"));
    expect((await screen.findByRole<HTMLInputElement>("searchbox")).value).toBe("S9999");
    expect(screen.getByRole("button", { name: /^Due/ }).getAttribute("aria-pressed")).toBe("true");
    expect(session.router.previous).toBeUndefined();
    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole("heading", { level: 1 })));
    await person.click(screen.getByRole("button", { name: "Show all contracts" }));
    expect(screen.getByRole<HTMLInputElement>("searchbox").value).toBe("");
    expect(container.querySelector("th.lastExport")?.getAttribute("aria-sort")).toBe("ascending");
  });

  it("shows History as it was left", async () => {
    const backend = new MemoryBackend();
    backend.rows = historyRows();
    const { person } = await open(backend, { page: "history" });
    await person.selectOptions(await screen.findByRole("combobox", { name: "Result" }), "Verified");
    await person.click(enter("Contracts"));
    await screen.findByRole("heading", { level: 1, name: "Contracts" });
    await person.click(enter("History"));
    const result = await screen.findByRole<HTMLSelectElement>("combobox", { name: "Result" });
    expect(result.value).toBe("complete");
  });

  it("begins anew where the page led on to it, and for who is on another page of its kind", () => {
    const router = new Router();
    const list = router.keep(() => ({}));
    router.go({ page: "help", about: 1 });
    const about = router.keep(() => ({}));
    router.enter({ page: "help" });
    expect(router.keep(() => ({}))).not.toBe(about);
    router.enter({ page: "contracts" });
    expect(router.keep(() => ({}))).toBe(list);
    const { at } = router;
    router.enter({ page: "contracts" });
    expect(router.at).toBe(at);
    router.go({ page: "settings" });
    router.go({ page: "contracts" });
    expect(router.keep(() => ({}))).not.toBe(list);
  });
});

describe("a contract that is told after the answer that led to its page", () => {
  it("gets its export form as soon as it is in the list", async () => {
    const { session, backend } = await open(new MemoryBackend(snapshot({ contracts: [], exports: [] })));
    const late = snapshot().contracts[0];
    if (!late) throw new Error("the samples hold no contract");
    session.router.go({ page: "exportForm", id: late.id });
    await waitFor(() => expect(screen.queryByRole("heading", { level: 1 })).toBeNull());
    backend.emit({ event: "contracts", contracts: [late] });
    await screen.findByRole("heading", { level: 1, name: `Export ${late.number}` });
  });
});

describe("a contract that is removed elsewhere", () => {
  it.each<Route>([
    { page: "exportForm", id: 3 },
    { page: "editContract", id: 3 },
  ])("is said to be gone on its page $page, also to who comes back to it", async (route) => {
    const { backend, container, person, session } = await open(undefined, route);
    (await page().findAllByRole("textbox"))[0]?.focus();
    backend.emit({ event: "contracts", contracts: snapshot().contracts.filter(({ id }) => id !== 3) });
    const title = { level: 1, name: "This contract was removed." };
    const heading = await screen.findByRole("heading", title);
    await waitFor(() => expect(document.activeElement).toBe(heading));
    await expectAccessible(container);
    session.router.go({ page: "export", id: 100 });
    await screen.findByRole("heading", { level: 1, name: "S5601" });
    session.router.back();
    await screen.findByRole("heading", title);
    await person.click(page().getByRole("button", { name: "Show the contracts" }));
    expect(session.router.route).toEqual({ page: "contracts" });
  });
});

describe("the session", () => {
  it("applies what happens while the snapshot is on its way after it", async () => {
    const backend = new MemoryBackend(
      snapshot({ exports: [running({ phase: { name: "preparing", percent: 3 } })] }),
    );
    const session = new Session(backend);
    const opened = session.open();
    const event: Event = { event: "export", export: running({ phase: { name: "downloading" } }) };
    await waitFor(() => expect(backend.calls).toHaveLength(1));
    backend.emit(event);
    await opened;
    expect(session.exports.get(100)?.phase.name).toBe("downloading");
  });

  it("says why when the program cannot answer", async () => {
    const backend = new MemoryBackend();
    backend.refuse.snapshot = new CommandError({
      kind: "message",
      message: "The records are on a network drive.",
    });
    const session = new Session(backend);
    await session.open();
    expect(session.broken).toBe("The records are on a network drive.");
  });

  it("can be tried again when it could not be opened, whatever failed", async () => {
    const backend = new MemoryBackend();
    const { onEvent } = backend;
    backend.onEvent = () => Promise.reject(new Error("no events"));
    const { person } = await open(backend);
    const heading = await screen.findByRole("heading", { name: "AB2D Desktop could not open its records." });
    await waitFor(() => expect(document.activeElement).toBe(heading));
    await person.click(screen.getByRole("button", { name: "Open log folder" }));
    expect(callsOf(backend, "openLogFolder")).toHaveLength(1);
    backend.onEvent = onEvent;
    await person.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("heading", { level: 1, name: "Contracts" })).toBeTruthy();
  });

  it("tells of a dropped file that cannot be read", async () => {
    const { backend, session } = await open(undefined, { page: "addContract" });
    backend.emit({ event: "credentialsDropped", file: { Err: "This is not a credentials file." } });
    expect(await screen.findAllByText("This is not a credentials file.")).not.toHaveLength(0);
    expect(session.announcer.urgent).toBe("This is not a credentials file.");
  });
});

describe("help", () => {
  it("checks this computer and every contract and shows the report before it leaves", async () => {
    const { backend, person, container } = await open(undefined, { page: "help" });
    await person.click(await screen.findByRole("button", { name: "Check everything" }));
    expect(await page().findByText(/^Everything works, /)).toBeTruthy();
    expect(await screen.findAllByText("Works")).toHaveLength(6);
    await person.click(screen.getByRole("button", { name: "Show the report" }));
    const report = await screen.findByDisplayValue("AB2D Desktop support report");
    await waitFor(() => expect(document.activeElement).toBe(report));
    await person.click(screen.getByRole("button", { name: "Save report…" }));
    expect(callsOf(backend, "saveSupportReport")).toEqual([["AB2D Desktop support report"]]);
    await expectAccessible(container);
  });

  it("shows no report under another choice than it was asked for, and offers the exports of before", async () => {
    const backend = new MemoryBackend(snapshot({ exports: [] }));
    backend.rows = historyRows();
    const { person } = await open(backend, { page: "help" });
    const about = await screen.findByRole("combobox", { name: "About" });
    await waitFor(() => expect(within(about).getAllByRole("option").length).toBe(backend.rows.length + 1));
    const answer = later(backend, "supportReport");
    await person.click(screen.getByRole("button", { name: "Show the report" }));
    await person.selectOptions(about, within(about).getAllByRole("option")[1] ?? about);
    answer();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(screen.queryByDisplayValue("AB2D Desktop support report")).toBeNull();
  });

  it("says what of this computer, of a contract's folder and of its connection does not work", async () => {
    const backend = new MemoryBackend(snapshot({ contracts: [contract({ id: 1, number: "S5601" })] }));
    const wrong = (title: string) => problem({ title, explanation: "", nextStep: "" });
    backend.computer = [{ step: "auditRecord", problem: wrong("It was changed.") }];
    backend.checks = [{ step: "signedIn", problem: wrong("It was refused.") }];
    backend.looked = { warnings: ["unencrypted"] };
    const { person, session } = await open(backend, { page: "help" });
    await person.click(await screen.findByRole("button", { name: "Check everything" }));
    expect(await page().findByText(/^2 of 2 do not work: This computer, S5601 /)).toBeTruthy();
    expect(screen.getByText("Audit record changed")).toBeTruthy();
    expect(screen.getByText("Not signed in")).toBeTruthy();
    expect(screen.getByText("Disk not encrypted")).toBeTruthy();
    await person.click(screen.getByRole("button", { name: "Edit S5601" }));
    expect(session.router.route).toEqual({ page: "editContract", id: 1 });
  });

  it("stops the check that is under way, and begins no other one", async () => {
    const { backend, person } = await open(undefined, { page: "help" });
    const answer = later(backend, "checkContract");
    await person.click(await screen.findByRole("button", { name: "Check everything" }));
    await page().findByText("Works");
    await person.click(screen.getByRole("button", { name: "Stop checking" }));
    expect(callsOf(backend, "stopCheck")).toEqual([[2]]);
    answer();
    await screen.findByRole("button", { name: "Check everything" });
    expect(callsOf(backend, "checkContract")).toHaveLength(1);
    expect(page().queryByText(/^Everything works, /)).toBeNull();
  });

  it("goes on with the check whatever page is shown, says there that it is done, and keeps what it found", async () => {
    const backend = new MemoryBackend(snapshot({ contracts: [contract({ id: 1, number: "S5601" })] }));
    backend.checks = [{ step: "signedIn", problem: problem({ title: "It was refused." }) }];
    const { person, session } = await open(backend, { page: "help" });
    const answer = later(backend, "checkContract");
    await person.click(await screen.findByRole("button", { name: "Check everything" }));
    await page().findByText("Works");
    session.router.go({ page: "settings" });
    await screen.findByRole("heading", { level: 1, name: "Settings" });
    answer();
    await waitFor(() =>
      expect(session.announcer.polite).toMatch(
        /^The check of everything is done. 1 of 2 does not work: S5601/,
      ),
    );
    session.router.go({ page: "help" });
    await person.click(await screen.findByRole("button", { name: "Edit S5601" }));
    await person.click(await screen.findByRole("button", { name: "Back to Help" }));
    expect(await page().findByText(/^1 of 2 does not work: S5601/)).toBeTruthy();
    await waitFor(() =>
      expect(document.activeElement).toBe(screen.getByRole("button", { name: "Edit S5601" })),
    );
  });

  it("stops the check also for who left the page and came back", async () => {
    const { backend, person, session } = await open(undefined, { page: "help" });
    const answer = later(backend, "checkContract");
    await person.click(await screen.findByRole("button", { name: "Check everything" }));
    await page().findByText("Works");
    session.router.go({ page: "settings" });
    await screen.findByRole("heading", { level: 1, name: "Settings" });
    session.router.go({ page: "help" });
    await person.click(await screen.findByRole("button", { name: "Stop checking" }));
    expect(callsOf(backend, "stopCheck")).toEqual([[2]]);
    answer();
    await screen.findByRole("button", { name: "Check everything" });
  });

  it("shows why nothing was copied, until it is", async () => {
    const backend = new MemoryBackend();
    const message = "The clipboard could not be reached. Select the text and copy it by hand.";
    backend.refuse.copyText = new CommandError({ kind: "message", message });
    const { person } = await open(backend, { page: "help" });
    const copy = await screen.findByRole("button", { name: "Copy the address of AB2D support" });
    await person.click(copy);
    expect(await page().findByText(message)).toBeTruthy();
    backend.refuse = {};
    await person.click(copy);
    await waitFor(() => expect(page().queryByText(message)).toBeNull());
  });

  it("says that it is not made or endorsed by CMS", async () => {
    await open(undefined, { page: "help" });
    expect(await screen.findByText(/not made or endorsed by the Centers for Medicare/)).toBeTruthy();
  });
});
