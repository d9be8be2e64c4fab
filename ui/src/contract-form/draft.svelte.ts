import type { ContractForm } from "../bindings/ContractForm";
import type { ContractView } from "../bindings/ContractView";
import type { Environment } from "../bindings/Environment";
import { words } from "../words";
import { CredentialsDraft } from "./credentials.svelte";

/** A field of the form, by the name that the program refuses it by. */
export type FieldName = "number" | "credentials" | "folder" | "apiUrl" | "tokenUrl";

const NUMBER = /^[A-Z]\d{4,6}$/;

/** The contracts for which CMS publishes sample credentials. */
const SAMPLES = ["Z1001", "Z1002"];

/** A contract as it is being added or edited. */
export class ContractDraft {
  environment = $state<Environment>("production");
  number = $state("");
  nickname = $state("");
  apiUrl = $state("");
  tokenUrl = $state("");
  /** Whether the published addresses are corrected. */
  correcting = $state(false);
  /** The folder once it was chosen; before that it is proposed. */
  chosenFolder = $state<string | null>(null);
  readonly credentials: CredentialsDraft;

  readonly #defaultFolder: string;

  constructor(contract: ContractView | undefined, defaultFolder: string) {
    this.#defaultFolder = defaultFolder;
    this.credentials = new CredentialsDraft(contract?.hasCredentials ?? false);
    if (!contract) return;
    this.environment = contract.environment;
    this.number = contract.number;
    this.nickname = contract.nickname;
    this.apiUrl = contract.apiUrl;
    this.tokenUrl = contract.tokenUrl;
    this.chosenFolder = contract.folder;
  }

  readonly numberFine: boolean = $derived(NUMBER.test(this.number.trim()));
  /** Whether the addresses are shown: always for Other, for the published ones only to correct them. */
  readonly hasAddresses: boolean = $derived(
    this.environment === "other" || (this.correcting && this.environment !== "practice"),
  );
  /** Whether there are sample credentials: for the published contracts, or while none is typed yet. */
  readonly hasSample: boolean = $derived(
    this.environment === "sandbox" && ["", ...SAMPLES].includes(this.number.trim()),
  );
  readonly folder: string = $derived(this.chosenFolder ?? this.#proposed());

  /** Takes the public sample credentials, with their first contract where none is typed. */
  useSample(): void {
    this.credentials.from = "sample";
    if (this.number.trim() === "") this.number = SAMPLES[0] ?? "";
  }

  /** What is missing, by field. */
  readonly missing: Partial<Record<FieldName, string>> = $derived.by(() => {
    const { missing } = words.contract;
    const found: Partial<Record<FieldName, string>> = {};
    if (this.number.trim() === "") found.number = missing.number;
    else if (!this.numberFine) found.number = words.contract.numberHint;
    if (this.environment === "other" && this.apiUrl.trim() === "") found.apiUrl = missing.apiUrl;
    if (this.environment === "other" && this.tokenUrl.trim() === "") found.tokenUrl = missing.tokenUrl;
    if (this.environment !== "practice" && this.credentials.refusal) {
      found.credentials = this.credentials.refusal;
    }
    if (this.folder.trim() === "") found.folder = missing.folder;
    return found;
  });

  /** The contract as it is sent; null while something is missing. */
  readonly form: ContractForm | null = $derived.by(() => {
    const credentials = this.environment === "practice" ? { from: "none" as const } : this.credentials.form;
    if (Object.keys(this.missing).length > 0 || !credentials) return null;
    return {
      number: this.number.trim(),
      nickname: this.nickname.trim(),
      environment: this.environment,
      apiUrl: this.hasAddresses ? this.apiUrl.trim() || null : null,
      tokenUrl: this.hasAddresses ? this.tokenUrl.trim() || null : null,
      folder: this.folder.trim(),
      credentials,
    };
  });

  /** A folder of the contract's own, in the usual place. */
  #proposed(): string {
    if (!this.#defaultFolder || !this.numberFine) return this.#defaultFolder;
    const separator = this.#defaultFolder.includes("\\") ? "\\" : "/";
    return `${this.#defaultFolder}${separator}${this.number.trim()}`;
  }
}
