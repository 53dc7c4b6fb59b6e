import { type Compiled, type Declared, ExpressionCompiler, type MatchCondition, type Variable } from "../../../api/index.ts";
import type { Step } from "./evaluation.ts";

/** What all policies have. */
export interface PolicySteps {
  readonly conditions: readonly Step[];
  readonly variables: ReadonlyMap<string, Compiled>;
}

/** Objects are immutable: what was made of one stays right as long as it is there. */
export function compiledOnce<T extends object, S>(make: (object: T) => S): (object: T) => S {
  const made = new WeakMap<T, S>();
  return (object) => {
    let steps = made.get(object);
    if (steps === undefined) made.set(object, (steps = make(object)));
    return steps;
  };
}

export const conditionSteps = (conditions: readonly MatchCondition[], declared: Declared): readonly Step[] =>
  conditions.map(({ expression }) => ({ source: expression, compiled: new ExpressionCompiler().compile(expression, undefined, declared) }));

export const variablesOf = (
  compiler: ExpressionCompiler,
  variables: readonly Variable[],
  declared: Declared,
): ReadonlyMap<string, Compiled> => new Map(variables.map(({ name, expression }) => [name, compiler.variable(name, expression, declared)]));
