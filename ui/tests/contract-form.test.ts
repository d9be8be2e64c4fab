import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";

import { MemoryBackend } from "../gallery/memory";
import { contract, problem, snapshot } from "../gallery/samples";
import { CommandError } from "../src/backend/backend";
import type { ContractView } from "../src/bindings/ContractView";
import type { CredentialsFile } from "../src/bindings/CredentialsFile";
import { callsOf, expectAccessible, later, open, page } from "./open";

const file = {
  handle: 7,
  fileName: "credentials_S5601_base64.txt",
  clientId: "0oa5601",
  contractNumber: "S5601",
  sharing: "synced" as const,
};
const adding = { page: "addContract" } as const;

describe("adding a contract", () => {
  it("says what is missing and leads there, instead of a dead button", async () => {
    const { backend, person } = await open(undefined, adding);
    await person.click(await screen.findByRole("button", { name: "Save contract" }));
    expect(await page().findByText("Enter the contract number.")).toBeTruthy();
    expect(document.activeElement?.getAttribute("name")).toBe("number");
    expect(page().getAllByText(/A capital letter and four to six digits/)).toHaveLength(1);
    await person.type(screen.getByLabelText("Contract number"), "5601");
    expect(page().getAllByText(/A capital letter and four to six digits/)).toHaveLength(1);
    expect(callsOf(backend, "addContract")).toEqual([]);
  });

  it("says how much room the folder has, and of real claims what is wrong with it", async () => {
    const backend = new MemoryBackend();
    backend.looked = { warnings: ["unencrypted"] };
    const { person } = await open(backend, adding);
    expect(await screen.findByText(/412 GB free/)).toBeTruthy();
    expect(screen.getByText(/disk of this folder is not encrypted/)).toBeTruthy();
    backend.looked = { freeBytes: 8_400_000_000, warnings: ["unencrypted"] };
    await fireEvent.focus(window);
    expect(await screen.findByText(/8.4 GB free/)).toBeTruthy();
    await person.click(screen.getByRole("radio", { name: /Sandbox/ }));
    expect(screen.queryByText(/disk of this folder is not encrypted/)).toBeNull();
  });

  it("takes number and client from the credentials file, and never its contents", async () => {
    const backend = new MemoryBackend();
    backend.credentialsFile = file;
    const { person, session } = await open(backend, adding);
    await person.click(await screen.findByRole("button", { name: "Choose file…" }));
    expect(await screen.findByText("Client ID 0oa5601 and password read")).toBeTruthy();
    expect(screen.getByText(/copied to the cloud/)).toBeTruthy();
    await person.click(screen.getByRole("button", { name: "Save contract" }));
    expect(callsOf(backend, "addContract")).toEqual([
      [
        {
          number: "S5601",
          nickname: "",
          environment: "production",
          apiUrl: null,
          tokenUrl: null,
          folder: "D:\\Claims\\S5601",
          credentials: { from: "file", handle: 7 },
        },
      ],
    ]);
    expect(session.router.route).toEqual({ page: "contracts" });
  });

  it("opens with a file that was dropped anywhere", async () => {
    const { backend, session } = await open(new MemoryBackend(snapshot({ contracts: [contract()] })));
    backend.emit({ event: "credentialsDropped", file: { Ok: file } });
    expect(await screen.findByText("credentials_S5601_base64.txt")).toBeTruthy();
    expect(session.router.route).toEqual(adding);
    expect(screen.getByLabelText<HTMLInputElement>("Contract number").value).toBe("S5601");
  });

  it("leads nobody away who has gone on to another page", async () => {
    const backend = new MemoryBackend();
    backend.credentialsFile = file;
    const { person, session } = await open(backend, adding);
    const saved = later(backend, "addContract");
    await person.click(await screen.findByRole("button", { name: "Choose file…" }));
    await person.click(screen.getByRole("button", { name: "Save contract" }));
    backend.emit({ event: "openExport", id: 101 });
    saved();
    await waitFor(() => expect(session.announcer.polite).toBe("S5601 was saved."));
    expect(session.router.route).toEqual({ page: "export", id: 101 });
    expect(session.router.previous).toEqual({ page: "contracts" });
  });

  it("forgets what was dropped and refused when it is left", async () => {
    const { backend, session } = await open(undefined, adding);
    backend.emit({ event: "credentialsDropped", file: { Err: "This is not a credentials file." } });
    await page().findByText("This is not a credentials file.");
    session.router.go({ page: "contracts" });
    session.router.go(adding);
    await screen.findByLabelText("Contract number");
    expect(page().queryByText("This is not a credentials file.")).toBeNull();
  });

  it("shows the addresses with what the program refuses of them", async () => {
    const backend = new MemoryBackend();
    backend.credentialsFile = file;
    const reason = "This is no address.";
    backend.refuse.addContract = new CommandError({ kind: "fields", fields: [{ field: "apiUrl", reason }] });
    const { person } = await open(backend, adding);
    await person.click(await screen.findByRole("button", { name: "Choose file…" }));
    await person.click(screen.getByRole("button", { name: "Save contract" }));
    expect(await page().findByText(reason)).toBeTruthy();
    expect(document.activeElement?.getAttribute("name")).toBe("apiUrl");
  });

  it("says aloud why the credentials could not be read", async () => {
    const backend = new MemoryBackend();
    const message = "This file holds no credentials.";
    backend.refuse.chooseCredentialsFile = new CommandError({ kind: "message", message });
    const { person, session } = await open(backend, adding);
    await person.click(await screen.findByRole("button", { name: "Choose file…" }));
    expect(await page().findByText(message)).toBeTruthy();
    expect(session.announcer.urgent).toBe(message);
  });

  it("forgets what could not be read once another file is", async () => {
    const backend = new MemoryBackend();
    const message = "This file holds no credentials.";
    backend.refuse.chooseCredentialsFile = new CommandError({ kind: "message", message });
    const { person, container } = await open(backend, adding);
    await person.click(await screen.findByRole("button", { name: "Choose file…" }));
    expect(await page().findByText(message)).toBeTruthy();
    expect(container.querySelector(".credentials.invalid")).toBeTruthy();
    backend.emit({
      event: "credentialsDropped",
      file: { Ok: { ...file, clientId: "0oa9jyx2w9Z0AntLE297" } },
    });
    expect(await page().findByText("Client ID 0oa9…E297 and password read")).toBeTruthy();
    expect(page().queryByText(message)).toBeNull();
    expect(container.querySelector(".credentials.invalid")).toBeNull();
  });

  it("is found as it was filled in, without the password", async () => {
    const { backend, person, session } = await open(undefined, adding);
    await person.type(await screen.findByLabelText("Contract number"), "S5601");
    await person.click(screen.getByRole("button", { name: "Type the client ID and password instead" }));
    expect(document.activeElement).toBe(screen.getByLabelText("Client ID"));
    await person.click(screen.getByRole("button", { name: "Use the credentials file instead" }));
    expect(document.activeElement).toBe(screen.getByRole("button", { name: "Choose file…" }));
    await person.click(screen.getByRole("button", { name: "Type the client ID and password instead" }));
    await person.type(screen.getByLabelText("Client ID"), "abc");
    const password = screen.getByLabelText<HTMLInputElement>("Client password");
    await person.type(password, "canary");
    expect(password.type).toBe("password");
    await person.click(screen.getByRole("button", { name: "Show password" }));
    expect([password.type, password.value]).toEqual(["text", "canary"]);
    backend.emit({ event: "openExport", id: 101 });
    await screen.findByRole("heading", { level: 1, name: "S7694" });
    session.router.back();
    expect((await screen.findByLabelText<HTMLInputElement>("Contract number")).value).toBe("S5601");
    expect(screen.getByLabelText<HTMLInputElement>("Client ID").value).toBe("abc");
    const empty = screen.getByLabelText<HTMLInputElement>("Client password");
    expect([empty.type, empty.value]).toEqual(["password", ""]);
  });

  it("offers the published sample credentials only for their contracts in the sandbox", async () => {
    const { backend, person } = await open(undefined, adding);
    await person.click(await screen.findByRole("radio", { name: /Sandbox/ }));
    await person.type(screen.getByLabelText("Contract number"), "z1001");
    await person.click(screen.getByRole("button", { name: "Use the public sample credentials" }));
    await person.click(screen.getByRole("button", { name: "Save contract" }));
    expect(callsOf(backend, "addContract")[0]?.[0]).toMatchObject({
      number: "Z1001",
      environment: "sandbox",
      credentials: { from: "sample" },
    });
  });

  it("shows what the program refuses at its field", async () => {
    const backend = new MemoryBackend();
    backend.refuse.addContract = new CommandError({
      kind: "fields",
      fields: [{ field: "folder", reason: "Your account may not write there." }],
    });
    const { person } = await open(backend, adding);
    await person.click(await screen.findByRole("radio", { name: /Practice/ }));
    await person.type(screen.getByLabelText("Contract number"), "Z1001");
    await person.click(screen.getByRole("button", { name: "Save contract" }));
    expect(await page().findByText("Your account may not write there.")).toBeTruthy();
    expect(document.activeElement?.getAttribute("name")).toBe("folder");
  });

  it("is accessible with its refusals", async () => {
    const { container, person } = await open(undefined, adding);
    await person.click(await screen.findByRole("button", { name: "Save contract" }));
    await expectAccessible(container);
  });
});

