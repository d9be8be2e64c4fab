import { screen, waitFor } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";

import { MemoryBackend } from "../gallery/memory";
import { complete, contract, problem, running, snapshot, waiting } from "../gallery/samples";
import { callsOf, open } from "./open";

const focused = () => document.activeElement;
const heading = () => screen.getByRole("heading", { level: 1 });

describe("the focus", () => {
  it("waits for the heading of a page that has to be loaded", async () => {
    const backend = new MemoryBackend();
    backend.older = [complete({ id: 7 })];
    const load = backend.exportView;
    backend.exportView = async (id) => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return load(id);
    };
    const { session } = await open(backend);
    session.router.go({ page: "export", id: 7 });
    await waitFor(() => expect(focused()).toBe(heading()));
    expect(heading().textContent).toMatch(/all verified/);
  });

  it("stays on the one button that pauses and resumes", async () => {
    const { backend, person } = await open(new MemoryBackend(snapshot({ exports: [running()] })), {
      page: "export",
      id: 100,
    });
    const button = await screen.findByRole("button", { name: "Pause" });
    button.focus();
    await person.keyboard("{Enter}");
    backend.emit({ event: "export", export: running({ phase: { name: "paused" } }) });
    await screen.findByRole("button", { name: "Resume" });
    expect(focused()).toBe(button);
    await person.keyboard("{Enter}");
    expect(callsOf(backend, "resumeExport")).toEqual([[100]]);
  });

  it("goes to the result’s heading when the page it was on has become the result", async () => {
    const { backend } = await open(new MemoryBackend(snapshot({ exports: [running()] })), {
      page: "export",
      id: 100,
    });
    (await screen.findByRole("button", { name: "Pause" })).focus();
    backend.emit({ event: "export", export: complete() });
    await waitFor(() => expect(focused()).toBe(heading()));
    expect(heading().textContent).toMatch(/all verified/);
  });

  it("stays on the one button that leaves a contract out and puts it back", async () => {
    const { person } = await open(new MemoryBackend(snapshot({ exports: [] })), {
      page: "exportSeveral",
      ids: [3, 4, 5],
    });
    await person.click(await screen.findByRole("button", { name: "Leave out S5884" }));
    expect(focused()).toBe(screen.getByRole("button", { name: "Put back S5884" }));
    await person.keyboard("{Enter}");
    expect(focused()).toBe(screen.getByRole("button", { name: "Leave out S5884" }));
  });

  it("goes to the heading when the dialog’s opener is gone with its row", async () => {
    const { backend, person } = await open(new MemoryBackend(snapshot({ exports: [] })));
    await person.click(screen.getByRole("button", { name: "More for S4802" }));
    await person.click(screen.getByRole("menuitem", { name: "Remove contract…" }));
    await person.click(screen.getByRole("button", { name: "Remove contract" }));
    backend.emit({ event: "contracts", contracts: [contract({ id: 1, number: "S5601" })] });
    await waitFor(() => expect(focused()).not.toBe(document.body));
  });

  it.each([
    ["its export", "Export S1040", "Export… S1040", []],
    ["what is kept of it", "Edit S1040", "More for S1040", ["Edit contract…"]],
  ])("is back in the contract’s row after a look at %s", async (_, title, name, items) => {
    const contracts = Array.from({ length: 50 }, (_, n) => contract({ id: n + 1, number: `S${1000 + n}` }));
    const { person, session } = await open(new MemoryBackend(snapshot({ contracts, exports: [] })));
    await person.click(await screen.findByRole("button", { name }));
    for (const item of items) await person.click(screen.getByRole("menuitem", { name: item }));
    await screen.findByRole("heading", { level: 1, name: title });
    session.router.back();
    const button = await screen.findByRole("button", { name });
    await waitFor(() => expect(focused()).toBe(button));
  });

  it("is not taken from the sidebar by an export that starts to wait", async () => {
    const { backend } = await open(new MemoryBackend(snapshot({ exports: [running()] })), {
      page: "export",
      id: 100,
    });
    const history = screen.getByRole("button", { name: "History" });
    history.focus();
    const phase = { name: "waiting", problem: problem(), until: null } as const;
    backend.emit({ event: "export", export: running({ phase }) });
    await screen.findByRole("button", { name: "Enter new credentials…" });
    expect(focused()).toBe(history);
  });
});

describe("a credentials file that is dropped", () => {
  const dropped = {
    handle: 4,
    fileName: "new.txt",
    clientId: "0oa4",
    contractNumber: null,
    sharing: null,
  };

  it("is taken by the dialog that asks for credentials", async () => {
    const { backend, person, session } = await open(new MemoryBackend(snapshot({ exports: [waiting()] })), {
      page: "export",
      id: 101,
    });
    await person.click(await screen.findByRole("button", { name: "Enter new credentials…" }));
    backend.emit({ event: "credentialsDropped", file: { Ok: dropped } });
    expect(await screen.findByText("new.txt")).toBeTruthy();
    expect(session.router.route.page).toBe("export");
  });

  it("opens the form for a contract anywhere else", async () => {
    const { backend, session } = await open(undefined, { page: "history" });
    backend.emit({ event: "credentialsDropped", file: { Ok: dropped } });
    expect(await screen.findByText("new.txt")).toBeTruthy();
    expect(session.router.route.page).toBe("addContract");
  });
});
