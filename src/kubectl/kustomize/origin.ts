import { join as joinPaths } from "./root.ts";
import type { Res } from "./resource.ts";

/** Where an object came from: a file, or a generator of a kustomization. */
export interface Origin {
  readonly path: string;
  readonly generator?: { readonly file: string; readonly kind: string };
}
const ANNOTATION = "config.kubernetes.io/origin";

/** A path below another origin's. */
export const originOf = (path: string, below: Origin = { path: "" }): Origin => ({ path: joined(below.path, path) });
export const generatedBy = (kind: string, file: string, below: Origin): Origin => ({
  path: "",
  generator: { kind, file: joined(below.path, file) },
});

function joined(a: string, b: string): string {
  // A base may lie above: its dots stay.
  const ups = `${a}/${b}`.split("/").reduce<string[]>((parts, part) => {
    if (part === "" || part === ".") return parts;
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") return parts.slice(0, -1);
    return [...parts, part];
  }, []);
  return ups.includes("..") ? ups.join("/") : joinPaths("/", ups.join("/")).slice(1);
}

export function setOrigin(res: Res, origin: Origin): void {
  if (res.annotations()[ANNOTATION] !== undefined) return;
  const { path, generator } = origin;
  const text = generator
    ? `configuredIn: ${generator.file}\nconfiguredBy:\n  apiVersion: builtin\n  kind: ${generator.kind}\n`
    : `path: ${path}\n`;
  res.setStrings("annotations", { ...res.annotations(), [ANNOTATION]: text });
}

export const originText = (res: Res): string | undefined => res.annotations()[ANNOTATION];
export function keepOrigin(res: Res, text: string | undefined): void {
  if (text !== undefined) res.setStrings("annotations", { ...res.annotations(), [ANNOTATION]: text });
}

export function removeOrigins(list: readonly Res[]): void {
  for (const res of list) {
    const { [ANNOTATION]: origin, ...rest } = res.annotations();
    if (origin !== undefined) res.setStrings("annotations", rest);
  }
}
