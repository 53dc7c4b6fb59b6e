import { compareQuantities, field, goJson, parseQuantity, semanticEqual, unifiedDiff } from "../../../machinery/index.ts";
import type { Errors } from "../../checks.ts";
import { put } from "../../defaulting.ts";
import type { Container, Pod, PodSpec, ResourceRequirements } from "../../generated/types.ts";
import type { Door } from "../../kind.ts";
import { goForm } from "../go-form.ts";
import { qosClass } from "./qos.ts";
import { isSidecar } from "./sidecar.ts";

type Texts = Readonly<Record<string, string>>;

const MIRROR = "kubernetes.io/config.mirror";
const RESIZABLE: readonly string[] = ["cpu", "memory"];
const NO_SPEC: PodSpec = { containers: [] };

/** Everything else is as it was, but for who has managed it. */
const withSpec = ({ metadata }: Pod, old: Pod, spec: PodSpec): Pod => ({
  ...old,
  metadata: put(old.metadata ?? {}, "managedFields", metadata?.managedFields),
  spec,
});

/** `pods/ephemeralcontainers` takes these alone (k8s: registry/core/pod podEphemeralContainersStrategy). */
export const ephemeralContainersDoor: Door<Pod> = {
  prepare(pod, old) {
    const spec = put(old.spec ?? NO_SPEC, "ephemeralContainers", pod.spec?.ephemeralContainers);
    return withSpec(pod, old, spec);
  },
  /** k8s: ValidatePodEphemeralContainersUpdate: one may be added, and then it stays as it is. */
  validate(pod, old) {
    if (old.metadata?.annotations?.[MIRROR] !== undefined) return [field.forbidden("", "static pods do not support ephemeral containers")];
    const errors: Errors = [];
    for (const before of old.spec?.ephemeralContainers ?? []) {
      const now = pod.spec?.ephemeralContainers?.find((c) => c.name === before.name);
      const path = "spec.ephemeralContainers";
      if (now === undefined)
        errors.push(field.forbidden(path, `existing ephemeral containers ${JSON.stringify(before.name)} may not be removed\n`));
      else if (!semanticEqual(now, before))
        errors.push(
          field.forbidden(
            path,
            `existing ephemeral containers ${JSON.stringify(before.name)} may not be changed\n${unifiedDiff(goJson(goForm("EphemeralContainer", before), 1), goJson(goForm("EphemeralContainer", now), 1))}`,
          ),
        );
    }
    return errors;
  },
};

/** `pods/resize` takes resources and resize policies of the containers that there are (k8s: podResizeStrategy, dropNonResizeUpdates). */
export const resizeDoor: Door<Pod> = {
  prepare(pod, old) {
    const now = pod.spec ?? NO_SPEC;
    const before = old.spec ?? NO_SPEC;
    // Another set of containers is for validation to refuse.
    if (!sameNames(now.containers, before.containers) || !sameNames(now.initContainers, before.initContainers)) return pod;
    const take = (list: readonly Container[], given: readonly Container[] | undefined): readonly Container[] =>
      list.map((container, i) => {
        const { resources, resizePolicy } = given?.[i] ?? container;
        return put(put(container, "resources", resources), "resizePolicy", resizePolicy);
      });
    const spec: PodSpec = {
      ...put(before, "resources", now.resources),
      containers: take(before.containers, now.containers),
      ...(before.initContainers ? { initContainers: take(before.initContainers, now.initContainers) } : {}),
    };
    return withSpec(pod, old, spec);
  },
  validate: checkResize,
};

const sameNames = (a: readonly Container[] | undefined, b: readonly Container[] | undefined): boolean =>
  (a?.length ?? 0) === (b?.length ?? 0) && (a ?? []).every((container, i) => container.name === b?.[i]?.name);

/** k8s: ValidatePodResize. */
function checkResize(pod: Pod, old: Pod): Errors {
  const now = pod.spec ?? NO_SPEC;
  const before = old.spec ?? NO_SPEC;
  if (old.metadata?.annotations?.[MIRROR] !== undefined) return [field.forbidden("", "static pods cannot be resized")];
  if (before.os?.name === "windows") return [field.forbidden("", "windows pods cannot be resized")];
  const errors: Errors = [];
  if (now.containers.length !== before.containers.length || (now.initContainers?.length ?? 0) !== (before.initContainers?.length ?? 0))
    return [field.forbidden("spec", "only cpu and memory resources are mutable")];
  if (qosClass(pod) !== (old.status?.qosClass ?? qosClass(old)))
    errors.push(field.invalid("spec", old.status?.qosClass ?? "", "Pod QOS Class may not change as a result of resizing"));
  // A node that says nothing of what its containers have does not know how to change it.
  const running = old.status?.containerStatuses?.find((c) => c.state?.running);
  if (running !== undefined && running.resources === undefined)
    errors.push(field.forbidden("spec", "Pod running on node without support for resize"));
  for (const list of ["initContainers", "containers"] as const) {
    for (const [i, container] of (before[list] ?? []).entries()) {
      if (list === "initContainers" && !isSidecar(container)) continue;
      checkRemoval(errors, `spec.${list}[${i}].resources`, now[list]?.[i]?.resources, container.resources);
    }
  }
  checkRemoval(errors, "spec.resources", now.resources, before.resources);
  for (const [i, container] of now.containers.entries()) {
    if (!sameButSize(container, before.containers[i] as Container))
      errors.push(field.forbidden("spec", "only cpu and memory resources are mutable"));
  }
  for (const [i, container] of (now.initContainers ?? []).entries()) {
    const was = before.initContainers?.[i] as Container;
    if (!isSidecar(was)) {
      if (!semanticEqual(container, was)) errors.push(field.forbidden("spec", "resources for non-sidecar init containers are immutable"));
    } else if (!sameButSize(container, was))
      errors.push(field.forbidden("spec", "only cpu and memory resources for sidecar containers are mutable"));
  }
  return errors;
}

function checkRemoval(errors: Errors, path: string, now: ResourceRequirements | undefined, before: ResourceRequirements | undefined): void {
  for (const list of ["requests", "limits"] as const) {
    if (Object.keys(before?.[list] ?? {}).some((name) => now?.[list]?.[name] === undefined))
      errors.push(field.forbidden(`${path}.${list}`, `resource ${list} cannot be removed`));
  }
}

/** Whether a container differs in nothing but CPU, memory and what a change of these does to it. */
function sameButSize(now: Container, before: Container): boolean {
  const { resources = {}, resizePolicy: _, ...rest } = now;
  const { resources: was = {}, resizePolicy: __, ...restBefore } = before;
  return semanticEqual(rest, restBefore) && sameOthers(resources.requests, was.requests) && sameOthers(resources.limits, was.limits);
}

function sameOthers(now: Texts | undefined, before: Texts | undefined): boolean {
  const names = new Set([...Object.keys(now ?? {}), ...Object.keys(before ?? {})]);
  for (const name of names) {
    if (RESIZABLE.includes(name)) continue;
    const a = now?.[name];
    const b = before?.[name];
    if (a === undefined || b === undefined || compareQuantities(parseQuantity(a), parseQuantity(b)) !== 0) return false;
  }
  return true;
}
