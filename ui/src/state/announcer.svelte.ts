import { untrack } from "svelte";

/** What a screen reader says without being asked. */
export class Announcer {
  /** Said when the reader pauses: phase changes, each quarter of a download. */
  polite = $state("");
  /** Said at once: something waits for the person. */
  urgent = $state("");

  say(text: string): void {
    this.polite = again(
      untrack(() => this.polite),
      text,
    );
  }

  alert(text: string): void {
    this.urgent = again(
      untrack(() => this.urgent),
      text,
    );
  }
}

/** A live region speaks only when its text changes, so the same words twice need a difference that is not heard. */
function again(before: string, text: string): string {
  return before === text ? `${text}\u00a0` : text;
}
