import type { ClockTime, Day } from "./zone";

/** Reads a typed date: `10/31/2026` in the order of the language, `2026-10-31`, or `Oct 31, 2026`. */
export function parseDay(text: string, locale: string): Day | null {
  const trimmed = text.trim();
  return parseIso(trimmed) ?? parseNumbers(trimmed, locale) ?? parseNamed(trimmed, locale);
}

/** Reads a typed time: `9:14 AM`, `9 am`, `21:14`, `21 h 14`. */
export function parseTime(text: string): ClockTime | null {
  const match = /^(\d{1,2})(?:\s*[:.h]\s*(\d{2}))?\s*([ap])?\.?(?:m\.?)?$/i.exec(text.trim());
  if (!match) return null;
  const half = match[3]?.toLowerCase();
  if (!half && match[2] === undefined) return null;
  const hour = hourOf(Number(match[1]), half);
  const minute = Number(match[2] ?? 0);
  return hour === null || minute > 59 ? null : { hour, minute };
}

/** A day as it is typed: `10/31/2026`. */
export function writeDay(day: Day, locale: string): string {
  return new Intl.DateTimeFormat(locale, {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    timeZone: "UTC",
  }).format(Date.UTC(day.year, day.month - 1, day.day));
}

/** A time as it is typed: `12:00 AM`. */
export function writeTime(time: ClockTime, locale: string): string {
  return new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit", timeZone: "UTC" })
    .format(Date.UTC(2000, 0, 1, time.hour, time.minute))
    .replaceAll("\u202f", " ");
}

/** A day as it crosses to the program: `2026-10-31`. */
export function isoDay(day: Day): string {
  const pad = (value: number, length: number) => String(value).padStart(length, "0");
  return `${pad(day.year, 4)}-${pad(day.month, 2)}-${pad(day.day, 2)}`;
}

/** The form in which the language writes dates, for a hint: `MM/DD/YYYY`. */
export function dayPattern(locale: string): string {
  return dayParts(locale)
    .map((part) => PATTERN[part.type] ?? part.value)
    .join("");
}

/** A day from a text like `2026-10-31`. */
export function parseIso(text: string): Day | null {
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  return match ? realDay(Number(match[1]), Number(match[2]), Number(match[3])) : null;
}

const PATTERN: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {
  year: "YYYY",
  month: "MM",
  day: "DD",
};

function parseNumbers(text: string, locale: string): Day | null {
  const numbers = /^(\d{1,4})[./\- ]+(\d{1,2})[./\- ]+(\d{1,4})\.?$/.exec(text)?.slice(1).map(Number);
  if (!numbers) return null;
  const order = dayParts(locale)
    .map((part) => part.type)
    .filter((type) => type in PATTERN);
  const at = (type: Intl.DateTimeFormatPartTypes) => numbers[order.indexOf(type)] ?? 0;
  return realDay(at("year"), at("month"), at("day"));
}

function parseNamed(text: string, locale: string): Day | null {
  const words = text.toLowerCase().match(/\p{L}+|\d+/gu) ?? [];
  const numbers = words.map(Number).filter((value) => !Number.isNaN(value));
  const name = words.find((word) => /^\p{L}{3,}$/u.test(word));
  const [day, year] = numbers;
  if (!name || words.length !== 3 || day === undefined || year === undefined) return null;
  const month = monthNames(locale).findIndex((each) => each.startsWith(name)) + 1;
  return month === 0 ? null : realDay(year, month, day);
}

function monthNames(locale: string): string[] {
  const format = new Intl.DateTimeFormat(locale, { month: "long", timeZone: "UTC" });
  return Array.from({ length: 12 }, (_, month) => format.format(Date.UTC(2000, month, 1)).toLowerCase());
}

function dayParts(locale: string): Intl.DateTimeFormatPart[] {
  const format = new Intl.DateTimeFormat(locale, { year: "numeric", month: "2-digit", day: "2-digit" });
  return format.formatToParts(new Date(0));
}

/** A day that is on the calendar, its year in full. */
function realDay(year: number, month: number, day: number): Day | null {
  const date = new Date(Date.UTC(year, month - 1, day));
  const same =
    date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return same && year >= 1900 ? { year, month, day } : null;
}

function hourOf(typed: number, half: string | undefined): number | null {
  if (!half) return typed <= 23 ? typed : null;
  if (typed < 1 || typed > 12) return null;
  return (typed % 12) + (half === "p" ? 12 : 0);
}
