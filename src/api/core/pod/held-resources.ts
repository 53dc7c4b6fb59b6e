import type { Container, ContainerStatus, Pod, PodSpec } from "../../generated/types.ts";
import { compareQuantities, parseQuantity } from "../../../machinery/index.ts";

type HeldStatus = Pick<ContainerStatus, "name" | "resources" | "allocatedResources">;
/** A pod, what of it counts here. */
interface Holder extends Pick<Pod, "spec"> {
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly reason?: string }[];
    readonly containerStatuses?: readonly HeldStatus[];
    readonly initContainerStatuses?: readonly HeldStatus[];
  };
}

/**
 * The spec with what each container holds of its node: while a resize is under way, the most of what it asks for, what
 * it has and what was allotted to it; when the node can't give what it asks for, what it has (k8s:
 * component-helpers/resource determineContainerReqs, determineContainerLimits). The pod's own spec when no resize is under way.
 */
export function heldSpec(pod: Holder, which: "requests" | "limits" = "requests"): PodSpec | undefined {
  const { spec, status } = pod;
  if (!spec || !status?.containerStatuses) return spec;
  const infeasible = status.conditions?.some((c) => c.type === "PodResizePending" && c.reason === "Infeasible") ?? false;
  const containers = held(spec.containers, status.containerStatuses, infeasible, which);
  const initContainers = spec.initContainers && held(spec.initContainers, status.initContainerStatuses ?? [], infeasible, which);
  if (containers === spec.containers && initContainers === spec.initContainers) return spec;
  return { ...spec, containers, ...(initContainers ? { initContainers } : {}) };
}

/** Whether a pod holds otherwise than it asks. */
export const isResizing = (pod: Pod): boolean => heldSpec(pod) !== pod.spec;

function held(
  containers: readonly Container[],
  statuses: readonly HeldStatus[],
  infeasible: boolean,
  which: "requests" | "limits",
): readonly Container[] {
  let changed: Container[] | undefined;
  containers.forEach((container, i) => {
    const status = statuses[i]?.name === container.name ? statuses[i] : statuses.find((s) => s.name === container.name);
    if (!status?.resources) return;
    const asked = container.resources?.[which] ?? {};
    const told = status.resources[which] ?? {};
    const had = which === "requests" ? [told, status.allocatedResources ?? {}] : [told];
    // Mostly they are the same.
    if (had.every((amounts) => sameAmounts(amounts, asked))) return;
    const amounts = (infeasible ? had : [asked, ...had]).reduce(most);
    changed ??= [...containers];
    changed[i] = { ...container, resources: { ...container.resources, [which]: amounts } };
  });
  return changed ?? containers;
}

type Texts = Readonly<Record<string, string>>;

/** What is not said of is no difference: a container that asks for nothing has no amounts. */
function sameAmounts(had: Texts, asked: Texts): boolean {
  for (const name in had) if (had[name] !== asked[name]) return false;
  return true;
}

function most(a: Texts, b: Texts): Texts {
  const all = { ...a };
  for (const [name, text] of Object.entries(b)) {
    const before = all[name];
    if (before === undefined || compareQuantities(parseQuantity(before), parseQuantity(text)) < 0) all[name] = text;
  }
  return all;
}
