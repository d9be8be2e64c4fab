import { SvelteMap } from "svelte/reactivity";

import type { ContractId } from "../bindings/ContractId";
import type { FolderView } from "../bindings/FolderView";
import { Check, COMPUTER, CONTRACT } from "../check/check.svelte";
import { lookAt } from "../parts/folder.svelte";
import type { Session } from "../state/session.svelte";
import { words } from "../words";

/** What is found when all was checked. */
interface Found {
  /** What does not work. */
  failing: string[];
  /** How much was checked, the computer among it. */
  all: number;
  at: Date;
}

/** The check of this computer and of every contract: whatever page is shown, it goes on and its findings are kept. */
export class EverythingCheck {
  readonly contracts = new SvelteMap<ContractId, Check>();
  readonly folders = new SvelteMap<ContractId, FolderView | undefined>();
  computer = $state.raw<Check>();
  running = $state(false);
  /** Null until all was checked. */
  found = $state.raw<Found | null>(null);
  #stopped = false;
  /** The one that is under way. */
  #current: Check | undefined;

  constructor(readonly session: Session) {}

  /** One after the other, so that an address is not asked for everything at once. */
  async run(): Promise<void> {
    if (this.running) return;
    this.#begin();
    try {
      const computer = (this.computer = new Check(this.session, COMPUTER));
      await this.#check(computer, (number) => this.session.backend.checkComputer(number));
      const ids = this.session.contracts.map(({ id }) => id);
      for (const id of ids) if (!this.#stopped) await this.#checkContract(id);
      if (!this.#stopped) this.#sumUp(computer);
    } finally {
      this.running = false;
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#current?.stop();
  }

  #begin(): void {
    this.running = true;
    this.#stopped = false;
    this.found = null;
    this.contracts.clear();
    this.folders.clear();
  }

  /** Checks a contract as it is by its turn, unless it was removed. */
  async #checkContract(id: ContractId): Promise<void> {
    const { backend } = this.session;
    const contract = this.session.contract(id);
    if (!contract) return;
    const check = new Check(this.session, CONTRACT);
    this.contracts.set(id, check);
    await this.#check(check, (number) => backend.checkContract(number, id));
    this.folders.set(id, await lookAt(backend, contract.folder));
  }

  async #check(check: Check, ask: Parameters<Check["run"]>[0]): Promise<void> {
    this.#current = check;
    await check.run(ask);
  }

  /** Says on another page what it is that was found. */
  #sumUp(computer: Check): void {
    const { announcer, contracts, dates, router } = this.session;
    const checked = contracts.filter(({ id }) => this.contracts.has(id));
    const failing = checked
      .filter(({ id }) => this.contracts.get(id)?.works === false)
      .map(({ number }) => number);
    if (!computer.works) failing.unshift(words.checkEverything.computer);
    const [all, at] = [checked.length + 1, new Date()];
    this.found = { failing, all, at };
    const said = words.checkEverything.found(failing, all, dates.time(at));
    announcer.say(router.route.page === "help" ? said : words.checkEverything.ended(said));
  }
}
