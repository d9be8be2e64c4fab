import type { ExportForm } from "../bindings/ExportForm";
import type { Interval } from "../bindings/Interval";
import type { ServiceDate } from "../bindings/ServiceDate";
import type { Dates } from "../dates/dates";
import { words } from "../words";
import { lastMinuteBefore } from "./moment";

/** The sentence that says what a form exports. */
export function summarize(form: ExportForm, coveredTo: string | null, dates: Dates): string {
  return [selected(form, coveredTo, dates), summarizeServiceDates(form.serviceDates, dates)]
    .filter(Boolean)
    .join(" ");
}

function selected({ selection }: ExportForm, coveredTo: string | null, dates: Dates): string {
  const zone = dates.zoneName;
  if (selection.what === "sinceLast") {
    return coveredTo ? words.sum.since(dates.moment(coveredTo), zone) : words.sum.everything;
  }
  const { end, toCome } = endOf(selection.until, dates);
  if (selection.what === "everything") {
    return end ? words.sum.everythingUntil(end, zone) : words.sum.everything;
  }
  const since = dates.moment(selection.since);
  return end ? words.sum.period(since, end, zone) : words.sum.periodToNow(since, zone, toCome);
}

/** The last minute that was asked for: the end of the export, unless it is still to come, when the export ends now. */
function endOf(until: string | null, dates: Dates): { end: string | null; toCome: string | null } {
  if (until === null) return { end: null, toCome: null };
  const minute = dates.moment(lastMinuteBefore(until));
  return Date.parse(until) <= Date.now() ? { end: minute, toCome: null } : { end: null, toCome: minute };
}

/** A stretch of time that no export covers. */
export function gapInWords({ from, to }: Interval, dates: Dates): string {
  return words.exportForm.gap(from && dates.moment(from), dates.moment(to));
}

/** Whether a form also fetches all claims of a stretch of time that no export covers. */
export function fetches({ selection, serviceDates }: ExportForm, gap: Interval): boolean {
  if (serviceDates.length > 0) return false;
  // Every stretch is later than where the last export ended.
  if (selection.what === "sinceLast") return true;
  const begins =
    selection.what === "everything" ||
    (gap.from !== null && Date.parse(selection.since) <= Date.parse(gap.from));
  return begins && (selection.until === null || Date.parse(gap.to) <= Date.parse(selection.until));
}

/** The dates of service that an export is limited to, as a sentence; empty where it is not. */
export function summarizeServiceDates(serviceDates: ServiceDate[], dates: Dates): string {
  if (serviceDates.length === 0) return "";
  const of = (comparison: string) => serviceDates.find((each) => each.comparison === comparison)?.date;
  const [from, to] = [of("ge"), of("le")];
  if (from && to && serviceDates.length === 2) {
    return words.sum.service(dates.plainDate(from), dates.plainDate(to));
  }
  return words.sum.serviceBounds(
    serviceDates.map(({ comparison, date }) => words.sum.serviceBound[comparison](dates.plainDate(date))),
  );
}
