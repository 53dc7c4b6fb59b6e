import type * as rules from "./index.ts";

/** Custom resources' rules, fetched when the first definition comes: most sandboxes never have one. */
export type Extension = typeof rules;

let loaded: Extension | undefined;

/** Throws before `loadExtension` has resolved. */
export function extension(): Extension {
  if (loaded === undefined) throw new Error("custom resources' rules are asked for before they are there");
  return loaded;
}

export async function loadExtension(): Promise<Extension> {
  if (loaded !== undefined) return loaded;
  const module = await import("./index.ts");
  await module.loadRules();
  return (loaded = module);
}
