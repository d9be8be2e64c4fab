import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";

import { MemoryBackend } from "../gallery/memory";
import { settings, snapshot } from "../gallery/samples";
import { CommandError } from "../src/backend/backend";
import type { Settings } from "../src/bindings/Settings";
import { callsOf, expectAccessible, open, page } from "./open";

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

  it("make the page larger and smaller by the keys and the wheel that browsers have for it", async () => {
    const { backend, session } = await open(undefined, { page: "help" });
    const sizes = () => callsOf(backend, "setSettings").map(([stored]) => (stored as Settings).zoom);
    const press = (key: string, keys: KeyboardEventInit = { ctrlKey: true }) =>
      fireEvent.keyDown(document.body, { key, ...keys });
    expect(await press("+"), "the web view does nothing of its own").toBe(false);
    await press("=", { metaKey: true });
    await press("-");
    await press("+", {});
    await press("0", { ctrlKey: true, altKey: true });
    await waitFor(() => expect(sizes()).toEqual([110, 125, 110]));
    // Here such an event takes no keys.
    const wheel = (ctrlKey: boolean, deltaY = -120) => {
      const turned = new WheelEvent("wheel", { deltaY, bubbles: true, cancelable: true });
      return document.body.dispatchEvent(Object.assign(turned, { ctrlKey }));
    };
    expect([wheel(true), wheel(false)]).toEqual([false, true]);
    expect([wheel(true, -3), wheel(true, -3)], "a trackpad’s small steps").toEqual([false, false]);
    await press("0");
    await press("0");
    await waitFor(() => expect(sizes()).toEqual([110, 125, 110, 125, 100]));
    await session.changeSettings({ zoom: 75 });
    await press("-");
    expect(session.settings.zoom, "no smaller than that").toBe(75);
  });

  it("are not replaced by who enlarges the page before they are known", async () => {
    const backend = new MemoryBackend();
    backend.refuse.snapshot = new CommandError({ kind: "message", message: "The records cannot be read." });
    await open(backend);
    await page().findByText("The records cannot be read.");
    await fireEvent.keyDown(document.body, { key: "+", ctrlKey: true });
    expect(callsOf(backend, "setSettings")).toEqual([]);
  });

  it("that do not concern dates leave History where it is", async () => {
    const { session } = await open(undefined, { page: "history" });
    const { dates } = session;
    await session.changeSettings({ zoom: 125 });
    expect(session.dates).toBe(dates);
    await session.changeSettings({ dateLocale: "en-GB" });
    expect(session.dates).not.toBe(dates);
  });

  it("offer the size of the page", async () => {
    const { backend, person } = await open(undefined, { page: "settings" });
    await person.selectOptions(await screen.findByLabelText("Size of text and controls"), "150%");
    expect(callsOf(backend, "setSettings").at(-1)).toEqual([{ ...settings, zoom: 150 }]);
  });

  it("say where the usual proxy is chosen what to do where it does not do, and what is not read of it", async () => {
    await open(undefined, { page: "settings" });
    const usual = await screen.findByRole("radio", { name: /Same as the system/ });
    expect(usual.closest("label")?.textContent).toMatch(
      /If exports cannot connect, ask your IT department for the proxy’s address and choose “This proxy”\./,
    );
    expect(usual.closest("fieldset")?.textContent).toMatch(
      /a configuration script \(PAC\) and, on Windows, separate proxies for each protocol are not read\./,
    );
  });

  it("say by the name that Windows has for it which keychain is missing", async () => {
    await open(new MemoryBackend(snapshot({ keychain: false })), { page: "settings" });
    expect(await page().findByText(/no keychain \(on Windows: Credential Manager\)/)).toBeTruthy();
  });

  it("use a proxy of one’s own only once its address stands", async () => {
    const { backend, person } = await open(undefined, { page: "settings" });
    await person.click(await screen.findByRole("radio", { name: /^This proxy/ }));
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

  it("do not keep what was refused because another was changed meanwhile", async () => {
    const { backend, session } = await open(undefined, { page: "settings" });
    const asked: { settings: Settings; refuse: (reason: Error) => void; store: () => void }[] = [];
    backend.setSettings = (each) =>
      new Promise<undefined>((store, refuse) => {
        asked.push({ settings: each, refuse, store: () => store(undefined) });
      });
    const first = session.changeSettings({ logFolder: "Z:\\gone" });
    const second = session.changeSettings({ notifications: false });
    expect(session.settings).toMatchObject({ logFolder: "Z:\\gone", notifications: false });
    await waitFor(() => expect(asked).toHaveLength(1));
    asked[0]?.refuse(new Error("The drive is gone."));
    await expect(first).rejects.toThrow("The drive is gone.");
    expect(session.settings).toMatchObject({ logFolder: null, notifications: false });
    await waitFor(() => expect(asked).toHaveLength(2));
    expect(asked[1]?.settings).toMatchObject({ logFolder: null, notifications: false });
    asked[1]?.store();
    await second;
    expect(session.settings).toEqual({ ...settings, notifications: false });
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
