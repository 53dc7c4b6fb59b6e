import { Obj, T, type Value } from "../values.ts";
import { typeError } from "./errors.ts";
import type { Gen } from "./frame.ts";
import type { Thread } from "./thread.ts";

type Keywords = Map<string, Value> | undefined;
/** Given its arguments in the order of its signature; what was left out is undefined. */
type NativeFn = (t: Thread, args: Value[], kw: Keywords) => Value | Gen;

interface Signature {
  readonly names: readonly string[];
  readonly required: number;
  /** Up to here they have no names for callers. */
  readonly positionalOnly: number;
  readonly positional: number;
}

/** `a, b=, /, c=, *, key=`: `=` stands for "may be left out". `*` alone: anything, as it comes. */
function parse(text: string): Signature | undefined {
  if (text === "*") return undefined;
  const names: string[] = [];
  let required = 0;
  let positionalOnly = 0;
  let positional = -1;
  for (const part of text.split(",").map((p) => p.trim())) {
    if (part === "") continue;
    if (part === "/") positionalOnly = names.length;
    else if (part === "*") positional = names.length;
    else {
      if (!part.endsWith("=") && positional < 0) required = names.length + 1;
      names.push(part.replace("=", ""));
    }
  }
  return { names, required, positionalOnly, positional: positional < 0 ? names.length : positional };
}

/** A function of the host's. */
export class PyNative extends Obj {
  readonly name: string;
  readonly fn: NativeFn;
  /** Whose method it is: it gets the object first. */
  readonly owner: string | undefined;
  readonly #text: string;
  #signature: Signature | undefined | null = null;

  constructor(name: string, signature: string, fn: NativeFn, owner?: string) {
    super(T.native);
    this.name = name;
    this.#text = signature;
    this.fn = fn;
    this.owner = owner;
  }
  get shown(): string {
    return this.owner === undefined ? this.name : `${this.owner}.${this.name}`;
  }

  call(t: Thread, args: Value[], kw: Keywords): Value | Gen {
    const signature = this.#signature === null ? (this.#signature = parse(this.#text)) : this.#signature;
    if (!signature) return this.fn(t, args, kw);
    const { names, required, positional, positionalOnly } = signature;
    if (args.length > positional || (args.length < required && !kw?.size)) throw this.#count(args.length, signature);
    if (!kw || kw.size === 0) return this.fn(t, args, undefined);
    if (positionalOnly === names.length) throw typeError(`${this.shown}() takes no keyword arguments`);
    const all = [...args];
    for (const [name, value] of kw) {
      const i = names.indexOf(name);
      if (i < positionalOnly) throw typeError(`${this.shown}() got an unexpected keyword argument '${name}'`);
      if (i < args.length) throw typeError(`argument for ${this.shown}() given by name ('${name}') and position (${i + 1})`);
      all[i] = value;
    }
    for (let i = 0; i < required; i++)
      if (all[i] === undefined) throw typeError(`${this.shown}() missing required argument '${names[i]}' (pos ${i + 1})`);
    return this.fn(t, all, undefined);
  }
  #count(given: number, { required, positional }: Signature): unknown {
    const own = this.owner === undefined ? 0 : 1;
    const [n, least, most] = [given - own, required - own, positional - own];
    if (n < 0) return typeError(`unbound method ${this.shown}() needs an argument`);
    const s = (count: number): string => `${count} argument${count === 1 ? "" : "s"}`;
    if (most === 0) return typeError(`${this.shown}() takes no arguments (${n} given)`);
    if (least === 1 && most === 1) return typeError(`${this.shown}() takes exactly one argument (${n} given)`);
    if (least === most) return typeError(`${this.name} expected ${s(most)}, got ${n}`);
    return typeError(`${this.name} expected at ${n < least ? `least ${s(least)}` : `most ${s(most)}`}, got ${n}`);
  }
}

/** Native methods for a class. */
export function methods(
  owner: string,
  into: Map<string, Value>,
  all: Readonly<Record<string, readonly [signature: string, fn: NativeFn]>>,
): void {
  for (const [name, [signature, fn]] of Object.entries(all))
    into.set(name, new PyNative(name, signature === "*" ? "*" : `self, ${signature.includes("/") ? "" : "/, "}${signature}`, fn, owner));
}
/** Native functions for a module. */
export function functions(all: Readonly<Record<string, readonly [signature: string, fn: NativeFn]>>): Map<string, Value> {
  return new Map(Object.entries(all).map(([name, [signature, fn]]) => [name, new PyNative(name, signature, fn)]));
}
