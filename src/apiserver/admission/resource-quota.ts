import {
  addAmounts,
  type Amounts,
  countsFor,
  excessAmounts,
  filterAmounts,
  formatAmounts,
  kindTable,
  type KubeObject,
  parseAmounts,
  type Pod,
  quotaMatches,
  type ResourceQuota,
  unsaidProblem,
  usageOf,
} from "../../api/index.ts";
import type { Entry } from "../../etcd/index.ts";
import { compareQuantities, formatQuantity } from "../../machinery/index.ts";
import { prefixOf, type Scope } from "../context.ts";
import { currentEntry, put } from "../registry/write.ts";
import { refuse } from "./refuse.ts";
import type { AdmissionPlugin, Attributes } from "./types.ts";

/** What has never been counted, or is not stored (k8s: pkg/quota/v1/install DefaultIgnoredResources). */
const IGNORED: ReadonlySet<string> = new Set(["events", "bindings", "localsubjectaccessreviews"]);
/** Core kinds whose changes can change what they use; of all others only the number counts. */
const MEASURED: ReadonlySet<string> = new Set(["services", "persistentvolumeclaims"]);

/**
 * Refuses what would exceed a quota of its namespace, and charges what does not, in the turn that stores the object
 * (k8s: apiserver/pkg/admission/plugin/resourcequota). What is given back the controller counts.
 */
export const resourceQuota: AdmissionPlugin = {
  name: "ResourceQuota",
  validate(attributes) {
    const { scope, object } = attributes;
    const { kind, info, server } = scope;
    if (!kind.namespaced || object === undefined || !isCounted(attributes)) return;
    const prefix = `${prefixOf(kindTable.resourcequotas)}${info.namespace}/`;
    const { entries } = server.store.range({ prefix });
    if (entries.length === 0) return;
    // What is there already will be refused for that, and must not be paid for.
    if (attributes.operation === "CREATE" && currentEntry(scope, object.metadata?.name)) return;
    // All are asked before any is charged.
    const charges = (entries as readonly Entry<ResourceQuota>[]).map((entry) => ({
      entry,
      used: chargeOf(attributes, object, entry.value),
    }));
    for (const { entry, used } of charges) if (used !== undefined && !scope.dryRun) charge(scope, entry, used);
  },
};

/** k8s: each Evaluator.Handles. */
function isCounted({ operation, scope }: Attributes): boolean {
  const { group, plural } = scope.kind;
  const { subresource } = scope.info;
  if (group === "" && IGNORED.has(plural)) return false;
  if (group === "" && plural === "pods" && subresource === "resize") return operation === "UPDATE";
  if (subresource !== "" && !(subresource === "status" && plural === "persistentvolumeclaims")) return false;
  return operation === "CREATE" || (group === "" && MEASURED.has(plural));
}

/** What the quota's usage becomes; undefined when it has no say. Throws when it would be exceeded. */
function chargeOf(attributes: Attributes, object: KubeObject, quota: ResourceQuota): Amounts | undefined {
  const { scope, old } = attributes;
  const { kind, server } = scope;
  if (!quotaMatches(quota, kind, object)) return undefined;
  const name = quota.metadata?.name ?? "";
  const { hard = {}, used = {} } = quota.status ?? {};
  const tracked = Object.keys(hard).filter((resource) => countsFor(kind, resource));
  const unsaid = kind.plural === "pods" && kind.group === "" ? unsaidProblem(tracked, object as Pod) : undefined;
  if (unsaid !== undefined) throw refuse(attributes, `failed quota: ${name}: ${unsaid}`);
  if (tracked.some((resource) => used[resource] === undefined))
    throw refuse(attributes, `status unknown for quota: ${name}, resources: ${tracked.sort().join(",")}`);
  const now = server.clock.now();
  const usage = usageOf(kind, object, now);
  const before = old !== undefined && quotaMatches(quota, kind, old) ? usageOf(kind, old, now) : {};
  const delta = filterAmounts(excessAmounts(usage, before), (resource) => hard[resource] !== undefined);
  if (Object.keys(delta).length === 0) return undefined;
  const total = parseAmounts(used);
  const next = addAmounts(total, delta);
  const limits = parseAmounts(hard);
  const exceeds = (resource: string): boolean =>
    compareQuantities(next[resource] as Amounts[string], limits[resource] as Amounts[string]) > 0;
  const exceeded = filterAmounts(delta, exceeds);
  if (scope.info.subresource !== "status" && Object.keys(exceeded).length > 0) {
    const of = (amounts: Amounts): string => listText(filterAmounts(amounts, (resource) => exceeded[resource] !== undefined));
    throw refuse(attributes, `exceeded quota: ${name}, requested: ${of(delta)}, used: ${of(total)}, limited: ${of(limits)}`);
  }
  return next;
}

/** `cpu=1,pods=2`. */
const listText = (amounts: Amounts): string =>
  Object.keys(amounts)
    .sort()
    .map((name) => `${name}=${formatQuantity(amounts[name] as Amounts[string])}`)
    .join(",");

function charge(scope: Scope, entry: Entry<ResourceQuota>, used: Amounts): void {
  const { value: quota } = entry;
  const info = { ...scope.info, resource: "resourcequotas", group: "", subresource: "status", name: quota.metadata?.name ?? "" };
  const next: ResourceQuota = { ...quota, status: { ...quota.status, used: formatAmounts(used) } };
  put({ ...scope, kind: kindTable.resourcequotas as unknown as Scope["kind"], info }, next, entry);
}
