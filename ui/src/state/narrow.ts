import { MediaQuery } from "svelte/reactivity";

/** Whether the page is as narrow as at 200 % zoom, where what stood beside something has a place of its own. */
export const narrow = new MediaQuery("max-width: 48rem");
