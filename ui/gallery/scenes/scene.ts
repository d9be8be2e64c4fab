import type { ContractView } from "../../src/bindings/ContractView";
import type { ExportView } from "../../src/bindings/ExportView";
import type { Snapshot } from "../../src/bindings/Snapshot";
import type { Route } from "../../src/state/router.svelte";
import type { Session } from "../../src/state/session.svelte";
import { MemoryBackend } from "../memory";
import * as samples from "../samples";

/** A screen in a state, to look at. */
export interface Scene {
  backend: () => MemoryBackend;
  route?: Route;
  /** What a person does before the picture: called when the page stands. */
  act?: (session: Session, backend: MemoryBackend) => Promise<void> | void;
}

export const usual = () => new MemoryBackend();

/** A program that holds something else than usual. */
export const holding = (state: Partial<Snapshot>) => () => new MemoryBackend(samples.snapshot(state));

/** A program whose answers differ from the usual ones. */
export function changed(
  change: (backend: MemoryBackend) => void,
  state: Partial<Snapshot> = {},
): () => MemoryBackend {
  return () => {
    const backend = new MemoryBackend(samples.snapshot(state));
    change(backend);
    return backend;
  };
}

/** An export beside the usual other one, with its files. */
export const showing = (each: ExportView) => () => {
  const exports = each.id === 101 ? [samples.running(), each] : [each, samples.waiting()];
  const backend = new MemoryBackend(samples.snapshot({ exports, contracts: coveredBy(each) }));
  const { files } = each.progress;
  const at = each.phase.name === "complete" ? files + 9 : undefined;
  const isError = (index: number) => index >= files - each.errorFiles;
  backend.files = samples.files(files, at).map((file) => ({ ...file, isError: isError(file.index) }));
  return backend;
};

/** The usual contracts, as an export left them. */
function coveredBy({ contractId, version, coverage }: ExportView): ContractView[] {
  const moved = coverage?.moved ? [{ version, coveredTo: coverage.nextSince, gaps: [] }] : null;
  return samples
    .contracts()
    .map((each) => (moved && each.id === contractId ? { ...each, coverage: moved } : each));
}

/** Practice alone: its contract, as it stands after so many exports. */
export function practicing(changes: Partial<ContractView> = {}, exports: ExportView[] = []) {
  const own = {
    id: 9,
    number: "Z1001",
    nickname: "",
    apiUrl: "",
    tokenUrl: "",
    folder: "D:\\Claims\\Practice",
  };
  const contract = samples.contract({
    ...own,
    environment: "practice",
    lastExport: null,
    due: null,
    coverage: [],
    ...changes,
  });
  return () => {
    const backend = new MemoryBackend(samples.snapshot({ contracts: [contract], exports }));
    backend.files = samples.files(12, exports[0]?.phase.name === "complete" ? 21 : 5);
    return backend;
  };
}

/** Nothing of an export has arrived. */
export const nothingYet = {
  files: 0,
  filesVerified: 0,
  bytes: 0,
  bytesDone: 0,
  claims: 0,
  bytesPerSecond: 0,
  secondsLeft: null,
};

export const RUNNING: Route = { page: "export", id: 100 };
export const WAITING: Route = { page: "export", id: 101 };

/** A folder whose path is longer than any field. */
export const DEEP =
  "\\\\files.blueridge.example\\departments\\Medicare Operations\\Part D\\Claims data\\AB2D exports\\Production\\Blue Ridge Rx Preferred (PDP)\\Quarter 4, 2026\\S5601";

export async function click(...selectors: string[]): Promise<void> {
  for (const selector of selectors) {
    document.querySelector<HTMLElement>(selector)?.click();
    await settled();
  }
}

export async function type(selector: string, text: string): Promise<void> {
  const input = document.querySelector<HTMLInputElement>(selector);
  if (!input) return;
  input.focus();
  input.value = text;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  await settled();
  input.blur();
  await settled();
}

function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 60));
}
