import { type Problem, problemsText } from "./ast.ts";
import { check, type Checked, type Environment } from "./check.ts";
import { type Outcome, type Activation, runnable, type Runnable } from "./evaluate.ts";
import { regexProblem } from "./library/strings.ts";
import { durationOf, timestampOf } from "./library/time.ts";
import { parse } from "./parse.ts";
import type { Type } from "./types.ts";

/** An expression that may run. */
export interface Program {
  readonly source: string;
  readonly type: Type;
  readonly checked: Checked;
  readonly run: Runnable;
}

/** What one evaluation may cost (k8s: apis/cel PerCallLimit). */
export const PER_CALL_LIMIT = 1_000_000;

/** The program, or what is wrong in cel-go's words: `ERROR: <input>:1:6: undeclared reference to 'x' (in container '')\n | ...`. */
export function compile(source: string, environment: Environment): { readonly program: Program } | { readonly error: string } {
  const { expr, problems } = parse(source);
  if (expr === undefined) return { error: problemsText(source, problems) };
  const result = check(expr, environment);
  const found = result.problems.length > 0 ? result.problems : literalProblems(result.checked);
  if (found.length > 0) return { error: problemsText(source, found) };
  const { checked } = result;
  let run: Runnable | undefined;
  const type = checked.types.get(expr) as Type;
  return { program: { source, type, checked, run: (...args) => (run ??= runnable(checked, environment.variables))(...args) } };
}

/** Runs within what is left of a budget; an error is a value. */
export const evaluate = (program: Program, activation: Activation, limit = PER_CALL_LIMIT): Outcome => program.run(activation, limit);

const VALIDATORS: Readonly<Record<string, readonly [argument: number, wrong: (text: string) => boolean]>> = {
  duration: [0, (text) => durationOf(text) === undefined],
  timestamp: [0, (text) => timestampOf(text) === undefined],
  matches: [-1, (text) => regexProblem(text) !== undefined],
};

/** Literals that could never do (k8s: cel-go ASTValidators). */
function literalProblems({ calls }: Checked): readonly Problem[] {
  const problems: Problem[] = [];
  for (const [expr, { name }] of calls) {
    const validator = Object.hasOwn(VALIDATORS, name) ? VALIDATORS[name] : undefined;
    const argument = validator && expr.kind === "call" ? expr.args.at(validator[0]) : undefined;
    if (argument?.kind === "literal" && typeof argument.value === "string" && validator?.[1](argument.value))
      problems.push({ at: argument.at, message: `invalid ${name} argument` });
  }
  return problems;
}
