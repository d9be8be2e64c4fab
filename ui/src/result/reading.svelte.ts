import type { ExportId } from "../bindings/ExportId";
import type { FileView } from "../bindings/FileView";
import type { VerifyProgress } from "../bindings/VerifyProgress";
import type { VerifyReport } from "../bindings/VerifyReport";
import type { Dates } from "../dates/dates";
import { sentence, type Session } from "../state/session.svelte";
import { words } from "../words";

/** What the files are read for: to verify them, or to fetch those again that are not whole. */
export type Purpose = "verify" | "fetch";

/** What was found, and when. */
export interface Found {
  report: VerifyReport;
  at: Date;
}

/** Files with the same thing wrong with them. */
export interface Spoiled {
  title: string;
  names: string[];
}

/** An export's files being read again, which may take long: whatever page is shown, it goes on and is remembered. */
export class Reading {
  purpose = $state<Purpose | null>(null);
  /** How far it is; null until that is told. */
  progress = $state.raw<VerifyProgress | null>(null);
  found = $state.raw<Found | null>(null);
  failed = $state("");

  constructor(
    readonly session: Session,
    readonly id: ExportId,
  ) {}

  /** The files that are not as they were verified, as far as was looked. */
  get spoiled(): Spoiled[] {
    return spoiledFiles(this.found, this.session.files.get(this.id) ?? []);
  }

  /** How many these are. */
  get spoiledCount(): number {
    return this.spoiled.reduce((sum, { names }) => sum + names.length, 0);
  }

  /** These files, as far as they are read. */
  get spoiledFiles(): FileView[] {
    const names = new Set(this.spoiled.flatMap((each) => each.names));
    return (this.session.files.get(this.id) ?? []).filter(({ name }) => names.has(name));
  }

  async verify(): Promise<void> {
    await this.#read("verify", async () => {
      const report = await this.session.backend.verifyExport(this.id);
      if (!report) return;
      this.found = { report, at: new Date() };
      const said = sentenceOf(this.found, this.session.dates, this.found.at);
      this.session.announcer.say(words.result.foundIn(this.#contract, said));
      if (this.session.files.has(this.id)) await this.session.loadFiles(this.id);
    });
  }

  async fetchAgain(): Promise<void> {
    await this.#read("fetch", async () => {
      await this.session.backend.fetchAgain(this.id);
      this.found = null;
    });
  }

  async stop(): Promise<void> {
    await this.session.backend.stopVerifying(this.id);
  }

  get #contract(): string {
    return this.session.exports.get(this.id)?.contractNumber ?? "";
  }

  async #read(purpose: Purpose, command: () => Promise<void>): Promise<void> {
    if (this.purpose) return;
    this.purpose = purpose;
    this.progress = null;
    this.failed = "";
    this.session.announcer.say(words.result.reads[purpose]);
    try {
      await command();
    } catch (error) {
      this.failed = sentence(error);
    } finally {
      this.purpose = null;
    }
  }
}

/** What is spoiled, by what is wrong: as it was just found, else as the files remember it. */
function spoiledFiles(found: Found | null, files: FileView[]): Spoiled[] {
  const { result } = words;
  const remembered = files.filter(({ state }) => state === "damaged").map(({ name }) => name);
  const lists = found
    ? [
        { title: result.damaged, names: found.report.damaged },
        { title: result.missing, names: found.report.missing },
        { title: result.unreadable, names: found.report.unreadable },
      ]
    : [{ title: result.damagedOrMissing, names: remembered }];
  return lists.filter(({ names }) => names.length > 0);
}

/** What was found, in a sentence. */
export function sentenceOf({ report, at }: Found, dates: Dates, now: Date): string {
  const wrong = report.damaged.length + report.missing.length + report.unreadable.length;
  return wrong > 0
    ? words.result.spoiled(wrong)
    : words.result.whole(words.files(report.whole.length), dates.soon(at, now));
}
