import type { Comparison } from "../bindings/Comparison";
import type { ContractView } from "../bindings/ContractView";
import type { ExportForm } from "../bindings/ExportForm";
import type { FhirVersion } from "../bindings/FhirVersion";
import type { Field } from "../bindings/Field";
import type { Selection } from "../bindings/Selection";
import type { ServiceDate } from "../bindings/ServiceDate";
import type { Dates } from "../dates/dates";
import { addDays, addMonths, compareDays } from "../dates/month";
import { dayPattern, isoDay, parseDay, parseIso, writeDay } from "../dates/typed";
import { type Day, dayOf, instantOf } from "../dates/zone";
import { words } from "../words";
import {
  endOfMinute,
  lastMinuteBefore,
  type MomentRead,
  type MomentText,
  readMoment,
  writeMoment,
} from "./moment";

/** The day from which on the service has claims, in Eastern time. */
export const EARLIEST_DAY = "2020-02-13";
/** The earliest moment that the service accepts: that day's first; for v3 April 1, 2026, at the offset that it states. */
export const EARLIEST: Record<FhirVersion, string> = {
  r4: "2020-02-13T05:00:00Z",
  stu3: "2020-02-13T05:00:00Z",
  r4v3: "2026-04-01T05:00:00Z",
};

/** How far the first day of service that a comparison leaves is from the day that it names. */
const FIRST: Partial<Record<Comparison, number>> = { eq: 0, ge: 0, gt: 1, sa: 1 };
/** The same for the last day. */
const LAST: Partial<Record<Comparison, number>> = { eq: 0, le: 0, lt: -1, eb: -1 };

type What = Selection["what"];
type Refusals = Partial<Record<Field, string>>;

/** The export form as it is filled in: texts as typed, and what they come to. */
export class ExportDraft {
  what = $state<What>("sinceLast");
  from = $state.raw<MomentText>({ date: "", time: "" });
  to = $state.raw<MomentText>({ date: "", time: "" });
  version = $state<FhirVersion>("r4");
  serviceFrom = $state("");
  serviceTo = $state("");
  /** Another folder than the contract's, for this time. */
  folder = $state<string | null>(null);
  compressed = $state(false);
  /** Where “everything” ends that is asked for again, such as a gap from the beginning. */
  readonly #until: string | null = null;

  constructor(
    readonly dates: Dates,
    contract: ContractView,
    start: ExportForm | undefined,
  ) {
    this.#lastMonth();
    const form = start ?? contract.lastForm;
    if (form) this.#take(form);
    if (start) this.#takeServiceDates(start.serviceDates);
    this.what = start?.selection.what ?? "sinceLast";
    this.folder = start?.folder ?? null;
    if (start?.selection.what === "everything") this.#until = start.selection.until;
  }

  readonly fromRead: MomentRead = $derived.by(() => readMoment(this.from, this.dates));
  /** STU3 has no end, so what is typed there does not count. */
  readonly toRead: MomentRead = $derived.by(() =>
    this.version === "stu3" ? { kind: "empty" } : readMoment(this.to, this.dates),
  );

  /** Whether an end is chosen, which rules STU3 out. */
  readonly hasUntil: boolean = $derived(this.what === "period" && this.to.date.trim() !== "");

  /** Whether the dates of service end before they begin. */
  readonly serviceReversed: boolean = $derived.by(() => {
    const [from, to] = [this.serviceFrom, this.serviceTo].map((text) => parseDay(text, this.dates.locale));
    return Boolean(from && to && isoDay(to) < isoDay(from));
  });

