import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";

import { complete, files, running } from "../gallery/samples";
import { CommandError } from "../src/backend/backend";
import { countFiles, rowUnderWay } from "../src/export/files";
import {
  bytes,
  bytesOf,
  count,
  duration,
  percent,
  roughBytes,
  share,
  shortCount,
  speed,
} from "../src/format";
import { words } from "../src/words";
import { byMonth, byType, everyMonth } from "../src/result/pictures";
import { callsOf, expectAccessible, showing } from "./open";

describe("a file’s checksum", () => {
  const name = "Copy the checksum of S5601_0001.ndjson";

  it("is copied in whole", async () => {
    const { backend, container, person } = await showing(complete());
    await person.click(await screen.findByRole("button", { name: "Files of this export" }));
    await person.click(await screen.findByRole("button", { name }));
    expect(callsOf(backend, "copyText")).toEqual([[files()[0]?.sha256]]);
    expect(files()[0]?.sha256).toHaveLength(64);
    await expectAccessible(container);
  });

  it("says in its row why it was not copied, until it is", async () => {
    const { backend, person, session } = await showing(complete());
    const message = "The clipboard could not be reached. Select the text and copy it by hand.";
    backend.refuse.copyText = new CommandError({ kind: "message", message });
    await person.click(await screen.findByRole("button", { name: "Files of this export" }));
    await person.click(await screen.findByRole("button", { name }));
    const failed = await screen.findByRole("button", { name: message });
    expect(failed.title).toBe(message);
    expect(session.announcer.urgent).toBe(message);
    backend.refuse = {};
    await person.click(failed);
    expect(await within(failed.closest("tr") ?? failed).findByRole("button", { name: "Copied" })).toBe(
      failed,
    );
  });
});

describe("the table of files", () => {
  it("follows no further once a row’s control has the focus, which would be scrolled out of sight", async () => {
    await showing(running());
    const follow = await screen.findByRole<HTMLInputElement>("checkbox", { name: "Follow the download" });
    const [row] = await screen.findAllByRole("button", { name: /^Copy the checksum of/ });
    screen.getByRole("region", { name: "Files" }).focus();
    expect(follow.checked).toBe(true);
    row?.focus();
    await waitFor(() => expect(follow.checked).toBe(false));
  });

  it("counts by state and follows the first file that is under way", () => {
    const some = files(412, 255);
    expect(countFiles(some)).toEqual({
      all: 412,
      inProgress: 5,
      waiting: 153,
      verified: 254,
      errors: 0,
      trouble: 0,
    });
    expect(rowUnderWay(some)).toBe(253);
    expect(rowUnderWay(files(10, 50))).toBe(9);
  });
});

describe("numbers for people", () => {
  it("writes sizes in units that people read", () => {
    expect(bytes(80_200_000_000)).toBe("80.2\u00a0GB");
    expect(bytes(999)).toBe("999\u00a0bytes");
    expect(bytes(999_950)).toBe("1.0\u00a0MB");
    expect(bytesOf(49_740_000_000, 80_200_000_000)).toBe("49.7 of 80.2\u00a0GB");
    expect(bytesOf(0, 365_400)).toBe("0 of 365.4\u00a0kB");
    expect(bytesOf(79_960_000_000, 80_000_000_000)).toBe("79.9 of 80.0\u00a0GB");
    expect(bytesOf(80_260_000_000, 80_260_000_000)).toBe("80.3 of 80.3\u00a0GB");
    expect(speed(42_300_000)).toBe("42\u00a0MB/s");
    expect(count(1_204_331)).toBe("1,204,331");
    expect([412_400_000_000, 99_960_000_000, 8_440_000_000, 512].map(roughBytes)).toEqual([
      "412\u00a0GB",
      "100\u00a0GB",
      "8.4\u00a0GB",
      "512\u00a0bytes",
    ]);
    expect(share(1, 3)).toBe("33.3%");
    expect(share(0, 0)).toBe("0.0%");
  });

  it("writes durations in their two largest units", () => {
    expect([45, 720, 4620, 7200, 255_600, 86_400].map(duration)).toEqual([
      "45\u00a0s",
      "12\u00a0min",
      "1\u00a0h 17\u00a0min",
      "2\u00a0h",
      "2\u00a0days 23\u00a0h",
      "1\u00a0day",
    ]);
  });

  it("says 100 % only when all is there", () => {
    expect(percent(999, 1000)).toBe(99);
    expect(percent(1000, 1000)).toBe(100);
    expect(percent(0, 0)).toBe(0);
  });

  it("shortens counts for the chart", () => {
    expect([999, 1000, 1_655, 21_022, 451_906, 999_600, 1_250_000, 12_400_000].map(shortCount)).toEqual([
      "999",
      "1.0k",
      "1.7k",
      "21k",
      "452k",
      "1.0M",
      "1.3M",
      "12M",
    ]);
  });

  it("groups the digits of every number from a thousand on", () => {
    expect(bytes(1_234_500_000_000_000)).toBe("1,234.5\u00a0TB");
    expect(bytesOf(1_200_000_000_000_000, 1_234_500_000_000_000)).toBe("1,200.0 of 1,234.5\u00a0TB");
    expect(shortCount(1_234_567_890)).toBe("1,235M");
    expect(duration(1000 * 86_400)).toBe("1,000\u00a0days");
    expect(words.contracts.selected(1200)).toBe("1,200 selected");
    expect(words.contracts.exportSelected(1200)).toBe("Export 1,200 selected…");
    expect(words.exportForm.gapTitle(1200)).toMatch(/^1,200 stretches/);
    expect(words.several.outcome(1500, 1200, 0)).toBe(
      "1,500\u00a0exports started; 1,200 could not be started.",
    );
  });
});

describe("the pictures", () => {
  const tally = complete().tally ?? { byType: {}, byMonth: {} };

  it("put the largest type first and leave “other” out where there is none", () => {
    expect(byType(tally).map(({ type }) => type)).toEqual([
      "carrier",
      "outpatient",
      "dme",
      "inpatient",
      "hha",
      "snf",
      "hospice",
    ]);
  });

  it("show twelve months, and what is older in one bar", () => {
    const bars = byMonth(tally);
    expect(bars).toHaveLength(13);
    expect(bars[0]).toEqual({ kind: "older", month: "2025-12", claims: 21_022 });
    expect(bars.at(-1)).toEqual({ kind: "month", month: "2026-11", claims: 216_830 });
  });

  it("leave no hole for a month without claims, and lose no claim", () => {
    const bars = byMonth({ byType: {}, byMonth: { "2025-12": 3, "2026-02": 4, "": 5 } });
    expect(bars.map(({ kind, month, claims }) => [kind, month, claims])).toEqual([
      ["month", "2025-12", 3],
      ["month", "2026-01", 0],
      ["month", "2026-02", 4],
      ["noDate", "", 5],
    ]);
    const all = Object.values(tally.byMonth).reduce((sum, each) => sum + each, 0);
    expect(byMonth(tally).reduce((sum, bar) => sum + bar.claims, 0)).toBe(all);
    expect(everyMonth(tally).reduce((sum, row) => sum + row.claims, 0)).toBe(all);
  });

  it("lists every month in the order of the bars, those without claims as well", () => {
    const rows = everyMonth({ byType: {}, byMonth: { "2025-11": 3, "2026-02": 4, "": 5 } });
    expect(rows.map(({ month, claims }) => [month, claims])).toEqual([
      ["2025-11", 3],
      ["2025-12", 0],
      ["2026-01", 0],
      ["2026-02", 4],
      ["", 5],
    ]);
  });
});
