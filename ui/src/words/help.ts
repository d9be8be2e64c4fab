/* Help and the support report. */

export const help = {
  title: "Help",
  report: "Support report",
  reportLead:
    "What AB2D support needs, without credentials and without claims. You see all of it before it leaves.",
  reportAbout: "About",
  reportGeneral: "The program in general",
  reportExport: (contract: string, when: string) => `The export of ${contract}, ${when}`,
  reportShow: "Show the report",
  reportText: "The report as it would be sent",
  reportCopy: "Copy report",
  reportSave: "Save report…",
  reportSaved: (path: string) => `Saved as ${path}`,
  address: "AB2D support answers at",
  copyAddress: "Copy the address of AB2D support",
  statuses: "How to read each status",
  status: [
    ["Preparing", "AB2D gathers the claims. It may stay at 0% for long while the export is queued."],
    ["Downloading", "Files arrive, several at a time. Each is verified before it gets its final name."],
    ["Waiting", "Something outside is in the way, such as the network. It goes on by itself."],
    ["Needs you", "It cannot go on without you. The button says what it will do. Nothing is lost."],
    ["Paused", "You paused it. AB2D deletes the files 72 hours after it prepared them."],
    ["Verified", "Every file has the length and checksum that AB2D announced."],
    ["No new claims", "AB2D has nothing new for this time. That is a good result."],
    ["Expired", "AB2D deleted the files before all had arrived. Export again; no claims are skipped."],
    ["Due", "The last export of a production contract was more than 14 days ago."],
  ] as const,
  about: "About",
  version: (version: string) => `AB2D Desktop ${version}`,
  disclaimer:
    "This program is not made or endorsed by the Centers for Medicare & Medicaid Services (CMS). AB2D is a service of CMS.",
  fonts: "Typefaces: Public Sans and Roboto Mono, under the SIL Open Font License 1.1.",
};
