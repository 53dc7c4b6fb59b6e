import { kindTable, type Pod, type RuntimeClass, type Toleration } from "../../api/index.ts";
import { deepEqual, semanticEqual } from "../../machinery/index.ts";
import { refuse } from "./refuse.ts";
import { getStored } from "./stored.ts";
import type { AdmissionPlugin, Attributes } from "./types.ts";

/** A pod gets what its class costs and where it may run (k8s: plugin/pkg/admission/runtimeclass). */
export const runtimeClass: AdmissionPlugin = {
  name: "RuntimeClass",
  resources: ["/pods"],
  mutate(attributes) {
    const pod = attributes.object as Pod;
    if (attributes.operation !== "CREATE" || !pod.spec || pod.spec.runtimeClassName === undefined) return pod;
    const found = classOf(attributes, pod);
    return withScheduling(attributes, withOverhead(attributes, pod, found), found);
  },
  validate(attributes) {
    const pod = attributes.object as Pod;
    if (attributes.operation !== "CREATE" || !pod.spec) return;
    const wanted = pod.spec.runtimeClassName === undefined ? undefined : classOf(attributes, pod).overhead;
    if (wanted !== undefined) {
      if (!semanticEqual(wanted.podFixed, pod.spec.overhead)) throw refuse(attributes, MISMATCH);
    } else if (pod.spec.overhead !== undefined)
      throw refuse(attributes, "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead");
  },
};

const MISMATCH = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead";

function classOf(attributes: Attributes, pod: Pod): RuntimeClass {
  const name = pod.spec?.runtimeClassName ?? "";
  const found = getStored<RuntimeClass>(attributes.scope.server, kindTable.runtimeclasses, "", name);
  if (found === undefined) throw refuse(attributes, `pod rejected: RuntimeClass ${JSON.stringify(name)} not found`);
  return found;
}

function withOverhead(attributes: Attributes, pod: Pod, { overhead }: RuntimeClass): Pod {
  if (overhead === undefined || !pod.spec) return pod;
  if (pod.spec.overhead !== undefined && !semanticEqual(overhead.podFixed, pod.spec.overhead)) throw refuse(attributes, MISMATCH);
  return overhead.podFixed === undefined ? pod : { ...pod, spec: { ...pod.spec, overhead: overhead.podFixed } };
}

function withScheduling(attributes: Attributes, pod: Pod, { scheduling }: RuntimeClass): Pod {
  if (scheduling === undefined || !pod.spec) return pod;
  const own = pod.spec.nodeSelector;
  for (const [key, value] of Object.entries(scheduling.nodeSelector ?? {})) {
    if (own?.[key] === undefined || own[key] === value) continue;
    const why = `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${own[key]}`;
    throw refuse(attributes, why);
  }
  const nodeSelector = { ...own, ...scheduling.nodeSelector };
  const tolerations = mergeTolerations([...(pod.spec.tolerations ?? []), ...(scheduling.tolerations ?? [])]);
  return {
    ...pod,
    spec: {
      ...pod.spec,
      ...(Object.keys(nodeSelector).length > 0 ? { nodeSelector } : {}),
      ...(tolerations.length > 0 ? { tolerations } : {}),
    },
  };
}

/** Without those that another covers; of equal ones the first stays (k8s: pkg/util/tolerations MergeTolerations). */
export function mergeTolerations(all: readonly Toleration[]): readonly Toleration[] {
  const merged: Toleration[] = [];
  for (const [i, one] of all.entries()) {
    const covered =
      merged.some((other) => covers(other, one)) || all.slice(i + 1).some((other) => !deepEqual(one, other) && covers(other, one));
    if (!covered) merged.push(one);
  }
  return merged;
}

function covers(wide: Toleration, narrow: Toleration): boolean {
  if (deepEqual(wide, narrow)) return true;
  if ((narrow.key ?? "") !== (wide.key ?? "") && (wide.key || wide.operator !== "Exists")) return false;
  if ((narrow.effect ?? "") !== (wide.effect ?? "") && wide.effect) return false;
  const { tolerationSeconds: most } = wide;
  if (wide.effect === "NoExecute" && most !== undefined && !((narrow.tolerationSeconds ?? Infinity) <= most)) return false;
  if (wide.operator === "Exists") return true;
  return (wide.operator ?? "Equal") === "Equal" && narrow.operator === "Equal" && (narrow.value ?? "") === (wide.value ?? "");
}
