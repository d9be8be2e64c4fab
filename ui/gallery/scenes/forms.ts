import { tick } from "svelte";

import { CommandError } from "../../src/backend/backend";
import type { CredentialsFile } from "../../src/bindings/CredentialsFile";
import { words } from "../../src/words";
import * as samples from "../samples";
import { changed, click, DEEP, holding, practicing, type Scene, type, usual } from "./scene";

const adding = { page: "addContract" } as const;
const exporting = { page: "exportForm", id: 3 } as const;

const file: CredentialsFile = {
  handle: 1,
  fileName: "credentials_S5601_base64.txt",
  clientId: "0oa9jyx2w9Z0AntLE297",
  contractNumber: "S5601",
  sharing: "synced" as const,
};
const withFile = changed((backend) => (backend.credentialsFile = file));

const stopped = samples.problem({
  code: "addressNotListed",
  title: "AB2D’s firewall did not let this computer in.",
  explanation:
    "Most often the public internet address of this computer or office is not on the contract’s list of up to eight addresses.",
  nextStep:
    "Connect through the office network or VPN whose address is listed, or ask AB2D support (ab2d@cms.hhs.gov) to list this one, then try again.",
  remedy: "tryNow",
});

export const contractFormScenes: Record<string, Scene> = {
  "add-contract": { backend: usual, route: adding },
  "add-contract-refused": { backend: usual, route: adding, act: () => click(".foot .filled") },
  "add-contract-checked": {
    backend: withFile,
    route: adding,
    act: () => click(".credentials button", ".panel .button"),
  },
  "add-contract-checking": {
    backend: changed((backend) => {
      backend.credentialsFile = { ...file, sharing: null };
      backend.checkConnection = (check) => {
        const [first, second] = backend.checks;
        for (const result of [first, second]) if (result) backend.emit({ event: "check", check, result });
        return new Promise(() => undefined);
      };
    }),
    route: adding,
    act: () => click(".credentials button", ".panel .button"),
  },
  "add-contract-stopped": {
    backend: changed((backend) => {
      backend.credentialsFile = file;
      backend.checks = [
        { step: "addressFound", problem: null },
        { step: "secureConnection", problem: stopped },
      ];
    }),
    route: adding,
    act: () => click(".credentials button", ".panel .button"),
  },
  "add-contract-other-number": {
    backend: withFile,
    route: adding,
    act: async () => {
      await type("input[name=number]", "S7694");
      await click(".credentials button");
    },
  },
  "add-contract-typed": {
    backend: usual,
    route: adding,
    act: () => click("input[value=other]", ".ways .link"),
  },
  "add-contract-sandbox": {
    backend: usual,
    route: adding,
    act: () => click("input[value=sandbox]", ".ways .link"),
  },
  "add-contract-practice": { backend: usual, route: adding, act: () => click("input[value=practice]") },
  "add-contract-no-keychain": { backend: holding({ keychain: false }), route: adding },
  "add-contract-unreadable": {
    backend: changed((backend) => {
      backend.refuse.chooseCredentialsFile = samples.refused(
        "This is not a credentials file: it holds no client ID and password. Choose the text file that AB2D sent.",
      );
    }),
    route: adding,
    act: () => click(".credentials button"),
  },
  "add-contract-fields": {
    backend: changed((backend) => {
      backend.credentialsFile = { ...file, sharing: null };
      backend.refuse.addContract = new CommandError({
        kind: "fields",
        fields: [
          { field: "number", reason: "S5601 in Production is in the list already." },
          { field: "folder", reason: "Your account may not create files in this folder." },
        ],
      });
    }),
    route: adding,
    act: () => click(".credentials button", ".foot .filled"),
  },
  "contract-removed": {
    backend: usual,
    route: { page: "editContract", id: 3 },
    act: (_session, backend) => backend.emit({ event: "contracts", contracts: [] }),
  },
  "edit-contract": { backend: usual, route: { page: "editContract", id: 3 } },
  "edit-contract-addresses": {
    backend: holding({ keychain: false, contracts: [samples.contract({ folder: DEEP, inKeychain: false })] }),
    route: { page: "editContract", id: 3 },
    act: () => click(".fields > .link"),
  },
};

const refusedPeriod = changed((backend) => {
  backend.looked = { freeBytes: 8_400_000_000, warnings: ["network", "synced"] };
});

