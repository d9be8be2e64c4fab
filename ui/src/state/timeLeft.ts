const MINUTE = 60;
const HOUR = 60 * MINUTE;
/** How quickly a new estimate is believed, in seconds. */
const PATIENCE = 12;
/** An estimate that is off by this factor is not believed until it has stayed so for this many seconds. */
const FAR_OFF = 2;
const LONG = 6;

/**
 * A time left that does not jump. It counts down by the clock, follows new estimates with patience, and is shown in
 * steps that grow with it; the step that is shown stays until the time has clearly left it.
 */
export class TimeLeft {
  #end: number | null = null;
  #read = 0;
  #offSince: number | null = null;
  #shown: number | null = null;

  /** Takes an estimate in seconds (null: none) at a time in milliseconds; what to show, in seconds. */
  read(estimate: number | null, now: number): number | null {
    if (estimate === null) {
      this.#end = this.#shown = this.#offSince = null;
      return null;
    }
    this.#follow(estimate, now / 1000);
    return this.#steady(Math.max(1, (this.#end ?? 0) - now / 1000));
  }

  #follow(estimate: number, now: number): void {
    const told = now + estimate;
    this.#end ??= told;
    const left = Math.max(1, this.#end - now);
    if (estimate > left * FAR_OFF || estimate < left / FAR_OFF) {
      this.#offSince ??= now;
      if (now - this.#offSince >= LONG) this.#end = told;
    } else {
      this.#offSince = null;
      this.#end += (1 - Math.exp((this.#read - now) / PATIENCE)) * (told - this.#end);
    }
    this.#read = now;
  }

  #steady(left: number): number {
    const step = stepOf(left);
    const stays = this.#shown !== null && Math.abs(left - this.#shown) < 0.75 * step;
    const shown = stays ? this.#shown : null;
    return (this.#shown = shown ?? Math.max(step, Math.round(left / step) * step));
  }
}

/** The step in which a time left is shown: what a person would say. */
function stepOf(left: number): number {
  if (left < MINUTE) return 5;
  if (left < HOUR) return MINUTE;
  return left < 4 * HOUR ? 5 * MINUTE : 15 * MINUTE;
}
