import type { Route } from "../src/state/router.svelte";
import type { Session } from "../src/state/session.svelte";
import { MemoryBackend } from "./memory";
import * as samples from "./samples";

/** A screen in a state, to look at. */
export interface Scene {
  backend: () => MemoryBackend;
  route?: Route;
  /** What a person does before the picture: called when the page stands. */
  act?: (session: Session) => Promise<void> | void;
}

const usual = () => new MemoryBackend();
const showing = (each: ReturnType<typeof samples.running>) => () => {
  const backend = new MemoryBackend(
    samples.snapshot({ exports: each.id === 101 ? [samples.running(), each] : [each, samples.waiting()] }),
  );
  backend.files = each.phase.name === "complete" ? samples.files(412, 500) : samples.files();
  return backend;
};
const running: Route = { page: "export", id: 100 };
const waiting: Route = { page: "export", id: 101 };

export const scenes: Record<string, Scene> = {
  contracts: { backend: usual, act: () => click("input[aria-label='Select S4802']", "input[aria-label='Select S5884']") },
  "first-run": { backend: () => new MemoryBackend(samples.snapshot({ contracts: [], exports: [] })) },
  "export-form": { backend: usual, route: { page: "exportForm", id: 3 } },
  running: { backend: showing(samples.running()), route: running },
  preparing: {
    backend: showing(
      samples.running({
        phase: { name: "preparing", percent: 37 },
        times: { ...samples.running().times, prepared: null },
        expiresAt: null,
        progress: { ...samples.running().progress, files: 0, filesVerified: 0, bytes: 0, bytesDone: 0, secondsLeft: null },
      }),
    ),
    route: running,
  },
  waiting: { backend: showing(samples.waiting()), route: waiting },
  result: { backend: showing(samples.complete()), route: running },
  "add-contract": { backend: usual, route: { page: "addContract" } },
};

async function click(...selectors: string[]): Promise<void> {
  for (const selector of selectors) {
    document.querySelector<HTMLElement>(selector)?.click();
    await settled();
  }
}

function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 60));
}
