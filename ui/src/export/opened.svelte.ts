/** What a person has opened on the page of an export that waits: it stays open while that is tried again. */
export class Opened {
  /** The organization's jobs, to choose from. */
  jobs = $state(false);
  /** The details for support. */
  details = $state(false);
}
