import type { Theme } from "../bindings/Theme";
import type { Stop } from "../backend/backend";

/** Puts the theme on the page and keeps following the system where the person chose that. */
export function applyTheme(theme: Theme): Stop {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const resolved = theme === "system" ? (dark.matches ? "dark" : "light") : theme;
    document.documentElement.dataset.theme = resolved;
  };
  apply();
  dark.addEventListener("change", apply);
  return () => dark.removeEventListener("change", apply);
}
