import { describe, expect, it } from "vitest";

import { TimeLeft } from "../src/state/timeLeft";

const START = Date.parse("2026-11-20T19:05:00Z");

/** What is shown at each tenth of a second, for an estimate as a function of the seconds gone. */
function shown(seconds: number, estimate: (gone: number) => number | null): (number | null)[] {
  const left = new TimeLeft();
  return Array.from({ length: seconds * 10 }, (_, tick) =>
    left.read(estimate(tick / 10), START + tick * 100),
  );
}

function changes(values: (number | null)[]): (number | null)[] {
  return values.filter((value, index) => index === 0 || value !== values[index - 1]);
}

describe("the time left", () => {
  it("counts down in minutes, each shown once", () => {
    expect(changes(shown(300, (gone) => 720 - gone))).toEqual([720, 660, 600, 540, 480, 420]);
  });

  it("does not jump while the speed goes up and down by a third", () => {
    const swings = changes(shown(120, (gone) => (720 - gone) * (1 + 0.33 * Math.sin(gone * 2))));
    expect(swings).toEqual([720, 660, 600]);
  });

  it("does not go back and forth at the edge of a step", () => {
    const edge = changes(shown(30, (gone) => 89 + 8 * Math.sin(gone)));
    expect(edge.length).toBeLessThanOrEqual(2);
  });

  it("follows within seconds when the line has become another", () => {
    const values = shown(30, (gone) => (gone < 10 ? 720 - gone : 7200 - gone));
    expect(values[155]).toBe(720);
    expect(values[200]).toBe(7200);
  });

  it("says nothing while nothing is known, and begins anew after it", () => {
    const values = shown(3, (gone) => (gone < 1 ? 720 : gone < 2 ? null : 60));
    expect(changes(values)).toEqual([720, null, 60]);
  });

  it("never says that nothing is left while something is", () => {
    expect(Math.min(...shown(20, (gone) => Math.max(0, 10 - gone)).map(Number))).toBeGreaterThan(0);
  });
});
