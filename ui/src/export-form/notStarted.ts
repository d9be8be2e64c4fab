import type { ContractView } from "../bindings/ContractView";
import type { Session } from "../state/session.svelte";
import { words } from "../words";

/** What a notice says of a contract whose export did not start. */
export function notStarted(session: Session, { number, environment }: ContractView): string {
  return words.exportForm.notStarted(session.nameOf(number, environment));
}
