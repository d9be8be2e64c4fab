import { type Dates } from "../dates/dates";
import { parseDay, parseTime, writeDay, writeTime } from "../dates/typed";
import { type Day, instantOf, isShownTwice, wallTimeOf } from "../dates/zone";

/** A date and a time as they are typed. */
export interface MomentText {
  date: string;
  time: string;
}

/** What a typed date and time say, or why they say nothing. */
export type MomentRead =
  | { kind: "instant"; instant: Date; day: Day; twice: boolean }
  | { kind: "empty" }
  | { kind: "refused"; why: "date" | "time" | "skipped" };

/** Reads a typed date and time in the person's zone. */
export function readMoment(text: MomentText, dates: Dates): MomentRead {
  if (text.date.trim() === "" && text.time.trim() === "") return { kind: "empty" };
  const day = parseDay(text.date, dates.locale);
  if (!day) return { kind: "refused", why: "date" };
  const time = parseTime(text.time);
  if (!time) return { kind: "refused", why: "time" };
  const wall = { ...day, ...time };
  const instant = instantOf(wall, dates.zone);
  if (!instant) return { kind: "refused", why: "skipped" };
  return { kind: "instant", instant, day, twice: isShownTwice(wall, dates.zone) };
}

/** Writes an instant as it would be typed. */
export function writeMoment(instant: Date, dates: Dates): MomentText {
  const wall = wallTimeOf(instant, dates.zone);
  return { date: writeDay(wall, dates.locale), time: writeTime(wall, dates.locale) };
}

const MINUTE = 60_000;

/**
 * The end of a period as it is sent. The minute that a person names is part of the period, so the next one begins it:
 * a month that ends at 11:59 PM and one that begins at 12:00 AM leave nothing between them.
 */
export function endOfMinute(instant: Date): Date {
  return new Date(instant.getTime() + MINUTE);
}

/** The minute that a period's end, as it was sent, is in. */
export function lastMinuteBefore(until: string | Date): Date {
  return new Date(new Date(until).getTime() - 1);
}
