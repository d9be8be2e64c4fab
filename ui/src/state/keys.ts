/**
 * Whether a key goes back a page, as in a browser: ⌘[ on a Mac, where Option and an arrow move by word in a text, Alt and
 * the left arrow elsewhere.
 */
export function isBackKey({ altKey, ctrlKey, key, metaKey }: KeyboardEvent): boolean {
  if (isMac()) return metaKey && key === "[";
  return altKey && !ctrlKey && !metaKey && key === "ArrowLeft";
}

/** Whether a key loads the page again in a web view, with Shift also what it has stored. */
export function isReloadKey({ altKey, ctrlKey, key, metaKey }: KeyboardEvent): boolean {
  if (key === "F5" || key === "BrowserRefresh") return true;
  return (ctrlKey || metaKey) && !altKey && key.toLowerCase() === "r";
}

/** Whether a letter is pressed with the key for commands: ⌘ on a Mac, where Control and a letter edit text, else Ctrl. */
export function isCommand(
  { altKey, ctrlKey, key, metaKey, shiftKey }: KeyboardEvent,
  letter: string,
): boolean {
  const [pressed, other] = isMac() ? [metaKey, ctrlKey] : [ctrlKey, metaKey];
  return pressed && !other && !altKey && !shiftKey && key.toLowerCase() === letter;
}

function isMac(): boolean {
  return /Mac/.test(navigator.userAgent);
}
