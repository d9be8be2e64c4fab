import type { ContractId } from "../bindings/ContractId";
import type { ExportForm } from "../bindings/ExportForm";
import type { ExportId } from "../bindings/ExportId";

/** A page of the window. */
export type Route =
  | { page: "contracts" }
  | { page: "addContract" }
  | { page: "editContract"; id: ContractId }
  | { page: "exportForm"; id: ContractId; start?: ExportForm }
  | { page: "exportSeveral"; ids: ContractId[] }
  | { page: "export"; id: ExportId }
  | { page: "history" }
  | { page: "help"; about?: ExportId }
  | { page: "settings" };

/** Where the window is, and the way back. */
export class Router {
  #trail = $state.raw<Route[]>([{ page: "contracts" }]);

  /** The page that is shown. */
  readonly route: Route = $derived(this.#trail.at(-1) ?? { page: "contracts" });
  /** The page that “back” leads to, if there is one. */
  readonly previous: Route | undefined = $derived(this.#trail.at(-2));
  /** How often a page was changed: 0 until the person goes somewhere. */
  moves = $state(0);

  /** Opens a page; one in the sidebar begins a new trail. */
  go(route: Route): void {
    this.#trail = isPlace(route) ? [route] : [...this.#trail, route];
    this.moves += 1;
  }

  /** Opens a page in place of this one, so that “back” does not lead to a form that is done. */
  replace(route: Route): void {
    this.#trail = [...this.#trail.slice(0, -1), route];
    this.moves += 1;
  }

  /** Goes back, to Contracts if there is no way. */
  back(): void {
    this.#trail = this.#trail.length > 1 ? this.#trail.slice(0, -1) : [{ page: "contracts" }];
    this.moves += 1;
  }
}

function isPlace(route: Route): boolean {
  if (route.page === "help") return route.about === undefined;
  return ["contracts", "history", "settings"].includes(route.page);
}