describe("editing a contract", () => {
  it("tells its number and environment, which are no fields, and why", async () => {
    await open(undefined, { page: "editContract", id: 3 });
    await screen.findByLabelText(/Nickname/);
    expect(page().getByText("S4802")).toBeTruthy();
    expect(page().getByText("Production")).toBeTruthy();
    expect(page().getByText(/add another contract/)).toBeTruthy();
    expect(page().queryByLabelText("Contract number")).toBeNull();
    expect(page().queryByRole("radio")).toBeNull();
  });

  it("keeps the stored credentials unless they are replaced", async () => {
    const backend = new MemoryBackend(snapshot({ contracts: [contract()], exports: [] }));
    const { person } = await open(backend, { page: "editContract", id: 3 });
    await person.type(await screen.findByLabelText(/Nickname/), " 2");
    await person.click(screen.getByRole("button", { name: "Save contract" }));
    expect(callsOf(backend, "editContract")[0]).toMatchObject([
      3,
      { nickname: "Blue Ridge Rx Saver 2", credentials: { from: "stored" } },
    ]);
  });
});

describe("a credentials file that is dropped on another page", () => {
  const named = (id: number, changes: Partial<ContractView> = {}) =>
    contract({ id, number: "S5601", ...changes });
  const dropOn = async (contracts: ContractView[], Ok: CredentialsFile = file) => {
    const opened = await open(new MemoryBackend(snapshot({ contracts, exports: [] })));
    opened.backend.emit({ event: "credentialsDropped", file: { Ok } });
    return opened;
  };

  it("renews the credentials of the contract that it names", async () => {
    const { backend, person, session } = await dropOn([contract(), named(1)]);
    expect(await screen.findByRole("heading", { level: 1, name: "Edit S5601" })).toBeTruthy();
    expect(page().getByText("Client ID 0oa5601 and password read")).toBeTruthy();
    await person.click(page().getByRole("button", { name: "Save contract" }));
    expect(callsOf(backend, "editContract")).toEqual([
      [1, expect.objectContaining({ credentials: { from: "file", handle: 7 } })],
    ]);
    expect(session.router.route).toEqual({ page: "contracts" });
  });

  it.each([
    ["that lacks credentials", [named(1), named(2, { environment: "other", hasCredentials: false })], 2],
    ["in production", [named(1, { environment: "sandbox" }), named(2)], 2],
    ["that is not for practice", [named(1, { environment: "practice" }), named(2)], 2],
    ["that there is", [named(1, { environment: "sandbox" }), contract({ id: 2 })], 1],
  ])("is, of several, for the one %s", async (_, contracts, id) => {
    const { session } = await dropOn(contracts);
    await waitFor(() => expect(session.router.route).toEqual({ page: "editContract", id }));
  });

  it("adds a contract where it names none", async () => {
    const { session } = await dropOn([contract()], { ...file, contractNumber: null });
    await waitFor(() => expect(session.router.route).toEqual(adding));
  });
});

