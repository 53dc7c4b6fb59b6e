import { type Expr, type Fold, type Problem, Uint } from "./ast.ts";
import type { Functions, Overload } from "./functions.ts";
import * as t from "./types.ts";
import { isDyn, type Type, Unifier } from "./types.ts";

/** What expressions may name. */
export interface Environment {
  readonly functions: Functions;
  readonly variables: ReadonlyMap<string, Type>;
  /** The type that `Name{...}` makes. */
  struct(name: string): Type | undefined;
}

/** A call, after its overloads were found: `a.b.c(x)` may be a function with dots in its name. */
interface Call {
  readonly name: string;
  readonly target?: Expr;
  readonly overloads: readonly Overload[];
}

export interface Checked {
  readonly root: Expr;
  readonly types: ReadonlyMap<Expr, Type>;
  readonly calls: ReadonlyMap<Expr, Call>;
  /** Selections that are names with dots. */
  readonly names: ReadonlyMap<Expr, string>;
}

/** Finds every node's type (k8s: cel-go checker). `problems` empty: the expression may run. */
export function check(root: Expr, environment: Environment): { readonly checked: Checked; readonly problems: readonly Problem[] } {
  const checker = new Checker(environment);
  checker.check(root);
  return { checked: checker.result(root), problems: checker.problems };
}

class Checker {
  readonly problems: Problem[] = [];
  readonly #environment: Environment;
  readonly #unifier = new Unifier();
  readonly #types = new Map<Expr, Type>();
  readonly #calls = new Map<Expr, Call>();
  readonly #names = new Map<Expr, string>();
  readonly #scopes: Map<string, Type>[] = [];

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  result(root: Expr): Checked {
    for (const [expr, type] of this.#types) this.#types.set(expr, this.#unifier.substitute(type, true));
    return { root, types: this.#types, calls: this.#calls, names: this.#names };
  }

  check(expr: Expr): Type {
    const type = this.#typeOf(expr);
    this.#types.set(expr, type);
    return type;
  }

  #typeOf(expr: Expr): Type {
    switch (expr.kind) {
      case "literal":
        return literalType(expr.value);
      case "ident":
        return this.#variable(expr.name) ?? this.#undeclared(expr.at, expr.name);
      case "select":
        return this.#select(expr);
      case "call":
        return expr.name === "_?._" ? this.#optionalSelect(expr.args, expr.at) : this.#call(expr);
      case "list": {
        let element: Type | undefined;
        for (const { value, optional } of expr.items) element = this.#join(value, element, this.#item(value, optional));
        return t.listOf(element ?? this.#unifier.fresh());
      }
      case "map":
        return this.#map(expr);
      case "struct":
        return this.#struct(expr);
      case "fold":
        return this.#fold(expr);
    }
  }

  #variable(name: string): Type | undefined {
    const plain = name.startsWith(".") ? name.slice(1) : name;
    if (plain === name) for (const scope of this.#scopes.toReversed()) if (scope.has(name)) return scope.get(name);
    return this.#environment.variables.get(plain);
  }

  #select(expr: Extract<Expr, { kind: "select" }>): Type {
    const qualified = expr.test ? undefined : qualifiedName(expr);
    // A local variable hides names with dots that begin with it.
    const first = qualified?.split(".")[0] ?? "";
    if (qualified !== undefined && !this.#scopes.some((scope) => scope.has(first))) {
      const type = this.#environment.variables.get(qualified.replace(/^\./, ""));
      if (type) {
        this.#names.set(expr, qualified.replace(/^\./, ""));
        return type;
      }
    }
    const type = this.#field(expr.at, this.check(expr.operand), expr.field, false);
    return expr.test ? t.BOOL : this.#unifier.substitute(type);
  }

  #field(at: number, operand: Type, name: string, optional: boolean): Type {
    const given = this.#unifier.substitute(operand);
    const wrapped = t.isOptional(given);
    const target = wrapped ? (given.params[0] as Type) : given;
    let type: Type = t.DYN;
    if (target.kind === "map") type = target.params[1] as Type;
    else if (target.kind === "object") type = target.field?.(name) ?? this.#report(at, `undefined field '${name}'`);
    else if (target.kind === "param") this.#unifier.assignable([t.DYN], [target]);
    else if (!isDyn(target)) this.#report(at, `type '${t.formatType(target)}' does not support field selection`);
    return wrapped || optional ? t.optionalOf(type) : type;
  }

