/* The guidance beside practice data: a first run in three steps, on the same screens as any other. */
import type { PhaseView } from "../bindings/PhaseView";

export const practice = {
  mark: "Practice: made-up data",
  guide: "Practice guide",
  past: "(done)",
  steps: [
    { step: "choose", text: "Choose" },
    { step: "watch", text: "Watch" },
    { step: "result", text: "See the result" },
  ],
  list: "Practice shows how an export goes. For real claims, add a contract of your own.",
  form: "The first choice is the usual one. Press Export: no credentials and no network are needed.",
  again: "This time only what is new since the last practice export is asked for.",
  watch: {
    requesting: "A real export signs in here, with the credentials from the keychain.",
    preparing: "The claims are gathered. With AB2D this takes from minutes to hours.",
    downloading: "Each file is compared with what was announced. Try Pause: nothing is lost by it.",
    paused: "Press Resume to go on where it stopped.",
    waiting: "Something is in the way. The card says what happened, what to do, and its button does it.",
    complete: "",
    cancelled: "A canceled export skips nothing: the next one starts where this one did.",
    expired: "",
    failed: "The card says what happened and what to do next, as it would for a real export.",
  } satisfies Record<PhaseView["name"], string>,
  result:
    "A real result looks the same. Open the folder, or press Verify again to compare every file once more.",
  addOwn: "Add your own contract",
} as const;
