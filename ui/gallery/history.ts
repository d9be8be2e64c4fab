import type { HistoryFilter } from "../src/bindings/HistoryFilter";
import type { HistoryPage } from "../src/bindings/HistoryPage";
import type { HistoryRow } from "../src/bindings/HistoryRow";
import { needsPerson } from "../src/export/phase";
import type { MemoryBackend } from "./memory";
import { complete, fiftyContracts } from "./samples";

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
  const contracts = [...new Set(all.map((row) => row.export.contractNumber))].sort();
  return { rows: rows.slice(offset, offset + limit), total: rows.length, all: all.length, contracts };
}

function admits({ contractNumber, from, to, results }: HistoryFilter, row: HistoryRow): boolean {
  const { contractNumber: number, phase, times } = row.export;
  const result = needsPerson(row.export) ? "needsYou" : phase.name;
  const day = times.asked?.slice(0, 10) ?? "";
  return (
    (contractNumber === null || number === contractNumber) &&
    (results.length === 0 || results.includes(result)) &&
    (from === null || day >= from) &&
    (to === null || day <= to)
  );
}
