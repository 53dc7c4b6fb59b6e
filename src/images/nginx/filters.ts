import type { ServerResponse } from "../../network/index.ts";
import { httpDate } from "../times.ts";
import type { Directive } from "./parse.ts";

/** `sub_filter` as it was written; the replacement may hold variables. */
export interface Substitution {
  readonly from: string;
  readonly to: string;
}

/** What `expires` says: a lifetime in seconds, or one of its words. */
export type Expires = number | "epoch" | "max" | "off" | undefined;

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800, M: 2_592_000, y: 31_536_000 };

/** `1h30m`, `30`, `-1`, `1d`; undefined: no time. */
export function seconds(text: string): number | undefined {
  const sign = text.startsWith("-") ? -1 : 1;
  const parts = [...text.replace(/^-/, "").matchAll(/(\d+)([smhdwMy]?)/g)];
  if (parts.length === 0 || parts.map((p) => p[0]).join("") !== text.replace(/^-/, "")) return undefined;
  return sign * parts.reduce((sum, [, n, unit]) => sum + Number(n) * (UNITS[unit || "s"] ?? 1), 0);
}

export function parseExpires(d: Directive | undefined): Expires {
  const word = d?.args.at(-1);
  if (word === "epoch" || word === "max" || word === "off") return word;
  return word === undefined ? undefined : seconds(word);
}

/** What `expires` adds to an answer (nginx: ngx_http_set_expires). */
export function expiresHeaders(expires: Expires, now: number): readonly (readonly [string, string])[] {
  if (expires === undefined || expires === "off") return [];
  if (expires === "epoch") return pair("Thu, 01 Jan 1970 00:00:01 GMT", "no-cache");
  if (expires === "max") return pair("Thu, 31 Dec 2037 23:55:55 GMT", "max-age=315360000");
  return pair(httpDate(now + expires * 1000), expires < 0 ? "no-cache" : `max-age=${expires}`);
}
const pair = (at: string, control: string) => [["Expires", at] as const, ["Cache-Control", control] as const];

/** The text with what stands in `from`, whatever its case, replaced: everywhere, or once. */
export function substituted(text: string, subs: readonly Substitution[], once: boolean, expanded: (to: string) => string): string {
  if (subs.length === 0) return text;
  const lower = text.toLowerCase();
  const done = new Set<Substitution>();
  let out = "";
  for (let i = 0; i < text.length;) {
    const hit = subs.find((s) => s.from !== "" && !done.has(s) && lower.startsWith(s.from.toLowerCase(), i));
    if (hit === undefined) out += text[i++];
    else {
      if (once) done.add(hit);
      out += expanded(hit.to);
      i += hit.from.length;
    }
  }
  return out;
}

/** A folder's page, as `autoindex on` makes it. */
export function folderPage(
  uri: string,
  entries: readonly { readonly name: string; readonly folder: boolean; readonly size: number; readonly at: string }[],
): ServerResponse["body"] {
  const title = `Index of ${escaped(uri)}`;
  const lines = entries.map(({ name, folder, size, at }) => {
    const shown = folder ? `${name}/` : name;
    const cut = shown.length > 50 ? `${shown.slice(0, 47)}..>` : shown;
    return `<a href="${encodeURIComponent(name)}${folder ? "/" : ""}">${escaped(cut)}</a>${" ".repeat(51 - cut.length)}${at}${(folder ? "-" : String(size)).padStart(20)}`;
  });
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<h1>${title}</h1><hr><pre><a href="../">../</a>\r\n${lines.map((l) => `${l}\r\n`).join("")}</pre><hr></body>\r\n</html>\r\n`;
}
const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
