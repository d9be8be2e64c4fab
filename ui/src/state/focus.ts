import type { Stop } from "../backend/backend";
import type { Stop as Page } from "./router.svelte";

const FOCUSABLE = "a[href], button:not([tabindex='-1']), input, select, textarea, [tabindex='0']";
/** What is too large to hold a neighbour: there the heading is nearer. */
const WHOLE_PAGE = ".content, main, .pane, .window, body, html";

/** An element with what stood beside it when something in it got the focus. */
interface Place {
  element: Element;
  next: Element | null;
  previous: Element | null;
}

/**
 * Keeps the keyboard from being lost. A new page is read from its heading, which may come later than the page, and one
 * that the person comes back to from what has an id and was left there; and when the element that has the focus goes (a
 * button that was done with, a row that was taken out), the one that is drawn elsewhere with its id gets it, or what stood
 * beside it, else the heading. In a window of another size, or at another zoom, it is scrolled into view again.
 */
export class FocusKeeper {
  /** Where the focus is, from inside out. */
  #trail: Place[] = [];
  #awaitsHeading = false;
  /** What had the focus when a page was left, by its id. */
  readonly #left = new WeakMap<Page, string>();

  /** Watches the page until it is told to stop. */
  watch(): Stop {
    const note = ({ target }: FocusEvent) => (this.#trail = placesOf(target));
    const observer = new MutationObserver(() => setTimeout(() => this.#mend()));
    document.addEventListener("focusin", note);
    addEventListener("resize", keepInSight);
    observer.observe(document.body, { childList: true, subtree: true });
    return () => {
      document.removeEventListener("focusin", note);
      removeEventListener("resize", keepInSight);
      observer.disconnect();
    };
  }

  /** Notes what has the focus on a page that is being left. */
  leave(page: Page): void {
    this.#left.set(page, document.activeElement?.id ?? "");
  }

  /** On a page that the person comes back to, the focus goes to where it was; on any other to the heading. */
  arrive(page: Page): void {
    const before = document.getElementById(this.#left.get(page) ?? "");
    this.#left.delete(page);
    if (before?.matches(FOCUSABLE)) before.focus();
    else this.toHeading();
  }

  /** Puts the focus on the page's heading, as soon as it is there. */
  toHeading(): void {
    this.#awaitsHeading = !focusHeading();
  }

  #mend(): void {
    if (this.#awaitsHeading) {
      this.toHeading();
      return;
    }
    const at = this.#trail[0]?.element;
    if (!at || at.isConnected || document.activeElement !== document.body) return;
    const neighbour = (at.id && document.getElementById(at.id)) || neighbourIn(this.#trail);
    this.#trail = [];
    if (neighbour) neighbour.focus({ preventScroll: true });
    else focusHeading();
  }
}

/** What can take the focus beside the outermost element that went, or around it. */
function neighbourIn(trail: Place[]): HTMLElement | null {
  const around = trail.findIndex(({ element }) => element.isConnected);
  const gone = trail[around - 1];
  const holders = trail.slice(around).map(({ element }) => element);
  const small = holders.slice(
    0,
    holders.findIndex((each) => each.matches(WHOLE_PAGE)),
  );
  if (small.length === 0) return null;
  for (const each of [gone?.next, gone?.previous, ...small]) {
    const found = each?.isConnected ? focusableIn(each) : null;
    if (found) return found;
  }
  return null;
}

function focusableIn(element: Element): HTMLElement | null {
  return element instanceof HTMLElement && element.matches(FOCUSABLE)
    ? element
    : element.querySelector<HTMLElement>(FOCUSABLE);
}

/** Only what was reached by keyboard, or is typed in: somebody with a mouse may have scrolled on. */
function keepInSight(): void {
  requestAnimationFrame(() => {
    const at = document.activeElement;
    if (!at?.matches(":focus-visible") || at.matches("h1")) return;
    (at.closest("label") ?? at).scrollIntoView({ block: "nearest" });
  });
}

function focusHeading(): boolean {
  const heading = document.querySelector<HTMLElement>("h1");
  heading?.focus({ preventScroll: true });
  return heading !== null;
}

function placesOf(target: EventTarget | null): Place[] {
  const places: Place[] = [];
  for (let element = target instanceof Element ? target : null; element; element = element.parentElement) {
    places.push({ element, next: element.nextElementSibling, previous: element.previousElementSibling });
  }
  return places;
}
