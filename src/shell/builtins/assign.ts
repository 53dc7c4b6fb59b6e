import type { Assignment } from "unbash";
import { subscript } from "../expand/parameter.ts";
import { evaluate, expandText, expandWords } from "../expand/words.ts";
import { parseWord } from "../parse.ts";
import type { Shell } from "../shell.ts";
import { ShellError, type Variable } from "../state.ts";

export interface AssignHow {
  readonly scope?: number;
  readonly exported?: boolean;
  /** Attributes that a declaration adds. */
  readonly attributes?: Partial<Variable>;
}

/** Performs an assignment: scalar, element or array, `=` or `+=`. */
export async function assign(sh: Shell, a: Assignment, how: AssignHow = {}): Promise<void> {
  const { name } = a;
  const here = how.scope === undefined ? sh.find(name) : sh.scopes[how.scope]?.get(name);
  const added: Partial<Variable> = {
    ...how.attributes,
    ...(how.exported && { exported: true }),
    ...(sh.options.has("allexport") && { exported: true }),
  };
  const old: Variable = { ...here, ...added };
  if (a.value.type === "ArrayValue") {
    if (!sh.dialect.bash) throw new ShellError('syntax error: unexpected "("', 2);
    const array: Record<string, string> = a.append ? { ...(old.array ?? (old.value !== undefined ? { 0: old.value } : {})) } : {};
    // Numbers come first and in their order.
    let next = a.append ? Number(Object.keys(array).findLast((key) => /^\d+$/.test(key)) ?? -1) + 1 : 0;
    const { value: _, ...rest } = old;
    for (const word of a.value.elements) {
      const keyed = /^\[([^\]]*)\](\+?)=([\s\S]*)$/.exec(word.text);
      if (keyed) {
        const key = await keyOf(sh, keyed[1] as string, old.associative ?? false);
        const value = parseWord(keyed[3] as string);
        const text = value ? await expandText(sh, value) : "";
        array[key] = keyed[2] ? (array[key] ?? "") + text : text;
        if (!old.associative) next = Number(key) + 1;
      } else for (const text of await expandWords(sh, [word])) array[String(next++)] = await shape(sh, old, text);
    }
    await sh.weighArray(Object.keys(array).length);
    return sh.put(name, { ...rest, array }, how.scope);
  }
  let text = await expandText(sh, a.value, true);
  if (a.index) {
    const key = old.associative ? await keyOf(sh, a.index.text, true) : await subscript(sh, name, a.index);
    if (a.append) text = (sh.find(name)?.array?.[key] ?? "") + text;
    await sh.weighArray(Object.keys(old.array ?? {}).length);
    return sh.setElement(name, key, await shape(sh, old, text));
  }
  if (name === "RANDOM" || name === "SECONDS") return sh.set(name, text);
  const current = old.array ? old.array["0"] : old.value;
  if (a.append)
    text = old.integer
      ? String((await evaluate(sh, current || "0")) + (await evaluate(sh, text)))
      : (current ?? (how.scope !== undefined ? (sh.get(name) ?? "") : "")) + text;
  text = await shape(sh, old, text);
  sh.put(name, old.array ? { ...old, array: { ...old.array, 0: text } } : { ...old, value: text }, how.scope);
  if (name === "OPTIND") sh.getoptsIndex = Number(text) || 1;
}

async function keyOf(sh: Shell, text: string, associative: boolean): Promise<string> {
  const word = parseWord(text);
  const key = word ? await expandText(sh, word) : text;
  return associative ? key : String(await evaluate(sh, key));
}

async function shape(sh: Shell, variable: Variable, text: string): Promise<string> {
  if (variable.integer) return String(await evaluate(sh, text));
  return variable.case === "upper" ? text.toUpperCase() : variable.case === "lower" ? text.toLowerCase() : text;
}
