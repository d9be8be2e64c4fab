/* Where things stand: what has to be seen at once, beside what, and in one line with what. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { openGallery } from "../browser.mjs";

const ZOOMED = { viewport: { width: 560, height: 380 }, deviceScaleFactor: 2 };
const SMALLEST = { viewport: { width: 1024, height: 700 } };

let gallery;
before(async () => (gallery = await openGallery()));
after(() => gallery.close());

/** Shows a scene for a test. */
async function on(scene, options, look) {
  const page = await gallery.show(scene, options);
  try {
    await look(page);
  } finally {
    await page.close();
  }
}

describe("a dialog at 200 % zoom", () => {
  test("keeps its heading and its buttons while its text scrolls", () =>
    on("waiting-credentials", ZOOMED, async (page) => {
      await page.getByRole("button", { name: "Type the client ID and password instead" }).click();
      const text = page.locator("dialog .text");
      for (const top of [0, 1000]) {
        await text.evaluate((each, to) => each.scrollTo(0, to), top);
        for (const part of ["dialog h2", "dialog .actions button"]) await allInSight(page, part);
      }
      assert.ok((await text.evaluate((each) => each.scrollTop)) > 0, "Nothing scrolls");
      assert.equal(
        await page.locator("dialog").evaluate((each) => each.scrollHeight > each.clientHeight),
        false,
      );
    }));
});

test("a dialog stands in the middle of the page, and its buttons apart", async () => {
  for (const options of [SMALLEST, { viewport: { width: 780, height: 600 } }]) {
    await on("waiting-credentials", options, async (page) => {
      const [dialog, main] = [await box(page, "dialog"), await box(page, "main")];
      near(middleX(dialog), middleX(main), 1);
    });
  }
  await on("cancel-dialog", {}, async (page) => {
    const [keep, cancel] = await boxes(page, "dialog .actions button");
    assert.ok(cancel.left - keep.right >= 12);
  });
});

describe("the export form at 200 % zoom", () => {
  test("says at its foot what is exported, and has one Export there", () =>
    on("export-period", ZOOMED, async (page) => {
      const button = page.getByRole("button", { name: "Export", exact: true }).filter({ visible: true });
      assert.equal(await button.count(), 1);
      await allInSight(page, ".foot button");
      const sum = await box(page, ".foot .sum");
      assert.ok(sum.height <= 2.01 * 16 && sum.bottom <= 380, `The sum is ${sum.height} px high`);
      await button.click();
      await page.getByRole("heading", { name: "Export S4802" }).waitFor({ state: "detached" });
    }));

  test("says there that claims are left out, where room was kept for it", () =>
    on("export-v3-gaps", ZOOMED, async (page) => {
      const [foot, button] = [await box(page, ".foot"), await box(page, ".foot .button")];
      const leads = page.getByRole("button", { name: "Leaves claims out" });
      await leads.waitFor();
      await allInSight(page, ".foot button");
      await leads.click();
      await allInSight(page, ".panel .gap button");
      await page.locator("input[name=since]").fill("");
      await leads.waitFor({ state: "detached" });
      assert.deepEqual(await box(page, ".foot"), foot);
      assert.deepEqual(await box(page, ".foot .button"), button);
    }));

  test("has a foot as high as other forms'", async () => {
    const heights = [];
    for (const scene of ["export-period", "add-contract", "export-several"]) {
      await on(scene, ZOOMED, async (page) => heights.push((await box(page, ".foot")).height));
    }
    assert.deepEqual([...new Set(heights)].length, 1, heights.join());
  });
});

test("the export form has its Export beside it where there is room", () =>
  on("export-period", {}, async (page) => {
    assert.equal(await page.locator(".foot").count(), 0);
    await allInSight(page, ".panel button[type=submit]");
  }));

