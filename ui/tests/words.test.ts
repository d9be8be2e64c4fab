import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "svelte/compiler";
import { describe, expect, it } from "vitest";

const SOURCES = join(import.meta.dirname, "../src");
const LETTERS = /\p{L}{2,}/u;

/** Names from the service's interface and of file endings, which are the same in every language. */
const TERM = /^(GET|[._][a-zA-Z.]+)$/;

/** Attributes that are shown or said. */
const SPOKEN = [
  "alt",
  "aria-description",
  "aria-label",
  "aria-roledescription",
  "label",
  "placeholder",
  "title",
];

interface Node {
  type: string;
  name?: string;
  data?: string;
  value?: unknown;
  [key: string]: unknown;
}

describe("every sentence of the page is in words", () => {
  it("and none in a component", () => {
    const found = sources(".svelte").flatMap((file) => {
      const { fragment, instance } = parse(read(file), { modern: true });
      const literals = [...shownIn(fragment as unknown as Node), ...sentencesIn(instance as unknown as Node)];
      return literals.map((literal) => `${file}: ${literal}`);
    });
    expect(found).toEqual([]);
  });

  it("and none beside the components", () => {
    const found = sources(".ts")
      .filter((file) => !/^(words|bindings)\//.test(file))
      .flatMap((file) => {
        const withoutComments = read(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
        const literals = withoutComments.match(/(["'`])\p{Lu}\p{L}+ [^"'`\n]*\1/gu) ?? [];
        return literals.map((literal) => `${file}: ${literal}`);
      });
    expect(found).toEqual([]);
  });
});

describe("a word beside a quantity", () => {
  it("is in words", () => {
    const found = [...sources(".svelte"), ...sources(".ts")]
      .filter((file) => !/^(words|bindings)\//.test(file))
      .flatMap((file) => {
        const templates = read(file).match(/`[^`]*\$\{[^`]*`/g) ?? [];
        return templates.filter(hasSmallWord).map((template) => `${file}: ${template}`);
      });
    expect(found).toEqual([]);
  });
});

describe("the words keep their manners", () => {
  const all = sources(".ts")
    .filter((file) => file.startsWith("words/"))
    .map((file) => read(file))
    .join("\n");

  it.each([
    ["blame nobody", /\b(you (failed|forgot|did not|must)|wrong|invalid|illegal|bad )\b/i],
    ["never speak of an unknown error", /unknown error|unexpected error|something went wrong/i],
    ["show no technical leftovers", /exception|stack|undefined|null pointer|\bNaN\b.*["`]/i],
    ["write apostrophes and quotation marks as printers do", /\p{L}'|'\p{L}|\\"/u],
    ["neither plead nor cheer", /\b(please|sorry|oops|whoops)\b|!["`]/i],
  ])("and %s", (_, forbidden) => {
    const sentences = all.match(/(["`])(?:(?!\1).)*\1/g) ?? [];
    expect(sentences.filter((sentence) => forbidden.test(sentence))).toEqual([]);
  });
});

/** Whether a word in small letters, set off by a space, is between what a template puts in. */
function hasSmallWord(template: string): boolean {
  return template.split(/\$\{[^}]*\}/).some((fixed) => /(\s|\\u00a0)\p{Ll}+(?=[\s`]|$)/u.test(fixed));
}

/** The files of the page that end so, as paths from its sources. */
function sources(end: string): string[] {
  return readdirSync(SOURCES, { recursive: true, encoding: "utf8" })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => file.endsWith(end))
    .sort();
}

function read(file: string): string {
  return readFileSync(join(SOURCES, file), "utf8");
}

/** What a template shows or says that does not come from the words. */
function shownIn(node: Node, spoken = true): string[] {
  const within = (children: unknown, shown: boolean) =>
    nodesIn(children).flatMap((child) => shownIn(child, shown));
  switch (node.type) {
    case "Text":
      return spoken ? textsIn(node.data?.trim() ?? "") : [];
    case "Literal":
      return spoken ? sentencesIn(node) : [];
    case "Attribute":
      return within(node.value, SPOKEN.includes(node.name ?? ""));
    default:
      return within(Object.values(node), spoken);
  }
}

function textsIn(text: string): string[] {
  return LETTERS.test(text) && !TERM.test(text) ? [text] : [];
}

/** Literals that read like a word or a sentence for a person. */
function sentencesIn(node: Node | null): string[] {
  if (!node) return [];
  if (typeof node.value === "string") return isSentence(node.value) ? [node.value] : [];
  return nodesIn(Object.values(node)).flatMap(sentencesIn);
}

/** A capital and small letters, alone or before a space; the names of keys are none. */
function isSentence(text: string): boolean {
  return /^\p{Lu}\p{Ll}+(\s|$)/u.test(text) && !/^(Escape|Home|End|Tab|Enter)$/.test(text);
}

function nodesIn(value: unknown): Node[] {
  if (Array.isArray(value)) return value.flatMap(nodesIn);
  return typeof value === "object" && value !== null && "type" in value ? [value as Node] : [];
}
