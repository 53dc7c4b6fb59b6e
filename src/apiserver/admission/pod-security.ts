import {
  type Container,
  type EphemeralContainer,
  kindTable,
  type KubeObject,
  type Namespace,
  type Pod,
  type PodSpec,
} from "../../api/index.ts";
import { deepEqual, invalid } from "../../machinery/index.ts";
import { annotate } from "../observe/requests.ts";
import { detailText, type LevelVersion, levelText, type Policy, policyOf, sameLevel, stricter, violations } from "./pod-security/policy.ts";
import { refuse } from "./refuse.ts";
import { getStored, listStored } from "./stored.ts";
import type { AdmissionPlugin, Attributes } from "./types.ts";

const PREFIX = "pod-security.kubernetes.io/";

/** Pods are as the labels of their namespace want them, or are refused, or warned of (k8s: pod-security-admission). */
export const podSecurity: AdmissionPlugin = {
  name: "PodSecurity",
  validate(attributes) {
    const { operation, scope } = attributes;
    if (operation === "DELETE") return;
    const { kind } = scope;
    if (kind.plural === "namespaces") return namespaceChange(attributes);
    const namespace = getStored<Namespace>(scope.server, kindTable.namespaces, "", scope.info.namespace);
    const { policy } = policyOf(namespace?.metadata?.labels);
    if (kind.plural !== "pods") {
      const template = templateOf(attributes.object as Templated);
      if (template !== undefined) remark(attributes, policy, template, true);
      return;
    }
    const pod = attributes.object as Pod;
    if (operation === "UPDATE" && !isSignificant(pod, attributes.old as Pod)) return;
    const found = violations(policy.enforce, specOf(pod), pod.metadata?.annotations);
    annotate(scope.record, `${PREFIX}enforce-policy`, levelText(policy.enforce));
    // Who is refused need not be warned.
    remark(attributes, policy, pod, found.length === 0);
    if (found.length > 0) throw refuse(attributes, `violates PodSecurity "${levelText(policy.enforce)}": ${detailText(found)}`);
  },
};

interface Template extends KubeObject {
  readonly spec?: PodSpec;
}
interface Templated {
  readonly template?: Template;
  readonly spec?: { readonly template?: Template; readonly jobTemplate?: { readonly spec?: { readonly template?: Template } } };
}

const specOf = ({ spec }: Template): PodSpec => spec ?? { containers: [] };

/** Where a workload keeps its pods' template. */
const templateOf = ({ template, spec }: Templated): Template | undefined => template ?? spec?.jobTemplate?.spec?.template ?? spec?.template;

/** What the namespace does not forbid is noted in the audit log, and said to whoever asks. */
function remark({ scope }: Attributes, { audit, warn }: Policy, template: Template, aloud: boolean): void {
  const text = (policy: LevelVersion): string | undefined => {
    const found = violations(policy, specOf(template), template.metadata?.annotations);
    return found.length === 0 ? undefined : `would violate PodSecurity "${levelText(policy)}": ${detailText(found)}`;
  };
  const noted = text(audit);
  if (noted !== undefined) annotate(scope.record, `${PREFIX}audit-violations`, noted);
  const said = aloud ? text(warn) : undefined;
  if (said !== undefined) scope.warnings.push(said);
}

/** An update that changes nothing that is looked at is let through, whatever the policy is by now. */
function isSignificant(pod: Pod, old: Pod): boolean {
  const now = specOf(pod);
  const before = specOf(old);
  const images = (list: readonly (Container | EphemeralContainer)[] | undefined) => (list ?? []).map((c) => c.image ?? "");
  if (!deepEqual(images(now.containers), images(before.containers))) return true;
  if (!deepEqual(images(now.initContainers), images(before.initContainers))) return true;
  return (now.ephemeralContainers ?? []).some(
    (c) => !before.ephemeralContainers?.some((other) => other.name === c.name && other.image === c.image),
  );
}

/** Labels must be readable; a stricter enforcement says which pods could not be made again. */
function namespaceChange(attributes: Attributes): void {
  const { object, old, scope } = attributes;
  if (scope.info.subresource !== "") return;
  const name = object?.metadata?.name ?? "";
  const now = policyOf(object?.metadata?.labels);
  const before = policyOf(old?.metadata?.labels);
  if (now.errors.length > 0 && (old === undefined || !deepEqual(now.errors, before.errors))) throw invalid(scope.kind, name, now.errors);
  const { enforce } = now.policy;
  const { enforce: was } = before.policy;
  if (old === undefined || enforce.level === "privileged" || sameLevel(enforce, was)) return;
  if (enforce.minor === was.minor && !stricter(enforce.level, was.level)) return;
  scope.warnings.push(...existing(listStored<Pod>(scope.server, kindTable.pods, name), name, enforce));
}

/** `web (and 2 other pods): privileged, hostPort`, by text. */
function existing(pods: readonly Pod[], namespace: string, policy: LevelVersion): readonly string[] {
  const names = new Map<string, string[]>();
  for (const pod of pods) {
    const reasons = violations(policy, specOf(pod), pod.metadata?.annotations)
      .map((v) => v.reason)
      .join(", ");
    if (reasons === "") continue;
    const known = names.get(reasons);
    if (known) known.push(pod.metadata?.name ?? "");
    else names.set(reasons, [pod.metadata?.name ?? ""]);
  }
  if (names.size === 0) return [];
  const lines = [...names].map(([reasons, [first, ...others]]) => {
    const more = others.length === 0 ? "" : others.length === 1 ? " (and 1 other pod)" : ` (and ${others.length} other pods)`;
    return `${first}${more}: ${reasons}`;
  });
  return [`existing pods in namespace "${namespace}" violate the new PodSecurity enforce level "${levelText(policy)}"`, ...lines.sort()];
}
