import { describe, expect, it } from "vitest";

import { Dates } from "../src/dates/dates";
import { addDays, addMonths, daysIntoWeek, firstWeekday, weeksOf } from "../src/dates/month";
import { dayPattern, isoDay, parseDay, parseTime, writeDay, writeTime } from "../src/dates/typed";
import { instantOf, isShownTwice, wallTimeOf } from "../src/dates/zone";

const EASTERN = "America/New_York";
const at = (zone: string, month: number, day: number, hour: number, minute = 0) =>
  instantOf({ year: 2026, month, day, hour, minute }, zone)?.toISOString() ?? null;

describe("a typed time in a zone", () => {
  it.each([
    [EASTERN, 7, 1, 9, "2026-07-01T13:00:00.000Z"],
    [EASTERN, 12, 1, 9, "2026-12-01T14:00:00.000Z"],
    ["UTC", 7, 1, 9, "2026-07-01T09:00:00.000Z"],
    ["Asia/Kolkata", 7, 1, 9, "2026-07-01T03:30:00.000Z"],
    ["Pacific/Kiritimati", 7, 1, 9, "2026-06-30T19:00:00.000Z"],
    ["Pacific/Honolulu", 7, 1, 23, "2026-07-02T09:00:00.000Z"],
    ["Australia/Lord_Howe", 1, 1, 0, "2025-12-31T13:00:00.000Z"],
  ])("%s %i/%i %i:00", (zone, month, day, hour, expected) => {
    expect(at(zone, month, day, hour)).toBe(expected);
  });

  it("is refused where the clock is set forward past it", () => {
    expect(at(EASTERN, 3, 8, 2, 30)).toBeNull();
    expect(at(EASTERN, 3, 8, 1, 59)).toBe("2026-03-08T06:59:00.000Z");
    expect(at(EASTERN, 3, 8, 3)).toBe("2026-03-08T07:00:00.000Z");
  });

  it("is known to be shown twice only in the hour that is", () => {
    const at = (hour: number, minute: number, day = 1) => ({ year: 2026, month: 11, day, hour, minute });
    expect(isShownTwice(at(1, 30), "America/New_York")).toBe(true);
    expect(isShownTwice(at(0, 59), "America/New_York")).toBe(false);
    expect(isShownTwice(at(2, 0), "America/New_York")).toBe(false);
    expect(isShownTwice(at(1, 30, 2), "America/New_York")).toBe(false);
    const lordHowe = { year: 2026, month: 4, day: 5, hour: 1, minute: 45 };
    expect(isShownTwice(lordHowe, "Australia/Lord_Howe")).toBe(true);
  });

  it("is the earlier of two where the clock is set back, so that no claim is missed", () => {
    expect(at(EASTERN, 11, 1, 1, 30)).toBe("2026-11-01T05:30:00.000Z");
  });

  it("comes back as it was typed", () => {
    for (let hour = 0; hour < 24 * 400; hour += 7) {
      const instant = new Date(Date.UTC(2026, 0, 1, hour, 13));
      const wall = wallTimeOf(instant, EASTERN);
      const back = instantOf(wall, EASTERN);
      expect(back && wallTimeOf(back, EASTERN)).toEqual(wall);
    }
  });
});

