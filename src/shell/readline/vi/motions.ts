import type { Buffer } from "../buffer.ts";

type Class = 0 | 1 | 2;
const classOf = (c: string | undefined, big: boolean): Class =>
  c === undefined || /\s/.test(c) ? 0 : big || /[\p{L}\p{N}_]/u.test(c) ? 1 : 2;

export function nextWord({ chars }: Buffer, from: number, big: boolean): number {
  let at = from;
  const kind = classOf(chars[at], big);
  while (at < chars.length && kind !== 0 && classOf(chars[at], big) === kind) at++;
  while (at < chars.length && classOf(chars[at], big) === 0) at++;
  return at;
}
export function previousWord({ chars }: Buffer, from: number, big: boolean): number {
  let at = from;
  while (at > 0 && classOf(chars[at - 1], big) === 0) at--;
  const kind = classOf(chars[at - 1], big);
  while (at > 0 && classOf(chars[at - 1], big) === kind) at--;
  return at;
}
export function wordEnd({ chars }: Buffer, from: number, big: boolean): number {
  let at = from + 1;
  while (at < chars.length && classOf(chars[at], big) === 0) at++;
  const kind = classOf(chars[at], big);
  while (at + 1 < chars.length && classOf(chars[at + 1], big) === kind) at++;
  return Math.min(at, Math.max(0, chars.length - 1));
}
export function firstPrint({ chars }: Buffer): number {
  const at = chars.findIndex((c) => !/\s/.test(c));
  return at < 0 ? Math.max(0, chars.length - 1) : at;
}
/** `f`, `F`, `t`, `T`: where the n-th such character is, or beside it; undefined where there is none. */
export function found({ chars }: Buffer, from: number, kind: string, char: string, n: number): number | undefined {
  const step = /[ft]/.test(kind) ? 1 : -1;
  let at = from;
  for (let i = 0; i < n; i++) {
    do at += step;
    while (at >= 0 && at < chars.length && chars[at] !== char);
    if (chars[at] !== char) return undefined;
  }
  return kind === "t" ? at - 1 : kind === "T" ? at + 1 : at;
}
const PAIRS = "()[]{}";
export function pair({ chars }: Buffer, from: number): number | undefined {
  let at = from;
  while (at < chars.length && !PAIRS.includes(chars[at] as string)) at++;
  const open = chars[at];
  if (open === undefined) return undefined;
  const place = PAIRS.indexOf(open);
  const step = place % 2 === 0 ? 1 : -1;
  const close = PAIRS[place + step];
  for (let depth = 0; at >= 0 && at < chars.length; at += step) {
    if (chars[at] === open) depth++;
    else if (chars[at] === close) depth--;
    if (depth === 0) return at;
  }
  return undefined;
}
