import type { ContractView } from "../bindings/ContractView";
import type { ExportView } from "../bindings/ExportView";
import type { FhirVersion } from "../bindings/FhirVersion";

/** Up to when a contract's claims are covered in a version; null: nothing is. */
export function coveredTo({ coverage }: ContractView, version: FhirVersion): string | null {
  return coverage.find((each) => each.version === version)?.coveredTo ?? null;
}

/** Whether an export is of a contract in the list, which may have been removed and added again since. */
export function isOf(
  { contractId, contractNumber, environment }: ExportView,
  contract: ContractView,
): boolean {
  const hasOneAddress = environment !== "other";
  return (
    contract.number === contractNumber &&
    contract.environment === environment &&
    (hasOneAddress || contract.id === contractId)
  );
}

/** Whether the next export of a contract is due. */
export function isDue({ due }: ContractView, now: Date): boolean {
  return due !== null && new Date(due) <= now;
}

/** Whether a contract cannot be exported for lack of credentials. */
export function needsCredentials(contract: ContractView): boolean {
  return !contract.hasCredentials && contract.environment !== "practice";
}
