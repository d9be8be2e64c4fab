/* The main journey by keyboard alone: after every key it is known where the focus is, and that it can be seen. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { openGallery } from "../browser.mjs";

let gallery;
before(async () => (gallery = await openGallery()));
after(() => gallery.close());

test("a contract is exported, paused, resumed, and its result verified", async () => {
  const person = new Person(await gallery.show("rehearsal"));
  await person.activates("button", "Export… S4802");
  await person.isAt("heading", "Export S4802");

  await person.reach("radio", "New and changed since the last export");
  await person.press("ArrowDown");
  await person.isAt("radio", "Changed in a period");
  await person.activates("button", /Choose the “From” date/);
  await person.isAt("button", "Oct 1, 2026");
  await person.press("ArrowDown", "Enter");
  await person.isAt("textbox", "From, date");
  assert.equal(await person.value(), "10/08/2026");
  await person.press("Tab", "Tab", "Tab", "Shift+Tab");
  await person.activates("button", "Show the request");
  await person.reach("button", "Copy the request");
  await person.activatesBack("button", "Export");

  await person.isAt("heading", "S4802");
  await person.sees("Downloading, verifying now");
  await person.activates("button", "Pause");
  await person.isAt("button", "Resume");
  await person.activates("button", "Cancel export…");
  await person.isAt("button", "Keep exporting");
  await person.press("Tab", "Tab", "Tab");
  assert.ok(await person.isInDialog(), "Tab stays in the dialog");
  await person.press("Escape");
  await person.isAt("button", "Cancel export…");
  await person.activatesBack("button", "Resume");
  await person.isAt("button", "Pause");

  await person.isAt("heading", /1,204,331.claims, all verified/);
  await person.activates("button", "Verify again");
  await person.sees("all intact");
  await person.reach("button", "Table");
  await person.press("Space");
  await person.sees("November 2026");
  await person.activatesBack("button", "History");
  await person.isAt("heading", "History");
  await person.page.close();
});

test("a newcomer tries practice data, cancels, and adds a contract", async () => {
  const person = new Person(await gallery.show("newcomer"));
  await person.press("Tab");
  await person.isAt("link", "Skip to the page");
  await person.press("Enter");
  await person.isAt("heading", "Add your first contract");
  await person.activates("button", "Try it with practice data");
  await person.isAt("heading", "Export Z1001");
  await person.activates("button", "Export");
  await person.sees("Each file is compared");
  await person.activates("button", "Cancel export…");
  await person.press("Tab", "Enter");
  await person.sees("A canceled export skips nothing");
  await person.isAt("heading", "Z1001");
  await person.press("Alt+ArrowLeft");
  await person.isAt("heading", "Contracts");

  await person.activates("button", "Add contract");
  await person.isAt("heading", "Add contract");
  await person.reach("radio", /Production/);
  await person.press("ArrowRight");
  await person.isAt("radio", /Sandbox/);
  await person.activates("button", "Use the public sample credentials");
  await person.sees("Public sample credentials");
  await person.isInSight();
  await person.activates("button", "Save contract");
  await person.isAt("heading", "Contracts");
  await person.page.close();
});

test("contracts are searched, selected in stretches, and exported together", async () => {
  const person = new Person(await gallery.show("contracts-fifty"));
  await person.activates("button", "Clear");
  await person.press("Control+f");
  await person.isAt("searchbox", "Search contracts");
  await person.type("rx value");
  await person.sees("S5037");
  await person.reach("checkbox", "Select S5481");
  await person.press("Shift+ArrowDown", "Shift+ArrowDown");
  await person.isAt("checkbox", "Select S5777");
  await person.sees("3 selected");
  await person.activatesBack("button", "Export 3 selected…");
  await person.isAt("heading", /Export 3.contracts/);
  await person.activates("button", "Leave out S5629");
  await person.isAt("button", "Put back S5629");
  await person.press("Alt+ArrowLeft");
  await person.activates("button", "More for S5037");
  await person.isAt("menuitem", "Edit contract…");
  await person.press("End");
  await person.isAt("menuitem", "Remove contract…");
  await person.press("Enter", "Escape");
  await person.isAt("button", "More for S5037");
  await person.page.close();
});

test("a long history is gone through to its end, and the focus is kept", async () => {
  const person = new Person(await gallery.show("history-many"));
  await person.reach("region", "History");
  const total = 10_000;
  const wait = (place) => person.page.locator(`tr[aria-rowindex="${place + 1}"]`).waitFor();
  for (let place = 1; place <= 70; place += 1) {
    await person.press("Tab");
    await person.isInRow(place);
  }
  await person.page.keyboard.press("End");
  await wait(total);
  await person.isInRow(70);
  await person.press("Tab");
  await person.isInRow(71);
  await person.press("Shift+Tab", "Shift+Tab");
  await person.isInRow(69);
  await person.page.keyboard.press("Home");
  await wait(1);
  await person.press("Enter");
  await person.isAt("heading", /all verified/);
  await person.page.close();
});

/** Somebody without a mouse. */
class Person {
  constructor(page) {
    this.page = page;
  }

