/* Units, and quantities with them. The numbers come in already written; this imports no other file of words. */

export const units = {
  bytes: ["bytes", "kB", "MB", "GB", "TB"],
  thousands: (amount: string) => `${amount}k`,
  millions: (amount: string) => `${amount}M`,
  percent: (amount: string) => `${amount}%`,
  of: (part: string, whole: string) => `${part} of ${whole}`,
  perSecond: (amount: string) => `${amount}/s`,
  seconds: (amount: string) => `${amount}\u00a0s`,
  minutes: (amount: string) => `${amount}\u00a0min`,
  hours: (amount: string) => `${amount}\u00a0h`,
  days: (amount: string) => `${amount}\u00a0${amount === "1" ? "day" : "days"}`,
} as const;
