import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { contract, NOW } from "../gallery/samples";
import type { ExportForm } from "../src/bindings/ExportForm";
import { Dates } from "../src/dates/dates";
import { ExportDraft } from "../src/export-form/draft.svelte";
import { fetches, summarize, summarizeServiceDates } from "../src/export-form/summary";

const dates = new Dates("en-US", "America/New_York");
const plain = (text: string) => text.replaceAll("\u00a0", " ");
const draft = (lastForm: ExportForm | null = null) =>
  new ExportDraft(dates, contract({ lastForm }), undefined);
const form = (changes: Partial<ExportForm> = {}): ExportForm => ({
  selection: { what: "sinceLast" },
  version: "r4",
  serviceDates: [],
  folder: null,
  compressed: false,
  ...changes,
});

beforeEach(() => void vi.useFakeTimers({ now: new Date(NOW), toFake: ["Date"] }));
afterEach(() => vi.useRealTimers());

describe("the form as it is sent", () => {
  it("begins with what is new since the last export", () => {
    expect(draft().form).toEqual(form());
  });

  it("ends again where “everything” ended that is asked for again, except for STU3, which has no end", () => {
    const selection = { what: "everything", until: "2026-06-15T04:00:00Z" } as const;
    const again = new ExportDraft(dates, contract(), form({ selection }));
    expect(again.form?.selection).toEqual(selection);
    again.version = "stu3";
    expect(again.form?.selection).toEqual({ what: "everything", until: null });
  });

  it("remembers version and compression, and neither the period as the choice nor dates of service", () => {
    const last = form({
      selection: { what: "period", since: "2026-09-01T04:00:00Z", until: null },
      version: "r4v3",
      serviceDates: [
        { comparison: "ge", date: "2026-01-01" },
        { comparison: "le", date: "2026-06-30" },
      ],
      compressed: true,
    });
    expect(draft(last).form).toEqual(form({ version: "r4v3", compressed: true }));
    expect(new ExportDraft(dates, contract(), last).form).toMatchObject({ serviceDates: last.serviceDates });
  });

  it.each([
    [[["eq", "2026-03-05"]], ["2026-03-05", "2026-03-05"]],
    [[["gt", "2026-02-28"]], ["2026-03-01", null]],
    [[["sa", "2026-02-28"]], ["2026-03-01", null]],
    [[["lt", "2026-03-01"]], [null, "2026-02-28"]],
    [[["eb", "2026-03-01"]], [null, "2026-02-28"]],
    [
      [
        ["ge", "2026-01-01"],
        ["gt", "2026-01-01"],
        ["lt", "2026-06-30"],
        ["le", "2026-06-30"],
      ],
      ["2026-01-02", "2026-06-29"],
    ],
  ] as const)(
    "takes over as its first and last day of service what was asked for as %j",
    (asked, [from, to]) => {
      const serviceDates = asked.map(([comparison, date]) => ({ comparison, date }));
      const again = new ExportDraft(dates, contract(), form({ version: "r4v3", serviceDates }));
      expect(again.form?.serviceDates).toEqual([
        ...(from ? [{ comparison: "ge", date: from }] : []),
        ...(to ? [{ comparison: "le", date: to }] : []),
      ]);
    },
  );

  it("proposes last month as the period, to the last minute of its last day", () => {
    const chosen = draft();
    chosen.what = "period";
    expect([chosen.from, chosen.to]).toEqual([
      { date: "10/01/2026", time: "12:00 AM" },
      { date: "10/31/2026", time: "11:59 PM" },
    ]);
    expect(chosen.form?.selection).toEqual({
      what: "period",
      since: "2026-10-01T04:00:00.000Z",
      until: "2026-11-01T04:00:00.000Z",
    });
  });

  it("leaves nothing between a month and the next", () => {
    const [october, november] = [draft(), draft()];
    october.what = november.what = "period";
    november.from = { date: "11/01/2026", time: "12:00 AM" };
    november.to = { date: "", time: "" };
    const until = october.form?.selection.what === "period" && october.form.selection.until;
    expect(november.form?.selection).toEqual({ what: "period", since: until, until: null });
  });

  it.each([
    [{ date: "31/31/2026", time: "12:00 AM" }, "since", "MM/DD/YYYY"],
    [{ date: "10/01/2026", time: "noonish" }, "since", "9:14 AM"],
    [{ date: "03/08/2026", time: "2:30 AM" }, "since", "set forward"],
    [{ date: "", time: "" }, "since", "Enter the date"],
    [{ date: "", time: "9:14 AM" }, "since", "MM/DD/YYYY"],
  ] as const)("refuses %j with a reason", (from, field, reason) => {
    const chosen = draft();
    chosen.what = "period";
    chosen.from = from;
    expect(chosen.form).toBeNull();
    expect(chosen.refusals[field]).toContain(reason);
  });

  it("sends no end with STU3, whatever was typed before", () => {
    const chosen = draft();
    chosen.what = "period";
    chosen.version = "stu3";
    expect(chosen.form?.selection).toMatchObject({ what: "period", until: null });
  });

  it("sends dates of service only with the v3 data model", () => {
    const chosen = draft();
    chosen.serviceFrom = "1/1/2024";
    chosen.serviceTo = "12/31/2024";
    expect(chosen.form?.serviceDates).toEqual([]);
    chosen.version = "r4v3";
    expect(chosen.form?.serviceDates).toEqual([
      { comparison: "ge", date: "2024-01-01" },
      { comparison: "le", date: "2024-12-31" },
    ]);
    chosen.serviceTo = "someday";
    expect(chosen.form).toBeNull();
  });

  it("refuses dates of service that end before they begin", () => {
    const chosen = draft();
    chosen.version = "r4v3";
    chosen.serviceFrom = "06/30/2026";
    chosen.serviceTo = "01/01/2026";
    expect(chosen.form).toBeNull();
    expect(chosen.refusals.serviceDates).toContain("before the “from” date");
    chosen.serviceTo = "06/30/2026";
    expect(chosen.form).not.toBeNull();
  });
});

