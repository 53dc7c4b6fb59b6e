import type { CelEnvironment, CelProgram, CelType } from "../../../machinery/index.ts";
import { resolveFieldPath } from "../definition/field-path.ts";
import { isEmbedded, type Schema } from "../schema/schema.ts";
import { cel } from "./cel.ts";

export type Rule = NonNullable<Schema["x-kubernetes-validations"]>[number];

/** A rule and its message, each with the most that one evaluation may cost. */
export interface CompiledRule {
  readonly rule: Rule;
  readonly program?: CelProgram;
  readonly error?: string;
  readonly cost: number;
  /** It compares with what was there: evaluated on updates only, unless the rule says that it may be absent. */
  readonly usesOldSelf: boolean;
  readonly message?: CelProgram;
  readonly messageError?: string;
  readonly messageCost: number;
  /** Where its refusals point, from the schema's own place. */
  readonly fieldPath: string;
}

/** The rules of one schema. */
export interface CompiledNode {
  readonly type: CelType;
  /** The most values of this schema that a request holds when nothing around it says how many there may be. */
  readonly cardinality: number;
  readonly rules: readonly CompiledRule[];
}

/** Compiled once a schema, for checking the definition and for serving it. */
const known = new WeakMap<Schema, CompiledNode | null>();

/** Undefined when expressions may not see values of the schema. `root`: of a whole custom resource. */
export function compileNode(schema: Schema, root: boolean): CompiledNode | undefined {
  let node = known.get(schema);
  if (node === undefined) known.set(schema, (node = made(schema, root || isEmbedded(schema)) ?? null));
  return node ?? undefined;
}

function made(schema: Schema, resource: boolean): CompiledNode | undefined {
  const { environment, optionalOf, schemaCardinality, schemaType } = cel();
  const type = schemaType(schema, resource, "selfType");
  if (type === undefined) return undefined;
  const plain = environment({ self: type, oldSelf: type });
  const optional = environment({ self: type, oldSelf: optionalOf(type) });
  const rules = (schema["x-kubernetes-validations"] ?? []).map((rule) =>
    compileRule(schema, rule, rule.optionalOldSelf ? optional : plain),
  );
  return { type, cardinality: schemaCardinality(schema, resource), rules };
}

/** k8s: apiserver/schema/cel/compilation.go compileRule. */
function compileRule(schema: Schema, rule: Rule, world: CelEnvironment): CompiledRule {
  const path = rule.fieldPath ? resolveFieldPath(rule.fieldPath, schema) : undefined;
  const base = { rule, cost: 0, messageCost: 0, usesOldSelf: false, fieldPath: typeof path === "object" ? path.text : "" };
  if (rule.rule.trim() === "") return base;
  const { BOOL, compile, estimateCost, STRING } = cel();
  const compiled = compile(rule.rule, world);
  if ("error" in compiled) return { ...base, error: `compilation failed: ${compiled.error}` };
  const { program } = compiled;
  if (program.type.kind !== BOOL.kind && program.type.kind !== "dyn") return { ...base, error: "cel expression must evaluate to a bool" };
  const usesOldSelf = [...program.checked.types.keys()].some((expr) => expr.kind === "ident" && expr.name === "oldSelf");
  const ruled = { ...base, program, usesOldSelf, cost: estimateCost(program.checked).max };
  if (!rule.messageExpression?.trim()) return ruled;
  const message = compile(rule.messageExpression, world);
  if ("error" in message) return { ...ruled, messageError: `messageExpression compilation failed: ${message.error}` };
  if (message.program.type.kind !== STRING.kind) return { ...ruled, messageError: "messageExpression must evaluate to a string" };
  return { ...ruled, message: message.program, messageCost: estimateCost(message.program.checked).max };
}
