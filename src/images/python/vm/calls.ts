import type { Code } from "../compile/code.ts";
import { Cell, type PyFunc, PyTuple, type Value } from "../values.ts";
import { PyDict } from "./dicts.ts";
import { typeError } from "./errors.ts";
import { Frame } from "./frame.ts";
import type { Thread } from "./thread.ts";

/** 'a', 'b' and 'c', as CPython lists names. */
function listed(names: readonly string[]): string {
  const quoted = names.map((n) => `'${n}'`);
  if (quoted.length <= 2) return quoted.join(" and ");
  return `${quoted.slice(0, -1).join(", ")}, and ${quoted.at(-1)}`;
}

/** A frame with its parameters. Throws TypeError in CPython's words. */
export function bind(t: Thread, fn: PyFunc, args: readonly Value[], kw: Map<string, Value> | undefined): Frame {
  const { code, defaults } = fn;
  const frame = new Frame(t, code, fn.globals);
  const { locals } = frame;
  const { positional, keywordOnly } = code;
  const n = Math.min(args.length, positional);
  for (let i = 0; i < n; i++) locals[i] = args[i];
  let next = positional + keywordOnly;
  if (code.rest) locals[next++] = new PyTuple(args.slice(positional));
  else if (args.length > positional) throw tooMany(fn, args.length, kw);
  const extra = code.keywords ? new PyDict() : undefined;
  if (extra) locals[next] = extra;
  if (kw)
    for (const [name, value] of kw) {
      const i = code.locals.indexOf(name, code.positionalOnly);
      if (i >= 0 && i < positional + keywordOnly) {
        if (locals[i] !== undefined) throw typeError(`${fn.qualname}() got multiple values for argument '${name}'`);
        locals[i] = value;
      } else if (extra) extra.put(name, value);
      else throw unexpected(fn, name);
    }
  if (n < positional) {
    const first = positional - defaults.length;
    const missing: string[] = [];
    for (let i = n; i < positional; i++)
      if (locals[i] === undefined) {
        if (i >= first) locals[i] = defaults[i - first];
        else missing.push(code.locals[i] as string);
      }
    if (missing.length > 0) throw lacking(fn, missing, "positional");
  }
  if (keywordOnly > 0) {
    const missing: string[] = [];
    for (let i = positional; i < positional + keywordOnly; i++)
      if (locals[i] === undefined) {
        const value = fn.keywordDefaults?.get(code.locals[i] as string);
        if (value === undefined) missing.push(code.locals[i] as string);
        else locals[i] = value;
      }
    if (missing.length > 0) throw lacking(fn, missing, "keyword-only");
  }
  setCells(frame, code, fn.closure);
  return frame;
}
export function setCells(frame: Frame, code: Code, closure: readonly Cell[]): void {
  if (code.cells.length > 0 || closure.length > 0)
    frame.cells = [...code.cells.map(([, parameter]) => new Cell(parameter >= 0 ? frame.locals[parameter] : undefined)), ...closure];
}

function lacking(fn: PyFunc, names: readonly string[], kind: string): unknown {
  return typeError(`${fn.qualname}() missing ${names.length} required ${kind} argument${names.length === 1 ? "" : "s"}: ${listed(names)}`);
}
function unexpected(fn: PyFunc, name: string): unknown {
  if (fn.code.locals.slice(0, fn.code.positionalOnly).includes(name))
    return typeError(`${fn.qualname}() got some positional-only arguments passed as keyword arguments: '${name}'`);
  return typeError(`${fn.qualname}() got an unexpected keyword argument '${name}'`);
}
function tooMany(fn: PyFunc, given: number, kw: Map<string, Value> | undefined): unknown {
  const { code, defaults } = fn;
  const least = code.positional - defaults.length;
  const takes = defaults.length > 0 ? `from ${least} to ${code.positional}` : String(code.positional);
  const plural = defaults.length > 0 || code.positional !== 1 ? "s" : "";
  const named = kw
    ? [...kw.keys()].filter((k) => code.locals.slice(code.positional, code.positional + code.keywordOnly).includes(k)).length
    : 0;
  const also =
    named > 0 ? ` positional argument${given === 1 ? "" : "s"} (and ${named} keyword-only argument${named === 1 ? "" : "s"})` : "";
  return typeError(
    `${fn.qualname}() takes ${takes} positional argument${plural} but ${given}${also} ${given === 1 && !also ? "was" : "were"} given`,
  );
}
