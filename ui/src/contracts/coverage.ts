import type { ContractView } from "../bindings/ContractView";
import type { FhirVersion } from "../bindings/FhirVersion";

/** Up to when a contract's claims are covered in a version; null: nothing is. */
export function coveredTo({ coverage }: ContractView, version: FhirVersion): string | null {
  return coverage.find((each) => each.version === version)?.coveredTo ?? null;
}
