/*
 * Nothing is lost where there is little room, or where a person makes room of their own: WCAG 2.1's reflow (1.4.10) at
 * 320 px and text spacing (1.4.12), the smallest window, 200 % zoom, and targets of 24 px (2.5.8 of WCAG 2.2).
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { axeFindings, openGallery, sideways } from "../browser.mjs";

const SCENES = [
  "contracts",
  "contracts-states",
  "contracts-jobs",
  "first-run",
  "add-contract-fields",
  "add-contract-stopped",
  "edit-contract-addresses",
  "export-rules",
  "export-v3-gaps",
  "export-elsewhere",
  "export-several-refused",
  "running",
  "running-near-expiry",
  "cancel-dialog",
  "waiting",
  "waiting-folder",
  "waiting-tried",
  "waiting-jobs",
  "result",
  "result-table",
  "result-damaged",
  "result-verifying",
  "result-long",
  "practice-running",
  "history",
  "export-not-started",
  "help",
  "help-report",
  "settings-proxy",
];
const ROOMS = {
  "in the smallest window": { viewport: { width: 1024, height: 700 } },
  "at 200 % zoom": { viewport: { width: 560, height: 380 }, deviceScaleFactor: 2 },
  "in 320 px": { viewport: { width: 320, height: 640 } },
};
/** The spacing that WCAG 1.4.12 lets a person set, as the page's policy allows it. */
const SPACING = {
  "line-height": "1.5",
  "letter-spacing": "0.12em",
  "word-spacing": "0.16em",
};

let gallery;
before(async () => (gallery = await openGallery()));
after(() => gallery.close());

for (const [where, options] of Object.entries(ROOMS)) {
  describe(`nothing is lost ${where}`, { concurrency: 2 }, () => {
    for (const scene of SCENES) {
      test(`of ${scene}`, async () => {
        const page = await gallery.show(scene, options);
        assert.deepEqual(await lost(page), []);
        assert.ok((await sideways(page)) <= 1, "The page scrolls sideways");
        await page.close();
      });
    }
  });
}

describe("nothing is lost with wider spacing", { concurrency: 2 }, () => {
  for (const scene of SCENES) {
    test(`of ${scene}`, async () => {
      const page = await gallery.show(scene);
      await page.evaluate((spacing) => {
        for (const each of document.querySelectorAll("*")) {
          for (const [name, value] of Object.entries(spacing))
            each.style?.setProperty(name, value, "important");
        }
      }, SPACING);
      assert.deepEqual([...(await lost(page)), ...(await cutOff(page))], []);
      assert.ok((await sideways(page)) <= 1, "The page scrolls sideways");
      await page.close();
    });
  }
});

describe("targets are 24 px or stand apart", { concurrency: 2 }, () => {
  for (const scene of SCENES) {
    test(`in ${scene}`, async () => {
      const page = await gallery.show(scene);
      assert.deepEqual(await smallTargets(page), []);
      await page.close();
    });
  }
});

test("axe finds nothing in high contrast and with reduced motion", async () => {
  for (const scene of ["contracts", "export-rules", "running", "result", "history"]) {
    const page = await gallery.show(scene, { forcedColors: "active", reducedMotion: "reduce" });
    assert.deepEqual(await axeFindings(page), [], scene);
    const moving = await page.evaluate(() =>
      document.getAnimations().map(({ effect }) => effect.target.outerHTML.slice(0, 120)),
    );
    assert.deepEqual(moving, [], "Something moves");
    await page.close();
  }
});

test("an open menu stays in the window", async () => {
  for (const options of Object.values(ROOMS)) {
    const page = await gallery.show("contracts-menu", options);
    assert.ok((await sideways(page)) <= 1, "The page scrolls sideways");
    await page.close();
  }
});

test("the zone of the times is named once, wherever there is room for it", async () => {
  for (const scene of ["contracts", "history", "running", "result"]) {
    for (const options of [{}, ROOMS["at 200 % zoom"], ROOMS["in 320 px"]]) {
      const page = await gallery.show(scene, options);
      assert.equal(
        await page
          .getByText(/^Times are /)
          .filter({ visible: true })
          .count(),
        1,
        scene,
      );
      await page.close();
    }
  }
});

test("a file’s checksum can be copied in every room", async () => {
  for (const options of [{}, ...Object.values(ROOMS)]) {
    const page = await gallery.show("running", options);
    const copy = page.getByRole("button", { name: "Copy the checksum of S5601_0251.ndjson" });
    await copy.press("Enter");
    await page
      .getByRole("row", { name: "S5601_0251.ndjson" })
      .getByRole("button", { name: "Copied" })
      .waitFor();
    await page.close();
  }
});

