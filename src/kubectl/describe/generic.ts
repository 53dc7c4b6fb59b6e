import { goSprint } from "../../machinery/index.ts";
import { annotationLines, labelLines, nameLines, type Page } from "./page.ts";
import type { Describer } from "./types.ts";

const SKIP = new Set([".metadata.managedFields", ".metadata.name", ".metadata.namespace", ".metadata.labels", ".metadata.annotations"]);

/** Any kind: its fields in order, their names as titles (k8s: describe.go genericDescriber). */
export const generic: Describer = {
  group: "",
  kind: "",
  events: true,
  describe(page, object) {
    nameLines(page, object.metadata);
    labelLines(page, "Labels", object.metadata.labels);
    annotationLines(page, "Annotations", object.metadata.annotations);
    content(page, 0, object, "");
  },
};

function content(page: Page, level: number, map: Readonly<Record<string, unknown>>, path: string): void {
  for (const field of Object.keys(map).sort()) {
    const here = `${path}.${field}`;
    if (SKIP.has(here)) continue;
    const value = map[field];
    const title = titleOf(field);
    if (Array.isArray(value)) {
      page.line(level, `${title}:`);
      for (const item of value as readonly unknown[]) {
        if (typeof item === "object" && item !== null && !Array.isArray(item))
          content(page, level + 1, item as Record<string, unknown>, here);
        else page.line(level + 1, goSprint(item));
      }
    } else if (typeof value === "object" && value !== null) {
      page.line(level, `${title}:`);
      content(page, level + 1, value as Record<string, unknown>, here);
    } else page.line(level, `${title}:\t${goSprint(value)}`);
  }
}

const ACRONYMS = new Set(["API", "URL", "UID", "GUID"]);
const CLASSES = [/\p{Ll}/u, /\p{Lu}/u] as const;

/** "podCIDRs" becomes "Pod CIDRs", "uid" "UID" (k8s: smartLabelFor; camelcase.Split). */
function titleOf(field: string): string {
  if (!/^[\p{L}-]+$/u.test(field)) return field;
  const runs: string[] = [];
  let last = -1;
  for (const c of field) {
    const of = CLASSES.findIndex((r) => r.test(c));
    if (of === last) runs[runs.length - 1] += c;
    else runs.push(c);
    last = of;
  }
  // The last capital of a run begins the word that follows.
  for (let i = 0; i + 1 < runs.length; i++) {
    const [run, next] = [runs[i] as string, runs[i + 1] as string];
    if (!CLASSES[1].test(run) || !CLASSES[0].test(next)) continue;
    runs[i + 1] = run.slice(-1) + next;
    runs[i] = run.slice(0, -1);
  }
  const parts = runs.filter((r) => r !== "");
  const merged: string[] = [];
  for (let i = 0; i < parts.length; i++) {
    const [part, next] = [parts[i] as string, parts[i + 1]];
    // Two capitals or more take what begins with one: "CIDRs", "GUIDValue".
    const joined = part.length >= 2 && part === part.toUpperCase() && next !== undefined && CLASSES[1].test(next[0] ?? "");
    merged.push(joined ? part + next : part);
    if (joined) i++;
  }
  return merged
    .map((p) => (ACRONYMS.has(p.toUpperCase()) ? p.toUpperCase() : p === p.toLowerCase() ? (p[0] ?? "").toUpperCase() + p.slice(1) : p))
    .join(" ");
}
