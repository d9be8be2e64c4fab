import type { ContractView } from "../bindings/ContractView";
import type { ExportPreview } from "../bindings/ExportPreview";
import { coveredTo } from "../contracts/contract";
import type { Session } from "../state/session.svelte";
import { words } from "../words";
import type { ExportDraft } from "./draft.svelte";
import { summarize } from "./summary";

/** What the form would export, and leave out, in sentences. */
export class Outcome {
  constructor(
    readonly session: Session,
    readonly draft: ExportDraft,
    readonly contract: () => ContractView | undefined,
    readonly preview: () => ExportPreview | null,
  ) {}

  /** Until when the contract was exported in the version that is chosen. */
  readonly covered = $derived.by(() => {
    const contract = this.contract();
    return contract ? coveredTo(contract, this.draft.version) : null;
  });

  readonly #refused = $derived.by(
    () => this.draft.form !== null && (this.preview()?.refusals.length ?? 0) > 0,
  );

  readonly sum: string = $derived.by(() => {
    const { form } = this.draft;
    if (!form) return words.exportForm.notYet;
    return this.#refused ? words.exportForm.refused : summarize(form, this.covered, this.draft.dates);
  });

  /** What the export would leave out; empty where that is nothing. */
  readonly gap: string = $derived.by(() => {
    const preview = this.preview();
    if (!preview?.leavesGap || !preview.since || !this.draft.form || this.#refused) return "";
    const { dates } = this.draft;
    const from = dates.moment(preview.since);
    return this.covered
      ? words.exportForm.leavesGap(dates.moment(this.covered), from)
      : words.exportForm.leavesGapBefore(from);
  });

  /** That the form keeps the zone in which it was opened, where this computer has gone to another since; else empty. */
  readonly zone: string = $derived.by(() => {
    const [own, now] = [this.draft.dates.zoneName, this.session.dates.zoneName];
    return own === now ? "" : words.exportForm.zoneKept(own, now);
  });

  /** Chooses what leaves nothing out. */
  include(): void {
    this.draft.what = this.covered ? "sinceLast" : "everything";
  }
}
