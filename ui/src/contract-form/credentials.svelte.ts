import type { CredentialsFile } from "../bindings/CredentialsFile";
import type { CredentialsForm } from "../bindings/CredentialsForm";
import { words } from "../words";

type From = CredentialsForm["from"];

/** Where a contract's credentials come from, as it is being chosen. */
export class CredentialsDraft {
  from = $state<From>("file");
  file = $state.raw<CredentialsFile | null>(null);
  clientId = $state("");
  clientSecret = $state("");

  constructor(readonly stored: boolean) {
    if (stored) this.from = "stored";
  }

  /** What is missing, if something is. */
  readonly refusal: string | undefined = $derived.by(() => {
    if (this.from === "file" && !this.file) return words.contract.missing.credentials;
    if (this.from !== "typed") return undefined;
    if (this.clientId.trim() === "") return words.contract.missing.clientId;
    return this.clientSecret === "" ? words.contract.missing.clientSecret : undefined;
  });

  /** The credentials as they are sent; null while something is missing. */
  readonly form: CredentialsForm | null = $derived.by(() => {
    if (this.refusal) return null;
    switch (this.from) {
      case "file":
        return this.file && { from: "file", handle: this.file.handle };
      case "typed":
        return { from: "typed", clientId: this.clientId.trim(), clientSecret: this.clientSecret };
      case "stored":
      case "sample":
      case "none":
        return { from: this.from };
    }
  });

  /** Forgets the password that was typed. */
  forget(): void {
    this.clientSecret = "";
  }

  take(file: CredentialsFile): void {
    this.from = "file";
    this.file = file;
  }
}
