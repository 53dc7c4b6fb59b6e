import { type KubeObject, kindTable, type MutatingAdmissionPolicyBinding, type ParamKind } from "../../../api/index.ts";
import { field, goSprint, invalid } from "../../../machinery/index.ts";
import type { Scope } from "../../context.ts";
import type { UserInfo } from "../../types.ts";
import { getStored } from "../stored.ts";
import type { AdmissionPlugin } from "../types.ts";

const GROUP = "admissionregistration.k8s.io";
/** Of each kind of binding, its kind of policy. */
const POLICIES: Readonly<Record<string, Parameters<typeof getStored>[1]>> = {
  validatingadmissionpolicybindings: kindTable.validatingadmissionpolicies,
  mutatingadmissionpolicybindings: kindTable.mutatingadmissionpolicies,
};

type Policy = KubeObject & { readonly spec?: { readonly paramKind?: ParamKind } };
/** What all bindings have that is looked at here. */
type Binding = Pick<MutatingAdmissionPolicyBinding, "spec">;

/**
 * Who has policies read objects must be allowed to read them himself (k8s: registry/admissionregistration/<kind>/authz.go).
 * It is no plugin that can be switched off; the object is well-formed when it is asked.
 */
export const paramAccess: AdmissionPlugin = {
  name: "ParamAccess",
  resources: ["validatingadmissionpolicies", "mutatingadmissionpolicies", ...Object.keys(POLICIES)].map((plural) => `${GROUP}/${plural}`),
  validate({ scope, operation, object, old }) {
    if ((operation !== "CREATE" && operation !== "UPDATE") || !object) return;
    const policies = POLICIES[scope.kind.plural];
    const [path, problem] = policies
      ? (["spec.paramRef", bindingProblem(scope, object as Binding, policies)] as const)
      : (["spec.paramKind", policyProblem(scope, object, old)] as const);
    if (problem !== undefined) throw invalid(scope.kind, object.metadata?.name ?? "", [field.forbidden(path, problem)]);
  },
};

function policyProblem(scope: Scope, { spec }: Policy, old: Policy | undefined): string | undefined {
  const wanted = spec?.paramKind;
  const before = old?.spec?.paramKind;
  if (!wanted || (before?.kind === wanted.kind && before?.apiVersion === wanted.apiVersion)) return undefined;
  if (may(scope, "get", wanted, "*", "*")) return undefined;
  const what = `kind=${wanted.kind}, apiVersion=${wanted.apiVersion}`;
  return `user ${userText(scope.user)} must have "get" permission on all objects of the referenced paramKind (${what})`;
}

function bindingProblem(scope: Scope, { spec }: Binding, policies: Parameters<typeof getStored>[1]): string | undefined {
  const { paramRef, policyName = "" } = spec ?? {};
  if (!paramRef) return undefined;
  const { name = "", namespace = "" } = paramRef;
  const mutating = scope.kind.plural.startsWith("mutating");
  const verb = mutating && name === "" ? "list" : "get";
  const paramKind = getStored<Policy>(scope.server, policies, "", policyName)?.spec?.paramKind;
  if (may(scope, verb, paramKind, namespace, name)) return undefined;
  // Upstream has the two the wrong way round for mutating ones.
  const [who, what] = mutating ? [verb, userText(scope.user)] : [userText(scope.user), verb];
  return `user ${who} does not have "${what}" permission on the object referenced by paramRef`;
}

/** On all resources where nobody knows which. */
function may({ server, user, request }: Scope, verb: string, paramKind: ParamKind | undefined, namespace: string, name: string): boolean {
  const { apiVersion = "", kind = "" } = paramKind ?? {};
  const slash = apiVersion.indexOf("/");
  const [group, version] = [apiVersion.slice(0, Math.max(slash, 0)), apiVersion.slice(slash + 1)];
  const plural = server.kinds.kindByGVK(group, version, kind)?.plural ?? "*";
  const resource = { group: paramKind ? group : "*", resource: plural, subresource: "", namespace, name };
  return server.authorization.authorize({ user, verb, resource, path: request.path }).allowed;
}

/** As Go prints its struct. */
const userText = ({ name, uid = "", groups, extra = {} }: UserInfo): string => `&{${name} ${uid} ${goSprint(groups)} ${goSprint(extra)}}`;
