import { count } from "../format";

/** `1 file`, `412 files` */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)}\u00a0${value === 1 ? one : many}`;
}
