import { count } from "../format";

/** `1 file`, `412 files` */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)}\u00a0${value === 1 ? one : many}`;
}

/** The first names of a list, and how many more there are. */
export function names(list: string[]): string {
  return list.length > 8
    ? `${list.slice(0, 6).join(", ")} and ${count(list.length - 6)} more`
    : list.join(", ");
}
