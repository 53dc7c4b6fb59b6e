import { cel, type CelProgram } from "../../machinery/index.ts";
import { findResource, type World, type WorldKind } from "./world.ts";

/** An author's CEL expression, made ready once. */
export interface Expression {
  /** Plurals that it looks at. */
  readonly kinds: ReadonlySet<string>;
  /** The value as JSON; an error, too, is "not yet". */
  value(world: Pick<World, "kinds" | "list">, self?: unknown): { readonly value: unknown } | { readonly error: string };
}

/** What one evaluation may cost, in CEL's own units. */
const LIMIT = 200_000;

/** `self`, where there is one, and the list of every kind's objects by plural. Answers what is wrong in cel-go's words. CEL must have been loaded. */
export function compileExpression(
  source: string,
  kinds: readonly WorldKind[],
  self: boolean,
): { readonly expression: Expression } | { readonly problem: string } {
  const { compile, DYN, environment, evaluate, fromJson, listOf, toJson } = cel();
  const plurals = kinds.map(({ plural }) => plural);
  const variables = Object.fromEntries([
    ...plurals.map((plural) => [plural, listOf(DYN)] as const),
    ...(self ? [["self", DYN] as const] : []),
  ]);
  const compiled = compile(source, environment(variables));
  if ("error" in compiled) return { problem: compiled.error };
  const { program } = compiled;
  const seen = namesIn(program, new Set(plurals));
  return {
    expression: {
      kinds: seen,
      value(world, object) {
        const outcome = evaluate(
          program,
          (name) => fromJson(name === "self" && self ? object : world.list(name), name === "self" ? DYN : listOf(DYN)),
          LIMIT,
        );
        return "error" in outcome ? { error: outcome.error } : { value: toJson(outcome.value) };
      },
    },
  };
}

/** Words of the source that are plurals: more than it looks at at worst, never less. */
const namesIn = ({ source }: CelProgram, plurals: ReadonlySet<string>): ReadonlySet<string> =>
  new Set((source.match(/[a-z]+/g) ?? []).filter((word) => plurals.has(word)));

/** The object that a check is about, for `self`. */
export function selfOf(world: World, resource: string | undefined): { readonly self: unknown } | { readonly missing: "kind" | "object" } {
  if (resource === undefined) return { self: undefined };
  const found = findResource(world, resource);
  return "object" in found ? { self: found.object } : found;
}
