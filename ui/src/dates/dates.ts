import { systemZone } from "./zone";

/** Writes times for people: in a language, in a zone, the zone by its name. */
export class Dates {
  readonly #formats = new Map<string, Intl.DateTimeFormat>();

  constructor(
    readonly locale = "en-US",
    readonly zone = systemZone(),
  ) {}

  /** `Nov 3, 2026, 9:14 AM` */
  moment(time: string | Date): string {
    return this.#write(time, {
      year: "numeric",
      month: "short",
      day: "numeric",
      hour: "numeric",
      minute: "2-digit",
    });
  }

  /** `Nov 3, 2026` */
  date(time: string | Date): string {
    return this.#write(time, { year: "numeric", month: "short", day: "numeric" });
  }

  /** `Nov 17`, with the year where it is not this one. */
  day(time: string | Date, now: Date): string {
    const year = (each: string | Date) => this.#write(each, { year: "numeric" });
    if (year(time) !== year(now)) return this.date(time);
    return this.#write(time, { month: "short", day: "numeric" });
  }

  /** `1:02 PM` */
  time(time: string | Date): string {
    return this.#write(time, { hour: "numeric", minute: "2-digit" });
  }

  /** `Mon, Nov 23, 1:44 PM` */
  weekday(time: string | Date): string {
    return this.#write(time, {
      weekday: "short",
      month: "short",
      day: "numeric",
      hour: "numeric",
      minute: "2-digit",
    });
  }

  /** The time alone when it is today, else with its day. */
  soon(time: string | Date, now: Date): string {
    return this.date(time) === this.date(now) ? this.time(time) : this.weekday(time);
  }

  /** A calendar day without a zone, such as `2026-11-03`: `Nov 3, 2026`. */
  plainDate(day: string): string {
    return plainFormat(this.locale, { year: "numeric", month: "short", day: "numeric" }, day);
  }

  /** A month, such as `2026-11`: `Nov`. */
  month(month: string): string {
    return plainFormat(this.locale, { month: "short" }, `${month}-01`);
  }

  /** A month with its year, such as `2026-11`: `November 2026`. */
  monthAndYear(month: string): string {
    return plainFormat(this.locale, { month: "long", year: "numeric" }, `${month}-01`);
  }

  /** The zone's name whatever the season: `Eastern`. */
  get zoneName(): string {
    const now = new Date();
    const name = this.#zonePart(now, "longGeneric").replace(/ Time$/, "");
    return /^(GMT|Coordinated)/.test(name) ? this.zoneAbbreviation(now) : name;
  }

  /** The zone's abbreviation at a time: `EST` in November, `EDT` in July. */
  zoneAbbreviation(time: Date): string {
    return this.#zonePart(time, "short");
  }

  /** The zone's name with its abbreviation at a time: `Eastern (EST)`. */
  zoneAt(time: Date): string {
    const abbreviation = this.zoneAbbreviation(time);
    return abbreviation === this.zoneName ? abbreviation : `${this.zoneName} (${abbreviation})`;
  }

  /** Zones are named in the language of the page, which is English. */
  #zonePart(time: Date, timeZoneName: "longGeneric" | "short"): string {
    const format = new Intl.DateTimeFormat("en-US", { timeZone: this.zone, timeZoneName });
    return format.formatToParts(time).find((part) => part.type === "timeZoneName")?.value ?? this.zone;
  }

  #write(time: string | Date, options: Intl.DateTimeFormatOptions): string {
    const key = JSON.stringify(options);
    let format = this.#formats.get(key);
    if (!format) {
      format = new Intl.DateTimeFormat(this.locale, { ...options, timeZone: this.zone });
      this.#formats.set(key, format);
    }
    return steady(format.format(new Date(time)));
  }
}

/** Engines put different spaces before AM and PM, one of them not in the font; none should break a line there. */
function steady(text: string): string {
  return text.replaceAll("\u202f", " ").replace(/ (?=[AP]M$)/, "\u00a0");
}

function plainFormat(locale: string, options: Intl.DateTimeFormatOptions, day: string): string {
  return new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" }).format(
    new Date(`${day}T00:00:00Z`),
  );
}
