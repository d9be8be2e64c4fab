import type { Router } from "./router.svelte";

/** Whether it is the second click of a double click, or a later one. One by keyboard counts nothing. */
function isRepeated({ detail }: MouseEvent): boolean {
  return detail > 1;
}

/** Whether it is on the way back, which is at the same place on each page: there two clicks are meant. */
function goesBack({ target }: MouseEvent): boolean {
  return target instanceof Element && target.closest(".back") !== null;
}

/** For a button that begins something and then ends it: a double click on it does not end what it began. */
export function onFirstClick(act: () => unknown): (event: MouseEvent) => void {
  return (event) => {
    if (!isRepeated(event)) void act();
  };
}

/** Keeps a double click whose first click opened another page from what now lies under the pointer there. */
export class ClickGuard {
  #moves = 0;

  constructor(readonly router: Router) {}

  /** To be asked of each press and click before anything else hears of it. */
  readonly check = (event: MouseEvent): void => {
    if (!isRepeated(event)) this.#moves = this.router.moves;
    else if (this.router.moves !== this.#moves && !goesBack(event)) {
      event.preventDefault();
      event.stopPropagation();
    }
  };
}
