import { units } from "./words/units";

/** Numbers are written in the language of the page, which is English. */
const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat("en-US", { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** `1,204,331` */
export function count(value: number): string {
  return whole.format(value);
}

/** `452k`, `1.7k`, `1.2M`: two figures at least; exact below a thousand. */
export function shortCount(value: number): string {
  if (value < 1000) return count(value);
  return value < 999_500
    ? units.thousands(rounded(value / 1000, 10))
    : units.millions(rounded(value / 1_000_000, 10));
}

/** `80.2 GB`: decimal units, as disks are sold. */
export function bytes(value: number): string {
  return sized(value);
}

/** `412 GB`, `8.4 GB`: as much as is worth knowing of free space. */
export function roughBytes(value: number): string {
  return sized(value, 100);
}

/** `49.7 of 80.2 GB`: both in the unit of the larger; the part is rounded down, so that both are the same only at the end. */
export function bytesOf(done: number, all: number): string {
  const { unit, divisor } = unitOf(all);
  const write = (value: number) => (divisor === 1 ? whole : tenths).format(value);
  const total = write(all / divisor);
  const part = done === 0 ? count(0) : write(Math.floor(done / (divisor / 10)) / 10);
  return `${units.of(done < all ? part : total, total)}\u00a0${unit}`;
}

/** The same, or what has arrived alone where nobody said how much it will be. */
export function bytesArrived(done: number, all: number): string {
  return all > 0 ? bytesOf(done, all) : bytes(done);
}

/** `42 MB/s` */
export function speed(bytesPerSecond: number): string {
  return units.perSecond(sized(bytesPerSecond, 10));
}

/** `12 min`, `1 h 17 min`, `2 days 23 h`: the two largest units. */
export function duration(seconds: number): string {
  if (seconds < 60) return units.seconds(count(Math.max(1, seconds)));
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return units.minutes(count(minutes));
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return pair(units.hours(count(hours)), minutes % 60, units.minutes);
  return pair(units.days(count(Math.floor(hours / 24))), hours % 24, units.hours);
}

/** A part of a whole in percent, rounded down so that 100 means all. */
export function percent(done: number, all: number): number {
  return all > 0 ? Math.min(100, Math.floor((done / all) * 100)) : 0;
}

/** `69.9%` */
export function share(part: number, all: number): string {
  return units.percent(tenths.format(all > 0 ? (part / all) * 100 : 0));
}

/** The beginning and the end of a checksum. */
export function shortChecksum(sha256: string): string {
  return `${sha256.slice(0, 8)}…${sha256.slice(-6)}`;
}

function pair(large: string, small: number, unit: (amount: string) => string): string {
  return small === 0 ? large : `${large} ${unit(count(small))}`;
}

/** A size in its unit, to a tenth, or without one where there are so many of it. */
function sized(value: number, wholeFrom = Infinity): string {
  const { unit, divisor } = unitOf(value);
  return `${rounded(value / divisor, divisor === 1 ? 0 : wholeFrom)}\u00a0${unit}`;
}

/** To a tenth, or to a whole number where it would be as large as that. */
function rounded(value: number, wholeFrom: number): string {
  return (value < wholeFrom - 0.05 ? tenths : whole).format(value);
}

function unitOf(value: number): { unit: string; divisor: number } {
  let [divisor, index] = [1, 0];
  while (value / divisor >= 999.95 && index + 1 < units.bytes.length) {
    divisor *= 1000;
    index += 1;
  }
  return { unit: units.bytes[index] ?? units.bytes[0], divisor };
}
