import { type Cel, loadCel } from "../../../machinery/index.ts";

let loaded: Cel | undefined;

/** Expressions come with the rules of schemas: whoever has this chunk has them. */
export const loadRules = async (): Promise<void> => void (loaded ??= await loadCel());

export function cel(): Cel {
  if (loaded === undefined) throw new Error("rules are asked for before expressions are there");
  return loaded;
}
