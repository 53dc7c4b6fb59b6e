import {
  ExpressionCompiler,
  type Kind,
  type KubeObject,
  type MutatingAdmissionPolicy,
  type MutatingAdmissionPolicyBinding,
  mutationExpression,
} from "../../api/index.ts";
import { type Cel, deepEqual, failure, loadCel } from "../../machinery/index.ts";
import { compiledOnce, conditionSteps, type PolicySteps, variablesOf } from "./dynamic/compiled.ts";
import { BUDGET, Evaluator, meetsConditions, OutOfBudget, type Step } from "./dynamic/evaluation.ts";
import { fromVersion, inVersion, matchedResources, namespaceObject, type Subject, subjectOf } from "./dynamic/match.ts";
import { collectParams, ConfigurationError } from "./dynamic/params.ts";
import { shownKind } from "./dynamic/request.ts";
import { applyConfiguration, applyOperations, decoded, MutationError } from "./dynamic/patch.ts";
import type { Registered } from "./dynamic/registrations.ts";
import { refuse } from "./refuse.ts";
import type { AdmissionPlugin, Attributes } from "./types.ts";

interface Steps extends PolicySteps {
  readonly mutations: readonly (Step & { readonly merges: boolean })[];
}

const stepsOf = compiledOnce(({ spec = {} }: MutatingAdmissionPolicy): Steps => {
  const compiler = new ExpressionCompiler();
  const declared = { params: spec.paramKind !== undefined, authorizer: true };
  return {
    conditions: conditionSteps(spec.matchConditions ?? [], declared),
    variables: variablesOf(compiler, spec.variables ?? [], declared),
    mutations: (spec.mutations ?? []).flatMap((mutation) => {
      const given = mutationExpression(mutation);
      if (!given) return [];
      const source = given.expression.trim();
      const compiled = compiler.compile(source, [given.gives], { ...declared, patch: true });
      return [{ source, compiled, merges: given.gives === "Object" }];
    }),
  };
});

const NAME = "MutatingAdmissionPolicy";

/** Policies that change objects by expressions (k8s: admission/plugin/policy/mutating). */
export const mutatingAdmissionPolicy: AdmissionPlugin = {
  name: NAME,
  mutate(attributes) {
    const { server, kind, info } = attributes.scope;
    const object = attributes.object as KubeObject;
    const { mutatingPolicies } = server.registrations.of(kind, info.subresource);
    if (mutatingPolicies.length === 0) return object;
    return server.code.use(loadCel, (cel) => dispatch(cel, attributes, mutatingPolicies));
  },
};

/** One policy, one binding, one object of parameters. */
interface Invocation {
  readonly policy: MutatingAdmissionPolicy;
  readonly binding: MutatingAdmissionPolicyBinding;
  readonly params: KubeObject | null;
  readonly kind: Kind;
}

interface Problem {
  readonly message: string;
  readonly reason?: string;
}

function dispatch(cel: Cel, attributes: Attributes, policies: Registered["mutatingPolicies"]): KubeObject {
  const { server, kind: stored } = attributes.scope;
  const { reinvocation } = attributes;
  const memory = reinvocation?.of(NAME);
  const subject = subjectOf(attributes, server.registrations.versionsOf(stored));
  const problems: Problem[] = [];
  if (reinvocation?.again) memory?.begin(attributes.object);
  let current = subject;
  for (const invocation of invocationsOf(subject, policies, problems)) {
    const { policy, binding, params } = invocation;
    const key = [policy, binding, params].map((object) => `${object?.metadata?.namespace ?? ""}/${object?.metadata?.name ?? ""}`).join(" ");
    if (reinvocation?.again && !memory?.requires(key)) continue;
    const changed = invoke(cel, current, invocation, problems);
    if (changed === undefined) continue;
    if (changed !== current.attributes.object) {
      current = { ...current, attributes: { ...current.attributes, object: changed } };
      memory?.changed();
      if (reinvocation) reinvocation.wanted = true;
    }
    memory?.ran(key, policy.spec?.reinvocationPolicy === "IfNeeded");
  }
  if (problems.length > 0) throw refusal(attributes, problems);
  memory?.end(current.attributes.object);
  return current.attributes.object as KubeObject;
}

