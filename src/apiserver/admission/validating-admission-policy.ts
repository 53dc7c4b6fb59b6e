import {
  ExpressionCompiler,
  type Kind,
  type KubeObject,
  type Namespace,
  type ValidatingAdmissionPolicy,
  type ValidatingAdmissionPolicyBinding,
} from "../../api/index.ts";
import { type Cel, failure, goJson, loadCel } from "../../machinery/index.ts";
import { compiledOnce, conditionSteps, type PolicySteps, variablesOf } from "./dynamic/compiled.ts";
import { BUDGET, Evaluator, meetsConditions, OutOfBudget, type Result, type Step } from "./dynamic/evaluation.ts";
import { matchedResources, namespaceObject, type Subject, subjectOf } from "./dynamic/match.ts";
import { collectParams, ConfigurationError } from "./dynamic/params.ts";
import type { Registered } from "./dynamic/registrations.ts";
import { annotate } from "../observe/requests.ts";
import { refuse } from "./refuse.ts";
import type { AdmissionPlugin, Attributes } from "./types.ts";

interface Steps extends PolicySteps {
  readonly validations: readonly Step[];
  readonly messages: readonly (Step | undefined)[];
  readonly annotations: readonly Step[];
}

const stepsOf = compiledOnce((policy: ValidatingAdmissionPolicy): Steps => {
  const { paramKind, matchConditions = [], variables = [], validations = [], auditAnnotations = [] } = policy.spec ?? {};
  const compiler = new ExpressionCompiler();
  const declared = { params: paramKind !== undefined, authorizer: true };
  const step = (source: string, with_: typeof declared): Step => ({ source, compiled: compiler.compile(source, undefined, with_) });
  return {
    conditions: conditionSteps(matchConditions, declared),
    variables: variablesOf(compiler, variables, declared),
    validations: validations.map(({ expression }) => step(expression, declared)),
    messages: validations.map(({ messageExpression }) =>
      messageExpression ? step(messageExpression, { ...declared, authorizer: false }) : undefined,
    ),
    annotations: auditAnnotations.map(({ valueExpression }) => step(valueExpression.trim(), declared)),
  };
});

/** Something that a policy has against a request. */
interface Denial {
  readonly message: string;
  readonly reason?: string;
  /** Of spec.validations. */
  readonly index: number;
}

interface Verdict {
  readonly denials: readonly Denial[];
  readonly annotations: readonly (readonly [key: string, value: string])[];
  /** Annotations that could not be made: they deny whatever the binding's actions. */
  readonly failed: readonly string[];
}

const NO_OBJECTION: Verdict = { denials: [], annotations: [], failed: [] };
const MAX_MESSAGE = 5 * 1024;
const MAX_ANNOTATION = 10 * 1024;

/** k8s: admission/plugin/policy/validating validator.Validate. */
function judge(
  cel: Cel,
  policy: ValidatingAdmissionPolicy,
  subject: Subject,
  kind: Kind,
  params: KubeObject | null,
  namespace: Namespace | null,
): Verdict {
  const spec = policy.spec ?? {};
  const steps = stepsOf(policy);
  const failing = (message: string): Verdict =>
    spec.failurePolicy === "Ignore" ? NO_OBJECTION : { ...NO_OBJECTION, denials: [{ message, index: 0 }] };
  const met = meetsConditions(
    new Evaluator(cel, subject, kind, { params, namespaceObject: null, variables: steps.variables }),
    spec.matchConditions ?? [],
    steps.conditions,
    spec.failurePolicy,
  );
  if (met === false) return NO_OBJECTION;
  if (met !== true) return failing(met.error);
  try {
    const evaluator = new Evaluator(cel, subject, kind, { params, namespaceObject: namespace, variables: steps.variables });
    const { results, left } = evaluator.run(steps.validations, BUDGET);
    const denials = denialsOf(policy, results, () => messagesOf(evaluator, steps.messages, left));
    return { denials, ...annotationsOf(policy, evaluator.run(steps.annotations, BUDGET).results) };
  } catch (error) {
    if (!(error instanceof OutOfBudget)) throw error;
    return failing(error.message);
  }
}

/** What the message expressions say; undefined where there is none or it went wrong. */
function messagesOf(
  evaluator: Evaluator,
  steps: readonly (Step | undefined)[],
  budget: number,
): readonly (string | undefined)[] | OutOfBudget {
  try {
    const { results } = evaluator.run(
      steps.filter((step) => step !== undefined),
      budget,
    );
    let next = 0;
    return steps.map((step) => (step ? messageText(results[next++] as Result) : undefined));
  } catch (error) {
    if (error instanceof OutOfBudget) return error;
    throw error;
  }
}

function messageText(result: Result): string | undefined {
  if ("error" in result || typeof result.value !== "string") return undefined;
  const text = result.value.trim();
  return text === "" || text.length > MAX_MESSAGE || text.includes("\n") ? undefined : text;
}

