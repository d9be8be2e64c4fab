import { untrack } from "svelte";

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

/** A page that was opened, with what it keeps for when the person comes back to it. */
export interface Stop {
  readonly route: Route;
  kept?: unknown;
}

/** Where the window is, and the way back. */
export class Router {
  #trail = $state.raw<Stop[]>([{ route: { page: "contracts" } }]);

  /** Where the person is: as long as it is the same, they have not left the page. */
  readonly at: Stop = $derived(this.#trail.at(-1) ?? { route: { page: "contracts" } });
  /** The page that is shown. */
  readonly route: Route = $derived(this.at.route);
  /** The page that “back” leads to, if there is one. */
  readonly previous: Route | undefined = $derived(this.#trail.at(-2)?.route);
  /** How often a page was changed: 0 until the person goes somewhere. */
  moves = $state(0);
  /** What each place of the sidebar kept last. */
  readonly #kept = new Map<Route["page"], unknown>();

  /** Opens a page; one in the sidebar begins a new trail, and one that is on the trail is not put there twice. */
  go(route: Route): void {
    this.#open({ route });
  }

  /** Opens a place of the sidebar as it was left. */
  enter(route: Route): void {
    this.#open({ route, kept: this.#kept.get(route.page) });
  }

  /** Opens a page in place of one that is done, also where the person has gone on from that one meanwhile. */
  replace(done: Stop, route: Route): void {
    if (this.at === done) this.moves += 1;
    this.#trail = this.#trail.map((each) => (each === done ? { route } : each));
  }

  /** Takes a page that is done off the trail, also where the person has gone on from it meanwhile. */
  leave(done: Stop): void {
    if (this.at === done) this.moves += 1;
    const left = this.#trail.filter((each) => each !== done);
    this.#trail = left.length > 0 ? left : [{ route: { page: "contracts" } }];
  }

  /** Goes to a page that was opened before, which finds again what it has kept, also where it is off the trail by now. */
  reopen(stop: Stop): void {
    this.#trail = [...this.#trail.filter((each) => each !== stop), stop];
    this.moves += 1;
  }

  /** Goes back, to Contracts if there is no way. */
  back(): void {
    this.leave(this.at);
  }

  /**
   * What the page that is shown keeps while one can come back to it: made the first time, found again later. It is
   * no component's, so what is derived in it outlives the component.
   */
  keep<Kept>(make: () => Kept): Kept {
    const stop = untrack(() => this.at);
    $effect.root(() => void (stop.kept ??= make()));
    if (isPlace(stop.route)) this.#kept.set(stop.route.page, stop.kept);
    return stop.kept as Kept;
  }

  #open(opened: Stop): void {
    const { route } = opened;
    const stop = isSame(route, this.route) ? this.at : opened;
    const others = this.#trail.filter((each) => !isSame(each.route, route));
    this.#trail = isPlace(route) ? [stop] : [...others, stop];
    this.moves += 1;
  }
}

function isPlace(route: Route): boolean {
  if (route.page === "help") return route.about === undefined;
  return ["contracts", "history", "settings"].includes(route.page);
}

function isSame(a: Route, b: Route): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
