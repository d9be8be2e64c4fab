import type { ClaimType } from "../bindings/ClaimType";
import type { Tally } from "../bindings/Tally";

/** The types of claims, the most common first; “other” only where there are some. */
const TYPES: ClaimType[] = ["carrier", "outpatient", "dme", "inpatient", "hha", "snf", "hospice", "other"];
const MONTHS_SHOWN = 12;

/** Claims of a type. */
export interface TypeCount {
  type: ClaimType;
  claims: number;
}

/** Claims of a month (`2026-11`), of all months before it, or of none. */
export interface MonthCount {
  kind: "month" | "older" | "noDate";
  month: string;
  claims: number;
}

/** Claims by type, the largest first. */
export function byType(tally: Tally): TypeCount[] {
  return TYPES.map((type) => ({ type, claims: tally.byType[type] ?? 0 }))
    .filter(({ type, claims }) => type !== "other" || claims > 0)
    .sort((a, b) => b.claims - a.claims);
}

/** Claims by month of service: the last months without a hole, what is older in one, what has no date last. */
export function byMonth(tally: Tally, most = MONTHS_SHOWN): MonthCount[] {
  const dated = Object.keys(tally.byMonth)
    .filter((month) => month !== "")
    .sort();
  const last = dated.at(-1);
  const months = last ? monthsTo(last, Math.min(most, span(dated[0] ?? last, last))) : [];
  const first = months[0] ?? "";
  const older = dated.filter((month) => month < first).reduce((sum, month) => sum + of(tally, month), 0);
  const bars: MonthCount[] = months.map((month) => ({ kind: "month", month, claims: of(tally, month) }));
  if (older > 0) bars.unshift({ kind: "older", month: first, claims: older });
  if (of(tally, "") > 0) bars.push({ kind: "noDate", month: "", claims: of(tally, "") });
  return bars;
}

/** Every month from the first that has claims to the last, what has no date last: the exact numbers of all bars. */
export function everyMonth(tally: Tally): MonthCount[] {
  return byMonth(tally, Infinity);
}

function of(tally: Tally, month: string): number {
  return tally.byMonth[month] ?? 0;
}

function monthsTo(last: string, count: number): string[] {
  const [year = 0, month = 1] = last.split("-").map(Number);
  return Array.from({ length: count }, (_, index) => {
    const date = new Date(Date.UTC(year, month - count + index, 1));
    return date.toISOString().slice(0, 7);
  });
}

/** How many months lie from one to another, both included. */
function span(first: string, last: string): number {
  const at = (text: string) => {
    const [year = 0, month = 1] = text.split("-").map(Number);
    return year * 12 + month;
  };
  return at(last) - at(first) + 1;
}
