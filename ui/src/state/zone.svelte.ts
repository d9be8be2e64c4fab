import { createSubscriber } from "svelte/reactivity";
import { on } from "svelte/events";

import { systemZone } from "../dates/zone";
import { EVERY_HALF_MINUTE } from "./clock.svelte";

/**
 * The zone that this computer is set to: read again when the person comes back to the window, which may have been hidden
 * on a journey, and now and then, as a computer may wake up elsewhere with the window as it was.
 */
export class SystemZone {
  readonly #follow = createSubscriber((renew) => {
    const stops = [on(window, "focus", renew), on(document, "visibilitychange", renew)];
    const timer = setInterval(renew, EVERY_HALF_MINUTE);
    return () => {
      stops.forEach((stop) => stop());
      clearInterval(timer);
    };
  });

  /** Its name. What is written with it is written anew only when it is another one. */
  readonly name: string = $derived.by(() => {
    this.#follow();
    return systemZone();
  });
}
