import { onDestroy } from "svelte";

/** The time, renewed every so many milliseconds for as long as the component that asked is shown. */
export class Clock {
  now = $state.raw(new Date());

  constructor(every: number) {
    const timer = setInterval(() => (this.now = new Date()), every);
    onDestroy(() => clearInterval(timer));
  }
}

/** Often enough for times that are shown in minutes. */
export const EVERY_HALF_MINUTE = 30_000;
/** For a countdown in seconds. */
export const EVERY_SECOND = 1_000;
