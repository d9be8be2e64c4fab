import type { Settings } from "../bindings/Settings";

/** Changes some of the settings. */
export type Change = (changes: Partial<Settings>) => void;
