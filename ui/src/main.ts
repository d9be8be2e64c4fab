import "./styles/index.css";

import { mount } from "svelte";

import App from "./App.svelte";
import { tauri } from "./backend/tauri";
import { Session } from "./state/session.svelte";
import { keepPage } from "./state/webview";

// While one works on the page, it may be loaded again.
if (import.meta.env.PROD) keepPage();

const target = document.querySelector("#app");
if (target) mount(App, { target, props: { session: new Session(tauri) } });