export const exportFormScenes: Record<string, Scene> = {
  "export-form": { backend: usual, route: exporting },
  "export-under-way": { backend: usual, route: { page: "exportForm", id: 1 } },
  "export-no-credentials": {
    backend: holding({
      contracts: [samples.contract({ id: 2, number: "S7694", hasCredentials: false })],
      exports: [samples.waiting()],
    }),
    route: { page: "exportForm", id: 2 },
  },
  "export-first": {
    backend: holding({ contracts: [samples.contract({ lastExport: null, due: null, coverage: [] })] }),
    route: exporting,
  },
  "export-everything": { backend: usual, route: exporting, act: () => click("input[value=everything]") },
  "export-period": {
    backend: usual,
    route: exporting,
    act: () => click("input[value=period]", ".disclosure button"),
  },
  "export-calendar": {
    backend: usual,
    route: exporting,
    act: () => click("input[value=period]", ".date .icon-button"),
  },
  "export-calendar-from-monday": {
    backend: holding({ settings: { ...samples.settings, dateLocale: "en-GB" } }),
    route: exporting,
    act: () => click("input[value=period]", ".date .icon-button"),
  },
  "export-clock-change": {
    backend: usual,
    route: exporting,
    act: async () => {
      await click("input[value=period]");
      await type("input[name=since]", "03/08/2026");
      await type("input[name=sinceTime]", "2:30 AM");
      await type("input[name=until]", "11/01/2026");
      await type("input[name=untilTime]", "1:30 AM");
    },
  },
  "export-stu3": {
    backend: usual,
    route: exporting,
    act: () => click("input[value=stu3]", "input[value=period]"),
  },
  "export-not-started": {
    backend: usual,
    route: exporting,
    act: async ({ notices, router }) => {
      const stop = router.at;
      router.go({ page: "contracts" });
      notices.add({
        what: words.exportForm.notStarted("S4802"),
        why: "The save folder is not there. Connect the drive and try again.",
        stop,
      });
      await tick();
    },
  },
  "export-refused": {
    backend: refusedPeriod,
    route: exporting,
    act: async () => {
      await click("input[value=period]");
      await type("input[name=since]", "31/31/2026");
      await click("button[type=submit]");
    },
  },
  "export-rules": {
    backend: changed((backend) => {
      backend.preview.refusals = [
        { field: "since", reason: "AB2D has nothing before Feb 13, 2020, 12:00 AM Eastern." },
        { field: "until", reason: "The “to” time is before the “from” time." },
        { field: "folder", reason: "The folder is not there. Connect its drive, or choose another." },
      ];
    }),
    route: exporting,
    act: () => click("input[value=period]"),
  },
  "export-v3-gaps": {
    backend: changed((backend) => {
      backend.preview.gaps = [
        { from: null, to: "2026-05-02T04:00:00Z" },
        { from: "2026-06-01T04:00:00Z", to: "2026-06-15T04:00:00Z" },
      ];
      backend.preview.leavesGap = true;
    }),
    route: exporting,
    act: () => click("input[value=r4v3]", "input[value=period]"),
  },
  "export-service-dates": {
    backend: usual,
    route: exporting,
    act: async () => {
      await click("input[value=r4v3]");
      await type("input[name=serviceFrom]", "01/01/2026");
      await type("input[name=serviceTo]", "June");
      await click(".service .date:last-of-type .icon-button");
    },
  },
  "export-elsewhere": {
    backend: changed((backend) => (backend.folder = DEEP)),
    route: exporting,
    act: () => click(".fields fieldset:last-of-type .button"),
  },
  "export-several": {
    backend: holding({ exports: [] }),
    route: { page: "exportSeveral", ids: [3, 4, 5] },
  },
  "export-several-no-credentials": {
    backend: holding({
      contracts: samples.contracts().map((each) => ({ ...each, hasCredentials: each.id !== 4 })),
      exports: [samples.running()],
    }),
    route: { page: "exportSeveral", ids: [1, 3, 4, 5] },
  },
  "export-several-warned": {
    backend: changed((backend) => (backend.looked = { warnings: ["network", "unencrypted"] }), {
      exports: [],
    }),
    route: { page: "exportSeveral", ids: [3, 4, 5] },
  },
  "export-several-refused": {
    backend: changed(
      (backend) => {
        const start = backend.startExport;
        backend.startExport = (id, form) =>
          id === 4
            ? Promise.reject(
                samples.refused("The save folder is not there. Connect the drive and try again."),
              )
            : start(id, form);
      },
      { exports: [samples.running()] },
    ),
    route: { page: "exportSeveral", ids: [1, 3, 4, 5] },
    act: () => click(".foot .filled"),
  },
  "export-several-elsewhere": {
    backend: holding({ exports: [] }),
    route: { page: "exportSeveral", ids: [3, 4, 5] },
    act: () => click("tbody tr:nth-child(2) .folder .link"),
  },
  "export-several-fifty": {
    backend: holding({ contracts: samples.fiftyContracts(), exports: [] }),
    route: { page: "exportSeveral", ids: samples.fiftyContracts().map(({ id }) => id) },
  },
  "practice-form": { backend: practicing(), route: { page: "exportForm", id: 9 } },
};
