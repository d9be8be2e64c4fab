import type { ExportForm } from "../bindings/ExportForm";
import type { ExportView } from "../bindings/ExportView";
import type { RequestView } from "../bindings/RequestView";
import type { StepTimes } from "../bindings/StepTimes";
import type { Dates } from "../dates/dates";
import { EARLIEST } from "../export-form/draft.svelte";
import { lastMinuteBefore } from "../export-form/moment";
import { summarizeServiceDates } from "../export-form/summary";
import { words } from "../words";

/** What an export asks for, as a sentence beside its title. */
export function whatOf({ selection, since, version, times }: ExportView, dates: Dates): string {
  switch (selection.what) {
    case "sinceLast":
      return isFromTheStart(since, version)
        ? words.what.first
        : words.what.sinceLast(dates.moment(since ?? ""));
    case "period":
      return selection.until
        ? words.what.period(dates.moment(selection.since), dates.moment(endOf(selection.until, times)))
        : words.what.periodToNow(dates.moment(selection.since));
    case "everything":
      return words.what.everything;
  }
}

/** The same in short, its times written by the caller: for a column of a table, or a line of facts. */
export function whatInShort(
  { selection, since, version, times }: ExportView,
  write: (time: string | Date) => string,
): string {
  const { short } = words.what;
  if (selection.what === "period" && selection.until) {
    return short.period(write(selection.since), write(endOf(selection.until, times)));
  }
  if (selection.what === "everything" || isFromTheStart(since, version)) return short.everything;
  return short.since(write(since ?? ""));
}

/** The times and dates of service that an export asks for, to the millisecond and in UTC as AB2D is sent them. */
export function parametersOf({ since, until, serviceDates }: ExportView): { name: string; value: string }[] {
  const times = { _since: since, _until: until };
  return [
    ...Object.entries(times).flatMap(([name, time]) =>
      time === null ? [] : [{ name, value: new Date(time).toISOString() }],
    ),
    ...serviceDates.map(({ comparison, date }) => ({ name: "service-date", value: comparison + date })),
  ];
}

/** What a job was asked for, as its manifest says it. */
export function requestInWords({ version, since, until, serviceDates }: RequestView, dates: Dates): string {
  if (version === null) return words.what.unreadable;
  const { short } = words.what;
  const stretch =
    since && until
      ? short.period(dates.moment(since), dates.moment(lastMinuteBefore(until)))
      : until
        ? short.upTo(dates.moment(lastMinuteBefore(until)))
        : isFromTheStart(since, version)
          ? short.everything
          : short.since(dates.moment(since ?? ""));
  const care = serviceDates.length > 0 ? [summarizeServiceDates(serviceDates, dates)] : [];
  return [stretch, words.exportForm.versions[version], ...care].join(", ");
}

/**
 * The form that asks for the same again: the same stretch of time, in whole minutes as the form has it. What is new since
 * the last export is something else once the export is complete.
 */
export function sameAgain(each: ExportView): ExportForm {
  const { since, until, version, serviceDates, compressed, selection, phase } = each;
  const again: ExportForm["selection"] = since
    ? { what: "period", since, until }
    : { what: "everything", until };
  return {
    selection: selection.what === "sinceLast" && phase.name !== "complete" ? { what: "sinceLast" } : again,
    version,
    serviceDates,
    folder: null,
    compressed,
  };
}

/** The last minute of a period as it was exported: what AB2D adds after it was asked is in no file. */
function endOf(until: string, { requested }: StepTimes): Date {
  return requested && Date.parse(requested) < Date.parse(until)
    ? new Date(requested)
    : lastMinuteBefore(until);
}

function isFromTheStart(since: string | null, version: ExportView["version"]): boolean {
  return since === null || Date.parse(since) <= Date.parse(EARLIEST[version]);
}