  #optionalSelect([operand, field]: readonly Expr[], at: number): Type {
    const type = this.check(operand as Expr);
    if (field?.kind !== "literal" || typeof field.value !== "string") return this.#report(at, "unsupported optional field selection");
    this.#types.set(field, t.STRING);
    return this.#unifier.substitute(this.#field(at, type, field.value, true));
  }

  #call(expr: Extract<Expr, { kind: "call" }>): Type {
    const { args, target } = expr;
    for (const arg of args) this.check(arg);
    const prefix = target && qualifiedName(target);
    const qualified = prefix === undefined ? undefined : `${prefix.replace(/^\./, "")}.${expr.name}`;
    const name = target === undefined ? expr.name.replace(/^\./, "") : expr.name;
    if (qualified !== undefined && this.#environment.functions.has(qualified)) return this.#resolve(expr, qualified, undefined);
    if (target) this.check(target);
    return this.#resolve(expr, name, target);
  }

  #resolve(expr: Extract<Expr, { kind: "call" }>, name: string, target: Expr | undefined): Type {
    const known = this.#environment.functions.get(name);
    if (known === undefined) return this.#undeclared(expr.at, name);
    const args = [...(target ? [target] : []), ...expr.args];
    const types = args.map((arg) => this.#types.get(arg) as Type);
    if (name === "_&&_" || name === "_||_") return this.#logical(expr, name, known, types);
    const overloads: Overload[] = [];
    let result: Type | undefined;
    for (const overload of known) {
      if (overload.member !== (target !== undefined)) continue;
      const [wanted, returned] = this.#instance(overload);
      if (!this.#unifier.assignable(types, wanted)) continue;
      overloads.push(overload);
      const type = this.#unifier.substitute(returned);
      if (result === undefined) result = type;
      else if (result.kind !== "dyn" && !t.sameType(result, type)) result = t.DYN;
    }
    if (result === undefined) {
      const shown = types.map((type) => t.formatType(this.#unifier.substitute(type, true)));
      const applied = target === undefined ? `(${shown.join(", ")})` : `${shown[0]}.(${shown.slice(1).join(", ")})`;
      return this.#report(expr.at, `found no matching overload for '${name}' applied to '${applied}'`);
    }
    this.#calls.set(expr, { name, overloads, ...(target ? { target } : {}) });
    return result;
  }

  #logical(expr: Extract<Expr, { kind: "call" }>, name: string, overloads: readonly Overload[], types: readonly Type[]): Type {
    const wrong = expr.args.filter((_, i) => !this.#unifier.assignable([types[i] as Type], [t.BOOL]));
    for (const arg of wrong) this.#mismatch(arg.at, t.BOOL, this.#types.get(arg) as Type);
    if (wrong.length > 0) return t.ERROR;
    this.#calls.set(expr, { name, overloads });
    return t.BOOL;
  }

  /** Argument and result types with type parameters of their own. */
  #instance({ args, result, generic }: Overload): readonly [readonly Type[], Type] {
    if (generic.length === 0) return [args, result];
    const fresh = new Map(generic.map((name) => [name, this.#unifier.fresh()]));
    const replace = (type: Type): Type =>
      type.kind === "param"
        ? (fresh.get(type.name) ?? type)
        : type.params.length === 0
          ? type
          : { ...type, params: type.params.map(replace) };
    return [args.map(replace), replace(result)];
  }

  #map(expr: Extract<Expr, { kind: "map" }>): Type {
    let key: Type | undefined;
    let value: Type | undefined;
    for (const entry of expr.entries) {
      key = this.#join(entry.key, key, this.check(entry.key));
      value = this.#join(entry.value, value, this.#item(entry.value, entry.optional));
    }
    return t.mapOf(key ?? this.#unifier.fresh(), value ?? this.#unifier.fresh());
  }

  /** `?value` gives what the option holds. */
  #item(value: Expr, optional: boolean): Type {
    const type = this.check(value);
    if (!optional) return type;
    if (t.isOptional(type)) return type.params[0] as Type;
    if (!isDyn(type)) this.#mismatch(value.at, t.optionalOf(type), type);
    return type;
  }

  #join(expr: Expr, before: Type | undefined, next: Type): Type {
    if (before === undefined) return next;
    if (this.#unifier.assignable([before], [next])) return t.mostGeneral(before, next);
    return this.#mismatch(expr.at, before, next);
  }

  #struct(expr: Extract<Expr, { kind: "struct" }>): Type {
    const type = this.#environment.struct(expr.name.replace(/^\./, ""));
    for (const field of expr.fields) {
      const value = this.#item(field.value, field.optional);
      if (type === undefined) continue;
      const wanted = type.field?.(field.name) ?? this.#report(field.at, `undefined field '${field.name}'`);
      if (!this.#unifier.assignable([wanted], [value]))
        this.#report(
          field.at,
          `expected type of field '${field.name}' is '${t.formatType(wanted)}' but provided type is '${t.formatType(this.#unifier.substitute(value, true))}'`,
        );
    }
    return type ?? this.#undeclared(expr.at, expr.name);
  }

  #fold(fold: Fold): Type {
    const range = this.#unifier.substitute(this.check(fold.range));
    const accumulated = this.check(fold.init);
    const types = this.#iterated(fold, range);
    this.#scopes.push(new Map([[fold.accumulator, accumulated]]));
    this.#scopes.push(new Map(types));
    if (!this.#unifier.assignable([t.BOOL], [this.check(fold.condition)]))
      this.#mismatch(fold.condition.at, t.BOOL, this.#types.get(fold.condition) as Type);
    if (!this.#unifier.assignable([accumulated], [this.check(fold.step)]))
      this.#mismatch(fold.step.at, accumulated, this.#types.get(fold.step) as Type);
    this.#scopes.pop();
    const result = this.check(fold.result);
    this.#scopes.pop();
    return this.#unifier.substitute(result);
  }

  #iterated({ range, first, second }: Fold, type: Type): readonly (readonly [string, Type])[] {
    let key: Type = t.DYN;
    let value: Type = t.DYN;
    if (type.kind === "list") [key, value] = [t.INT, type.params[0] as Type];
    else if (type.kind === "map") [key, value] = type.params as [Type, Type];
    else if (type.kind === "param") this.#unifier.assignable([t.DYN], [type]);
    else if (!isDyn(type)) {
      key = value = this.#report(
        range.at,
        `expression of type '${t.formatType(type)}' cannot be range of a comprehension (must be list, map, or dynamic)`,
      );
    }
    if (second !== undefined)
      return [
        [first, key],
        [second, value],
      ];
    return [[first, type.kind === "list" ? value : key]];
  }

  #mismatch(at: number, wanted: Type, found: Type): Type {
    const shown = (type: Type) => t.formatType(this.#unifier.substitute(type));
    return this.#report(at, `expected type '${shown(wanted)}' but found '${shown(found)}'`);
  }

  #undeclared(at: number, name: string): Type {
    return this.#report(at, `undeclared reference to '${name}' (in container '')`);
  }

  #report(at: number, message: string): Type {
    this.problems.push({ at, message });
    return t.ERROR;
  }
}

function qualifiedName(expr: Expr): string | undefined {
  if (expr.kind === "ident") return expr.name;
  if (expr.kind !== "select" || expr.test) return undefined;
  const operand = qualifiedName(expr.operand);
  return operand === undefined ? undefined : `${operand}.${expr.field}`;
}

function literalType(value: Extract<Expr, { kind: "literal" }>["value"]): Type {
  if (value === null) return t.NULL;
  switch (typeof value) {
    case "boolean":
      return t.BOOL;
    case "bigint":
      return t.INT;
    case "number":
      return t.DOUBLE;
    case "string":
      return t.STRING;
    default:
      return value instanceof Uint ? t.UINT : t.BYTES;
  }
}
