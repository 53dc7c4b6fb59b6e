import { ACCUMULATOR, type Expr, type Fold } from "./ast.ts";
import type { Checked } from "./check.ts";
import { COST } from "./cost.ts";
import { callEstimate } from "./estimate-calls.ts";
import { add, allOf, fixed, type Range, times, union } from "./range.ts";
import { DYN, type Type } from "./types.ts";

/** How many elements, characters or bytes a value has: what is known of a node while its cost is estimated. */
export interface Sized {
  readonly expr: Expr;
  readonly type: Type;
  readonly size: Range;
}

/** What of its items' sizes is known, of a list or map that an expression makes. */
interface Entries {
  readonly key: Range;
  readonly value: Range;
}

/** What running the expression costs at least and at most, by the bounds in its types (k8s: cel-go checker/cost.go). */
export const estimateCost = (checked: Checked): Range => new Estimator(checked).cost(checked.root);

class Estimator {
  readonly #checked: Checked;
  readonly #sizes = new Map<Expr, Range>();
  readonly #entries = new Map<Expr, Entries>();
  readonly #locals = new Map<string, { readonly size: Range | undefined; readonly entries: Entries | undefined }[]>();

  constructor(checked: Checked) {
    this.#checked = checked;
  }

  cost(expr: Expr): Range {
    switch (expr.kind) {
      case "literal":
        return fixed(0);
      case "ident":
        return fixed(COST.select);
      case "select": {
        if (this.#checked.names.has(expr)) return fixed(COST.select);
        const operand = this.cost(expr.operand);
        const kind = this.#type(expr.operand).kind;
        return !expr.test && (kind === "map" || kind === "object") ? add(operand, fixed(COST.select)) : operand;
      }
      case "call":
        return this.#call(expr);
      case "list": {
        const costs = expr.items.map(({ value }) => this.cost(value));
        const value = expr.items.map((item) => this.size(item.value));
        this.#entries.set(expr, { key: fixed(1), value: value.length === 0 ? fixed(0) : value.reduce(union) });
        return allOf([...costs, fixed(COST.list)]);
      }
      case "map": {
        const costs = expr.entries.flatMap(({ key, value }) => [this.cost(key), this.cost(value)]);
        const sizes = (part: "key" | "value") => expr.entries.map((entry) => this.size(entry[part]));
        const joined = (part: "key" | "value") => (expr.entries.length === 0 ? fixed(0) : sizes(part).reduce(union));
        this.#entries.set(expr, { key: joined("key"), value: joined("value") });
        return allOf([...costs, fixed(COST.map)]);
      }
      case "struct":
        return allOf([...expr.fields.map((field) => this.cost(field.value)), fixed(COST.struct)]);
      case "fold":
        return this.#fold(expr);
    }
  }

  size(expr: Expr): Range {
    const computed = this.#sizes.get(expr) ?? literalSize(expr);
    if (computed) return computed;
    const type = this.#type(expr);
    if (type.max !== undefined) return { min: 0, max: type.max };
    if (["bool", "double", "duration", "int", "timestamp", "uint"].includes(type.kind)) return fixed(1);
    const local = expr.kind === "ident" ? this.#locals.get(expr.name)?.at(-1)?.size : undefined;
    return local ?? { min: 0, max: Infinity };
  }

  #type(expr: Expr): Type {
    return this.#checked.types.get(expr) ?? DYN;
  }

  #entriesOf(expr: Expr): Entries | undefined {
    return this.#entries.get(expr) ?? (expr.kind === "ident" ? this.#locals.get(expr.name)?.at(-1)?.entries : undefined);
  }

  #call(expr: Extract<Expr, { kind: "call" }>): Range {
    const call = this.#checked.calls.get(expr);
    const costs = expr.args.map((arg) => this.cost(arg));
    if (call === undefined) return allOf([...costs, fixed(COST.select)]);
    const args: readonly Sized[] = expr.args.map((arg) => this.#sized(arg));
    const [a = fixed(0), b = fixed(0), c = fixed(0)] = costs;
    if (call.name === "_&&_" || call.name === "_||_") return { min: a.min, max: add(a, b).max };
    if (call.name === "_?_:_") {
      const [yes, no] = expr.args.slice(1) as [Expr, Expr];
      this.#sizes.set(expr, union(this.size(yes), this.size(no)));
      this.#unite(expr, yes, no);
      return add(a, union(b, c));
    }
    const target = call.target && this.cost(call.target);
    const sizedTarget = call.target && this.#sized(call.target);
    const estimates = call.overloads.map(({ id }) => callEstimate(call.name, id, sizedTarget, args));
    const sizes = estimates.flatMap(({ size }) => (size ? [size] : []));
    const [first, second] = expr.args;
    if (call.name === "_+_" && first && second) this.#unite(expr, first, second);
    const item = call.name === "_[_]" && first ? this.#entriesOf(first)?.value : undefined;
    if (item) this.#sizes.set(expr, item);
    else if (sizes.length > 0) this.#sizes.set(expr, sizes.reduce(union));
    else if (call.name === "dyn" && first) this.#sizes.set(expr, this.size(first));
    return allOf([...(target ? [target] : []), ...costs, estimates.map(({ cost }) => cost).reduce(union)]);
  }

  #sized(expr: Expr): Sized {
    return { expr, type: this.#type(expr), size: this.size(expr) };
  }

  #unite(expr: Expr, left: Expr, right: Expr): void {
    const [a, b] = [this.#entriesOf(left), this.#entriesOf(right)];
    if (a && b) this.#entries.set(expr, { key: union(a.key, b.key), value: union(a.value, b.value) });
  }

  #fold(fold: Fold): Range {
    const before = [this.cost(fold.range), this.cost(fold.init)];
    this.#push(fold.accumulator, this.size(fold.init), this.#entriesOf(fold.init));
    if (fold.accumulator !== ACCUMULATOR) {
      const result = this.cost(fold.result);
      this.#sizes.set(fold, this.size(fold.result));
      this.#locals.get(fold.accumulator)?.pop();
      return allOf([...before, result]);
    }
    const items = this.#entriesOf(fold.range);
    const list = this.#type(fold.range).kind !== "map";
    this.#push(fold.first, list && fold.second === undefined ? items?.value : items?.key, undefined);
    if (fold.second !== undefined) this.#push(fold.second, items?.value, undefined);
    const round = add(this.cost(fold.condition), this.cost(fold.step));
    for (const name of [fold.first, fold.second]) if (name !== undefined) this.#locals.get(name)?.pop();
    const result = this.cost(fold.result);
    this.#locals.get(fold.accumulator)?.pop();
    const count = this.size(fold.range);
    this.#sizes.set(fold, fold.init.kind === "literal" ? this.size(fold.init) : count);
    const made = this.#entriesOf(fold.step);
    if (made && fold.init.kind !== "literal") this.#entries.set(fold, made);
    return allOf([...before, result, times(count, round)]);
  }

  #push(name: string, size: Range | undefined, entries: Entries | undefined): void {
    const stack = this.#locals.get(name) ?? [];
    stack.push({ size, entries });
    this.#locals.set(name, stack);
  }
}

function literalSize(expr: Expr): Range | undefined {
  if (expr.kind === "list") return fixed(expr.items.length);
  if (expr.kind === "map") return fixed(expr.entries.length);
  if (expr.kind !== "literal") return undefined;
  if (typeof expr.value === "string") return fixed([...expr.value].length);
  return fixed(expr.value instanceof Uint8Array ? expr.value.length : 1);
}