function invocationsOf(subject: Subject, policies: Registered["mutatingPolicies"], problems: Problem[]): readonly Invocation[] {
  const { server } = subject.attributes.scope;
  return policies.flatMap(({ policy, bindings }): readonly Invocation[] => {
    const { matchConstraints, paramKind } = policy.spec ?? {};
    const kind = matchConstraints && matchedResources(matchConstraints, subject);
    if (!kind) return [];
    return bindings.flatMap((binding) => {
      const { matchResources, paramRef } = binding.spec ?? {};
      if (matchResources && !matchedResources(matchResources, subject)) return [];
      try {
        return collectParams(server, paramKind, paramRef, subject.namespace).map((params) => ({ policy, binding, params, kind }));
      } catch (error) {
        if (!(error instanceof ConfigurationError)) throw error;
        if (policy.spec?.failurePolicy !== "Ignore")
          problems.push({ message: words(policy, binding, `failed to configure binding: ${error.message}`) });
        return [];
      }
    });
  });
}

const words = (policy: MutatingAdmissionPolicy, binding: MutatingAdmissionPolicyBinding, why: string): string =>
  `policy '${policy.metadata?.name}' with binding '${binding.metadata?.name}' denied request: ${why}`;

/** The object afterwards; undefined when the policy's conditions do not hold. What goes wrong is noted, and the next mutation goes on. */
function invoke(cel: Cel, subject: Subject, { policy, binding, params, kind }: Invocation, problems: Problem[]): KubeObject | undefined {
  const { spec = {} } = policy;
  const steps = stepsOf(policy);
  const fail = (why: string) => {
    if (spec.failurePolicy !== "Ignore") problems.push({ message: words(policy, binding, why), reason: "Invalid" });
  };
  const inputs = { params, variables: steps.variables };
  const conditions = new Evaluator(cel, subject, kind, { ...inputs, namespaceObject: null });
  const met = meetsConditions(conditions, spec.matchConditions ?? [], steps.conditions, spec.failurePolicy);
  if (met === false) return undefined;
  if (met !== true) {
    fail(met.error);
    return undefined;
  }
  const namespace = namespaceObject(subject);
  let object = subject.attributes.object as KubeObject;
  for (const step of steps.mutations) {
    const now: Subject = { ...subject, attributes: { ...subject.attributes, object } };
    try {
      object = mutate(cel, new Evaluator(cel, now, kind, { ...inputs, namespaceObject: namespace }), step, now, kind);
    } catch (error) {
      if (!(error instanceof MutationError) && !(error instanceof OutOfBudget)) throw error;
      fail(error.message);
    }
  }
  return object;
}

/** By one mutation, in the version of the object that the policy matched. */
function mutate(cel: Cel, evaluator: Evaluator, step: Steps["mutations"][number], subject: Subject, kind: Kind): KubeObject {
  const object = subject.attributes.object as KubeObject;
  const { subresource } = subject.attributes.scope.info;
  if ("error" in step.compiled) throw new MutationError(step.compiled.error);
  const [result] = evaluator.run([step], BUDGET).results;
  if (!result || "error" in result) throw new MutationError(result?.error);
  const shown = inVersion(kind, object) as KubeObject;
  const own = shownKind(kind, subresource);
  const type = own.kind === kind.kind ? kind : own;
  const patched = step.merges ? applyConfiguration(cel, type, shown, result.value) : applyOperations(cel, shown, result.value);
  if (deepEqual(patched, shown)) return object;
  return fromVersion(kind, decoded(kind, patched, subresource));
}

/** The words of the first problem, and all of them as causes (k8s: policy/generic policyDispatcher.Dispatch). */
function refusal(attributes: Attributes, problems: readonly Problem[]) {
  const { status } = refuse(attributes, "");
  const [first] = problems;
  return failure(403, first?.reason ?? "Forbidden", first?.message ?? "", {
    ...status.details,
    causes: problems.map(({ message }) => ({ message })),
  });
}
