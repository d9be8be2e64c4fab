/* The settings. */

export const settings = {
  title: "Settings",
  lead: "Changes apply at once.",
  downloading: "Downloading",
  parallel: "Files at a time",
  parallelHint: "More is faster; fewer leaves bandwidth for others.",
  awake: "Keep the computer awake while data flows",
  awakeHint: "It may sleep when nothing is downloaded.",
  private: "Only I can open the files",
  privateHint:
    "Turn this off for a department folder whose own permissions should decide. On Windows it changes nothing: there the folder’s own permissions decide.",
  on: "On",
  off: "Off",
  window: "Notifications and display",
  notifications: "Notifications",
  notificationsHint: "When an export is done, and when it needs you.",
  theme: "Theme",
  themes: { system: "Same as the system", light: "Light", dark: "Dark" },
  zoom: "Size of text and controls",
  zoomHint: "Also with Ctrl and +, − or 0 (on a Mac ⌘), or with Ctrl and the mouse’s wheel.",
  zoomOf: (percent: number) => `${percent}%`,
  dates: "Format of dates",
  datesHint: (example: string) => `For example ${example}`,
  network: "Network",
  proxy: "Proxy",
  proxies: {
    system: {
      title: "Same as the system",
      hint: "The usual choice. If exports cannot connect, ask your IT department for the proxy’s address and choose “This proxy”.",
    },
    none: { title: "No proxy", hint: "Connect directly" },
    manual: { title: "This proxy", hint: "If your IT department named one" },
  },
  proxyNotRead:
    "Of the system’s settings, a configuration script (PAC) and, on Windows, separate proxies for each protocol are not read.",
  proxyUrl: "Proxy address",
  proxyHint: "For example http://proxy.example:8080. Your IT department knows the address.",
  proxyUse: "Use this proxy",
  proxyRefused: "Write the address with http:// or https:// in front, such as http://proxy.example:8080.",
  proxyWithSecret:
    "Leave the name and password out of the address: they would be kept here for everybody to read. Ask your IT department for a proxy that does not need them.",
  proxyNotUsed: "Not used yet: until you press “Use this proxy”, what was set before holds.",
  proxyUsed:
    "The proxy is used from now on. What is being downloaded goes on as it began: pause and resume it to use the proxy for it, too.",
  log: "Log",
  logHint: "What the program did in the last 14 days, without credentials and without claims.",
  openLog: "Open log folder",
  changeLog: "Change folder…",
  logMoved: (folder: string) => `The log is kept in ${folder} from now on.`,
  logBefore: "What was logged before stays where it was.",
  logBack: "Back to the usual folder",
  logAway: (chosen: string) =>
    `The log cannot be kept in ${chosen} now, so it is kept here. Connect the drive and open the program again, or change the folder.`,
  noKeychain:
    "This computer has no keychain (on Windows: Credential Manager). Credentials are kept only until the program ends.",
};
