/*
 * Takes a picture of every scene in both themes, at the usual and the smallest size and at 200 % zoom, and asks axe about
 * each, under the product's content-security policy.
 *
 *   node gallery/screens.mjs FOLDER [SCENE…]      after: vite build --config gallery/vite.config.ts
 */
import { mkdir, readFile } from "node:fs/promises";
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
const SIZES = [
  { name: "usual", width: 1120, height: 760, scale: 1 },
  { name: "smallest", width: 1024, height: 700, scale: 1 },
  { name: "zoom200", width: 560, height: 380, scale: 2 },
];
const NOW = new Date("2026-11-20T19:05:00Z");

const [folder = "screens", ...wanted] = process.argv.slice(2);
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const server = createServer(serve);
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const address = `http://127.0.0.1:${server.address().port}/`;
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
let faults = 0;

try {
  await mkdir(folder, { recursive: true });
  for (const scene of wanted.length > 0 ? wanted : await allScenes()) {
    for (const theme of ["light", "dark"]) {
      await Promise.all(SIZES.map((size) => picture(scene, theme, size)));
    }
  }
} finally {
  await browser.close();
  server.close();
}
console.log(faults === 0 ? "No fault found." : `${faults} faults found.`);
process.exitCode = faults === 0 ? 0 : 1;

async function allScenes() {
  const page = await browser.newPage();
  await page.goto(address);
  const names = await page.locator("body").getAttribute("data-scenes");
  await page.close();
  return names.split(" ");
}

async function picture(scene, theme, size) {
  const page = await browser.newPage({
    viewport: { width: size.width, height: size.height },
    deviceScaleFactor: size.scale,
    colorScheme: theme,
    timezoneId: "America/New_York",
    bypassCSP: false,
  });
  const where = `${scene} ${theme} ${size.name}`;
  page.on("console", (message) => message.type() === "error" && fault(where, message.text()));
  page.on("pageerror", (error) => fault(where, error.message));
  await page.clock.install({ time: NOW });
  await page.clock.resume();
  await page.goto(`${address}?scene=${scene}&theme=${theme}`);
  await page.locator("body[data-ready]").waitFor({ timeout: 15000 });
  await page.waitForTimeout(250);
  await page.screenshot({ path: join(folder, `${scene}-${theme}-${size.name}.png`) });
  await look(page, where);
  await page.close();
}

async function look(page, where) {
  const sideways = await page.evaluate(
    () =>
      document.querySelector("main .content, main")?.scrollWidth -
      document.querySelector("main .content, main")?.clientWidth,
  );
  if (sideways > 1) fault(where, `scrolls sideways by ${sideways} px`);
  await page.evaluate(axe);
  const found = await page.evaluate(() =>
    globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] }),
  );
  for (const { id, help, nodes } of found.violations) {
    fault(
      where,
      `${id}: ${help}\n    ${nodes
        .map((node) => node.html.slice(0, 160))
        .slice(0, 4)
        .join("\n    ")}`,
    );
  }
}

function fault(where, text) {
  faults += 1;
  console.log(`${where}: ${text}`);
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
