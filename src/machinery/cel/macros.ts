import { ACCUMULATOR, type Expr, type Literal } from "./ast.ts";

/** A macro was meant, but not with these arguments. */
export class MacroError extends Error {
  readonly at: number;
  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

/** Writes one macro's expansion; every node it makes is where the macro was called. */
type Expander = (build: Build, target: Expr, args: readonly Expr[]) => Expr;

interface Build {
  literal(value: Literal): Expr;
  call(name: string, ...args: readonly Expr[]): Expr;
  list(...items: readonly Expr[]): Expr;
  readonly accumulator: Expr;
  fold(range: Expr, names: readonly string[], parts: { init: Expr; condition: Expr; step: Expr; result?: Expr }): Expr;
}

/** The call's expansion, or undefined when it is no macro. */
export function expandMacro(at: number, name: string, args: readonly Expr[], target?: Expr): Expr | undefined {
  if (target === undefined) return name === "has" && args.length === 1 ? has(args[0] as Expr) : undefined;
  const found = MACROS[`${name}/${args.length}`];
  return found === undefined ? undefined : found(builder(at), target, args);
}

function has(argument: Expr): Expr {
  if (argument.kind !== "select") throw new MacroError(argument.at, "invalid argument to has() macro");
  return { ...argument, test: true };
}

const builder = (at: number): Build => ({
  literal: (value) => ({ kind: "literal", at, value }),
  call: (name, ...args) => ({ kind: "call", at, name, args }),
  list: (...items) => ({ kind: "list", at, items: items.map((value) => ({ value, optional: false })) }),
  accumulator: { kind: "ident", at, name: ACCUMULATOR },
  fold: (range, [first = "", second], { init, condition, step, result }) => ({
    kind: "fold",
    at,
    range,
    first,
    ...(second === undefined ? {} : { second }),
    accumulator: ACCUMULATOR,
    init,
    condition,
    step,
    result: result ?? { kind: "ident", at, name: ACCUMULATOR },
  }),
});

/** The names of the iteration variables that the first `count` arguments are. */
function variables(args: readonly Expr[], count: number): readonly string[] {
  const names = args.slice(0, count).map((arg) => {
    if (arg.kind === "ident" && !arg.name.startsWith(".")) {
      if (arg.name === "__result__") throw new MacroError(arg.at, "iteration variable overwrites accumulator variable");
      return arg.name;
    }
    throw new MacroError(arg.at, count === 1 ? "argument is not an identifier" : "argument must be a simple name");
  });
  if (count === 2 && names[0] === names[1]) throw new MacroError((args[1] as Expr).at, `duplicate variable name: ${names[0]}`);
  return names;
}

const all =
  (count: number): Expander =>
  (b, target, args) =>
    b.fold(target, variables(args, count), {
      init: b.literal(true),
      condition: b.call("@not_strictly_false", b.accumulator),
      step: b.call("_&&_", b.accumulator, args[count] as Expr),
    });

const exists =
  (count: number): Expander =>
  (b, target, args) =>
    b.fold(target, variables(args, count), {
      init: b.literal(false),
      condition: b.call("@not_strictly_false", b.call("!_", b.accumulator)),
      step: b.call("_||_", b.accumulator, args[count] as Expr),
    });

const existsOne =
  (count: number): Expander =>
  (b, target, args) =>
    b.fold(target, variables(args, count), {
      init: b.literal(0n),
      condition: b.literal(true),
      step: b.call("_?_:_", args[count] as Expr, b.call("_+_", b.accumulator, b.literal(1n)), b.accumulator),
      result: b.call("_==_", b.accumulator, b.literal(1n)),
    });

/** With a condition when there is one argument more than variables and transformation. */
const collect =
  (count: number, init: (b: Build) => Expr, add: (b: Build, item: Expr, first: Expr) => Expr): Expander =>
  (b, target, args) => {
    const step = add(b, args.at(-1) as Expr, args[0] as Expr);
    return b.fold(target, variables(args, count), {
      init: init(b),
      condition: b.literal(true),
      step: args.length > count + 1 ? b.call("_?_:_", args[count] as Expr, step, b.accumulator) : step,
    });
  };

const emptyMap = (b: Build): Expr => ({ kind: "map", at: b.accumulator.at, entries: [] });
const append = (b: Build, item: Expr): Expr => b.call("_+_", b.accumulator, b.list(item));
const map = collect(1, (b) => b.list(), append);
const filter: Expander = (b, target, args) =>
  b.fold(target, variables(args, 1), {
    init: b.list(),
    condition: b.literal(true),
    step: b.call("_?_:_", args[1] as Expr, append(b, args[0] as Expr), b.accumulator),
  });
const transformList = collect(2, (b) => b.list(), append);
const transformMap = collect(2, emptyMap, (b, item, key) => b.call("cel.@mapInsert", b.accumulator, key, item));
const transformMapEntry = collect(2, emptyMap, (b, item) => b.call("cel.@mapInsert", b.accumulator, item));

/** `optMap` and `optFlatMap` bind the value of the option (k8s: cel-go optionalLib). */
const optional =
  (flat: boolean): Expander =>
  (b, target, args) => {
    const [name = ""] = variables(args, 1);
    const at = b.accumulator.at;
    const value: Expr = { kind: "call", at, name: "value", target, args: [] };
    const bound: Expr = {
      kind: "fold",
      at,
      range: b.list(),
      first: "#unused",
      accumulator: name,
      init: value,
      condition: b.literal(false),
      step: { kind: "ident", at, name },
      result: args[1] as Expr,
    };
    return b.call(
      "_?_:_",
      { kind: "call", at, name: "hasValue", target, args: [] },
      flat ? bound : b.call("optional.of", bound),
      b.call("optional.none"),
    );
  };

/** Sorts by what `key` makes of each item; the list is evaluated once. */
const sortBy: Expander = (b, target, args) => {
  const name = "@sortBy_input";
  const at = b.accumulator.at;
  const input: Expr = { kind: "ident", at, name };
  const keys = map(b, input, args);
  return {
    kind: "fold",
    at,
    range: b.list(),
    first: "#unused",
    accumulator: name,
    init: target,
    condition: b.literal(false),
    step: input,
    result: { kind: "call", at, name: "@sortByAssociatedKeys", target: input, args: [keys] },
  };
};

const MACROS: Readonly<Record<string, Expander>> = {
  "all/2": all(1),
  "all/3": all(2),
  "exists/2": exists(1),
  "exists/3": exists(2),
  "exists_one/2": existsOne(1),
  "existsOne/2": existsOne(1),
  "existsOne/3": existsOne(2),
  "map/2": map,
  "map/3": map,
  "filter/2": filter,
  "sortBy/2": sortBy,
  "transformList/3": transformList,
  "transformList/4": transformList,
  "transformMap/3": transformMap,
  "transformMap/4": transformMap,
  "transformMapEntry/3": transformMapEntry,
  "transformMapEntry/4": transformMapEntry,
  "optMap/2": optional(false),
  "optFlatMap/2": optional(true),
};
