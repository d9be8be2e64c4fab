/* Adding and editing a contract. */
import type { Environment } from "../bindings/Environment";
import type { Sharing } from "../bindings/Sharing";

export const contract = {
  add: "Add contract",
  edit: (contract: string) => `Edit ${contract}`,
  environment: "Environment",
  environmentHint: {
    production: "Real claims of your enrollees",
    sandbox: "AB2D’s made-up claims",
    practice: "On this computer, no network",
    other: "An address you were given",
  } satisfies Record<Environment, string>,
  contract: "Contract",
  fixedHint: "For another number or environment, add another contract.",
  number: "Contract number",
  numberFine: "This can be a contract number",
  numberHint: "A capital letter and four to six digits, such as S5601.",
  nickname: "Nickname",
  optional: "(optional)",
  nicknamePlaceholder: "For example, the plan’s name",
  addresses: "Addresses",
  apiUrl: "AB2D address",
  tokenUrl: "Sign-in address",
  correctAddresses: "Correct the published addresses",
  credentials: "Credentials",
  dropHere: "Drop the credentials file here",
  dropHint: "AB2D sent it to you as a text file",
  chooseFile: "Choose file…",
  replace: "Replace…",
  keep: "Keep the stored credentials",
  fileRead: (clientId: string) => `Client ID ${inShort(clientId)} and password read`,
  stored: "Stored in this computer’s keychain",
  storedForRun: "Kept until the program ends",
  storedHint: "On Windows: in Credential Manager. The password is never shown again.",
  storedForRunHint: "The password is never shown again",
  typeInstead: "Type the client ID and password instead",
  fileInstead: "Use the credentials file instead",
  useSample: "Use the public sample credentials",
  sample: "Public sample credentials",
  sampleHint: "CMS publishes them for everyone",
  practiceCredentials: "No credentials needed",
  practiceHint: "The practice service runs inside this program",
  clientId: "Client ID",
  clientSecret: "Client password",
  showSecret: "Show password",
  hideSecret: "Hide password",
  otherContract: (contract: string) => `The file’s name says ${contract}.`,
  useNumber: (contract: string) => `Use ${contract}`,
  sharing: {
    synced: "This file’s folder is copied to the cloud.",
    network: "This file is on a network drive, where others may read it.",
    otherUsers: "Other users of this computer can read this file.",
  } satisfies Record<Sharing, string>,
  sharingHint: "Delete the file once the contract is saved: the password is then in the keychain.",
  noKeychain:
    "This computer has no keychain (on Windows: Credential Manager), so the password is kept only until the program ends.",
  folder: "Save folder",
  folderHint: "Each export makes a folder of its own in it.",
  goesIntoKeychain:
    "The password goes into this computer’s keychain (on Windows: Credential Manager) when you save.",
  save: "Save contract",
  saving: "Saving…",
  notSaved: (contract: string) => `${contract} was not saved.`,
  saved: (contract: string) => `${contract} was saved.`,
  missing: {
    number: "Enter the contract number.",
    credentials: "Choose the credentials file, or type the client ID and password.",
    clientId: "Enter the client ID.",
    clientSecret: "Enter the client password.",
    folder: "Choose the folder that claims are saved in.",
    apiUrl: "Enter the AB2D address.",
    tokenUrl: "Enter the sign-in address.",
  },
};

/** The beginning and the end of a long client ID. */
function inShort(clientId: string): string {
  return clientId.length > 12 ? `${clientId.slice(0, 4)}…${clientId.slice(-4)}` : clientId;
}