test("a long table keeps its place where the window gets narrower and wider again", async () => {
  const page = await gallery.show("history-many");
  await page
    .locator(".scroller")
    .evaluate((each) => each.scrollTo(0, 5000 * each.querySelector("td").offsetHeight));
  for (const width of [1120, 560, 800, 1120]) {
    await page.setViewportSize({ width, height: 760 });
    await page.waitForFunction(
      () => {
        const row = document.querySelector("tr[aria-rowindex='5002']")?.getBoundingClientRect();
        return row && row.top >= 0 && row.bottom <= innerHeight;
      },
      undefined,
      { timeout: 8000 },
    );
  }
  await page.close();
});

test("a long table is where it was when the person comes back to it", async () => {
  for (const options of [{}, ROOMS["at 200 % zoom"]]) {
    const page = await gallery.show("history-many", options);
    const scrolls = options.viewport ? "main" : ".scroller";
    await page.locator(scrolls).evaluate((each) => each.scrollTo(0, each.scrollHeight / 2));
    const open = page.locator("#open-5000");
    await open.focus();
    const { y } = await open.boundingBox();
    await open.press("Enter");
    await page.getByRole("button", { name: "Back to History" }).press("Enter");
    await page.waitForFunction(
      (before) => {
        const at = document.querySelector("#open-5000:focus");
        return at && Math.abs(at.getBoundingClientRect().y - before) < at.offsetHeight;
      },
      y,
      { timeout: 8000 },
    );
    await page.close();
  }
});

/** Controls that cannot be brought into view, or lie under another when they are. */
function lost(page) {
  return page.evaluate(async () => {
    const dialog = document.querySelector("dialog[open]");
    const controls = [...(dialog ?? document).querySelectorAll("button, input, select, textarea, a.button")];
    const found = [];
    for (const each of controls) {
      const shown = each.closest("label.tile") ?? each;
      if (!shown.checkVisibility({ visibilityProperty: true }) || each.closest(".hidden-words")) continue;
      shown.scrollIntoView({ block: "center", inline: "nearest" });
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const { x, y, width, height } = shown.getBoundingClientRect();
      const top = document.elementFromPoint(x + width / 2, y + height / 2);
      const inside =
        x >= -1 && x + width <= innerWidth + 1 && y >= -1 && y + Math.min(height, 40) <= innerHeight + 1;
      const covered = !top || !(shown.contains(top) || top.contains(shown));
      if (!inside || covered)
        found.push(`${covered ? "covered" : "outside"}: ${each.outerHTML.slice(0, 140)}`);
    }
    return found;
  });
}

/** Words on controls that are cut off by their box. */
function cutOff(page) {
  return page.evaluate(() =>
    [...document.querySelectorAll("button, label, h1, h2, h3, .badge, dd, dt, legend")]
      .filter((each) => each.checkVisibility() && !each.closest(".hidden-words, table"))
      .filter((each) => {
        const { overflow } = getComputedStyle(each);
        return (
          overflow !== "visible" &&
          (each.scrollWidth > each.clientWidth + 1 || each.scrollHeight > each.clientHeight + 1)
        );
      })
      .map((each) => `cut off: ${each.outerHTML.slice(0, 120)}`),
  );
}

/** Targets smaller than 24 px whose circle of 24 px meets another target. */
function smallTargets(page) {
  return page.evaluate(() => {
    const all = [...document.querySelectorAll("button, input, select, textarea")]
      .filter(
        (each) =>
          each.checkVisibility() &&
          !each.matches(".hidden-words") &&
          !each.closest("label.tile, .option > label, label.choice-line"),
      )
      .map((each) => ({ each, box: each.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 0);
    const middle = ({ box }) => [box.x + box.width / 2, box.y + box.height / 2];
    const meets = (one, other) => {
      const [x, y] = middle(one);
      const [dx, dy] = [
        Math.max(other.box.left - x, 0, x - other.box.right),
        Math.max(other.box.top - y, 0, y - other.box.bottom),
      ];
      return Math.hypot(dx, dy) < 12;
    };
    return all
      .filter(({ box }) => box.width < 23.5 || box.height < 23.5)
      .filter((one) => all.some((other) => other !== one && meets(one, other)))
      .map(
        ({ each, box }) =>
          `${Math.round(box.width)} × ${Math.round(box.height)}: ${each.outerHTML.slice(0, 120)}`,
      );
  });
}
