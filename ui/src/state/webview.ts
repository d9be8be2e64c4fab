import { isReloadKey } from "./keys";

/** Where the web view's own menu offers to copy and paste; a checkbox and a radio button are no texts. */
const TEXT_FIELD = "input:not([type='checkbox'], [type='radio']), textarea";

/** Keeps the web view from loading the page again, which would drop what is typed and what is under way. */
export function keepPage(): void {
  addEventListener("keydown", (event) => isReloadKey(event) && event.preventDefault(), { capture: true });
  addEventListener("contextmenu", (event) => isOnText(event) || event.preventDefault());
}

/** Whether the menu is asked for in a text field or on selected text, where it does not offer to reload. */
function isOnText({ target, clientX, clientY }: MouseEvent): boolean {
  if (target instanceof Element && target.closest(TEXT_FIELD)) return true;
  const selection = getSelection();
  if (!selection || selection.isCollapsed) return false;
  return [...selection.getRangeAt(0).getClientRects()].some(
    ({ left, right, top, bottom }) =>
      left <= clientX && clientX <= right && top <= clientY && clientY <= bottom,
  );
}
