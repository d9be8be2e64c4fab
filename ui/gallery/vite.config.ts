import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

import product from "../vite.config";

/** Every screen and state on made-up data, in a browser. Never part of the product. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [svelte({ configFile: "../svelte.config.js" })],
  build: { ...product.build, outDir: "dist" },
});
