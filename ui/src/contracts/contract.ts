import type { ContractView } from "../bindings/ContractView";
import type { FhirVersion } from "../bindings/FhirVersion";

/** Up to when a contract's claims are covered in a version; null: nothing is. */
export function coveredTo({ coverage }: ContractView, version: FhirVersion): string | null {
  return coverage.find((each) => each.version === version)?.coveredTo ?? null;
}

/** Whether the next export of a contract is due. */
export function isDue({ due }: ContractView, now: Date): boolean {
  return due !== null && new Date(due) <= now;
}

/** Whether a contract cannot be exported for lack of credentials. */
export function needsCredentials(contract: ContractView): boolean {
  return !contract.hasCredentials && contract.environment !== "practice";
}
