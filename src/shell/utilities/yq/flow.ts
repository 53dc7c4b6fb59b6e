import { alone, argument, type Context, evaluate, left, type Operators, reading, right, together, withNodes } from "./evaluate.ts";
import { copy, isTruthy, scalar, YqError, type YqNode } from "./node.ts";
import { type Expr, parseYq } from "./parse.ts";

type Nodes = readonly YqNode[];

function pipe(at: Context, e: Expr): Nodes {
  const lhs = left(e);
  if (lhs.op !== "as") return evaluate(withNodes(at, evaluate(at, lhs)), right(e));
  if (right(lhs).op !== "variable") throw new YqError("RHS of 'as' operator must be a variable name e.g. $foo");
  const name = right(lhs).value;
  const once = (one: Context): Nodes => {
    const values = evaluate(reading(one), left(lhs));
    if (values.length === 0) return evaluate(one, right(e));
    return values.flatMap((value) => {
      const kept = lhs.flags === "ref" ? value : copy(value);
      return evaluate({ ...one, variables: { ...one.variables, [name]: [kept] } }, right(e));
    });
  };
  return together(at.nodes) ? once(at) : at.nodes.flatMap((node) => once(alone(at, node)));
}

function reduce(at: Context, e: Expr): Nodes {
  const [source, block] = [left(e), right(e)];
  if (source.op !== "as") throw new YqError(`reduce must be given an array to loop over, e.g. .[] as $i ireduce (...)`);
  if (block.op !== ";") throw new YqError("reduce must be given a block, e.g. .[] as $i ireduce (0; . + $i)");
  let kept = evaluate(at, left(block));
  for (const value of evaluate(at, left(source)))
    kept = evaluate({ ...withNodes(at, kept), variables: { ...at.variables, [right(source).value]: [value] } }, right(block));
  return kept;
}

export const flowOperators: Operators = {
  "|": pipe,
  "short|": pipe,
  ",": (at, e) => {
    const [lhs, rhs] = [evaluate(at, left(e)), evaluate(at, right(e))];
    // Both wrote, and gave on what they were given.
    return lhs === rhs ? lhs : [...lhs, ...rhs];
  },
  ";": () => [],
  empty: () => [],
  self: (at) => at.nodes,
  reference: (_, e) => [(e as Expr & { readonly node: YqNode }).node],
  as: () => {
    throw new YqError("must use variable with a pipe, e.g. `exp as $x | ...`");
  },
  variable: (at, e) => at.variables[e.value] ?? [],
  ireduce: reduce,
  value: (at, e) => (at.nodes.length === 0 ? [undefined] : at.nodes).map(() => scalar(at.world.room, e.tag, e.value)),
  select: (at, e) => at.nodes.filter((node) => evaluate(reading(alone(at, node)), right(e)).some(isTruthy)),
  eval: (at, e) => {
    const written = evaluate(reading(at), right(e));
    return at.nodes.flatMap((node) => written.flatMap((w) => evaluate(alone(at, node), parseYq(w.value))));
  },
  with: (at, e) => {
    const block = right(e);
    if (block.op !== ";" && block.op !== ",") throw new YqError("with must be given a block (;), got something else instead");
    for (const node of evaluate(at, left(block))) evaluate(alone(at, node), right(block));
    return at.nodes;
  },
  error: (at, e) => {
    throw new YqError(argument(at, right(e)) || "aborted");
  },
  system: (at) => {
    throw new YqError(
      at.world.allowSystem
        ? "the system operator is not there on this computer: expressions start no programs"
        : "system operations are disabled, use --security-enable-system-operator to enable",
    );
  },
};