describe("the sentence that sums it up", () => {
  const sum = (changes: Partial<ExportForm>, coveredTo: string | null = "2026-11-03T13:40:00Z") =>
    plain(summarize(form(changes), coveredTo, dates));

  it("says from when, in the zone", () => {
    expect(sum({})).toBe("Claims added or changed after Nov 3, 2026, 8:40 AM Eastern, up to now.");
    expect(sum({}, null)).toBe("All claims available for this contract, up to now.");
  });

  it("names a period by its last minute", () => {
    const selection = {
      what: "period",
      since: "2026-10-01T04:00:00.000Z",
      until: "2026-11-01T04:00:00.000Z",
    } as const;
    expect(sum({ selection })).toBe(
      "Claims added or changed from Oct 1, 2026, 12:00 AM through Oct 31, 2026, 11:59 PM Eastern.",
    );
    expect(sum({ selection: { ...selection, until: null } })).toBe(
      "Claims added or changed from Oct 1, 2026, 12:00 AM Eastern, up to now.",
    );
  });

  it("promises nothing that is still to come", () => {
    const selection = {
      what: "period",
      since: "2026-11-01T04:00:00.000Z",
      until: "2026-12-01T05:00:00.000Z",
    } as const;
    expect(sum({ selection })).toBe(
      "Claims added or changed from Nov 1, 2026, 12:00 AM Eastern, up to now (Nov 30, 2026, 11:59 PM is still to come).",
    );
  });

  it("adds the dates of service", () => {
    const serviceDates = [
      { comparison: "ge" as const, date: "2024-01-01" },
      { comparison: "le" as const, date: "2024-12-31" },
    ];
    expect(sum({ selection: { what: "everything", until: null }, version: "r4v3", serviceDates })).toBe(
      "All claims available for this contract, up to now. Only claims for care from Jan 1, 2024 through Dec 31, 2024.",
    );
  });

  it.each([
    [["ge"], "Only claims for care on or after Jan 1, 2024."],
    [["le"], "Only claims for care on or before Jan 1, 2024."],
    [["gt", "lt"], "Only claims for care after Jan 1, 2024 and before Jan 1, 2024."],
    [["eq"], "Only claims for care on Jan 1, 2024."],
  ] as const)("says every comparison of a date of service: %j", (comparisons, sentence) => {
    const serviceDates = comparisons.map((comparison) => ({ comparison, date: "2024-01-01" }));
    expect(summarizeServiceDates(serviceDates, dates)).toBe(sentence);
  });
});

describe("a stretch that no export covers", () => {
  const gap = { from: "2026-06-01T04:00:00Z", to: "2026-06-15T04:00:00Z" };
  const before = { from: null, to: gap.from };
  const period = (since: string, until: string | null) => ({ what: "period", since, until }) as const;
  const everything = (until: string | null) => ({ what: "everything", until }) as const;

  it.each<[boolean, ExportForm["selection"], typeof gap | typeof before]>([
    [true, { what: "sinceLast" }, gap],
    [true, everything(null), before],
    [true, everything(gap.to), gap],
    [false, everything(gap.from), gap],
    [true, period(gap.from, gap.to), gap],
    [true, period(gap.from, null), gap],
    [false, period(gap.from, "2026-06-14T04:00:00Z"), gap],
    [false, period("2026-06-02T04:00:00Z", null), gap],
    [false, period("2020-02-13T05:00:00Z", null), before],
  ])("is fetched or not (%s) by %o", (fetched, selection, stretch) => {
    expect(fetches(form({ selection }), stretch)).toBe(fetched);
  });

  it("is not fetched whole by an export of some dates of service", () => {
    const serviceDates = [{ comparison: "ge", date: "2026-01-01" }] as const;
    expect(fetches(form({ serviceDates: [...serviceDates] }), gap)).toBe(false);
  });
});
