import type { ExportForm } from "../src/bindings/ExportForm";
import type { ExportView } from "../src/bindings/ExportView";
import type { FileView } from "../src/bindings/FileView";
import { MemoryBackend } from "./memory";
import { complete, contract, files, running, snapshot } from "./samples";

const FILES = 12;
const TICK = 100;

/** A program in memory whose exports run, from the request to the result, so that a whole story can be played. */
export class RehearsedBackend extends MemoryBackend {
  readonly #clocks = new Map<number, ReturnType<typeof setInterval>>();

  constructor(state = snapshot({ contracts: [contract()], exports: [] })) {
    super(state);
    const { startExport, pauseExport, resumeExport, cancelExport } = this;
    this.startExport = async (id, form) => {
      const started = await startExport(id, form);
      this.#begin(started, id, form);
      return started;
    };
    this.pauseExport = async (id) => {
      await pauseExport(id);
      this.#show(id, { phase: { name: "paused" } });
    };
    this.resumeExport = async (id) => {
      await resumeExport(id);
      this.#show(id, { phase: { name: "downloading" } });
    };
    this.cancelExport = async (id) => {
      await cancelExport(id);
      clearInterval(this.#clocks.get(id));
      this.#show(id, { phase: { name: "cancelled" } });
    };
    this.addContract = async (form) => {
      const added = contract({ ...form, id: 50, apiUrl: "", tokenUrl: "", lastExport: null, coverage: [] });
      this.calls.push(["addContract", form]);
      this.state = { ...this.state, contracts: [...this.state.contracts, added] };
      this.emit({ event: "contracts", contracts: this.state.contracts });
      return Promise.resolve(added);
    };
  }

  #begin(id: number, contractId: number, form: ExportForm): void {
    const of = this.state.contracts.find((each) => each.id === contractId) ?? contract();
    const begun = running({
      id,
      contractId,
      contractNumber: of.number,
      nickname: of.nickname,
      environment: of.environment,
      version: form.version,
      phase: { name: "requesting" },
      times: { ...running().times, asked: new Date().toISOString(), prepared: null },
      expiresAt: null,
      progress: {
        ...running().progress,
        files: 0,
        filesVerified: 0,
        bytes: 0,
        bytesDone: 0,
        secondsLeft: null,
      },
    });
    this.state = { ...this.state, exports: [...this.state.exports, begun] };
    this.emit({ event: "export", export: begun });
    let tick = 0;
    this.#clocks.set(
      id,
      setInterval(() => {
        if (this.#view(id)?.phase.name !== "paused") this.#go(id, ++tick);
      }, TICK),
    );
  }

  /** Five ticks to prepare, then two for each file. */
  #go(id: number, tick: number): void {
    const done = Math.floor((tick - 6) / 2);
    if (tick < 6) this.#show(id, { phase: { name: "preparing", percent: tick * 20 } });
    else if (done < FILES) this.#download(id, done);
    else {
      clearInterval(this.#clocks.get(id));
      this.files = files(FILES, FILES + 9);
      const { progress, tally, coverage } = complete();
      const all = { ...progress, files: FILES, filesVerified: FILES };
      this.#show(id, {
        phase: { name: "complete" },
        progress: all,
        tally,
        coverage,
        times: complete().times,
      });
    }
  }

  #download(id: number, done: number): void {
    const shown: FileView[] = files(FILES, done);
    this.files = shown;
    const bytes = shown.reduce((sum, file) => sum + file.bytes, 0);
    const progress = {
      ...running().progress,
      files: FILES,
      filesVerified: done,
      bytes,
      bytesDone: Math.round((bytes * done) / FILES),
      secondsLeft: (FILES - done) * 2,
    };
    if (this.#view(id)?.phase.name !== "downloading") {
      const { times, expiresAt } = running();
      this.#show(id, { phase: { name: "downloading" }, times, expiresAt, progress });
    }
    this.emit({ event: "progress", id, progress, files: shown });
    this.#keep(id, { progress });
  }

  #view(id: number): ExportView | undefined {
    return this.state.exports.find((each) => each.id === id);
  }

  #keep(id: number, changes: Partial<ExportView>): void {
    const exports = this.state.exports.map((each) => (each.id === id ? { ...each, ...changes } : each));
    this.state = { ...this.state, exports };
  }

  #show(id: number, changes: Partial<ExportView>): void {
    this.#keep(id, changes);
    const shown = this.#view(id);
    if (shown) this.emit({ event: "export", export: shown });
  }
}
