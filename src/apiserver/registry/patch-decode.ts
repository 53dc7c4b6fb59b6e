import { type KubeObject, structureErrors } from "../../api/index.ts";
import { failure, goJson, goQuote, goSprint, isMap } from "../../machinery/index.ts";
import { bodyText, parseBody } from "../body.ts";
import type { Scope } from "../context.ts";
import { checkType, withReset } from "../decode.ts";
import { strictErrors } from "../strict-json.ts";

export type PatchType = "json" | "merge" | "strategic";

/**
 * The patched object as its kind has it. What is wrong with it is told of the patch, with the whole object or, for a
 * strategic one, with the patch (k8s: patch.go applyPatchToCurrentObject, applyPatchToObject).
 */
export function decodePatched(scope: Scope, type: PatchType, patched: unknown): KubeObject {
  const { requested, options } = scope;
  checkType(scope, patched);
  const { typeErrors, unknown, pruned } = structureErrors(requested, patched as KubeObject);
  const refusal = (why: string) => {
    const shown = type === "strategic" ? goSprint(parseBody(scope.request)) : goJson(patched);
    const message = `Invalid value: ${goQuote(shown)}: ${why}`;
    const causes = [{ reason: "FieldValueInvalid", message, field: "patch" }];
    return failure(422, "Invalid", ` "" is invalid: patch: ${message}`, { causes });
  };
  const [problem] = typeErrors;
  if (problem !== undefined) throw refusal(type === "strategic" ? converted(problem) : problem);
  if (options.fieldValidation !== "Ignore") {
    const strict = [...ownErrors(scope, type), ...unknown];
    if (strict.length > 0 && options.fieldValidation === "Strict") throw refusal(`strict decoding error: ${strict.join(", ")}`);
    scope.warnings.push(...strict);
  }
  const { apiVersion, kind } = patched as KubeObject;
  const typed = { ...withReset(pruned, patched as KubeObject), apiVersion, kind };
  return typed as KubeObject;
}

const OPERATION = new Set(["op", "path", "from", "value"]);

/** What strict decoding holds against the patch itself. */
function ownErrors({ request }: Scope, type: PatchType): readonly string[] {
  const text = bodyText(request);
  if (type !== "json") return text === undefined ? [] : strictErrors(text);
  const operations = parseBody(request) as readonly unknown[];
  const unknown = operations.flatMap((operation, i) =>
    isMap(operation)
      ? Object.keys(operation)
          .filter((key) => !OPERATION.has(key))
          .map((key) => `unknown field ${goQuote(`[${i}].${key}`)}`)
      : [],
  );
  return (text === undefined ? unknown : strictErrors(text, unknown)).map((error) => `json patch ${error}`);
}

/**
 * A strategic patch meets the wrong type while a map becomes a struct, and says so in other words than a decoder does:
 * `json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32`.
 */
function converted(problem: string): string {
  const wrong = /^json: cannot unmarshal (\w+) into Go (?:struct field \S+|value) of type (\S+)$/.exec(problem);
  if (!wrong) return problem;
  const [, from = "", to = ""] = wrong;
  const given = from === "object" ? "map" : from === "array" ? "slice" : from === "number" ? "int64" : from;
  if (to.startsWith("map[")) return `cannot restore map from ${given}`;
  if (to.startsWith("[]")) return `cannot restore slice from ${given}`;
  return to.includes(".") ? `cannot restore struct from: ${given}` : `unrecognized type: ${to}`;
}
