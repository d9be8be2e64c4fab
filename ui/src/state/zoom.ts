import type { Stop } from "../backend/backend";

/** How large the page can be, in percent: as in browsers. */
export const ZOOMS = [75, 80, 90, 100, 110, 125, 150, 175, 200, 250, 300];
const USUAL = 100;
/** So many pixels of the wheel are a step: a trackpad tells of a few at a time. */
const NOTCH = 80;

/** Tells which size a person asks for by Ctrl (⌘ on a Mac) with +, − or 0, or with the mouse’s wheel. */
export function followZoom(now: () => number, change: (zoom: number) => void): Stop {
  function take(event: KeyboardEvent | WheelEvent, zoom: number) {
    event.preventDefault();
    if (zoom !== now()) change(zoom);
  }
  function onkeydown(event: KeyboardEvent) {
    if (event.altKey || !(event.ctrlKey || event.metaKey)) return;
    if (event.key === "+" || event.key === "=") take(event, larger(now()));
    if (event.key === "-" || event.key === "_") take(event, smaller(now()));
    if (event.key === "0") take(event, USUAL);
  }
  let turned = 0;
  function onwheel(event: WheelEvent) {
    if (!event.ctrlKey) return;
    event.preventDefault();
    turned += event.deltaY;
    if (Math.abs(turned) < NOTCH) return;
    take(event, turned < 0 ? larger(now()) : smaller(now()));
    turned = 0;
  }
  window.addEventListener("keydown", onkeydown);
  window.addEventListener("wheel", onwheel, { passive: false });
  return () => {
    window.removeEventListener("keydown", onkeydown);
    window.removeEventListener("wheel", onwheel);
  };
}

function larger(than: number): number {
  return ZOOMS.find((zoom) => zoom > than) ?? than;
}

function smaller(than: number): number {
  return ZOOMS.findLast((zoom) => zoom < than) ?? than;
}
