import { createSubscriber } from "svelte/reactivity";

/** The time, renewed every so many milliseconds for as long as something that is shown reads it. */
export class Clock {
  readonly #follow: () => void;

  constructor(every: number) {
    this.#follow = createSubscriber((renew) => {
      const timer = setInterval(renew, every);
      return () => clearInterval(timer);
    });
  }

  get now(): Date {
    this.#follow();
    return new Date();
  }
}

/** Often enough for times that are shown in minutes. */
export const EVERY_HALF_MINUTE = 30_000;
/** For a countdown in seconds. */
export const EVERY_SECOND = 1_000;