function denialsOf(
  { spec = {} }: ValidatingAdmissionPolicy,
  results: readonly Result[],
  evaluateMessages: () => readonly (string | undefined)[] | OutOfBudget,
): readonly Denial[] {
  if (results.every((result) => "value" in result && result.value === true)) return [];
  const messages = evaluateMessages();
  const ignoring = spec.failurePolicy === "Ignore";
  return results.flatMap((result, index): Denial[] => {
    const validation = spec.validations?.[index];
    if ("error" in result) return ignoring ? [] : [{ message: result.error, index }];
    if (messages instanceof OutOfBudget) return ignoring ? [] : [{ message: `failed messageExpression: ${messages.message}`, index }];
    if (result.value === true) return [];
    const message = messages[index] || validation?.message?.trim() || `failed expression: ${validation?.expression.trim()}`;
    return [{ message, reason: validation?.reason ?? "Invalid", index }];
  });
}

function annotationsOf({ spec = {} }: ValidatingAdmissionPolicy, results: readonly Result[]): Pick<Verdict, "annotations" | "failed"> {
  const annotations: (readonly [string, string])[] = [];
  const failed: string[] = [];
  for (const [i, result] of results.entries()) {
    const key = spec.auditAnnotations?.[i]?.key ?? "";
    if ("error" in result) {
      if (spec.failurePolicy !== "Ignore") failed.push(result.error);
    } else if (typeof result.value === "string" && result.value.trim() !== "")
      annotations.push([key, result.value.trim().slice(0, MAX_ANNOTATION)]);
  }
  return { annotations, failed };
}

const CODES: Readonly<Record<string, number>> = { Forbidden: 403, RequestEntityTooLarge: 413, Invalid: 422 };

/** Policies whose rules are expressions (k8s: admission/plugin/policy/validating dispatcher.Dispatch). */
export const validatingAdmissionPolicy: AdmissionPlugin = {
  name: "ValidatingAdmissionPolicy",
  validate(attributes) {
    const { server, kind, info } = attributes.scope;
    const { validatingPolicies } = server.registrations.of(kind, info.subresource);
    if (validatingPolicies.length === 0) return;
    return server.code.use(loadCel, (cel) => dispatch(cel, attributes, validatingPolicies));
  },
};

interface Denied {
  /** `ValidatingAdmissionPolicy 'a' with binding 'b' denied request`. */
  readonly by: string;
  readonly message: string;
  readonly reason?: string;
}

function dispatch(cel: Cel, attributes: Attributes, policies: Registered["validatingPolicies"]): void {
  const { server, kind: stored, record } = attributes.scope;
  const subject = subjectOf(attributes, server.registrations.versionsOf(stored));
  const denied: Denied[] = [];
  const failures: object[] = [];
  for (const { policy, bindings } of policies) {
    const { matchConstraints } = policy.spec ?? {};
    const kind = matchConstraints && matchedResources(matchConstraints, subject);
    if (!kind) continue;
    const annotations = new Map<string, Set<string>>();
    for (const binding of bindings) {
      for (const { annotations: made, ...outcome } of enforce(cel, policy, binding, subject, kind)) {
        denied.push(...outcome.denied);
        failures.push(...outcome.failures);
        for (const [key, value] of made) annotations.set(key, (annotations.get(key) ?? new Set()).add(value));
      }
    }
    for (const [key, values] of annotations) annotate(record, `${policy.metadata?.name}/${key}`, [...values].join(", "));
  }
  if (failures.length > 0) annotate(record, "validation.policy.admission.k8s.io/validation_failure", goJson(failures));
  const [first] = denied;
  if (first) throw refusal(attributes, first);
}

interface Outcome {
  readonly denied: readonly Denied[];
  readonly failures: readonly object[];
  readonly annotations: Verdict["annotations"];
}

/** One outcome for each object that the binding gives as params. */
function enforce(
  cel: Cel,
  policy: ValidatingAdmissionPolicy,
  { metadata, spec }: ValidatingAdmissionPolicyBinding,
  subject: Subject,
  kind: Kind,
): readonly Outcome[] {
  if (spec.matchResources && !matchedResources(spec.matchResources, subject)) return [];
  const { server, warnings } = subject.attributes.scope;
  const { validationActions } = spec;
  const [name, binding] = [policy.metadata?.name, metadata?.name];
  const named = `ValidatingAdmissionPolicy '${name}' with binding '${binding}'`;
  const by = `${named} denied request`;
  try {
    const namespace = namespaceObject(subject);
    return collectParams(server, policy.spec?.paramKind, spec.paramRef, subject.namespace).map((params) => {
      const { denials, annotations, failed } = judge(cel, policy, subject, kind, params, namespace);
      if (validationActions.includes("Warn")) warnings.push(...denials.map(({ message }) => `Validation failed for ${named}: ${message}`));
      const audited = validationActions.includes("Audit") ? denials : [];
      return {
        denied: [
          ...(validationActions.includes("Deny") ? denials.map((denial) => ({ by, ...denial })) : []),
          ...failed.map((message) => ({ by, message })),
        ],
        failures: audited.map(({ message, index }) => ({ message, policy: name, binding, expressionIndex: index, validationActions })),
        annotations,
      };
    });
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const denied = policy.spec?.failurePolicy === "Ignore" ? [] : [{ by, message: `failed to configure binding: ${error.message}` }];
    return [{ denied, failures: [], annotations: [] }];
  }
}

/** The words of a Forbidden, with the validation's own reason and code. */
function refusal(attributes: Attributes, { by, message, reason = "Invalid" }: Denied) {
  const whole = `${by}: ${message}`;
  const { status } = refuse(attributes, whole);
  return failure(CODES[reason] ?? 422, reason, status.message ?? "", { ...status.details, causes: [{ message: whole }] });
}
