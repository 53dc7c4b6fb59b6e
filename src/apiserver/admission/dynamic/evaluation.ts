import type { Compiled, Kind, KubeObject, MatchCondition, Namespace } from "../../../api/index.ts";
import type { Cel, CelActivation, CelMap, CelValue } from "../../../machinery/index.ts";
import type { Scope } from "../../context.ts";
import { inVersion, type Subject } from "./match.ts";
import { admissionRequest } from "./request.ts";

/** What one policy and binding may spend, and all match conditions of one (k8s: apis/cel RuntimeCELCostBudget). */
export const BUDGET = 10_000_000;
const CONDITIONS_BUDGET = 2_500_000;

/** An expression with what it is good for. */
export interface Step {
  readonly source: string;
  readonly compiled: Compiled;
}

/** Evaluation ended before its time: the policy fails as a whole. */
export class OutOfBudget extends Error {
  constructor() {
    super("validation failed due to running out of cost budget, no further validation rules will be run");
  }
}

/** The value, or why there is none. */
export type Result = { readonly value: CelValue } | { readonly error: string };

/** What expressions see besides the request. */
export interface Inputs {
  readonly params: KubeObject | null;
  readonly namespaceObject: Namespace | null;
  readonly variables?: ReadonlyMap<string, Compiled>;
}

/** Expressions of one policy on one request, in one version of its object. */
export class Evaluator {
  readonly #cel: Cel;
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #variables: ReadonlyMap<string, Compiled>;
  /** What lazily evaluated variables cost, until it is charged. */
  #owed = 0;

  constructor(cel: Cel, subject: Subject, kind: Kind, { params, namespaceObject, variables = new Map() }: Inputs) {
    this.#cel = cel;
    this.#variables = variables;
    const { object, old, scope } = subject.attributes;
    this.#values = {
      object: inVersion(kind, object) ?? null,
      oldObject: inVersion(kind, old) ?? null,
      params,
      namespaceObject,
      request: admissionRequest(subject, kind),
      authorizer: cel.authorizerOf(authorizeIn(scope), scope.user),
      "authorizer.requestResource": requestResource(cel, subject),
    };
  }

  /** Runs them in order. Throws OutOfBudget; `left` is what the next expressions may spend. */
  run(steps: readonly Step[], budget: number): { readonly results: readonly Result[]; readonly left: number } {
    const values = { ...this.#values, variables: this.#lazy() };
    const activation: CelActivation = (name) => values[name as keyof typeof values];
    let left = budget;
    const results = steps.map(({ source, compiled }): Result => {
      if ("error" in compiled) return { error: `compilation error: ${compiled.error}` };
      const outcome = this.#cel.evaluate(compiled.program, activation);
      left -= outcome.cost + this.#owed;
      this.#owed = 0;
      if (left < 0) throw new OutOfBudget();
      return "value" in outcome ? outcome : { error: `expression '${source}' resulted in error: ${outcome.error}` };
    });
    return { results, left };
  }

  /** `variables`: each is evaluated when it is first asked for. */
  #lazy(): CelMap {
    const known = new Map<string, Result>();
    const evaluate = (name: string): Result => {
      const compiled = this.#variables.get(name);
      if (compiled === undefined) return { error: `no such key: ${name}` };
      if ("error" in compiled) return { error: `composited variable "${name}" fails to compile: ${compiled.error}` };
      const values = { ...this.#values, variables: lazy };
      const outcome = this.#cel.evaluate(compiled.program, (variable) => values[variable as keyof typeof values]);
      this.#owed += outcome.cost;
      return "value" in outcome ? outcome : { error: `composited variable "${name}" fails to evaluate: ${outcome.error}` };
    };
    const lazy: CelMap = {
      isMap: true,
      typeName: "kubernetes.variables",
      size: this.#variables.size,
      keys: () => [...this.#variables.keys()],
      get: (key) => {
        const name = String(key);
        let result = known.get(name);
        if (result === undefined) known.set(name, (result = evaluate(name)));
        if ("error" in result) throw new this.#cel.CelError(result.error);
        return result.value;
      },
    };
    return lazy;
  }
}

/** Whether all conditions hold; errors count only when none is false (k8s: webhook/matchconditions Match). */
export function meetsConditions(
  evaluator: Evaluator,
  conditions: readonly MatchCondition[],
  steps: readonly Step[],
  failurePolicy: string | undefined,
): boolean | { readonly error: string } {
  if (conditions.length === 0) return true;
  try {
    const { results } = evaluator.run(steps, CONDITIONS_BUDGET);
    if (results.some((result) => "value" in result && result.value === false)) return false;
    const errors = results.flatMap((result) => ("error" in result ? [result.error] : []));
    if (errors.length === 0) return true;
    return failurePolicy === "Ignore" ? false : { error: errors.length === 1 ? (errors[0] as string) : `[${errors.join(", ")}]` };
  } catch (error) {
    if (!(error instanceof OutOfBudget)) throw error;
    return failurePolicy === "Ignore" ? false : { error: error.message };
  }
}

type Authorize = Parameters<Cel["authorizerOf"]>[0];

const authorizeIn =
  ({ server }: Scope): Authorize =>
  ({ user, verb, path, group = "", resource = "", subresource = "", namespace = "", name = "", fieldSelector }) => {
    const about = path === undefined ? { group, resource, subresource, namespace, name } : undefined;
    return server.authorization.authorize({ user, verb, resource: about, path: path ?? "", fieldSelector });
  };

function requestResource(cel: Cel, { attributes: { scope }, namespace, name }: Subject): CelValue {
  const { group, resource, subresource } = scope.info;
  return cel.requestResourceOf(authorizeIn(scope), { user: scope.user, group, resource, subresource, namespace, name });
}
