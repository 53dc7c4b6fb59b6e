import { goQuote } from "../machinery/index.ts";

/** Of the yaml package's nodes, what is looked at; the package itself is loaded where it is used. */
interface Node {
  readonly items?: readonly (Node | { readonly key: Node | null; readonly value: Node | null })[];
  readonly value?: unknown;
  readonly range?: readonly number[] | null;
}

/** `line 3: key "replicas" already set in map`, for each key that comes again, in the order in which go-yaml decodes. */
export function duplicateKeys(root: unknown, lineOf: (offset: number) => number): readonly string[] {
  const found: string[] = [];
  const walk = (node: Node | null): void => {
    const keys = new Set<unknown>();
    for (const item of node?.items ?? []) {
      if (!("key" in item)) {
        walk(item as Node);
        continue;
      }
      // A value is decoded before it is put into its map, and the complaint is about where it is.
      walk(item.value);
      const key = item.key?.value;
      if (key === undefined) continue;
      const at = (item.value?.range ?? item.key?.range)?.[0];
      if (keys.has(key) && at !== undefined)
        found.push(`line ${lineOf(at)}: key ${typeof key === "string" ? goQuote(key) : String(key)} already set in map`);
      keys.add(key);
    }
  };
  walk(root as Node | null);
  return found;
}
