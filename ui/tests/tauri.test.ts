import { readFileSync } from "node:fs";
import { join } from "node:path";

import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { afterEach, describe, expect, it } from "vitest";

import { contract, settings } from "../gallery/samples";
import { CommandError } from "../src/backend/backend";
import { tauri } from "../src/backend/tauri";
import type { ContractForm } from "../src/bindings/ContractForm";
import type { ExportForm } from "../src/bindings/ExportForm";

const form: ContractForm = { ...contract(), credentials: { from: "stored" } };
const wanted: ExportForm = {
  selection: { what: "sinceLast" },
  version: "r4",
  serviceDates: [],
  folder: null,
  compressed: false,
};
const filter = {
  contractNumber: null,
  environment: null,
  from: null,
  to: null,
  results: [],
  offset: 0,
  limit: 50,
};

/** Every command as the page sends it. */
const calls = [
  () => tauri.snapshot(),
  () => tauri.addContract(form),
  () => tauri.editContract(1, form),
  () => tauri.removeContract(1),
  () => tauri.startPractice(),
  () => tauri.replaceCredentials(1, { from: "sample" }),
  () => tauri.checkConnection(1, form, null),
  () => tauri.checkContract(1, 1),
  () => tauri.checkComputer(1),
  () => tauri.stopCheck(1),
  () => tauri.lookAtFolder("/claims"),
  () => tauri.chooseFolder(null),
  () => tauri.chooseCredentialsFile(),
  () => tauri.previewExport(1, wanted),
  () => tauri.startExport(1, wanted),
  () => tauri.closeGap(1, "r4", { from: null, to: "2026-06-15T04:00:00Z" }),
  () => tauri.pauseExport(1),
  () => tauri.resumeExport(1),
  () => tauri.tryNow(1),
  () => tauri.adoptJob(1, "3fa81c2e"),
  () => tauri.startAnew(1),
  () => tauri.cancelExport(1),
  () => tauri.moveExport(1, "/claims"),
  () => tauri.exportView(1),
  () => tauri.exportFiles(1),
  () => tauri.verifyExport(1),
  () => tauri.stopVerifying(1),
  () => tauri.fetchAgain(1),
  () => tauri.openFolder(1),
  () => tauri.chooseLogFolder(),
  () => tauri.openLogFolder(),
  () => tauri.history(filter),
  () => tauri.saveAudit(),
  () => tauri.verifyAudit(1),
  () => tauri.supportReport(null),
  () => tauri.saveSupportReport("text"),
  () => tauri.setSettings(settings),
  () => tauri.copyText("text"),
];

/** The program's commands with the names of what they take, but for what Tauri hands them itself. */
function commandsOfTheProgram(): Record<string, string[]> {
  const source = readFileSync(join(import.meta.dirname, "../../src-tauri/src/commands.rs"), "utf8");
  const found = source.matchAll(/#\[tauri::command\]\s+(?:async )?fn (\w+)\(([^)]*)\)/g);
  return Object.fromEntries(
    [...found].map(([, name = "", parameters = ""]) => [
      name,
      parameters
        .split(/,(?![^<]*>)/)
        .map((each) => each.split(":")[0]?.trim() ?? "")
        .filter((each) => each !== "" && !["engine", "app", "clipboard", "checks"].includes(each))
        .sort(),
    ]),
  );
}

afterEach(clearMocks);

describe("the seam to the program", () => {
  it("sends every command of the program, and each by the names that it takes", async () => {
    const sent: Record<string, string[]> = {};
    mockIPC((command, args) => void (sent[command] = Object.keys(args ?? {}).sort()));
    for (const call of calls) await call();
    expect(sent).toEqual(commandsOfTheProgram());
  });

  it("hands a refusal on as the program gave it", async () => {
    const refusal = { kind: "fields", fields: [{ field: "number", reason: "Not a contract number." }] };
    mockIPC(() => Promise.reject(refusal));
    const refused = await tauri.addContract(form).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(CommandError);
    expect(refused).toMatchObject({ refusal, message: "Not a contract number." });
  });

  it("says so when a command is not there", async () => {
    mockIPC(() => Promise.reject(new Error("command not found")));
    await expect(tauri.snapshot()).rejects.toThrow(
      /^The program could not do that\. Try again; .* support report from Help\. .*: Error: command not found$/,
    );
  });

  it("listens to one event", async () => {
    let heard: string[] = [];
    mockIPC(
      (command, args) => {
        if (command === "plugin:event|listen" && args && "event" in args)
          heard = [...heard, String(args.event)];
      },
      { shouldMockEvents: false },
    );
    await tauri.onEvent(() => undefined);
    expect(heard).toEqual(["ab2d"]);
  });
});