describe("the history", () => {
  test("says at 200 % zoom beside its buttons what verifying and saving led to, and moves nothing", () =>
    on("history", ZOOMED, async (page) => {
      const filters = await box(page, ".filters, main select");
      await page.getByRole("button", { name: "Verify the record" }).click();
      await inSight(page.locator(".line .whole"));
      assert.deepEqual(await box(page, ".filters, main select"), filters);
      await page.getByRole("button", { name: "Save as CSV…" }).click();
      await inSight(page.locator(".line .saved"));
    }));

  for (const [where, options] of Object.entries({ usual: {}, smallest: SMALLEST, zoomed: ZOOMED })) {
    test(`says who exported, ${where}`, () =>
      on("history", options, async (page) => {
        const by = page.locator("tbody td.by").first();
        assert.ok(await by.isVisible());
        assert.ok(await by.evaluate((each) => each.scrollWidth <= each.clientWidth), "The name is cut");
        if (where === "zoomed") assert.match(await by.innerText(), /^By\s+\S/);
      }));
  }

  test("has numbers under their heads, apart from each other", async () => {
    for (const options of [{}, SMALLEST]) {
      await on("history", options, async (page) => {
        const row = "tbody tr:has(.size:not(.nothing))";
        for (const name of ["claims", "size"]) {
          const number = { claims: "td.number:not(.size)", size: "td.size" }[name];
          near(
            (await textBox(page, `th.${name}`)).right,
            (await textBox(page, `${row} ${number}`)).right,
            0.5,
          );
        }
        const [claims, size] = [
          await textBox(page, `${row} td.number:not(.size)`),
          await textBox(page, `${row} td.size`),
        ];
        const cut = await page
          .locator("tbody td.number")
          .evaluateAll((cells) =>
            cells
              .filter((each) => each.scrollWidth > each.clientWidth)
              .map((each) => each.textContent.trim()),
          );
        assert.deepEqual(cut, []);
        assert.ok(size.left - claims.right >= 23, `They are ${size.left - claims.right} px apart`);
      });
    }
  });

  test("has the arrow of a stacked row in its middle", () =>
    on("history", ZOOMED, async (page) => {
      const [row, arrow] = [await box(page, "tbody tr"), await box(page, "tbody tr .icon-button")];
      near(middleY(row), middleY(arrow), 1);
    }));
});

