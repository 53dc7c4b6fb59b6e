import { humanDuration } from "../../machinery/index.ts";
import { parseTime, rfc1123z } from "../../sim/index.ts";
import { alignTabs, DESCRIBE } from "../printers/tabs.ts";

/** A page of a describer: lines of tab-separated cells, aligned when it is read. */
export class Page {
  readonly now: number;
  #done = "";
  #text = "";
  constructor(now: number) {
    this.now = now;
  }
  /** A whole line at a level of two spaces each; a tab in it starts the next column. */
  line(level: number, text: string): void {
    this.#text += `${"  ".repeat(level)}${text}\n`;
  }
  /** Without indentation or newline. */
  raw(text: string): void {
    this.#text += text;
  }
  /** Columns after this do not align with those before. */
  flush(): void {
    this.#done += alignTabs(this.#text, DESCRIBE);
    this.#text = "";
  }
  text(): string {
    this.flush();
    return this.#done;
  }
  /** The lines with their tabs, for the one place that prints them so (rollout history --revision). */
  tabbed(): string {
    return this.#text;
  }
}

/** Go's RFC1123Z in UTC: "Fri, 20 Nov 2026 10:00:00 +0000". */
export const longTime = (time: string | undefined): string => (time ? rfc1123z(parseTime(time)) : "Mon, 01 Jan 0001 00:00:00 +0000");

export function since(time: string | undefined | null, now: number): string {
  return time ? humanDuration(now - parseTime(time)) : "<unknown>";
}

export const orNone = (text: string | undefined): string => text || "<none>";

/** How the page of an object in a namespace begins. */
export function nameLines(page: Page, metadata: { readonly name?: string; readonly namespace?: string } | undefined): void {
  page.line(0, `Name:\t${metadata?.name ?? ""}`);
  page.line(0, `Namespace:\t${metadata?.namespace ?? ""}`);
}

export function labelLines(
  page: Page,
  title: string,
  labels: Readonly<Record<string, string>> | undefined,
  initial = "",
  inner = "\t",
): void {
  const keys = Object.keys(labels ?? {}).sort();
  if (keys.length === 0) page.raw(`${initial}${title}:${inner}<none>\n`);
  keys.forEach((key, i) => page.raw(`${i === 0 ? `${initial}${title}:${inner}` : `${initial}${inner}`}${key}=${labels?.[key] ?? ""}\n`));
}

const LONGEST_ANNOTATION = 140;

export function annotationLines(page: Page, title: string, annotations: Readonly<Record<string, string>> | undefined): void {
  const keys = Object.keys(annotations ?? {})
    .filter((k) => k !== "kubectl.kubernetes.io/last-applied-configuration")
    .sort();
  if (keys.length === 0) return page.raw(`${title}:\t<none>\n`);
  page.raw(`${title}:`);
  for (const key of keys) {
    const value = (annotations?.[key] ?? "").replace(/\n$/, "");
    if (value.length + key.length + 2 <= LONGEST_ANNOTATION && !value.includes("\n")) {
      page.raw(`\t${key}: ${value}\n`);
      continue;
    }
    page.raw(`\t${key}:\n`);
    for (const part of value.split("\n"))
      page.raw(`\t  ${part.length > LONGEST_ANNOTATION - 2 ? `${part.slice(0, LONGEST_ANNOTATION - 2)}...` : part}\n`);
  }
}