describe("reading what is typed", () => {
  it.each([
    ["10/31/2026", "en-US", "2026-10-31"],
    ["1/2/2026", "en-US", "2026-01-02"],
    ["31/10/2026", "en-GB", "2026-10-31"],
    ["31.10.2026", "de-DE", "2026-10-31"],
    ["2026-10-31", "en-US", "2026-10-31"],
    ["2026-10-31", "de-DE", "2026-10-31"],
    ["Oct 31, 2026", "en-US", "2026-10-31"],
    ["31 October 2026", "en-US", "2026-10-31"],
    [" 10-31-2026 ", "en-US", "2026-10-31"],
    ["2/29/2024", "en-US", "2024-02-29"],
  ])("%s in %s", (text, locale, expected) => {
    const day = parseDay(text, locale);
    expect(day && isoDay(day)).toBe(expected);
  });

  it.each([
    "",
    "tomorrow",
    "13/31/2026",
    "2/29/2026",
    "10/31",
    "10/31/26",
    "0/1/2026",
    "Foo 31, 2026",
    "10/31/20261",
  ])("refuses %j", (text) => expect(parseDay(text, "en-US")).toBeNull());

  it.each([
    ["12:00 AM", 0, 0],
    ["12:00 pm", 12, 0],
    ["9:14 a.m.", 9, 14],
    ["9 pm", 21, 0],
    ["21:14", 21, 14],
    ["0:00", 0, 0],
    ["11:59PM", 23, 59],
    ["9:14\u00a0AM", 9, 14],
  ])("the time %s", (text, hour, minute) => expect(parseTime(text)).toEqual({ hour, minute }));

  it.each(["", "9", "24:00", "13:00 PM", "9:60", "noon", "0:30 AM"])("refuses the time %j", (text) =>
    expect(parseTime(text)).toBeNull(),
  );

  it("reads back what it writes, in every language that is offered", () => {
    for (const locale of ["en-US", "en-GB", "en-CA", "es-US", "fr-CA", "de-DE"]) {
      const day = { year: 2026, month: 2, day: 7 };
      expect(parseDay(writeDay(day, locale), locale), locale).toEqual(day);
      const time = { hour: 21, minute: 5 };
      expect(parseTime(writeTime(time, locale)), locale).toEqual(time);
    }
  });

  it("names the form in which dates are written", () => {
    expect(dayPattern("en-US")).toBe("MM/DD/YYYY");
    expect(dayPattern("de-DE")).toBe("DD.MM.YYYY");
  });
});

describe("writing for people", () => {
  const eastern = new Dates("en-US", EASTERN);

  it("names the zone by date: daylight time on Oct 31, standard time on Nov 3", () => {
    expect(eastern.zoneAt(new Date("2026-10-31T12:00:00Z"))).toBe("Eastern (EDT)");
    expect(eastern.zoneAt(new Date("2026-11-03T12:00:00Z"))).toBe("Eastern (EST)");
    expect(new Dates("en-US", "UTC").zoneAt(new Date())).toBe("UTC");
  });

  it("writes moments in the zone", () => {
    expect(eastern.moment("2026-11-03T14:14:00Z")).toBe("Nov 3, 2026, 9:14\u00a0AM");
    expect(eastern.weekday("2026-11-23T18:44:00Z")).toBe("Mon, Nov 23, 1:44\u00a0PM");
    expect(new Dates("de-DE", EASTERN).moment("2026-11-03T14:14:00Z")).toMatch(/^3\. Nov\. 2026, 0?9:14$/);
  });

  it("leaves the year out only within the same year", () => {
    const now = new Date("2026-11-20T19:05:00Z");
    expect(eastern.day("2026-11-17T13:40:00Z", now)).toBe("Nov 17");
    expect(eastern.day("2025-12-30T13:40:00Z", now)).toBe("Dec 30, 2025");
  });

  it("writes a calendar day as it is, whatever the zone", () => {
    expect(new Dates("en-US", "Pacific/Honolulu").plainDate("2024-01-01")).toBe("Jan 1, 2024");
  });
});

describe("the calendar", () => {
  it("shows whole weeks from Sunday", () => {
    const weeks = weeksOf(2026, 10, 0);
    expect(weeks).toHaveLength(5);
    expect(weeks[0]?.[0]).toEqual({ year: 2026, month: 9, day: 27 });
    expect(weeks.at(-1)?.[6]).toEqual({ year: 2026, month: 10, day: 31 });
    expect(weeksOf(2026, 2, 0)).toHaveLength(4);
  });

  it("begins its weeks where the language of dates does", () => {
    expect([firstWeekday("en-US"), firstWeekday("en-GB"), firstWeekday("ar-EG")]).toEqual([0, 1, 6]);
    const [first] = weeksOf(2026, 11, 1);
    expect(first?.[0]).toEqual({ year: 2026, month: 10, day: 26 });
    expect(first?.[6]).toEqual({ year: 2026, month: 11, day: 1 });
    expect(daysIntoWeek({ year: 2026, month: 11, day: 1 }, 1)).toBe(6);
    expect(daysIntoWeek({ year: 2026, month: 11, day: 1 }, 0)).toBe(0);
  });

  it("moves by days and months, to the last day where a month is shorter", () => {
    expect(addDays({ year: 2026, month: 12, day: 31 }, 1)).toEqual({ year: 2027, month: 1, day: 1 });
    expect(addMonths({ year: 2026, month: 1, day: 31 }, 1)).toEqual({ year: 2026, month: 2, day: 28 });
    expect(addMonths({ year: 2026, month: 1, day: 15 }, -1)).toEqual({ year: 2025, month: 12, day: 15 });
  });
});
