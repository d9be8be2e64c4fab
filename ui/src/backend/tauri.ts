import { invoke, type InvokeArgs } from "@tauri-apps/api/core";
import { listen, TauriEvent } from "@tauri-apps/api/event";

import type { Event } from "../bindings/Event";
import { words } from "../words";
import { type Backend, CommandError, type CommandRefusal, type Stop } from "./backend";

/** The program itself, behind Tauri's commands and its one event. */
export const tauri: Backend = {
  snapshot: () => call("snapshot"),
  onEvent: (listener) => listen<Event>("ab2d", ({ payload }) => listener(payload)),
  onDrag,

  addContract: (form) => call("add_contract", { form }),
  editContract: (id, form) => call("edit_contract", { id, form }),
  removeContract: (id) => call("remove_contract", { id }),
  startPractice: () => call("start_practice"),
  replaceCredentials: (id, credentials) => call("replace_credentials", { id, credentials }),
  checkConnection: (check, form, contract) => call("check_connection", { check, form, contract }),
  checkContract: (check, id) => call("check_contract", { check, id }),
  checkComputer: (check) => call("check_computer", { check }),
  stopCheck: (check) => call("stop_check", { check }),

  lookAtFolder: (folder) => call("look_at_folder", { folder }),
  chooseFolder: (start) => call("choose_folder", { start }),
  chooseCredentialsFile: () => call("choose_credentials_file"),

  previewExport: (id, form) => call("preview_export", { id, form }),
  startExport: (id, form) => call("start_export", { id, form }),
  closeGap: (id, version, gap) => call("close_gap", { id, version, gap }),
  pauseExport: (id) => call("pause_export", { id }),
  resumeExport: (id) => call("resume_export", { id }),
  tryNow: (id) => call("try_now", { id }),
  adoptJob: (id, job) => call("adopt_job", { id, job }),
  startAnew: (id) => call("start_anew", { id }),
  cancelExport: (id) => call("cancel_export", { id }),
  moveExport: (id, folder) => call("move_export", { id, folder }),

  exportView: (id) => call("export_view", { id }),
  exportFiles: (id) => call("export_files", { id }),
  verifyExport: (id) => call("verify_export", { id }),
  stopVerifying: (id) => call("stop_verifying", { id }),
  fetchAgain: (id) => call("fetch_again", { id }),
  openFolder: (id) => call("open_folder", { id }),

  history: (filter) => call("history", { filter }),
  saveAudit: () => call("save_audit"),
  verifyAudit: (check) => call("verify_audit", { check }),
  supportReport: (id) => call("support_report", { id }),
  saveSupportReport: (text) => call("save_support_report", { text }),

  chooseLogFolder: () => call("choose_log_folder"),
  openLogFolder: () => call("open_log_folder"),
  setSettings: (settings) => call("set_settings", { settings }),
  copyText: (text) => call("copy_text", { text }),
};

async function call<Answer>(command: string, args?: InvokeArgs): Promise<Answer> {
  try {
    return await invoke<Answer>(command, args);
  } catch (reason) {
    throw new CommandError(asRefusal(reason));
  }
}

/** What a command was refused with; a text alone comes from Tauri itself, when a command is not there or not allowed. */
function asRefusal(reason: unknown): CommandRefusal {
  if (typeof reason === "object" && reason !== null && "kind" in reason) return reason as CommandRefusal;
  return { kind: "message", message: words.commandFailed(String(reason)) };
}

async function onDrag(listener: (over: boolean) => void): Promise<Stop> {
  const stops = await Promise.all([
    listen(TauriEvent.DRAG_ENTER, () => listener(true)),
    listen(TauriEvent.DRAG_LEAVE, () => listener(false)),
    listen(TauriEvent.DRAG_DROP, () => listener(false)),
  ]);
  return () => stops.forEach((stop) => stop());
}
