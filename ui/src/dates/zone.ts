/** A day on the calendar, without a zone. Months count from 1. */
export interface Day {
  year: number;
  month: number;
  day: number;
}

/** A time on the clock. */
export interface ClockTime {
  hour: number;
  minute: number;
}

/** What calendar and clock show in a zone. */
export type WallTime = Day & ClockTime;

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** How far clocks are set back: an hour, on Lord Howe Island half of one. */
const REPEATED = [60 * MINUTE, 30 * MINUTE];

/** The zone that this computer is set to. */
export function systemZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** What calendar and clock show in a zone at an instant. */
export function wallTimeOf(instant: Date, zone: string): WallTime {
  const parts = wallFormat(zone).formatToParts(instant);
  const read = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  return {
    year: read("year"),
    month: read("month"),
    day: read("day"),
    hour: read("hour"),
    minute: read("minute"),
  };
}

/**
 * The instant at which calendar and clock show a time; the earlier of two where the clock is set back, and null where
 * it is set forward past it.
 */
export function instantOf(wall: WallTime, zone: string): Date | null {
  const asUtc = utcOf(wall);
  const guesses = [asUtc - DAY, asUtc + DAY]
    .map((time) => asUtc - offsetAt(new Date(time), zone))
    .sort((a, b) => a - b)
    .map((time) => new Date(time));
  return guesses.find((guess) => utcOf(wallTimeOf(guess, zone)) === asUtc) ?? null;
}

/** Whether calendar and clock show a time twice, as the clock is set back past it. */
export function isShownTwice(wall: WallTime, zone: string): boolean {
  const first = instantOf(wall, zone);
  return (
    first !== null &&
    REPEATED.some((later) => isSame(wallTimeOf(new Date(first.getTime() + later), zone), wall))
  );
}

/** The day in a zone at an instant. */
export function dayOf(instant: Date, zone: string): Day {
  const { year, month, day } = wallTimeOf(instant, zone);
  return { year, month, day };
}

function isSame(one: WallTime, other: WallTime): boolean {
  return utcOf(one) === utcOf(other);
}

function utcOf(wall: WallTime): number {
  return Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute);
}

/** How far a zone is ahead of UTC at an instant, in milliseconds. */
function offsetAt(instant: Date, zone: string): number {
  return utcOf(wallTimeOf(instant, zone)) - Math.floor(instant.getTime() / MINUTE) * MINUTE;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function wallFormat(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  });
  formats.set(zone, format);
  return format;
}