describe("what is said of the keychain", () => {
  const keeps = () => page().queryByText(/goes into this computer’s keychain/);

  it("speaks of a password only where a new one is given", async () => {
    const backend = new MemoryBackend(snapshot({ contracts: [contract()], exports: [] }));
    backend.credentialsFile = file;
    const { person } = await open(backend, { page: "editContract", id: 3 });
    await screen.findByLabelText(/Nickname/);
    expect(keeps()).toBeNull();
    await person.click(screen.getByRole("button", { name: "Replace…" }));
    expect(await page().findByText(/goes into this computer’s keychain/)).toBeTruthy();
  });

  it("says nothing of public sample credentials", async () => {
    const { person } = await open(undefined, adding);
    await person.click(await screen.findByRole("radio", { name: /Sandbox/ }));
    await person.click(screen.getByRole("button", { name: "Use the public sample credentials" }));
    expect(keeps()).toBeNull();
  });

  it("says so where a contract is added, by the name that Windows has for it", async () => {
    await open(undefined, adding);
    await screen.findByLabelText("Contract number");
    expect(keeps()?.textContent).toContain("(on Windows: Credential Manager)");
  });

  it.each([
    [true, "On Windows: in Credential Manager. The password is never shown again."],
    [false, "The password is never shown again"],
  ])("says where stored credentials are, if in the keychain: %s", async (inKeychain, hint) => {
    const contracts = [contract({ id: 3, inKeychain })];
    await open(new MemoryBackend(snapshot({ contracts })), { page: "editContract", id: 3 });
    expect(await page().findByText(hint)).toBeTruthy();
  });
});

