import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";

import svelteConfig from "./svelte.config.js";

export default ts.config(
  { ignores: ["dist", "gallery/dist", "src/bindings", "node_modules"] },
  js.configs.recommended,
  ...ts.configs.strictTypeChecked,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      globals: globals.browser,
      parserOptions: {
        projectService: true,
        extraFileExtensions: [".svelte"],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      // The content-security policy refuses style attributes.
      "svelte/no-inline-styles": ["error", { allowTransitions: false }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
    // A Date is never changed here, only replaced, and a private Map is not shown.
    rules: { "svelte/prefer-svelte-reactivity": "off" },
  },
  {
    files: ["src/**"],
    ignores: ["src/backend/tauri.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            { group: ["@tauri-apps/*"], message: "Only backend/tauri.ts speaks to Tauri." },
            { group: ["**/gallery/*"], message: "What the gallery makes up is no part of the product." },
          ],
        },
      ],
    },
  },
  {
    // Tauri rejects with what a command answered, which is no Error.
    files: ["tests/tauri.test.ts"],
    rules: { "@typescript-eslint/prefer-promise-reject-errors": "off" },
  },
  {
    // In a template the linter does not know the types of a component's props; svelte-check does.
    files: ["**/*.svelte"],
    rules: {
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-return": "off",
    },
  },
  {
    files: ["**/*.js", "**/*.mjs"],
    extends: [ts.configs.disableTypeChecked],
    languageOptions: { globals: globals.node },
  },
);
