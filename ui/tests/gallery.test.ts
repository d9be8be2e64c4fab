import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { scenes } from "../gallery/scenes";
import type { ProblemView } from "../src/bindings/ProblemView";

const WORDS =
  "../../src-tauri/engine/src/problem/words/snapshots/ab2d_engine__problem__words__tests__all_words.snap";

describe("the gallery", () => {
  const worded = readFileSync(join(import.meta.dirname, WORDS), "utf8")
    .split("\n\n")
    .map(plain);

  it("words its problems as the program does", () => {
    const problems = Object.values(scenes).flatMap(({ backend }) => problemsIn(backend()));
    expect(problems.length).toBeGreaterThan(10);
    const odd = problems.filter(
      (problem) => !worded.some((words) => patternOf(words).test(linesOf(problem))),
    );
    expect([...new Set(odd.map(linesOf))]).toEqual([]);
  });
});

/** Every problem in what a scene holds. */
function problemsIn(value: unknown): ProblemView[] {
  if (typeof value !== "object" || value === null) return [];
  const within = Object.values(value).flatMap(problemsIn);
  return "nextStep" in value && "explanation" in value ? [value as ProblemView, ...within] : within;
}

/** A problem as the engine's tests list it. */
function linesOf({ code, title, explanation, nextStep }: ProblemView): string {
  return plain(`${code}\n  ${title}\n  ${explanation}\n  → ${nextStep}`);
}

/** What is listed, with any folder, server and number in place of the listed ones. */
function patternOf(listed: string): RegExp {
  const text = listed
    .replace(/ \(.*\)$/m, "")
    .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
    .replace(/\/home\/ada\/Claims[\w/]*/g, ".+")
    .replace(/\d+/g, "[\\d.]+");
  return new RegExp(`(^|\\n)${text}\\s*$`);
}

function plain(text: string): string {
  return text.replaceAll("’", "'");
}
