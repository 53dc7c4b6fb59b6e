import { field, goJson, isDNS1123Label } from "../../machinery/index.ts";
import { checkLabels, invalidEach, type Errors } from "../checks.ts";
import { ageColumn } from "../columns.ts";
import { checkResources } from "../core/pod/validation/resources.ts";
import { checkTolerations } from "../core/pod/validation/scheduling.ts";
import type { RuntimeClass, Toleration } from "../generated/types.ts";
import type { Kind } from "../kind.ts";

const NO_CLAIMS: ReadonlySet<string> = new Set();

/** k8s: pkg/apis/node/validation validateTolerations. */
function checkUniqueTolerations(errors: Errors, path: string, tolerations: readonly Toleration[]): void {
  checkTolerations(errors, path, tolerations);
  const seen = new Set<string>();
  for (const [i, toleration] of tolerations.entries()) {
    const text = goJson(toleration);
    if (seen.has(text)) errors.push(field.duplicate(`${path}[${i}]`, toleration));
    seen.add(text);
  }
}

/** k8s: ValidateRuntimeClass. */
function validate({ handler, overhead, scheduling }: RuntimeClass): Errors {
  const errors: Errors = [];
  if (!handler) errors.push(field.required("handler"));
  else invalidEach(errors, "handler", handler, isDNS1123Label(handler));
  if (overhead?.podFixed) checkResources(errors, "overhead", { limits: overhead.podFixed }, NO_CLAIMS);
  if (scheduling !== undefined) {
    checkLabels(errors, "scheduling.nodeSelector", scheduling.nodeSelector);
    checkUniqueTolerations(errors, "scheduling.tolerations", scheduling.tolerations ?? []);
  }
  return errors;
}

export const runtimeClass: Kind<RuntimeClass> = {
  group: "node.k8s.io",
  version: "v1",
  kind: "RuntimeClass",
  plural: "runtimeclasses",
  singular: "runtimeclass",
  namespaced: false,
  validate,
  validateUpdate: (object, old) => (object.handler === old.handler ? [] : [field.invalid("handler", object.handler, "field is immutable")]),
  columns: [{ name: "Handler", description: "What runs its pods.", cell: (object) => object.handler }, ageColumn],
};
