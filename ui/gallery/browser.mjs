/*
 * The gallery in a browser, as built by `vite build --config gallery/vite.config.ts`, served under the product's
 * content-security policy. What looks at it or measures it begins here.
 */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { extname, join } from "node:path";

import { chromium } from "playwright-core";

const BUILT = join(import.meta.dirname, "dist");
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'";
const KINDS = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};
/** The moment at which the made-up data is true. */
const NOW = new Date("2026-11-20T19:05:00Z");

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Opens the gallery; {@link Gallery.close} it in the end. */
export async function openGallery() {
  const server = createServer(serve);
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox"],
  });
  return new Gallery(server, browser, `http://127.0.0.1:${server.address().port}/`);
}

class Gallery {
  constructor(server, browser, address) {
    Object.assign(this, { server, browser, address });
  }

  /** The names of all scenes, and of the stories that go on by themselves. */
  async scenes() {
    const page = await this.browser.newPage();
    await page.goto(this.address);
    const { scenes, stories } = await page.evaluate(() => ({ ...document.body.dataset }));
    await page.close();
    return { scenes: scenes.split(" "), stories: stories.split(" ") };
  }

  /**
   * Shows a scene. Options beside Playwright's for a page: `theme`; `faults`, where errors in the console are put;
   * `stopped`, for a clock that stands still.
   */
  async show(scene, { theme = "light", faults = [], stopped = false, ...options } = {}) {
    const page = await this.browser.newPage({
      viewport: { width: 1120, height: 760 },
      colorScheme: theme,
      timezoneId: "America/New_York",
      ...options,
    });
    page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
    page.on("pageerror", (error) => faults.push(error.message));
    await page.clock.install({ time: NOW });
    await page.clock.resume();
    await page.goto(`${this.address}?scene=${scene}&theme=${theme}`);
    await page.locator("body[data-ready]").waitFor({ timeout: 20_000 });
    if (stopped) await page.clock.pauseAt(new Date(NOW.getTime() + 30_000));
    return page;
  }

  async close() {
    await this.browser.close();
    this.server.close();
  }
}

/** What axe finds in a page against WCAG 2.1 AA and good practice, a text each. */
export async function axeFindings(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] }),
  );
  return violations.map(({ id, help, nodes }) => {
    const places = nodes.slice(0, 4).map((node) => node.html.slice(0, 160));
    return `${id}: ${help}\n    ${places.join("\n    ")}`;
  });
}

/**
 * By how many pixels a page or its sidebar scrolls sideways. WebKit adds a sidebar's padding to what reaches into it, by
 * a negative margin for one, so there that counts.
 */
export function sideways(page) {
  return page.evaluate(() => {
    const over = (each) => (each ? each.scrollWidth - each.clientWidth : 0);
    const sidebar = document.querySelector("nav.sidebar");
    const inPadding = (each) => {
      const edge = sidebar.getBoundingClientRect().left + sidebar.clientLeft + sidebar.clientWidth;
      return each.getBoundingClientRect().right - edge + parseFloat(getComputedStyle(sidebar).paddingRight);
    };
    return Math.max(
      over(sidebar),
      ...[...(sidebar?.children ?? [])].map(inPadding),
      over(document.querySelector("main")),
      over(document.querySelector("main .content")),
      over(document.documentElement),
    );
  });
}

async function serve(request, response) {
  const { pathname } = new URL(request.url, "http://127.0.0.1");
  if (pathname === "/favicon.ico") return response.writeHead(204).end();
  const path = pathname === "/" ? "/index.html" : pathname;
  try {
    const body = await readFile(join(BUILT, path));
    response.writeHead(200, {
      "Content-Type": KINDS[extname(path)] ?? "text/plain",
      "Content-Security-Policy": POLICY,
    });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
}