describe("the narrow sidebar", () => {
  test("names the contract of what runs, in one line", () =>
    on("contracts-states", ZOOMED, async (page) => {
      const numbers = page.locator(".now .contract.narrow");
      await numbers.first().evaluate((each) => (each.textContent = "S100100"));
      const [shown] = await boxes(page, ".now .contract.narrow");
      const nav = await box(page, "nav");
      assert.ok(shown.width > 0 && shown.left >= nav.left && shown.right <= nav.right - 1);
      assert.ok(await numbers.first().evaluate((each) => each.scrollWidth <= each.clientWidth), "It is cut");
      const [icon] = await boxes(page, ".now .state");
      assert.ok(icon.bottom <= shown.top + 1);
    }));

  test("says below its cross that ended exports are hidden, right below the last of them", () =>
    on("contracts-ended", ZOOMED, async (page) => {
      await allInSight(page, ".hide .narrow");
      const [last] = (await boxes(page, ".now > li")).slice(-1);
      const hide = await box(page, ".hide");
      assert.ok(hide.top - last.bottom <= 8, `${hide.top - last.bottom} px of nothing`);
    }));

  test("draws the track of a ring at 3:1", async () => {
    for (const theme of ["light", "dark"]) {
      await on("busy", { ...ZOOMED, theme }, async (page) => {
        const ratio = await page.evaluate(() => {
          const luminance = (color) => {
            const parts = color.match(/[\d.]+/g).slice(0, 3);
            const [r, g, b] = parts.map((part) => {
              const value = Number(part) / 255;
              return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
            });
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const track = luminance(getComputedStyle(document.querySelector(".now .track")).stroke);
          return Math.min(
            ...[".sidebar", ".now .item[aria-current]"].map((selector) => {
              const ground = luminance(getComputedStyle(document.querySelector(selector)).backgroundColor);
              return (Math.max(track, ground) + 0.05) / (Math.min(track, ground) + 0.05);
            }),
          );
        });
        assert.ok(ratio >= 3, `${ratio} in ${theme}`);
      });
    }
  });
});

test("the arc of a ring is seen from the first percent on", () =>
  on("busy", {}, async (page) => {
    await page.locator(".now .track:not(.empty)").first().waitFor();
    const arcs = await page
      .locator(".now .ring:has(.track:not(.empty)) .bar")
      .evaluateAll((bars) => bars.map((bar) => parseFloat(bar.getAttribute("stroke-dasharray"))));
    assert.ok(Math.min(...arcs) >= 4, arcs.join());
  }));

test("the zone keeps its distance at 200 % zoom", async () => {
  for (const scene of ["contracts", "history", "settings", "help"]) {
    await on(scene, ZOOMED, async (page) => {
      const next = await page
        .locator(".content > :nth-child(2)")
        .evaluate((first) =>
          Math.min(
            ...[first, ...first.querySelectorAll(":scope > *")].map(
              (each) => each.getBoundingClientRect().top,
            ),
          ),
        );
      const gap = next - (await box(page, ".zone.meta")).bottom;
      assert.ok(gap >= 6, `${gap} px in ${scene}`);
    });
  }
});

test("both ways to begin are seen at 200 % zoom, equally wide", () =>
  on("first-run", ZOOMED, async (page) => {
    await allInSight(page, ".buttons button");
    const [add, practice] = await boxes(page, ".buttons button");
    near(add.width, practice.width, 0.5);
  }));

test("a failure is scrolled into view", async () => {
  for (const options of [{ viewport: { width: 1024, height: 500 } }, ZOOMED]) {
    await on("settings-failures", options, async (page) => {
      await page.getByRole("button", { name: "Open log folder" }).click();
      await inSight(page.locator(".failure").last());
    });
  }
});

test("what has the focus is in view after the page was enlarged", () =>
  on("settings-proxy", {}, async (page) => {
    await page.getByRole("button", { name: "Open log folder" }).focus();
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Tab");
    await page.setViewportSize(ZOOMED.viewport);
    await inSight(page.locator(":focus"));
  }));

test("Export keeps the focus where zooming moves it to the foot, and back", () =>
  on("export-period", {}, async (page) => {
    const button = page.getByRole("button", { name: "Export", exact: true });
    await button.focus();
    for (const { viewport } of [ZOOMED, SMALLEST]) {
      await page.setViewportSize(viewport);
      await page.waitForFunction(() => document.activeElement?.id === "export");
      assert.equal(await button.count(), 1);
    }
  }));

test("the environments stand in line", () =>
  on("add-contract", {}, async (page) => {
    const titles = await boxes(page, ".tiles .first");
    assert.equal(new Set(titles.map(({ top, height }) => `${top} ${height}`)).size, 1);
    assert.equal(new Set((await boxes(page, ".tiles svg")).map(({ top }) => top)).size, 1);
  }));

describe("the result", () => {
  test("has its main button first, and the folder on a line of its own at 200 % zoom", async () => {
    for (const options of [{}, SMALLEST, ZOOMED]) {
      await on("result-damaged", options, async (page) => {
        const first = page.locator(".actions .button").first();
        assert.match(await first.getAttribute("class"), /filled/);
        const folder = await box(page, ".actions .folder");
        const buttons = await boxes(page, ".actions .button");
        const below = buttons.every(({ bottom }) => folder.top >= bottom - 1);
        if (options === ZOOMED) assert.ok(below, "The folder is beside a button");
        if (below) near(folder.left, buttons[0].left, 1);
      });
    }
  });

  test("has the folder as near to the buttons whether the files were verified again or not", async () => {
    const gaps = [];
    for (const scene of ["result", "result-whole"]) {
      await on(scene, ZOOMED, async (page) => {
        const buttons = await boxes(page, ".actions .button");
        gaps.push(
          (await box(page, ".actions .folder")).top - Math.max(...buttons.map(({ bottom }) => bottom)),
        );
      });
    }
    near(gaps[0], gaps[1], 1);
  });

  test("says in the middle of its button that the summary was copied", () =>
    on("result", {}, async (page) => {
      const button = page.getByRole("button", { name: "Copy summary" });
      const before = await button.boundingBox();
      await button.click();
      const copied = page.locator("button", { hasText: "Copied" }).first();
      const after = await copied.boundingBox();
      near(before.width, after.width, 0.5);
      const tick = await copied.locator("svg").filter({ visible: true }).boundingBox();
      const word = await textBox(page, ".actions .same-width > :last-child");
      near((tick.x + word.right) / 2, after.x + after.width / 2, 3);
      assert.ok(word.left - tick.x - tick.width <= 16, "The tick is far from its word");
    }));
});

test("a row's box stands in the middle of its number's line", () =>
  on("contracts", {}, async (page) => {
    near(
      middleY(await box(page, "tbody .check")),
      middleY(await box(page, "tbody .contract, tbody .last")),
      1,
    );
    const head = await textBox(page, "th.contract button");
    near(middleY(await box(page, "thead .check")), middleY(head), 1);
  }));

test("the months have a shade above their sum until all were seen", () =>
  on("result-table", {}, async (page) => {
    const scroller = page.locator(".card .scroller");
    await page.locator(".card tfoot").evaluate((each) => each.closest(".card").scrollIntoView());
    const { x, width } = await scroller.boundingBox();
    const { y } = await page.locator(".card tfoot td").boundingBox();
    const beside = (bottom) =>
      page.screenshot({ clip: { x: x + width - 8, y: bottom - 4, width: 4, height: 3 } });
    const plain = await beside(y - 40);
    assert.ok(!(await beside(y)).equals(plain), "No shade where more is below");
    await scroller.evaluate((each) => each.scrollTo(0, 100000));
    assert.ok((await beside(y)).equals(plain), "A shade at the end");
  }));

test("a contract's last export is called so at 200 % zoom", async () => {
  for (const [options, shown] of [
    [ZOOMED, true],
    [{}, false],
  ]) {
    await on("contracts", options, async (page) => {
      assert.equal(await page.locator("td.last .prefix").first().isVisible(), shown);
    });
  }
});

test("“All steps” is at the right at 200 % zoom, whatever the step says", async () => {
  for (const scene of ["paused", "waiting"]) {
    await on(scene, ZOOMED, async (page) => {
      near((await box(page, ".steps .link")).right, (await box(page, ".steps")).right, 1);
    });
  }
});

test("a section of Help has its lead as near as the others", () =>
  on("help", {}, async (page) => {
    const gaps = await page.evaluate(() =>
      [...document.querySelectorAll("section:has(h2 + p)")].map((section) => {
        const title = section.querySelector("h2");
        return title.nextElementSibling.getBoundingClientRect().top - title.getBoundingClientRect().bottom;
      }),
    );
    assert.ok(Math.max(...gaps) - Math.min(...gaps) <= 1, gaps.join());
  }));

test("the steps of practice stand in the middle of a note of two lines", () =>
  on("practice-form", {}, async (page) => {
    near(middleY(await box(page, ".guide .text")), middleY(await box(page, ".guide ol")), 1);
  }));

test("what a field's error and hint say is above the foot when it has the focus", () =>
  on("add-contract", ZOOMED, async (page) => {
    await page.locator(".foot .filled").click();
    await page.locator("input[name=number]:focus").waitFor();
    const below = await box(page, ".line .below");
    assert.ok(below.bottom <= (await box(page, ".foot")).top);
  }));

test("what is at the right ends at the edge", async () => {
  await on("running", ZOOMED, async (page) => {
    const edge = (await box(page, "section.card")).right;
    near((await textBox(page, ".buttons .destructive")).right, edge, 1);
  });
  await on("export-period", ZOOMED, async (page) => {
    near((await box(page, ".title .link")).right, (await box(page, ".fields")).right, 1);
  });
});

function boxes(page, selector) {
  return page.locator(selector).evaluateAll((found) =>
    found.map((each) => {
      const { left, top, right, bottom, width, height } = each.getBoundingClientRect();
      return { left, top, right, bottom, width, height };
    }),
  );
}

async function box(page, selector) {
  const [first] = await boxes(page, selector);
  assert.ok(first, `There is no ${selector}`);
  return first;
}

/** The box of an element's words, without its padding. */
function textBox(page, selector) {
  return page
    .locator(selector)
    .first()
    .evaluate((each) => {
      const words = document.createTreeWalker(each, NodeFilter.SHOW_TEXT);
      const found = [];
      while (words.nextNode()) {
        const range = document.createRange();
        range.selectNodeContents(words.currentNode);
        const rect = range.getBoundingClientRect();
        if (rect.width > 0) found.push(rect);
      }
      const [left, right] = [Math.min(...found.map((r) => r.left)), Math.max(...found.map((r) => r.right))];
      const [top, bottom] = [Math.min(...found.map((r) => r.top)), Math.max(...found.map((r) => r.bottom))];
      return { left, right, top, bottom };
    });
}

async function allInSight(page, selector) {
  const found = await page.locator(selector).filter({ visible: true }).all();
  assert.ok(found.length > 0, `There is no ${selector}`);
  for (const each of found) await inSight(each);
}

/** Waits until an element is seen whole, with nothing over it. */
async function inSight(locator) {
  const hidden = () =>
    locator.evaluate((each) => {
      const { left, top, right, bottom } = each.getBoundingClientRect();
      const inside = left >= 0 && top >= 0 && right <= innerWidth + 0.5 && bottom <= innerHeight + 0.5;
      const at = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      const seen = inside && at && (each.contains(at) || at.contains(each));
      return seen ? null : `${each.outerHTML.slice(0, 120)} at ${Math.round(top)} to ${Math.round(bottom)}`;
    });
  await locator.waitFor();
  let found = await hidden();
  for (let tries = 0; found && tries < 20; tries += 1) {
    await new Promise((passed) => setTimeout(passed, 50));
    found = await hidden();
  }
  assert.equal(found, null, "It is not seen");
}

function near(one, other, by) {
  assert.ok(Math.abs(one - other) <= by, `${one} and ${other} are further than ${by} px apart`);
}

function middleX({ left, right }) {
  return (left + right) / 2;
}

function middleY({ top, bottom }) {
  return (top + bottom) / 2;
}
