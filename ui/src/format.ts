const whole = new Intl.NumberFormat("en-US");
const UNITS = ["bytes", "kB", "MB", "GB", "TB"] as const;

/** `1,204,331` */
export function count(value: number): string {
  return whole.format(value);
}

/** `452k`, `1.7k`, `1.2M`: two figures at least; exact below a thousand. */
export function shortCount(value: number): string {
  if (value < 1000) return String(value);
  const [scaled, unit] = value < 999_500 ? [value / 1000, "k"] : [value / 1_000_000, "M"];
  return `${scaled < 9.95 ? scaled.toFixed(1) : Math.round(scaled)}${unit}`;
}

/** `80.2 GB`: decimal units, as disks are sold. */
export function bytes(value: number): string {
  const { scaled, unit } = scale(value);
  return `${scaled}\u00a0${unit}`;
}

/** `412 GB`, `8.4 GB`: as much as is worth knowing of free space. */
export function roughBytes(value: number): string {
  const { scaled, unit } = scale(value);
  return `${Number(scaled) >= 100 ? Math.round(Number(scaled)) : scaled}\u00a0${unit}`;
}

/** `49.7 of 80.2 GB`: both in the unit of the larger; the part is rounded down, so that both are the same only at the end. */
export function bytesOf(done: number, all: number): string {
  const { scaled, unit, divisor } = scale(all);
  if (done >= all) return `${scaled} of ${scaled}\u00a0${unit}`;
  const part =
    divisor === 1 || done === 0 ? String(done) : (Math.floor(done / (divisor / 10)) / 10).toFixed(1);
  return `${part} of ${scaled}\u00a0${unit}`;
}

/** The same, or what has arrived alone where nobody said how much it will be. */
export function bytesArrived(done: number, all: number): string {
  return all > 0 ? bytesOf(done, all) : bytes(done);
}

/** `42 MB/s` */
export function speed(bytesPerSecond: number): string {
  const { scaled, unit } = scale(bytesPerSecond);
  return `${Number(scaled) >= 10 ? Math.round(Number(scaled)) : scaled}\u00a0${unit}/s`;
}

/** `12 min`, `1 h 17 min`, `2 days 23 h`: the two largest units. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))}\u00a0s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes}\u00a0min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return pair(`${hours}\u00a0h`, minutes % 60, "min");
  const days = Math.floor(hours / 24);
  return pair(`${days}\u00a0${days === 1 ? "day" : "days"}`, hours % 24, "h");
}

/** A part of a whole in percent, rounded down so that 100 means all. */
export function percent(done: number, all: number): number {
  return all > 0 ? Math.min(100, Math.floor((done / all) * 100)) : 0;
}

/** `69.9%` */
export function share(part: number, all: number): string {
  return `${all > 0 ? ((part / all) * 100).toFixed(1) : "0.0"}%`;
}

/** The beginning and the end of a checksum. */
export function shortChecksum(sha256: string): string {
  return `${sha256.slice(0, 8)}…${sha256.slice(-6)}`;
}

function pair(large: string, small: number, unit: string): string {
  return small === 0 ? large : `${large} ${small}\u00a0${unit}`;
}

function scale(value: number): { scaled: string; unit: string; divisor: number } {
  let [divisor, index] = [1, 0];
  while (value / divisor >= 999.95 && index + 1 < UNITS.length) {
    divisor *= 1000;
    index += 1;
  }
  const scaled = index === 0 ? whole.format(value) : (value / divisor).toFixed(1);
  return { scaled, unit: UNITS[index] ?? "bytes", divisor };
}
