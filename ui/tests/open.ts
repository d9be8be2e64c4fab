import { render, screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";
import { expect } from "vitest";

import { MemoryBackend } from "../gallery/memory";
import { files, snapshot } from "../gallery/samples";
import App from "../src/App.svelte";
import type { Backend } from "../src/backend/backend";
import type { ExportView } from "../src/bindings/ExportView";
import type { Route } from "../src/state/router.svelte";
import { Session } from "../src/state/session.svelte";

/** The whole page in a window, at a route, with a person at it; without a zone, in that of the computer. */
export async function open(
  backend = new MemoryBackend(),
  route?: Route,
  zone: string | null = "America/New_York",
) {
  const session = new Session(backend, zone ?? undefined);
  const { container } = render(App, { session });
  await screen.findByRole("main");
  if (route) session.router.go(route);
  await screen.findByRole("main");
  return { session, backend, container, person: userEvent.setup() };
}

/** The page of an export. */
export function showing(each: ExportView) {
  const backend = new MemoryBackend(snapshot({ exports: [each] }));
  backend.files = files();
  return open(backend, { page: "export", id: each.id });
}

/** The page itself, without the sidebar and without what is only said. */
export const page = () => within(screen.getByRole("main"));

/** The arguments of every call of a command. */
export function callsOf(backend: MemoryBackend, name: string): unknown[][] {
  return backend.calls.filter(([called]) => called === name).map(([, ...args]) => args);
}

/** Waits until the next frame is drawn: progress is shown with it. */
export const frame = () => new Promise(requestAnimationFrame);

/** Holds up the answers of a command until it is called. */
export function later(backend: MemoryBackend, name: keyof Backend): () => void {
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const commands = backend as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
  const command = commands[name];
  commands[name] = (...args) => released.then(() => command?.(...args));
  return release;
}

/** Fails where axe finds something; colors are for the real browser. */
export async function expectAccessible(container: Element) {
  const { violations } = await axe.run(container, { rules: { "color-contrast": { enabled: false } } });
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`)).toEqual([]);
}
