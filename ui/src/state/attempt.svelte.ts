import { sentence } from "./session.svelte";

/** What is asked of the program in one place of a page, where it is said why the last try was refused. */
export class Attempt {
  /** Why the program refused; empty while it did not. */
  failed = $state("");

  /** Tries something; whether it was done. */
  async make(command: () => Promise<unknown>): Promise<boolean> {
    this.failed = "";
    try {
      await command();
      return true;
    } catch (error) {
      this.failed = sentence(error);
      return false;
    }
  }
}
