import "../src/styles/index.css";

import { mount } from "svelte";

import App from "../src/App.svelte";
import type { Theme } from "../src/bindings/Theme";
import { Session } from "../src/state/session.svelte";
import { scenes, stories } from "./scenes";

/* ?scene=running&theme=dark shows a screen in a state; without a scene, their list. */
const asked = new URLSearchParams(location.search);
const name = asked.get("scene");
const scene = name ? { ...scenes, ...stories }[name] : undefined;
const target = document.querySelector("#app");

if (scene && target) await show(scene, target);
else list();

async function show({ backend, route, act }: NonNullable<typeof scene>, into: Element) {
  const memory = backend();
  const theme = (asked.get("theme") ?? "system") as Theme;
  memory.state = { ...memory.state, settings: { ...memory.state.settings, theme } };
  const session = new Session(memory, "America/New_York");
  mount(App, { target: into, props: { session } });
  await pause();
  if (route) session.router.go(route);
  await pause();
  await act?.(session, memory);
  await document.fonts.ready;
  document.body.dataset.ready = "";
}

function list() {
  for (const each of [...Object.keys(scenes), ...Object.keys(stories)]) {
    const link = document.createElement("a");
    link.href = `?scene=${each}`;
    link.textContent = each;
    document.body.append(link, document.createElement("br"));
  }
  document.body.dataset.scenes = Object.keys(scenes).join(" ");
  document.body.dataset.stories = Object.keys(stories).join(" ");
}

function pause() {
  return new Promise((resolve) => setTimeout(resolve, 80));
}
