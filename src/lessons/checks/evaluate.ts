import { parseJsonPath } from "../../machinery/index.ts";
import { parseDocument } from "yaml";
import type { Check, Expected } from "../types.ts";
import { compileExpression, type Expression, selfOf } from "./expression.ts";
import { compileRegex } from "./pattern.ts";
import { shown, type Verdict } from "./verdict.ts";
import type { World, WorldKind } from "./world.ts";

/** Checks that look at one moment. */
export type StateCheck = Extract<Check, { readonly kind: "resource" | "file" }>;

/** Made ready once, judged again and again. */
export interface ReadyCheck {
  readonly check: StateCheck;
  /** Plurals and files that it looks at: when none of them has changed, neither has the verdict. */
  readonly kinds: ReadonlySet<string>;
  readonly file: string | undefined;
  judge(world: World): Verdict;
}

/** Throws an Error that says what is wrong with the check's expression. */
export function ready(check: StateCheck, kinds: readonly WorldKind[]): ReadyCheck {
  return check.kind === "file" ? readyFile(check) : readyResource(check, kinds);
}

function readyResource(check: Extract<StateCheck, { kind: "resource" }>, kinds: readonly WorldKind[]): ReadyCheck {
  const { resource, cel, jsonpath, shows } = check;
  const own =
    resource === undefined
      ? []
      : kinds.filter((k) => k.plural === resource.split("/")[0] || k.names.includes(resource.split("/")[0] ?? "")).map((k) => k.plural);
  const display = shows === undefined ? undefined : parseJsonPath(shows);
  let expression: Expression | undefined;
  if (cel !== undefined) {
    const compiled = compileExpression(cel, kinds, resource !== undefined);
    if ("problem" in compiled) throw new Error(compiled.problem);
    expression = compiled.expression;
  }
  const path = jsonpath === undefined ? undefined : parseJsonPath(jsonpath);
  const fits = judgeText(check);
  return {
    check,
    kinds: new Set([...own, ...(expression?.kinds ?? [])]),
    file: undefined,
    judge(world) {
      const of = selfOf(world, resource);
      if ("missing" in of)
        return { passed: false, expected: expectedOf(check), actual: { kind: "missing", what: of.missing, name: resource as string } };
      if (path) return fits(path.print(of.self));
      const outcome = (expression as Expression).value(world, of.self);
      // An error means "not yet": a field that is not there, a list that is empty.
      const passed = "value" in outcome && outcome.value === true;
      const text = display && of.self !== undefined ? display.print(of.self) : undefined;
      return { passed, expected: undefined, actual: text === undefined ? { kind: "nothing" } : shown(text) };
    },
  };
}

function readyFile(check: Extract<StateCheck, { kind: "file" }>): ReadyCheck {
  const { file, jsonpath } = check;
  const path = jsonpath === undefined ? undefined : parseJsonPath(jsonpath);
  const fits = judgeText(check);
  let seen: { readonly text: string; readonly verdict: Verdict } | undefined;
  return {
    check,
    kinds: new Set(),
    file,
    judge(world) {
      const text = world.file(file);
      if (text !== undefined && text === seen?.text) return seen.verdict;
      const verdict = judged(text);
      if (text !== undefined) seen = { text, verdict };
      return verdict;
    },
  };
  function judged(text: string | undefined): Verdict {
    if (text === undefined) return { passed: false, expected: expectedOf(check), actual: { kind: "missing", what: "file", name: file } };
    if (!path) return fits(text);
    const document = parseDocument(text, { prettyErrors: false });
    if (document.errors.length > 0) return { passed: false, expected: expectedOf(check), actual: shown(document.errors[0]?.message ?? "") };
    return fits(path.print(document.toJS({ maxAliasCount: 100 })));
  }
}

function judgeText(expected: Expected): (text: string) => Verdict {
  const { matches, equals } = expected;
  const pattern = matches === undefined ? undefined : compileRegex(matches);
  return (text) => ({
    passed: equals === undefined ? pattern?.problem === undefined && pattern?.test(text) === true : text.trim() === equals,
    expected: expectedOf(expected),
    actual: shown(text),
  });
}
const expectedOf = ({ matches, equals }: Expected): string | undefined => equals ?? matches;
