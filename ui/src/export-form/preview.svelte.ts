import type { Backend } from "../backend/backend";
import type { ContractId } from "../bindings/ContractId";
import type { ExportForm } from "../bindings/ExportForm";
import type { ExportPreview } from "../bindings/ExportPreview";
import { sentence } from "../state/session.svelte";

const TYPING_PAUSE = 150;

/** What the program says a form would do, asked again when the form changes and typing pauses. */
export class Preview {
  current = $state.raw<ExportPreview | null>(null);
  failed = $state("");
  #asked = 0;

  constructor(
    readonly backend: Backend,
    readonly contract: ContractId,
    form: () => ExportForm | null,
  ) {
    $effect(() => {
      const asked = form();
      if (!asked) return undefined;
      const timer = setTimeout(() => void this.ask(asked), this.current ? TYPING_PAUSE : 0);
      return () => clearTimeout(timer);
    });
  }

  /** Asks for a form; an answer that a later question has overtaken is dropped. */
  async ask(form: ExportForm): Promise<void> {
    const asked = ++this.#asked;
    try {
      const answer = await this.backend.previewExport(this.contract, form);
      if (asked !== this.#asked) return;
      this.current = answer;
      this.failed = "";
    } catch (error) {
      if (asked === this.#asked) this.failed = sentence(error);
    }
  }
}
