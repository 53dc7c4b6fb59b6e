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
    this.raw(`${"  ".repeat(level)}${text}\n`);
  }
  /** Without indentation or newline. What would steer a terminal is shown (k8s: printers.WriteEscaped). */
  raw(text: string): void {
    this.#text += text.includes("\u001b") || text.includes("\r") ? text.replaceAll("\u001b", "^[").replaceAll("\r", "\\r") : text;
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

export function labelLines(page: Page, title: string, labels: Readonly<Record<string, string>> | undefined, initial = "", each = ""): void {
  const keys = Object.keys(labels ?? {}).sort();
  if (keys.length === 0) page.raw(`${initial}${title}:\t${each}<none>\n`);
  keys.forEach((key, i) => page.raw(`${i === 0 ? `${initial}${title}:` : `${initial}${each}`}\t${each}${key}=${labels?.[key] ?? ""}\n`));
}

const LONGEST_ANNOTATION = 140;
const encoder = new TextEncoder();
const bytesIn = (text: string): number => encoder.encode(text).length;

/** Cut after so many bytes, as Go cuts strings. */
function shortened(text: string): string {
  const bytes = encoder.encode(text);
  const longest = LONGEST_ANNOTATION - 2;
  return bytes.length > longest ? `${new TextDecoder().decode(bytes.subarray(0, longest))}...` : text;
}

export function annotationLines(page: Page, title: string, annotations: Readonly<Record<string, string>> | undefined, each = ""): void {
  const keys = Object.keys(annotations ?? {})
    .filter((k) => k !== "kubectl.kubernetes.io/last-applied-configuration")
    .sort();
  page.raw(`${title}:\t`);
  if (keys.length === 0) return page.raw(`${each}<none>\n`);
  keys.forEach((key, i) => {
    const value = (annotations?.[key] ?? "").replace(/\n$/, "");
    const begin = `${i === 0 ? "" : `${each}\t`}${each}${key}:`;
    if (bytesIn(value) + bytesIn(key) + 2 <= LONGEST_ANNOTATION && !value.includes("\n")) return page.raw(`${begin} ${value}\n`);
    page.raw(`${begin}\n`);
    for (const part of value.split("\n")) page.raw(`${each}\t  ${shortened(part)}\n`);
  });
}

/** Labels and annotations where each piece of a line begins at an indentation of its own (k8s: nestedPrefixWriter). */
export function eachPairLines(
  page: Page,
  each: string,
  { labels, annotations }: { readonly labels?: Readonly<Record<string, string>>; readonly annotations?: Readonly<Record<string, string>> },
): void {
  labelLines(page, "Labels", labels, each, each);
  annotationLines(page, `${each}Annotations`, annotations, each);
}
