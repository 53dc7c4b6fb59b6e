import { ACCUMULATOR, type Expr, type Fold, Uint } from "./ast.ts";
import type { Checked } from "./check.ts";
import { callCost, COST, CostExceeded } from "./cost.ts";
import type { Overload } from "./functions.ts";
import { NONE, Optional } from "./optional.ts";
import type { Type } from "./types.ts";
import { CelError, fromJson, isMap, ListValue, MadeMap, Opaque, TypeName, type Value } from "./values.ts";

/** The variables' values: JSON, or values of CEL. Undefined: there is none. */
export type Activation = (name: string) => unknown;

/** One run of an expression. */
interface Frame {
  readonly activation: Activation;
  readonly limit: number;
  cost: number;
  /** Variables of comprehensions, by slot; an accumulator may hold the error that a step ended with. */
  readonly slots: (Value | CelError)[];
}

type Code = (frame: Frame) => Value;

export type Outcome = ({ readonly value: Value } | { readonly error: string; readonly exceeded?: true }) & { readonly cost: number };
export type Runnable = (activation: Activation, limit: number) => Outcome;

/** The expression as nested functions, made once. */
export function runnable(checked: Checked, variables: ReadonlyMap<string, Type>): Runnable {
  const code = new Compiler(checked, variables).code(checked.root);
  return (activation, limit) => {
    const frame: Frame = { activation, limit, cost: 0, slots: [] };
    try {
      return { value: code(frame), cost: frame.cost };
    } catch (error) {
      if (error instanceof CostExceeded) return { error: error.message, exceeded: true, cost: frame.cost };
      if (!(error instanceof CelError)) throw error;
      return { error: error.message, cost: frame.cost };
    }
  };
}

function spend(frame: Frame, cost: number): void {
  frame.cost += cost;
  if (frame.cost > frame.limit) throw new CostExceeded();
}

const noSuchOverload = () => new CelError("no such overload");

class Compiler {
  readonly #checked: Checked;
  readonly #variables: ReadonlyMap<string, Type>;
  /** Names of the comprehension variables in scope; their place is their slot. */
  readonly #scope: string[] = [];

  constructor(checked: Checked, variables: ReadonlyMap<string, Type>) {
    this.#checked = checked;
    this.#variables = variables;
  }

  code(expr: Expr): Code {
    switch (expr.kind) {
      case "literal": {
        const { value } = expr;
        return () => value;
      }
      case "ident":
        return this.#variable(expr.name);
      case "select": {
        const name = this.#checked.names.get(expr);
        return name === undefined ? this.#select(expr) : this.#variable(name);
      }
      case "call":
        return this.#call(expr);
      case "list":
        return this.#list(expr);
      case "map":
        return this.#map(expr);
      case "struct":
        return this.#struct(expr);
      case "fold":
        return this.#fold(expr);
    }
  }

