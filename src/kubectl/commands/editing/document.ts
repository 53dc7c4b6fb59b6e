import { CliError } from "../../errors.ts";
import { compactJson } from "../../manifest/json.ts";
import { parseYamlDocuments } from "../../manifest/read.ts";
import type { Resource } from "../../types.ts";

/** Lines that are no comments. */
export const withoutComments = (text: string): string =>
  text
    .split("\n")
    .filter((line) => !line.trimStart().startsWith("#"))
    .join("\n");

/** Whether two files say the same, whatever their layout and comments (k8s: cmdutil.StripComments). */
export const sameBut = (a: string, b: string): boolean => plain(a) === plain(b);

function plain(text: string): string {
  try {
    return compactJson([...parseYamlDocuments(text, (m) => m)]);
  } catch {
    return withoutComments(text);
  }
}

export const isBlank = (text: string): boolean => text.split("\n").every((line) => line.trim() === "" || line.trim().startsWith("#"));

/** The objects of a file, lists taken apart. `source` names it in what is said of bad YAML. */
export function objectsOf(text: string, source: string | undefined): readonly Resource[] {
  const explain = (m: string): string =>
    source === undefined
      ? `error converting YAML to JSON: yaml: ${m}`
      : `error parsing ${source}: error converting YAML to JSON: yaml: ${m}`;
  return [...parseYamlDocuments(text, explain)].flatMap((value) => {
    const { apiVersion, kind, items } = (value ?? {}) as { apiVersion?: unknown; kind?: unknown; items?: readonly Resource[] };
    const missing = [...(apiVersion ? [] : ["apiVersion not set"]), ...(kind ? [] : ["kind not set"])];
    if (missing.length > 0) throw new CliError(missing.length > 1 ? `[${missing.join(", ")}]` : (missing[0] as string));
    return kind === "List" && Array.isArray(items) ? items : [value as Resource];
  });
}
