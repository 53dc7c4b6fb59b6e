import {
  addAmounts,
  type Amounts,
  countsFor,
  filterAmounts,
  formatAmounts,
  inScopes,
  isQuotaed,
  type Kind,
  type KubeObject,
  type Pod,
  type ResourceQuota,
  type ResourceQuotaStatus,
  type Service,
  usageOf,
} from "../../api/index.ts";
import { quantity, semanticEqual } from "../../machinery/index.ts";

type Resource = Pick<Kind, "group" | "plural">;

const ZERO = quantity(0);

/** Which kinds a quota counts. */
export const countedKinds = <K extends Resource>(quota: ResourceQuota, kinds: readonly K[]): readonly K[] =>
  kinds.filter((kind) => Object.keys(quota.spec?.hard ?? {}).some((name) => countsFor(kind, name)));

/**
 * The status as it should be: the limits of the spec, and what the namespace's objects use of them, by kind; undefined
 * when it is so already (k8s: Controller.syncResourceQuota). `now` in virtual milliseconds.
 */
export function statusOf(
  quota: ResourceQuota,
  objects: readonly (readonly [kind: Resource, objects: Iterable<KubeObject>])[],
  now: number,
): ResourceQuotaStatus | undefined {
  const { hard = {} } = quota.spec ?? {};
  let used: Amounts = {};
  for (const [kind, ofKind] of objects) {
    for (const name in hard) if (countsFor(kind, name)) used = { ...used, [name]: used[name] ?? ZERO };
    for (const object of ofKind) {
      if (!inScopes(quota, kind, object)) continue;
      used = addAmounts(
        used,
        filterAmounts(usageOf(kind, object, now), (name) => hard[name] !== undefined),
      );
    }
  }
  const status = { hard, used: formatAmounts(used) };
  return semanticEqual(status, quota.status ?? {}) ? undefined : status;
}

/** Whether something that was charged for is given back; what is taken admission has charged (k8s: DefaultUpdateFilter). */
export function givesBack({ group, plural }: Resource, object: KubeObject | undefined, old: KubeObject | undefined, now: number): boolean {
  if (old === undefined) return false;
  if (object === undefined) return true;
  if (group !== "") return false;
  switch (plural) {
    case "pods":
      return isQuotaed(old as Pod, now) && (!isQuotaed(object as Pod, now) || !semanticEqual(resourcesOf(object), resourcesOf(old)));
    case "services":
      return (object as Service).spec?.type !== (old as Service).spec?.type || portsOf(object) !== portsOf(old);
    case "persistentvolumeclaims":
      return !semanticEqual(object, old);
    default:
      return false;
  }
}

const portsOf = (service: Service): number => service.spec?.ports?.length ?? 0;
const resourcesOf = ({ spec }: Pod): object => ({ whole: spec?.resources, each: spec?.containers.map((c) => c.resources) });
