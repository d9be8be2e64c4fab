import type { ExportView } from "../src/bindings/ExportView";
import type { HistoryContract } from "../src/bindings/HistoryContract";
import type { HistoryFilter } from "../src/bindings/HistoryFilter";
import type { HistoryPage } from "../src/bindings/HistoryPage";
import type { HistoryRow } from "../src/bindings/HistoryRow";
import { endingOf, isSpoiled, needsPerson } from "../src/export/phase";
import type { MemoryBackend } from "./memory";
import { complete, fiftyContracts } from "./samples";

/** The contracts that rows are of, each once, by number. */
export function contractsOf(rows: HistoryRow[]): HistoryContract[] {
  const each = rows.map(({ export: { contractNumber: number, environment } }) => ({ number, environment }));
  const once = new Map(each.map((one) => [`${one.number} ${one.environment}`, one]));
  return [...once.values()].sort((one, other) => one.number.localeCompare(other.number));
}

/** Lets a program answer from a history of so many exports, filtered and page by page as the real one does. */
export function keepHistory(backend: MemoryBackend, exports: number): void {
  const contracts = fiftyContracts();
  const newest = Date.parse("2026-11-19T20:00:00Z");
  const rows: HistoryRow[] = Array.from({ length: exports }, (_, index) => ({
    user: index % 3 === 0 ? "Rosa Alvarez" : "James Okafor",
    export: complete({
      id: exports - index,
      contractNumber: contracts[index % 50]?.number ?? "",
      phase: index % 17 === 5 ? { name: "cancelled" } : { name: "complete" },
      times: { ...complete().times, asked: new Date(newest - index * 3_600_000).toISOString() },
    }),
  }));
  backend.older = rows.map((row) => row.export);
  backend.history = (filter) => Promise.resolve(page(rows, filter));
}

function page(all: HistoryRow[], filter: HistoryFilter): HistoryPage {
  const { offset, limit } = filter;
  const rows = all.filter((row) => admits(filter, row));
  return {
    rows: rows.slice(offset, offset + limit),
    total: rows.length,
    all: all.length,
    contracts: contractsOf(all),
  };
}

function resultOf(each: ExportView): string {
  if (needsPerson(each)) return "needsYou";
  if (each.phase.name !== "complete") return each.phase.name;
  if (isSpoiled(each)) return "notWhole";
  const ending = endingOf(each);
  return ending === "verified" ? "complete" : ending;
}

function admits({ contractNumber, environment, from, to, results }: HistoryFilter, row: HistoryRow): boolean {
  const { contractNumber: number, times } = row.export;
  const result = resultOf(row.export);
  const day = times.asked?.slice(0, 10) ?? "";
  return (
    (contractNumber === null || number === contractNumber) &&
    (environment === null || row.export.environment === environment) &&
    (results.length === 0 || results.includes(result)) &&
    (from === null || day >= from) &&
    (to === null || day <= to)
  );
}
