import { isSystemPriorityClass, kindTable, type Pod, type PriorityClass } from "../../api/index.ts";
import { refuse } from "./refuse.ts";
import { getStored, listStored } from "./stored.ts";
import type { AdmissionPlugin, Attributes } from "./types.ts";

/** Resolves a pod's class to its number, and keeps one default class (k8s: plugin/pkg/admission/priority). */
export const podPriority: AdmissionPlugin = {
  name: "Priority",
  resources: ["/pods", "scheduling.k8s.io/priorityclasses"],
  mutate(attributes) {
    const { object, old, operation, scope } = attributes;
    const pod = object as Pod;
    if (scope.kind.plural !== "pods" || !pod.spec) return pod;
    return operation === "CREATE" ? resolved(attributes, pod) : kept(pod, old as Pod);
  },
  validate(attributes) {
    const { object, operation, scope } = attributes;
    if (scope.kind.plural === "pods") return;
    if (operation === "DELETE") {
      if (isSystemPriorityClass(scope.info.name)) throw refuse(attributes, "this is a system priority class and cannot be deleted");
      return;
    }
    if (!(object as PriorityClass).globalDefault) return;
    const known = defaultClass(attributes)?.metadata?.name;
    if (known !== undefined && (operation === "CREATE" || known !== scope.info.name))
      throw refuse(attributes, `PriorityClass ${known} is already marked as default. Only one default can exist`);
  },
};

function resolved(attributes: Attributes, pod: Pod): Pod {
  const { spec = { containers: [] } } = pod;
  const name = spec.priorityClassName ?? "";
  const found =
    name === "" ? defaultClass(attributes) : getStored<PriorityClass>(attributes.scope.server, kindTable.priorityclasses, "", name);
  if (found === undefined && name !== "") throw refuse(attributes, `no PriorityClass with name ${name} was found`);
  const priority = found?.value ?? 0;
  const policy = found === undefined ? "PreemptLowerPriority" : found.preemptionPolicy;
  if (spec.priority !== undefined && spec.priority !== priority) {
    const why = `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${priority} from the given PriorityClass name`;
    throw refuse(attributes, why);
  }
  if (policy !== undefined && spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== policy) {
    const why = `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${policy} from the given PriorityClass name`;
    throw refuse(attributes, why);
  }
  const className = found?.metadata?.name;
  return {
    ...pod,
    spec: {
      ...spec,
      ...(className === undefined ? {} : { priorityClassName: className }),
      priority,
      ...(policy === undefined ? {} : { preemptionPolicy: policy }),
    },
  };
}

/** An update may leave out what the plugin had set. */
function kept(pod: Pod, old: Pod): Pod {
  const { priority, preemptionPolicy } = old.spec ?? {};
  let spec = pod.spec as NonNullable<Pod["spec"]>;
  if (spec.priority === undefined && priority !== undefined) spec = { ...spec, priority };
  if (spec.preemptionPolicy === undefined && preemptionPolicy !== undefined) spec = { ...spec, preemptionPolicy };
  return spec === pod.spec ? pod : { ...pod, spec };
}

/** The least of those marked as default, should a race have left more than one. */
function defaultClass({ scope }: Attributes): PriorityClass | undefined {
  let found: PriorityClass | undefined;
  for (const one of listStored<PriorityClass>(scope.server, kindTable.priorityclasses)) {
    if (one.globalDefault && (found === undefined || (one.value ?? 0) < (found.value ?? 0))) found = one;
  }
  return found;
}