describe("checking the connection", () => {
  it("ticks off what works and says where it stops, why, and what to do", async () => {
    const backend = new MemoryBackend();
    backend.credentialsFile = file;
    backend.checks = [
      { step: "addressFound", problem: null },
      { step: "secureConnection", problem: problem({ title: "No answer.", nextStep: "Ask AB2D support." }) },
    ];
    const { person } = await open(backend, adding);
    await person.click(await screen.findByRole("button", { name: "Choose file…" }));
    await person.click(screen.getByRole("button", { name: "Check connection" }));
    expect(await screen.findByText("Address found")).toBeTruthy();
    expect(screen.getByText("No connection")).toBeTruthy();
    expect(screen.getByText("Ask AB2D support.")).toBeTruthy();
    expect(screen.getByText("Sign in")).toBeTruthy();
  });

  it("speaks of a secure connection only where it is one", async () => {
    const backend = new MemoryBackend();
    backend.credentialsFile = file;
    const { person } = await open(backend, adding);
    await person.click(await screen.findByRole("radio", { name: /Other/ }));
    await person.type(screen.getByLabelText("AB2D address"), "http://127.0.0.1:8080/api");
    await person.type(screen.getByLabelText("Sign-in address"), "http://127.0.0.1:8080/token");
    await person.click(screen.getByRole("button", { name: "Choose file…" }));
    await person.click(screen.getByRole("button", { name: "Check connection" }));
    expect(await screen.findByText("Connection made")).toBeTruthy();
    expect(screen.queryByText("Secure connection")).toBeNull();
  });

  it("marks the credentials that were refused, and leads there", async () => {
    const backend = new MemoryBackend();
    backend.credentialsFile = file;
    const refused = problem({ title: "AB2D refused the credentials.", remedy: "enterCredentials" });
    backend.checks = [{ step: "signedIn", problem: refused }];
    const { person } = await open(backend, adding);
    await person.click(await screen.findByRole("button", { name: "Choose file…" }));
    await person.click(screen.getByRole("button", { name: "Check connection" }));
    await person.click(await screen.findByRole("button", { name: "Change the credentials" }));
    const replace = screen.getByRole("button", { name: "Replace…" });
    expect(document.activeElement).toBe(replace);
    expect(replace.getAttribute("aria-describedby")).toBeTruthy();
  });

  it.each([
    ["Sign-in address", "tokenAddressWrong", "other"],
    ["AB2D address", "apiAddressWrong", "production"],
  ] as const)("marks the %s that is wrong, and leads there", async (label, code, environment) => {
    const backend = new MemoryBackend(snapshot({ contracts: [contract({ id: 3, environment })] }));
    backend.checks = [
      { step: "signedIn", problem: problem({ code, title: "It is wrong.", remedy: "editContract" }) },
    ];
    const { person } = await open(backend, { page: "editContract", id: 3 });
    await person.click(await screen.findByRole("button", { name: "Check connection" }));
    await person.click(await screen.findByRole("button", { name: "Correct the addresses" }));
    const field = screen.getByLabelText(label);
    await waitFor(() => expect(document.activeElement).toBe(field));
    expect(field.getAttribute("aria-invalid")).toBe("true");
    expect(screen.getByText("Not signed in")).toBeTruthy();
  });

  it("is stopped by its button, and when the form is left", async () => {
    const backend = new MemoryBackend();
    backend.credentialsFile = file;
    const stops: ((answer: null) => void)[] = [];
    backend.checkConnection = () => new Promise((resolve) => stops.push(resolve));
    const { person, session } = await open(backend, adding);
    await person.click(await screen.findByRole("button", { name: "Choose file…" }));
    await person.click(screen.getByRole("button", { name: "Check connection" }));
    await person.click(screen.getByRole("button", { name: "Stop checking" }));
    expect(callsOf(backend, "stopCheck")).toEqual([[1]]);
    stops[0]?.(null);
    await person.click(await screen.findByRole("button", { name: "Check connection" }));
    session.router.go({ page: "contracts" });
    await waitFor(() => expect(callsOf(backend, "stopCheck")).toEqual([[1], [2]]));
  });

  it("forgets what it found when the form changes", async () => {
    const backend = new MemoryBackend();
    backend.credentialsFile = file;
    const { person } = await open(backend, adding);
    await person.click(await screen.findByRole("button", { name: "Choose file…" }));
    await person.click(screen.getByRole("button", { name: "Check connection" }));
    await page().findByText(/Everything works/);
    await person.click(screen.getByRole("radio", { name: /Sandbox/ }));
    await waitFor(() => expect(page().queryByText(/Everything works/)).toBeNull());
  });
});