  #variable(written: string): Code {
    const slot = this.#scope.lastIndexOf(written);
    if (slot !== -1)
      return (frame) => {
        spend(frame, COST.select);
        const value = frame.slots[slot];
        if (value instanceof CelError) throw value;
        return value ?? null;
      };
    const name = written.replace(/^\./, "");
    const type = this.#variables.get(name) as Type;
    return (frame) => {
      spend(frame, COST.select);
      const given = frame.activation(name);
      const value = given === undefined && type.kind === "type" ? new TypeName(type.params[0]?.name ?? "type") : given;
      if (value === undefined) throw new CelError(`no such attribute(s): ${name}`);
      return fromJson(value, type);
    };
  }

  #select(expr: Extract<Expr, { kind: "select" }>): Code {
    const operand = this.code(expr.operand);
    const { field, test } = expr;
    if (test)
      return (frame) => {
        const value = operand(frame);
        if (value instanceof Optional) return value.value !== undefined && find(value.value, field) !== undefined;
        return find(value, field) !== undefined;
      };
    return (frame) => {
      const value = operand(frame);
      spend(frame, COST.select);
      if (value instanceof Optional) return optionalFind(value, field);
      return get(value, field);
    };
  }

  #call(expr: Extract<Expr, { kind: "call" }>): Code {
    const { name, args } = expr;
    if (name === "_&&_" || name === "_||_") return this.#logical(args, name === "_||_");
    if (name === "_?_:_") return this.#conditional(args);
    if (name === "@not_strictly_false") return this.#notStrictlyFalse(args);
    if (name === "_?._" || name === "_[?_]") {
      const [operand, index] = args.map((arg) => this.code(arg)) as [Code, Code];
      return (frame) => {
        const value = operand(frame);
        const key = index(frame);
        spend(frame, COST.select);
        return optionalFind(value, key);
      };
    }
    if (name === "_[_]") {
      const [operand, index] = args.map((arg) => this.code(arg)) as [Code, Code];
      return (frame) => {
        const value = operand(frame);
        const key = index(frame);
        spend(frame, COST.select);
        return value instanceof Optional ? optionalFind(value, key) : get(value, key);
      };
    }
    if (args[0]?.kind === "ident" && args[0].name === ACCUMULATOR) {
      if (name === "_+_" && args[1]?.kind === "list") return this.#append(args[0], args[1]);
      if (name === "cel.@mapInsert") return this.#insert(args);
    }
    return this.#function(expr);
  }

  #function(expr: Extract<Expr, { kind: "call" }>): Code {
    const call = this.#checked.calls.get(expr);
    if (call === undefined) throw new Error("an expression with problems cannot run");
    const { name, overloads, target } = call;
    const args = [...(target ? [target] : []), ...expr.args].map((arg) => this.code(arg));
    return (frame) => {
      const values = args.map((arg) => arg(frame));
      const overload = overloads.find((candidate) => fits(candidate, values));
      if (overload === undefined) throw noSuchOverload();
      const result = overload.run(...values) as Value;
      spend(frame, callCost(name, values, result));
      return result;
    };
  }

  /** Whichever operand decides, decides, even when the other ends with an error. */
  #logical(args: readonly Expr[], decisive: boolean): Code {
    const [left, right] = args.map((arg) => this.code(arg)) as [Code, Code];
    return (frame) => {
      const a = attempt(left, frame);
      if (a === decisive) return decisive;
      const b = attempt(right, frame);
      if (b === decisive) return decisive;
      if (a instanceof CelError) throw a;
      if (b instanceof CelError) throw b;
      if (typeof a !== "boolean" || typeof b !== "boolean") throw noSuchOverload();
      return !decisive;
    };
  }

  #conditional(args: readonly Expr[]): Code {
    const [condition, yes, no] = args.map((arg) => this.code(arg)) as [Code, Code, Code];
    return (frame) => {
      const value = condition(frame);
      if (typeof value !== "boolean") throw noSuchOverload();
      return value ? yes(frame) : no(frame);
    };
  }

  #notStrictlyFalse(args: readonly Expr[]): Code {
    const operand = this.code(args[0] as Expr);
    return (frame) => {
      const value = attempt(operand, frame) !== false;
      spend(frame, 1);
      return value;
    };
  }

  /** What macros accumulate is nobody else's: it grows in place. */
  #append(accumulator: Expr, list: Extract<Expr, { kind: "list" }>): Code {
    const into = this.code(accumulator);
    const made = this.code(list);
    return (frame) => {
      const value = into(frame) as ListValue;
      (value.items as Value[]).push(...(made(frame) as ListValue).values());
      spend(frame, 1);
      return value;
    };
  }

  #insert(args: readonly Expr[]): Code {
    const [into, ...parts] = args.map((arg) => this.code(arg)) as [Code, ...Code[]];
    return (frame) => {
      const map = into(frame) as MadeMap;
      const [key = null, value] = parts.map((part) => part(frame));
      if (value !== undefined) map.insert(key, value);
      else if (isMap(key)) for (const k of key.keys()) map.insert(k, key.get(k) ?? null);
      spend(frame, 1);
      return map;
    };
  }

  #list({ items }: Extract<Expr, { kind: "list" }>): Code {
    const codes = items.map(({ value, optional }) => ({ code: this.code(value), optional }));
    return (frame) => {
      const out: Value[] = [];
      for (const { code, optional } of codes) {
        const value = optional ? unwrap(code(frame)) : code(frame);
        if (value !== undefined) out.push(value);
      }
      spend(frame, COST.list);
      return new ListValue(out);
    };
  }

  #map({ entries }: Extract<Expr, { kind: "map" }>): Code {
    const codes = entries.map(({ key, value, optional }) => ({ key: this.code(key), value: this.code(value), optional }));
    return (frame) => {
      const map = new MadeMap();
      for (const { key, value, optional } of codes) {
        const k = key(frame);
        const v = optional ? unwrap(value(frame)) : value(frame);
        if (v !== undefined) map.insert(k, v);
      }
      spend(frame, COST.map);
      return map;
    };
  }

  #struct(expr: Extract<Expr, { kind: "struct" }>): Code {
    const type = this.#checked.types.get(expr)?.name;
    const codes = expr.fields.map(({ name, value, optional }) => ({ name, code: this.code(value), optional }));
    return (frame) => {
      const made = new MadeMap(type);
      for (const { name, code, optional } of codes) {
        const value = optional ? unwrap(code(frame)) : code(frame);
        if (value !== undefined) made.insert(name, value);
      }
      spend(frame, COST.struct);
      return made;
    };
  }

  #fold(fold: Fold): Code {
    const range = this.code(fold.range);
    const init = this.code(fold.init);
    const slot = this.#scope.length;
    const names = [fold.accumulator, fold.first, ...(fold.second === undefined ? [] : [fold.second])];
    this.#scope.push(...names);
    const condition = this.code(fold.condition);
    const step = this.code(fold.step);
    this.#scope.length = slot + 1;
    const result = this.code(fold.result);
    this.#scope.length = slot;
    const patient = fold.condition.kind !== "literal";
    const two = fold.second !== undefined;
    return (frame) => {
      const items = range(frame);
      const { slots } = frame;
      const first = init(frame);
      slots[slot] = first;
      for (const [key, value] of iterated(items)) {
        slots[slot + 1] = two || !(items instanceof ListValue) ? key : value;
        if (two) slots[slot + 2] = value;
        if (condition(frame) !== true) break;
        slots[slot] = patient ? attempt(step, frame) : step(frame);
      }
      return result(frame);
    };
  }
}

