import "./styles/index.css";

import { mount } from "svelte";

import App from "./App.svelte";
import { tauri } from "./backend/tauri";
import { Session } from "./state/session.svelte";

const target = document.querySelector("#app");
if (target) mount(App, { target, props: { session: new Session(tauri) } });