  async press(...keys) {
    for (const key of keys) {
      await this.page.keyboard.press(key);
      await this.page.waitForTimeout(60);
      await this.isInSight();
    }
  }

  async type(text) {
    await this.page.keyboard.type(text);
  }

  /** Presses Tab until the focus is there. */
  reach(role, name) {
    return this.#tabTo("Tab", role, name);
  }

  reachBack(role, name) {
    return this.#tabTo("Shift+Tab", role, name);
  }

  /** Tabs to a button and presses it. */
  async activates(role, name) {
    await this.reach(role, name);
    await this.press("Enter");
  }

  async activatesBack(role, name) {
    await this.reachBack(role, name);
    await this.press("Enter");
  }

  async #tabTo(key, role, name) {
    const passed = [];
    for (let tabs = 0; tabs < 150; tabs += 1) {
      if (await this.#focused(role, name)) return this.isInSight();
      passed.push(await this.#where());
      await this.page.keyboard.press(key);
    }
    assert.fail(`${key} never reached the ${role} ${name}, but ${passed.slice(-40).join(" · ")}`);
  }

  /** Waits until the focus is there. */
  async isAt(role, name) {
    for (let tries = 0; tries < 100; tries += 1) {
      if (await this.#focused(role, name)) return;
      await this.page.waitForTimeout(50);
    }
    assert.fail(`The focus is not at the ${role} ${name}, but at ${await this.#where()}`);
  }

  async sees(text) {
    await this.page.getByText(text).first().waitFor({ state: "attached", timeout: 8000 });
  }

  value() {
    return this.page.evaluate(() => document.activeElement.value);
  }

  isInDialog() {
    return this.page.evaluate(() => document.activeElement.closest("dialog") !== null);
  }

  /** Waits until the focus is in a row of a table, counted from 1 on without the head. */
  async isInRow(place) {
    const row = this.page.locator(`tr[aria-rowindex="${place + 1}"]:focus-within`);
    await row.waitFor({ timeout: 8000 });
  }

  /** What has the focus is on the screen, and nothing lies over it. */
  async isInSight() {
    const hidden = await this.page.evaluate(() => {
      const { activeElement: at } = document;
      if (!at || at === document.body) return null;
      const label = at.closest(".tile, .option");
      const box = (label ?? at).getBoundingClientRect();
      const [x, y] = [box.x + Math.min(box.width / 2, 8), box.y + box.height / 2];
      const top = document.elementFromPoint(x, y);
      const seen = top && ((label ?? at).contains(top) || top.contains(at));
      return seen ? null : `${at.outerHTML.slice(0, 120)} at ${Math.round(x)}, ${Math.round(y)}`;
    });
    assert.equal(hidden, null, "The focus cannot be seen");
  }

  #focused(role, name) {
    const wanted = this.page.getByRole(role, { name, exact: typeof name === "string" && role !== "radio" });
    return wanted.evaluateAll((found) => found.includes(document.activeElement));
  }

  #where() {
    return this.page.evaluate(() => {
      const { activeElement: at } = document;
      return `${at?.tagName} ${at?.getAttribute("aria-label") ?? at?.textContent.trim().slice(0, 40)}`;
    });
  }
}
