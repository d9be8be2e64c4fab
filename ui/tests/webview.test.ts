import { fireEvent } from "@testing-library/svelte";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";

/** Whether a key does in the web view what it does in a browser. */
const passes = (init: KeyboardEventInit) => fireEvent.keyDown(document.body, init);
/** Whether the web view opens its own menu. */
const opensMenu = (selector: string, at: MouseEventInit = {}) =>
  fireEvent.contextMenu(document.querySelector(selector) ?? document.body, at);

const RELOADS: [string, KeyboardEventInit][] = [
  ["F5", { key: "F5" }],
  ["Ctrl+F5", { key: "F5", ctrlKey: true }],
  ["Shift+F5", { key: "F5", shiftKey: true }],
  ["Ctrl+R", { key: "r", ctrlKey: true }],
  ["Ctrl+Shift+R", { key: "R", ctrlKey: true, shiftKey: true }],
  ["Command+R", { key: "r", metaKey: true }],
  ["Command+Shift+R", { key: "r", metaKey: true, shiftKey: true }],
  ["the key to reload", { key: "BrowserRefresh" }],
];

beforeEach(() => {
  document.body.innerHTML = `<p>Selected</p><label>a<input type="checkbox"></label>
    <input type="search"><input name="number"><textarea readonly></textarea>`;
});

afterEach(() => {
  document.body.innerHTML = "";
  vi.restoreAllMocks();
});

describe("the page while one works on it", () => {
  beforeAll(() => import("../src/main"));

  it.each(RELOADS)("may be loaded again with %s, and has the web view’s menu", async (_, init) => {
    expect(await passes(init)).toBe(true);
    expect(await opensMenu("p")).toBe(true);
  });
});

describe("the page of the program", () => {
  beforeAll(async () => {
    vi.resetModules();
    vi.stubEnv("PROD", true);
    await import("../src/main");
    vi.unstubAllEnvs();
  });

  it.each(RELOADS)("is not loaded again with %s", async (_, init) => {
    expect(await passes(init)).toBe(false);
  });

  it.each<[string, KeyboardEventInit]>([
    ["r", { key: "r" }],
    ["R", { key: "R", shiftKey: true }],
    ["Ctrl+C", { key: "c", ctrlKey: true }],
    ["Ctrl+Alt+R", { key: "r", ctrlKey: true, altKey: true }],
    ["F6", { key: "F6" }],
  ])("hears %s as ever", async (_, init) => {
    expect(await passes(init)).toBe(true);
  });

  it("has the web view’s menu in text fields alone", async () => {
    expect(await opensMenu("p")).toBe(false);
    expect(await opensMenu("[type=checkbox]")).toBe(false);
    for (const field of ["[type=search]", "[name=number]", "textarea"]) {
      expect(await opensMenu(field)).toBe(true);
    }
  });

  it("and on selected text, not beside it", async () => {
    vi.spyOn(Range.prototype, "getClientRects").mockReturnValue([
      new DOMRect(10, 10, 100, 20),
    ] as unknown as DOMRectList);
    const on = { clientX: 20, clientY: 20 };
    expect(await opensMenu("p", on)).toBe(false);
    getSelection()?.selectAllChildren(document.querySelector("p") ?? document.body);
    expect(await opensMenu("p", on)).toBe(true);
    expect(await opensMenu("p", { clientX: 20, clientY: 40 })).toBe(false);
  });
});
