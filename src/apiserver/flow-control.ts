import { flowSchemaOrder, type FlowSchema, type PolicyRulesWithSubjects, type PriorityLevelConfiguration } from "../api/index.ts";
import type { MemoryStore } from "../etcd/index.ts";
import type { ResourceInfo } from "./route.ts";
import type { ApiResponse, UserInfo } from "./types.ts";

const SCHEMAS = "/registry/flowschemas/";
const LEVELS = "/registry/prioritylevelconfigurations/";
const SERVICE_ACCOUNT = "system:serviceaccount:";
/** Requests that last: upstream's filter lets them pass, watches apart (k8s: server/filters/priority-and-fairness.go). */
const LASTING = new Set(["attach", "exec", "log", "portforward", "proxy"]);

/** What a flow schema looks at. */
export interface FlowRequest {
  readonly user: UserInfo;
  readonly verb: string;
  readonly path: string;
  /** Absent: a path that is about no resource. */
  readonly info: ResourceInfo | undefined;
}

const lists = (list: readonly string[] | undefined, value: string): boolean =>
  list?.some((item) => item === "*" || item === value) === true;

/** k8s: util/flowcontrol match.go matchesPolicyRule. */
export function matchesRule(rule: PolicyRulesWithSubjects, { user, verb, path, info }: FlowRequest): boolean {
  const subject = rule.subjects.some(({ group, user: named, serviceAccount }) => {
    if (named !== undefined) return named.name === "*" || named.name === user.name;
    if (group !== undefined) return group.name === "*" || user.groups.includes(group.name);
    if (serviceAccount === undefined) return false;
    const start = `${SERVICE_ACCOUNT}${serviceAccount.namespace}:`;
    return serviceAccount.name === "*" ? user.name.startsWith(start) : user.name === start + serviceAccount.name;
  });
  if (!subject) return false;
  if (info === undefined)
    return (
      rule.nonResourceRules?.some(
        ({ verbs, nonResourceURLs }) => lists(verbs, verb) && nonResourceURLs.some((url) => coversPath(url, path)),
      ) === true
    );
  const resource = info.subresource === "" ? info.resource : `${info.resource}/${info.subresource}`;
  return (
    rule.resourceRules?.some(
      ({ verbs, apiGroups, resources, namespaces, clusterScope }) =>
        lists(verbs, verb) &&
        lists(apiGroups, info.group) &&
        lists(resources, resource) &&
        (info.namespace === "" ? clusterScope === true : lists(namespaces, info.namespace)),
    ) === true
  );
}

const coversPath = (url: string, path: string): boolean =>
  url === "*" || url === path || (url.endsWith("/*") && path.startsWith(url.slice(0, -1)));

/**
 * Says of each request from outside to which flow schema and priority level it belongs, in the headers that the real
 * server sends. Requests are neither limited nor queued here: one server in one process answers each in its turn.
 */
export function createFlowControl(store: MemoryStore): (request: FlowRequest) => ApiResponse["headers"] {
  let schemas: readonly FlowSchema[] | undefined;
  let watched = false;
  const inSequence = (): readonly FlowSchema[] => {
    if (!watched) {
      watched = true;
      store.watch({ prefix: SCHEMAS, from: 0 }, () => (schemas = undefined));
    }
    return (schemas ??= store
      .range({ prefix: SCHEMAS })
      .entries.map(({ value }) => value as FlowSchema)
      .sort(flowSchemaOrder));
  };
  return (request) => {
    if (LASTING.has(request.info?.subresource ?? "")) return undefined;
    const schema = inSequence().find(({ spec }) => spec?.rules?.some((rule) => matchesRule(rule, request)));
    if (schema === undefined) return undefined;
    const level = store.get(LEVELS + (schema.spec?.priorityLevelConfiguration.name ?? ""))?.value as PriorityLevelConfiguration | undefined;
    if (level === undefined) return undefined;
    return {
      "x-kubernetes-pf-flowschema-uid": schema.metadata?.uid ?? "",
      "x-kubernetes-pf-prioritylevel-uid": level.metadata?.uid ?? "",
    };
  };
}
