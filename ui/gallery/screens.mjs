/*
 * Takes a picture of every scene in both themes, at the usual and the smallest size and at 200 % zoom, and asks axe about
 * each, under the product's content-security policy.
 *
 *   node gallery/screens.mjs FOLDER [--views=NAME,…] [--themes=NAME,…] [SCENE…]
 *
 * Further views: `whole` and `whole200` (the page at its full height, at the usual size and at 200 % zoom), `narrow`
 * (320 px), `contrast` (the system's own colors).
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { axeFindings, openGallery, sideways } from "./browser.mjs";

const VIEWS = {
  usual: { viewport: { width: 1120, height: 760 } },
  smallest: { viewport: { width: 1024, height: 700 } },
  zoom200: { viewport: { width: 560, height: 380 }, deviceScaleFactor: 2 },
  whole: { viewport: { width: 1120, height: 760 }, whole: true },
  whole200: { viewport: { width: 560, height: 380 }, deviceScaleFactor: 2, whole: true },
  narrow: { viewport: { width: 320, height: 640 }, deviceScaleFactor: 2 },
  contrast: { viewport: { width: 1120, height: 760 }, forcedColors: "active" },
};

const AT_ONCE = 4;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    views: { type: "string", default: "usual,smallest,zoom200" },
    themes: { type: "string", default: "light,dark" },
  },
});
const [folder = "screens", ...wanted] = positionals;
const views = values.views.split(",");
const gallery = await openGallery();
let faults = 0;

try {
  await mkdir(folder, { recursive: true });
  const scenes = await scenesOf(wanted);
  const themes = values.themes.split(",");
  const pictures = scenes.flatMap((scene) =>
    themes.flatMap((theme) => views.map((view) => () => picture(scene, theme, view))),
  );
  await Promise.all(Array.from({ length: AT_ONCE }, () => takeThrough(pictures)));
} finally {
  await gallery.close();
}
console.log(faults === 0 ? "No fault found." : `${faults} faults found.`);
process.exitCode = faults === 0 ? 0 : 1;

/** The scenes of these names, or all that are taken without naming one. */
async function scenesOf(names) {
  const { scenes, stories } = await gallery.scenes();
  const unknown = names.filter((name) => ![...scenes, ...stories].includes(name));
  if (unknown.length === 0) return names.length > 0 ? names : scenes;
  throw new Error(`There is no scene ${unknown.join(", ")}, but:\n${[...scenes, ...stories].join("\n")}`);
}

async function takeThrough(pictures) {
  for (let next = pictures.shift(); next; next = pictures.shift()) await next();
}

async function picture(scene, theme, view) {
  const { whole, ...options } = VIEWS[view];
  const found = [];
  const page = await gallery.show(scene, { theme, faults: found, ...options });
  if (whole) await growToWhole(page, options.viewport);
  await page.waitForTimeout(250);
  await page.screenshot({ path: join(folder, `${scene}-${theme}-${view}.png`) });
  const over = await sideways(page);
  if (over > 1) found.push(`scrolls sideways by ${over} px`);
  found.push(...(await axeFindings(page)));
  for (const text of found) fault(`${scene} ${theme} ${view}`, text);
  await page.close();
}

/** The content scrolls, or the page with it where there is little room. */
async function growToWhole(page, { width, height }) {
  const hidden = await page.evaluate(() =>
    Math.max(
      0,
      ...[...document.querySelectorAll("main, main .content")].map(
        ({ scrollHeight, clientHeight }) => scrollHeight - clientHeight,
      ),
    ),
  );
  await page.setViewportSize({ width, height: height + hidden });
  await page.evaluate(() => document.querySelector("main")?.scrollTo(0, 0));
}

function fault(where, text) {
  faults += 1;
  console.log(`${where}: ${text}`);
}
