/*
 * What assistive technology is told of each main scene: roles, names and states, as Chromium's accessibility tree has
 * them, compared with what is kept beside this file. AB2D_WRITE_TREES=1 writes them anew; read the difference.
 */
import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { openGallery } from "../browser.mjs";

const KEPT = join(import.meta.dirname, "trees");
const SCENES = [
  "contracts",
  "contracts-menu",
  "contracts-remove",
  "first-run",
  "add-contract-stopped",
  "edit-contract",
  "export-calendar",
  "export-refused",
  "export-v3-gaps",
  "export-several",
  "running",
  "cancel-dialog",
  "waiting",
  "result",
  "result-table",
  "result-damaged",
  "no-new-claims",
  "history",
  "help",
  "settings",
];

let gallery;
before(async () => (gallery = await openGallery()));
after(() => gallery.close());

describe("the accessibility tree", { concurrency: 2 }, () => {
  for (const scene of SCENES) {
    test(`of ${scene}`, async () => {
      const page = await gallery.show(scene);
      await page.waitForTimeout(200);
      const tree = `${await page.locator("body").ariaSnapshot()}\n`;
      await page.close();
      await compare(join(KEPT, `${scene}.yml`), tree);
    });
  }
});

describe("every button of a page has a name of its own", () => {
  for (const scene of [
    "contracts-fifty",
    "contracts-states",
    "export-several",
    "export-v3-gaps",
    "history",
  ]) {
    test(`in ${scene}`, async () => {
      const page = await gallery.show(scene);
      const names = await page.evaluate(() =>
        [...document.querySelectorAll("main button")].map(
          (each) => each.ariaLabel ?? each.textContent.trim(),
        ),
      );
      const again = names.filter((name, index) => name === "" || names.indexOf(name) !== index);
      assert.deepEqual(again, []);
      await page.close();
    });
  }
});

async function compare(path, tree) {
  if (process.env.AB2D_WRITE_TREES) {
    await mkdir(KEPT, { recursive: true });
    await writeFile(path, tree);
    return;
  }
  assert.equal(tree, await readFile(path, "utf8"));
}
