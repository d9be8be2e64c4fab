import type { Environment } from "../bindings/Environment";
import type { IconName } from "./icons";

/** The order in which environments are offered. */
export const ENVIRONMENTS: Environment[] = ["production", "sandbox", "practice", "other"];

export const environmentIcons: Record<Environment, IconName> = {
  production: "lock",
  sandbox: "flask",
  practice: "laptop",
  other: "globe",
};