function attempt(code: Code, frame: Frame): Value | CelError {
  try {
    return code(frame);
  } catch (error) {
    if (error instanceof CelError) return error;
    throw error;
  }
}

function* iterated(items: Value): Iterable<readonly [Value, Value]> {
  if (items instanceof ListValue) for (let i = 0; i < items.size; i++) yield [BigInt(i), items.get(i)];
  else if (isMap(items)) for (const key of items.keys()) yield [key, items.get(key) ?? null];
  else throw noSuchOverload();
}

const unwrap = (value: Value): Value | undefined => (value instanceof Optional ? value.value : value);

function find(value: Value, key: Value): Value | undefined {
  if (isMap(value)) return value.get(key);
  if (value instanceof ListValue) {
    const i = indexOf(key);
    return i >= 0 && i < value.size ? value.get(i) : undefined;
  }
  throw value === null ? new CelError(`no such key: ${keyText(key)}`) : noSuchOverload();
}

function indexOf(key: Value): number {
  if (typeof key === "bigint" || (typeof key === "number" && Number.isInteger(key))) return Number(key);
  if (key instanceof Uint) return Number(key.value);
  throw new CelError(`unsupported index type '${typeof key}' in list`);
}

const keyText = (key: Value): string => (key instanceof Uint ? String(key.value) : String(key));

function get(value: Value, key: Value): Value {
  const found = find(value, key);
  if (found !== undefined) return found;
  throw new CelError(value instanceof ListValue ? `index out of bounds: ${keyText(key)}` : `no such key: ${keyText(key)}`);
}

function optionalFind(value: Value, key: Value): Optional {
  const operand = value instanceof Optional ? value.value : value;
  const found = operand === undefined ? undefined : find(operand, key);
  return found === undefined ? NONE : new Optional(found);
}

const fits = ({ args }: Overload, values: readonly Value[]): boolean =>
  args.length === values.length && args.every((type, i) => matches(values[i] as Value, type));

/** Whether a value is of a type, as far as one can see without looking into it. */
function matches(value: Value, type: Type): boolean {
  switch (type.kind) {
    case "dyn":
    case "param":
    case "error":
      return true;
    case "bool":
      return typeof value === "boolean";
    case "int":
      return typeof value === "bigint";
    case "uint":
      return value instanceof Uint;
    case "double":
      return typeof value === "number";
    case "string":
      return typeof value === "string";
    case "bytes":
      return value instanceof Uint8Array;
    case "null":
      return value === null;
    case "list":
      return value instanceof ListValue;
    case "map":
    case "object":
      return isMap(value);
    case "type":
      return value instanceof TypeName;
    case "duration":
    case "timestamp":
    case "opaque":
      return value instanceof Opaque && value.typeName === type.name;
  }
}
