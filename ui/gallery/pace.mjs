/*
 * Measures how the page keeps up, in Chromium on this computer, and fails where a task holds it up for over 50 ms of its
 * own time (what the page does, not what other programs take away):
 *
 *   - ten exports tell of their progress ten times a second each, beside 50 contracts and a table of 2,000 files that is
 *     scrolled by hand, then followed, with the list of contracts and the history opened in between;
 *   - 50 contracts are searched, sorted and selected;
 *   - a history of 10,000 exports is scrolled, walked through by Tab, gone to the end of, and filtered.
 *
 *   node gallery/pace.mjs [SECONDS]
 */
import { openGallery } from "./browser.mjs";

const LIMIT = 50;
const seconds = Number(process.argv[2] ?? 20);
const gallery = await openGallery();
let slow = 0;

try {
  await measure("2,000 files scrolled while 10 exports run", "busy", (page) => scroll(page, seconds));
  await measure("the download followed", "busy", (page) => page.waitForTimeout(seconds * 500));
  await measure("from page to page while 10 exports run", "busy", wander);
  await measure("50 contracts searched, sorted, selected", "contracts-fifty", useList);
  await measure("10,000 exports scrolled to the end and filtered", "history-many", useHistory);
} finally {
  await gallery.close();
}
process.exitCode = slow > 0 ? 1 : 0;

/** Watches the main thread by the profiler's trace while something is done. */
async function measure(what, scene, act) {
  const page = await gallery.show(scene);
  await page.waitForTimeout(1000);
  const tracing = await page.context().newCDPSession(page);
  const events = [];
  tracing.on("Tracing.dataCollected", ({ value }) => events.push(...value));
  await tracing.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: { includedCategories: ["disabled-by-default-devtools.timeline", "toplevel"] },
  });
  const begun = performance.now();
  await act(page);
  const took = performance.now() - begun;
  const done = new Promise((resolve) => tracing.once("Tracing.tracingComplete", resolve));
  await tracing.send("Tracing.end");
  await done;
  tell(what, tasksOf(events), took);
  await page.close();
}

/** The tasks of the page's main thread, in milliseconds of the thread's own time. */
function tasksOf(events) {
  const main = events.find(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain");
  const threads = new Set(
    events
      .filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain")
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  if (!main) throw new Error("The trace names no main thread.");
  return events
    .filter(({ name, pid, tid }) => name === "RunTask" && threads.has(`${pid} ${tid}`))
    .map(({ dur = 0, tdur = dur }) => ({ wall: dur / 1000, own: tdur / 1000 }))
    .filter(({ wall }) => wall > 0);
}

function tell(what, tasks, took) {
  const own = tasks.map((task) => task.own).sort((a, b) => a - b);
  const wall = tasks.map((task) => task.wall).sort((a, b) => a - b);
  const long = own.filter((each) => each > LIMIT).length;
  slow += long;
  const at = (values, share) => (values[Math.floor((values.length - 1) * share)] ?? 0).toFixed(1);
  const load = (own.reduce((sum, each) => sum + each, 0) / took) * 100;
  console.log(
    `${what}: ${tasks.length} tasks in ${(took / 1000).toFixed(1)} s, ${load.toFixed(1)} % of a core; ` +
      `99 % within ${at(own, 0.99)} ms, longest ${at(own, 1)} ms (with waiting for the processor ${at(wall, 1)} ms); ` +
      `over ${LIMIT} ms: ${long}`,
  );
}

async function scroll(page, forSeconds) {
  await page.locator(".scroller").hover();
  const end = Date.now() + forSeconds * 1000;
  for (let turn = 0; Date.now() < end; turn += 1) {
    await page.mouse.wheel(0, turn % 40 < 30 ? 700 : -1500);
    await page.waitForTimeout(50);
  }
}

/* Below, elements are found by simple selectors: finding them by role would itself be work of the page. */

async function wander(page) {
  for (let round = 0; round < 3; round += 1) {
    for (const place of [
      `nav li [aria-label="Contracts"]`,
      `nav li [aria-label="History"]`,
      "nav .now button",
    ]) {
      await page.locator(place).first().click();
      await page.waitForTimeout(500);
    }
  }
}

async function useList(page) {
  await page.locator(".selection button").click();
  await page.locator("input[type=search]").focus();
  await page.keyboard.type("rx value s5", { delay: 30 });
  await page.keyboard.press("Escape");
  for (const column of ["now", "lastExport", "contract"]) await page.locator(`th.${column} button`).click();
  await page.locator("th input").click();
  for (const place of [4, 3, 1]) await page.locator(`.chip:nth-child(${place})`).click();
}

async function useHistory(page) {
  await page.locator(".scroller").hover();
  for (let turn = 0; turn < 80; turn += 1) {
    await page.mouse.wheel(0, turn % 40 < 30 ? 1500 : -2500);
    await page.waitForTimeout(50);
  }
  await page.locator(".scroller").focus();
  for (let turn = 0; turn < 40; turn += 1) await page.keyboard.press("Tab");
  for (const key of ["End", "PageUp", "PageUp", "Home", "End"]) {
    await page.keyboard.press(key);
    await page.waitForTimeout(300);
  }
  await page.locator(`tr[aria-rowindex="10001"]`).waitFor();
  await page.locator("select.contract").selectOption("S5037");
  await page.locator("select.result").selectOption("complete");
  await page.locator("input[name=from]").focus();
  await page.keyboard.type("10/01/2026", { delay: 20 });
  await page.locator(".filters > .link").click();
  await page.waitForTimeout(300);
}
