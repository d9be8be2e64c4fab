import { RehearsedBackend } from "../rehearsal";
import { contractScenes } from "./contracts";
import { exportScenes } from "./exports";
import { contractFormScenes, exportFormScenes } from "./forms";
import { otherScenes, resultScenes } from "./results";
import type { Scene } from "./scene";

/** Every screen and state, by name. */
export const scenes: Record<string, Scene> = {
  ...contractScenes,
  ...contractFormScenes,
  ...exportFormScenes,
  ...exportScenes,
  ...resultScenes,
  ...otherScenes,
};

/** What plays a story from beginning to end, rather than stand for a picture. */
export const stories: Record<string, Scene> = {
  rehearsal: { backend: () => new RehearsedBackend() },
  newcomer: { backend: () => new RehearsedBackend({ ...new RehearsedBackend().state, contracts: [] }) },
};
