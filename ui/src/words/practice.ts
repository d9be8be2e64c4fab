/* The guidance beside practice data. */

export const practice = {
  mark: "Practice: made-up data",
  form: "No credentials, no network: press Export to see how it goes.",
  running: "This is how an export runs.",
  result: "These claims are made up; a real export looks the same.",
  addOwn: "Add your own contract",
};
