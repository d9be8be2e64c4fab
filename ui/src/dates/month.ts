import type { Day } from "./zone";

interface WeekInfo {
  /** The first day of the week: 1 is Monday, 7 is Sunday. */
  firstDay: number;
}

/** The day that a week begins with where a language is written: 0 is Sunday; Sunday where the browser cannot tell. */
export function firstWeekday(locale: string): number {
  const known: Intl.Locale & { getWeekInfo?: () => WeekInfo; weekInfo?: WeekInfo } = new Intl.Locale(locale);
  const week = known.getWeekInfo?.() ?? known.weekInfo;
  return (week?.firstDay ?? 7) % 7;
}

/** How many days of its week are before a day. */
export function daysIntoWeek({ year, month, day }: Day, firstDay: number): number {
  return (new Date(Date.UTC(year, month - 1, day)).getUTCDay() - firstDay + 7) % 7;
}

/** The weeks of a month as a calendar shows them, with the days of its neighbours. */
export function weeksOf(year: number, month: number, firstDay: number): Day[][] {
  const lead = daysIntoWeek({ year, month, day: 1 }, firstDay);
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const count = Math.ceil((lead + days) / 7);
  return Array.from({ length: count }, (_, week) =>
    Array.from({ length: 7 }, (_, day) => addDays({ year, month, day: 1 }, week * 7 + day - lead)),
  );
}

/** The day so many days on, or back. */
export function addDays(day: Day, count: number): Day {
  const date = new Date(Date.UTC(day.year, day.month - 1, day.day + count));
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** The same day so many months on, or back; the last of the month where it has none. */
export function addMonths(day: Day, count: number): Day {
  const first = new Date(Date.UTC(day.year, day.month - 1 + count, 1));
  const [year, month] = [first.getUTCFullYear(), first.getUTCMonth() + 1];
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return { year, month, day: Math.min(day.day, last) };
}

/** Which of two days comes first: negative, zero or positive. */
export function compareDays(a: Day, b: Day): number {
  return a.year - b.year || a.month - b.month || a.day - b.day;
}
