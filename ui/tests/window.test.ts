import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";

import { keepHistory } from "../gallery/history";
import { MemoryBackend } from "../gallery/memory";
import { complete, contract, historyRows, problem, running, settings, snapshot } from "../gallery/samples";
import { CommandError } from "../src/backend/backend";
import type { Event } from "../src/bindings/Event";
import type { Settings } from "../src/bindings/Settings";
import { isBackKey } from "../src/state/keys";
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
    await new Promise((resolve) => setTimeout(resolve, 400));
    const asked = backend.calls.length;
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(backend.calls.slice(asked)).toEqual([]);
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

describe("history", () => {
  const kept = () => {
    const backend = new MemoryBackend();
    backend.rows = historyRows();
    return backend;
  };

  it("filters by contract, day and result", async () => {
    const { backend, person } = await open(kept(), { page: "history" });
    await person.selectOptions(await screen.findByRole("combobox", { name: "Contract" }), "S5601");
    await person.selectOptions(screen.getByRole("combobox", { name: "Result" }), "Done");
    await person.type(screen.getByRole("textbox", { name: "Started from" }), "10/20/2026");
    await waitFor(() =>
      expect(callsOf(backend, "history").at(-1)).toEqual([
        {
          contractNumber: "S5601",
          from: "2026-10-20",
          to: null,
          results: ["complete"],
          offset: 0,
          limit: 50,
        },
      ]),
    );
  });

  it.each([
    ["Running", ["requesting", "preparing", "downloading"]],
    ["Waiting", ["waiting"]],
    ["Needs you", ["needsYou"]],
  ])("finds what is %s, whatever it does", async (result, phases) => {
    const { backend, person } = await open(kept(), { page: "history" });
    await person.selectOptions(await screen.findByRole("combobox", { name: "Result" }), result);
    await waitFor(() =>
      expect(callsOf(backend, "history").at(-1)).toEqual([expect.objectContaining({ results: phases })]),
    );
  });

  it("says how many of all are shown, and shows all again", async () => {
    const backend = new MemoryBackend();
    keepHistory(backend, 100);
    const { person } = await open(backend, { page: "history" });
    await page().findByText(/^100.exports$/);
    await person.selectOptions(screen.getByRole("combobox", { name: "Contract" }), "S5037");
    await page().findByText(/^2 of 100.exports$/);
    await person.selectOptions(screen.getByRole("combobox", { name: "Result" }), "Expired");
    await page().findByText(/^0 of 100.exports$/);
    await person.click(screen.getByRole("button", { name: "Show all" }));
    await page().findByText(/^100.exports$/);
  });

  it("leads on where there is no export yet", async () => {
    const { person, session } = await open(undefined, { page: "history" });
    await person.click(await screen.findByRole("button", { name: "Go to Contracts" }));
    expect(session.router.route).toEqual({ page: "contracts" });
  });

  it("does not read again at every progress event", async () => {
    const { backend } = await open(kept(), { page: "history" });
    await screen.findByText(/10.exports/);
    const before = callsOf(backend, "history").length;
    for (let done = 0; done < 20; done += 1) {
      backend.emit({
        event: "progress",
        id: 100,
        progress: { ...running().progress, bytesDone: done },
        files: [],
      });
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(callsOf(backend, "history")).toHaveLength(before);
  });

  it("is read once when an export begins or ends while it is open", async () => {
    const { backend, session } = await open(kept(), { page: "history" });
    await screen.findByText(/10.exports/);
    const { history } = backend;
    backend.history = (filter) => new Promise((resolve) => setTimeout(() => resolve(history(filter)), 1));
    const before = callsOf(backend, "history").length;
    backend.emit({ event: "export", export: complete() });
    await waitFor(() => expect(session.active).toHaveLength(1));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(callsOf(backend, "history")).toHaveLength(before + 1);
  });

  it.each([
    [1, "1 entry was written without the keychain, so a change of it may go unnoticed."],
    [12, "12 entries were written without the keychain, so a change of them may go unnoticed."],
  ])(
    "says in plain words what verifying the record is for, and what it cannot tell of %i",
    async (unkeyed, said) => {
      const backend = kept();
      backend.verdict = { ...backend.verdict, unkeyed };
      const { person } = await open(backend, { page: "history" });
      expect(await page().findByText(/^Verify the record to see whether an entry was changed/)).toBeTruthy();
      await person.click(page().getByRole("button", { name: "Verify the record" }));
      const told = await page().findByText(/without the keychain/);
      expect(told.textContent.replaceAll("\u00a0", " ")).toBe(said);
    },
  );

  it("verifies the record and says what it found", async () => {
    const { backend, person, container } = await open(kept(), { page: "history" });
    await person.click(await screen.findByRole("button", { name: "Verify the record" }));
    expect(await page().findByText(/none changed or missing/)).toBeTruthy();
    backend.verdict = {
      entries: 1932,
      unkeyed: 0,
      broken: "Entry 77 was changed.",
      brokenEntry: { at: "2026-11-03T14:14:00Z", contractNumber: "S5601" },
    };
    await person.click(screen.getByRole("button", { name: "Verify the record" }));
    const told = await page().findByRole("alert");
    expect(told.textContent).toMatch(
      /Entry 77 was changed.*reads as one about S5601, Nov 3, 2026.*compliance office/,
    );
    await expectAccessible(container);
  });

  it("shows how far the record is read, and goes on with it whatever page is shown", async () => {
    const { backend, person, session } = await open(kept(), { page: "history" });
    const answer = later(backend, "verifyAudit");
    await person.click(await screen.findByRole("button", { name: "Verify the record" }));
    backend.emit({ event: "checkingAudit", check: 1, progress: { entries: 1932, entriesDone: 400 } });
    expect(await page().findByText("400 of 1,932 entries")).toBeTruthy();
    session.router.go({ page: "settings" });
    await screen.findByRole("heading", { level: 1, name: "Settings" });
    answer();
    await waitFor(() => expect(session.record.running).toBe(false));
    session.router.go({ page: "history" });
    await screen.findByRole("heading", { level: 1, name: "History" });
    expect(await page().findByText(/none changed or missing/)).toBeTruthy();
  });

  it("stops verifying the record, and says no more of it than before", async () => {
    const { backend, person } = await open(kept(), { page: "history" });
    let stopped: (answer: null) => void = () => undefined;
    backend.verifyAudit = () => new Promise((resolve) => (stopped = resolve));
    await person.click(await screen.findByRole("button", { name: "Verify the record" }));
    await person.click(screen.getByRole("button", { name: "Stop verifying" }));
    expect(callsOf(backend, "stopCheck")).toEqual([[1]]);
    stopped(null);
    expect(await screen.findByRole("button", { name: "Verify the record" })).toBeTruthy();
    expect(page().queryByText(/none changed or missing/)).toBeNull();
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

  it("stops the check that is under way, and begins no other one, also when the page is left", async () => {
    const { backend, person, session } = await open(undefined, { page: "help" });
    const answer = later(backend, "checkContract");
    await person.click(await screen.findByRole("button", { name: "Check everything" }));
    await page().findByText("Works");
    await person.click(screen.getByRole("button", { name: "Stop checking" }));
    expect(callsOf(backend, "stopCheck")).toEqual([[2]]);
    answer();
    await screen.findByRole("button", { name: "Check everything" });
    const checked = callsOf(backend, "checkContract").length;
    expect(checked).toBe(1);
    const again = later(backend, "checkContract");
    await person.click(screen.getByRole("button", { name: "Check everything" }));
    await page().findByText("Works");
    session.router.go({ page: "settings" });
    await screen.findByRole("heading", { level: 1, name: "Settings" });
    again();
    await waitFor(() => expect(callsOf(backend, "checkContract")).toHaveLength(2));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(callsOf(backend, "checkContract")).toHaveLength(2);
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

describe("settings", () => {
  it("lose no change when the program tells of an earlier one late", async () => {
    const { backend, person, session } = await open(undefined, { page: "settings" });
    const told: (() => void)[] = [];
    backend.setSettings = (each) =>
      new Promise<undefined>((stored) => {
        told.push(() => {
          backend.emit({ event: "settings", settings: each, logFolder: session.logFolder });
          stored(undefined);
        });
      });
    await person.click(await screen.findByRole("switch", { name: "Notifications" }));
    await person.click(screen.getByRole("button", { name: "Dark" }));
    told[0]?.();
    await waitFor(() => expect(told).toHaveLength(2));
    expect(session.settings).toMatchObject({ notifications: false, theme: "dark" });
    told[1]?.();
    await waitFor(() =>
      expect(session.settings).toEqual({ ...settings, notifications: false, theme: "dark" }),
    );
  });

  it("apply at once, each for itself", async () => {
    const { backend, person, container } = await open(undefined, { page: "settings" });
    await person.click(await screen.findByRole("switch", { name: "Notifications" }));
    expect(callsOf(backend, "setSettings").at(-1)).toEqual([{ ...settings, notifications: false }]);
    await person.click(screen.getByRole("button", { name: "Dark" }));
    expect(document.documentElement.dataset.theme).toBe("dark");
    await expectAccessible(container);
  });

  it("say where the usual proxy is chosen what is not read of it", async () => {
    await open(undefined, { page: "settings" });
    const usual = await screen.findByRole("radio", { name: /Same as the system/ });
    expect(usual.closest("label")?.textContent).toMatch(
      /\(PAC\) is not read: with one, enter the proxy’s address/,
    );
  });

  it("say by the name that Windows has for it which keychain is missing", async () => {
    await open(new MemoryBackend(snapshot({ keychain: false })), { page: "settings" });
    expect(await page().findByText(/no keychain \(on Windows: Credential Manager\)/)).toBeTruthy();
  });

  it("use a proxy of one’s own only once its address stands", async () => {
    const { backend, person } = await open(undefined, { page: "settings" });
    await person.click(await screen.findByRole("radio", { name: /This proxy/ }));
    expect(screen.getByText(/^Not used yet/)).toBeTruthy();
    await person.type(screen.getByLabelText("Proxy address"), "proxy.example");
    await person.click(screen.getByRole("button", { name: "Use this proxy" }));
    expect(callsOf(backend, "setSettings")).toEqual([]);
    await person.clear(screen.getByLabelText("Proxy address"));
    await person.type(screen.getByLabelText("Proxy address"), "http://proxy.example:8080");
    await person.click(screen.getByRole("button", { name: "Use this proxy" }));
    expect(callsOf(backend, "setSettings").at(-1)).toEqual([
      { ...settings, proxy: { kind: "manual", url: "http://proxy.example:8080" } },
    ]);
    expect(document.querySelector("form.manual")?.textContent).toContain("The proxy is used from now on.");
    expect(screen.queryByText(/^Not used yet/)).toBeNull();
    await person.type(screen.getByLabelText("Proxy address"), "9");
    expect(screen.getByText(/^Not used yet/)).toBeTruthy();
    expect(document.querySelector("form.manual")?.textContent).not.toContain("from now on");
  });

  it("take back a choice of proxy that could not be kept", async () => {
    const { backend, person } = await open(undefined, { page: "settings" });
    backend.setSettings = () =>
      Promise.reject(new CommandError({ kind: "message", message: "The disk is full." }));
    await person.click(await screen.findByRole("radio", { name: /Connect directly/ }));
    expect(await screen.findByText("The disk is full.")).toBeTruthy();
    expect(screen.getByRole<HTMLInputElement>("radio", { name: /Same as the system/ }).checked).toBe(true);
  });

  it("stay as they were when the program refuses them", async () => {
    const backend = new MemoryBackend();
    backend.refuse.setSettings = new CommandError({
      kind: "message",
      message: "The records cannot be written.",
    });
    const { person, session } = await open(backend, { page: "settings" });
    backend.setSettings = () => Promise.reject(backend.refuse.setSettings ?? new Error());
    const notifications = await screen.findByRole<HTMLInputElement>("switch", { name: "Notifications" });
    await person.click(notifications);
    const reason = await screen.findByText("The records cannot be written.");
    expect(notifications.closest(".setting")?.contains(reason)).toBe(true);
    expect(notifications.checked).toBe(true);
    expect(session.settings.notifications).toBe(true);
  });

  it("keep the log in a folder that the person chooses, and back in the usual one", async () => {
    const { backend, person, session } = await open(undefined, { page: "settings" });
    const usual = session.logFolder;
    const chosen = "D:\\Logs\\AB2D Desktop log";
    await person.click(await screen.findByRole("button", { name: "Change folder…" }));
    expect(await page().findByText(chosen)).toBeTruthy();
    expect(session.announcer.polite).toBe(`The log is kept in ${chosen} from now on.`);
    expect(screen.queryByText(/cannot be kept/)).toBeNull();
    await person.click(screen.getByRole("button", { name: "Back to the usual folder" }));
    expect(await page().findByText(usual)).toBeTruthy();
    const sent = callsOf(backend, "setSettings").map(([settings]) => (settings as Settings).logFolder);
    expect(sent).toEqual([chosen, null]);
  });

  it("change nothing when no folder was chosen for the log, and say why one cannot be", async () => {
    const backend = new MemoryBackend();
    backend.logFolder = null;
    const { person, session } = await open(backend, { page: "settings" });
    const usual = session.logFolder;
    await person.click(await screen.findByRole("button", { name: "Change folder…" }));
    expect(callsOf(backend, "setSettings")).toEqual([]);
    backend.logFolder = "N:\\AB2D Desktop log";
    const message = "The log cannot be kept there.";
    backend.refuse.setSettings = new CommandError({ kind: "message", message });
    await person.click(screen.getByRole("button", { name: "Change folder…" }));
    expect(await screen.findByText(message)).toBeTruthy();
    expect(page().getByText(usual)).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Back to the usual folder" })).toBeNull();
  });

  it("say where the log is while the chosen folder is away", async () => {
    const away = "E:\\AB2D Desktop log";
    const backend = new MemoryBackend(snapshot({ settings: { ...settings, logFolder: away } }));
    const { session } = await open(backend, { page: "settings" });
    expect(await screen.findByText(`The log cannot be kept in ${away} now,`, { exact: false })).toBeTruthy();
    expect(page().getByText(session.logFolder)).toBeTruthy();
  });

  it("bring a failure into view that is said at the page’s end", async () => {
    const backend = new MemoryBackend();
    const message = "The system opened no window for this folder.";
    backend.refuse.openLogFolder = new CommandError({ kind: "message", message });
    const revealed: string[] = [];
    const reveal = vi.spyOn(Element.prototype, "scrollIntoView");
    reveal.mockImplementation(function (this: Element) {
      revealed.push(this.textContent.trim());
    });
    const { person } = await open(backend, { page: "settings" });
    await person.click(await screen.findByRole("button", { name: "Open log folder" }));
    await waitFor(() => expect(revealed).toEqual([message]));
    reveal.mockRestore();
  });
});
