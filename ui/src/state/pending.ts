import type { Event } from "../bindings/Event";
import type { ExportId } from "../bindings/ExportId";
import type { FileView } from "../bindings/FileView";

export type ProgressEvent = Extract<Event, { event: "progress" }>;

/** How long what is told waits, in milliseconds, where the page is hidden and no frame is drawn. */
const HIDDEN = 250;

/** What was told of running exports since the last frame. It is shown with the next: of each export the newest, at most once. */
export class Pending {
  readonly #told = new Map<ExportId, ProgressEvent>();
  #frame = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly show: (told: ProgressEvent) => void) {}

  add(told: ProgressEvent): void {
    const before = this.#told.get(told.id);
    this.#told.set(told.id, before ? { ...told, files: newest(before.files, told.files) } : told);
    if (this.#timer === undefined) this.#wait();
  }

  /** Shows at once what was told of an export. */
  flush(id: ExportId): void {
    const told = this.#told.get(id);
    this.#told.delete(id);
    if (told) this.show(told);
  }

  /** Forgets what was told. */
  clear(): void {
    this.#told.clear();
    this.#stopWaiting();
  }

  #wait(): void {
    const end = () => {
      this.#stopWaiting();
      [...this.#told.keys()].forEach((id) => this.flush(id));
    };
    this.#frame = requestAnimationFrame(end);
    this.#timer = setTimeout(end, HIDDEN);
  }

  #stopWaiting(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/** Each file as it was told last. */
function newest(before: FileView[], after: FileView[]): FileView[] {
  return [...new Map([...before, ...after].map((file) => [file.index, file])).values()];
}