  /** What is typed but cannot be read, or says nothing that can be asked for. */
  readonly refusals: Refusals = $derived.by(() => ({
    ...(this.what === "period" && this.#momentRefusals()),
    ...(this.version === "r4v3" && this.#serviceRefusals()),
  }));

  /** The form as it is sent; null while something typed cannot be read. */
  readonly form: ExportForm | null = $derived.by(() => {
    const selection = this.#selection();
    if (!selection || Object.keys(this.refusals).length > 0) return null;
    return {
      selection,
      version: this.version,
      serviceDates: this.version === "r4v3" ? this.#serviceDates() : [],
      folder: this.folder,
      compressed: this.compressed,
    };
  });

  #selection(): Selection | null {
    if (this.what === "sinceLast") return { what: "sinceLast" };
    if (this.what === "everything") {
      return { what: "everything", until: this.version === "stu3" ? null : this.#until };
    }
    if (this.fromRead.kind !== "instant") return null;
    const until = this.toRead.kind === "instant" ? endOfMinute(this.toRead.instant).toISOString() : null;
    return { what: "period", since: this.fromRead.instant.toISOString(), until };
  }

  #momentRefusals(): Refusals {
    const refused: Refusals = {};
    const from = refusalOf(this.fromRead, this.dates);
    const to = refusalOf(this.toRead, this.dates);
    if (from) refused.since = from;
    else if (this.fromRead.kind === "empty") refused.since = words.exportForm.dateMissing;
    if (to) refused.until = to;
    return refused;
  }

  #serviceRefusals(): Refusals {
    const isUnread = (text: string) => text.trim() !== "" && !parseDay(text, this.dates.locale);
    if (isUnread(this.serviceFrom) || isUnread(this.serviceTo)) {
      return { serviceDates: words.exportForm.dateRefused(dayPattern(this.dates.locale)) };
    }
    return this.serviceReversed ? { serviceDates: words.exportForm.serviceReversed } : {};
  }

  #serviceDates(): ServiceDate[] {
    const date = (comparison: ServiceDate["comparison"], text: string): ServiceDate[] => {
      const day = parseDay(text, this.dates.locale);
      return day ? [{ comparison, date: isoDay(day) }] : [];
    };
    return [...date("ge", this.serviceFrom), ...date("le", this.serviceTo)];
  }

  /** A period to begin with: the whole of last month. */
  #lastMonth(): void {
    const today = dayOf(new Date(), this.dates.zone);
    const first = { ...addMonths(today, -1), day: 1 };
    const last = addDays({ ...today, day: 1 }, -1);
    const from = instantOf({ ...first, hour: 0, minute: 0 }, this.dates.zone);
    const to = instantOf({ ...last, hour: 23, minute: 59 }, this.dates.zone);
    if (from) this.from = writeMoment(from, this.dates);
    if (to) this.to = writeMoment(to, this.dates);
  }

  #take(form: ExportForm): void {
    this.version = form.version;
    this.compressed = form.compressed;
    const { selection } = form;
    if (selection.what === "period") {
      this.from = writeMoment(new Date(selection.since), this.dates);
      this.to = selection.until
        ? writeMoment(lastMinuteBefore(selection.until), this.dates)
        : { date: "", time: "" };
    }
  }

  /** Dates of service are of one export: taken over, they would limit the next one unseen. */
  #takeServiceDates(serviceDates: ServiceDate[]): void {
    const write = (day: Day | undefined) => (day ? writeDay(day, this.dates.locale) : "");
    this.serviceFrom = write(daysLeft(serviceDates, FIRST).at(-1));
    this.serviceTo = write(daysLeft(serviceDates, LAST)[0]);
  }
}

/** The first days of service that conditions leave, or the last ones, the earliest first. */
function daysLeft(serviceDates: ServiceDate[], shifts: typeof FIRST): Day[] {
  return serviceDates
    .flatMap(({ comparison, date }) => {
      const [day, shift] = [parseIso(date), shifts[comparison]];
      return day && shift !== undefined ? [addDays(day, shift)] : [];
    })
    .sort(compareDays);
}

function refusalOf(read: MomentRead, dates: Dates): string | undefined {
  if (read.kind !== "refused") return undefined;
  switch (read.why) {
    case "date":
      return words.exportForm.dateRefused(dayPattern(dates.locale));
    case "time":
      return words.exportForm.timeRefused;
    case "skipped":
      return words.exportForm.skippedTime;
  }
}
