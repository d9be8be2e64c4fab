import type { Backend } from "../backend/backend";
import type { ContractId } from "../bindings/ContractId";
import type { ExportForm } from "../bindings/ExportForm";
import type { ExportPreview } from "../bindings/ExportPreview";
import { sentence } from "../state/session.svelte";

const TYPING_PAUSE = 150;

/** What the program says a form would do, asked again when it changes, or what is covered, and typing pauses. */
export class Preview {
  current = $state.raw<ExportPreview | null>(null);
  failed = $state("");
  #asked = 0;
  /** The form that the answer is for. */
  #answered: ExportForm | null = null;

  constructor(
    readonly backend: Backend,
    readonly contract: ContractId,
    form: () => ExportForm | null,
    covered: () => unknown,
  ) {
    $effect(() => {
      const asked = form();
      covered();
      if (!asked) return undefined;
      const timer = setTimeout(() => void this.ask(asked), this.#asked > 0 ? TYPING_PAUSE : 0);
      return () => clearTimeout(timer);
    });
  }

  /** What the program says of a form, asked at once where typing has only just paused. */
  async settle(form: ExportForm): Promise<void> {
    if (form !== this.#answered) await this.ask(form);
  }

  /** Asks for a form; an answer that a later question has overtaken is dropped. */
  async ask(form: ExportForm): Promise<void> {
    const asked = ++this.#asked;
    try {
      const answer = await this.backend.previewExport(this.contract, form);
      if (asked !== this.#asked) return;
      this.current = answer;
      this.#answered = form;
      this.failed = "";
    } catch (error) {
      if (asked === this.#asked) this.failed = sentence(error);
    }
  }
}
