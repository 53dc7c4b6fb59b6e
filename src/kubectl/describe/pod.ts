import { formatLabelSelector } from "../../machinery/index.ts";
import { describeContainers, describeResources } from "./containers.ts";
import { annotationLines, labelLines, longTime, nameLines, type Page, since } from "./page.ts";
import type { Describer, Pod, PodSpec, PodTemplate, Toleration } from "./types.ts";
import { describeVolumes } from "./volumes.ts";
import type { Resource } from "../types.ts";

export const pod: Describer = { group: "", kind: "Pod", events: true, describe: (page, object) => describePod(page, object as Pod) };

function describePod(page: Page, o: Pod): void {
  const { spec, status = {} } = o;
  nameLines(page, o.metadata);
  if (spec.priority !== undefined) page.line(0, `Priority:\t${spec.priority}`);
  if (spec.priorityClassName) page.line(0, `Priority Class Name:\t${spec.priorityClassName}`);
  if (spec.runtimeClassName) page.line(0, `Runtime Class Name:\t${spec.runtimeClassName}`);
  if (spec.serviceAccountName) page.line(0, `Service Account:\t${spec.serviceAccountName}`);
  page.line(0, `Node:\t${spec.nodeName ? `${spec.nodeName}/${status.hostIP ?? ""}` : "<none>"}`);
  if (status.startTime) page.line(0, `Start Time:\t${longTime(status.startTime)}`);
  labelLines(page, "Labels", o.metadata.labels);
  annotationLines(page, "Annotations", o.metadata.annotations);
  if (o.metadata.deletionTimestamp && status.phase !== "Failed" && status.phase !== "Succeeded") {
    page.line(0, `Status:\tTerminating (lasts ${since(o.metadata.deletionTimestamp, page.now)})`);
    page.line(0, `Termination Grace Period:\t${o.metadata.deletionGracePeriodSeconds ?? 0}s`);
  } else page.line(0, `Status:\t${status.phase ?? ""}`);
  if (status.reason) page.line(0, `Reason:\t${status.reason}`);
  if (status.message) page.line(0, `Message:\t${status.message}`);
  const seccomp = spec.securityContext?.seccompProfile;
  if (seccomp) page.line(0, `SeccompProfile:\t${seccomp.type}`);
  if (seccomp?.type === "Localhost") page.line(0, `LocalhostProfile:\t${seccomp.localhostProfile ?? ""}`);
  page.line(0, `IP:\t${status.podIP ?? ""}`);
  const ips = status.podIPs ?? [];
  page.line(0, ips.length === 0 ? "IPs:\t<none>" : "IPs:");
  for (const { ip } of ips) page.line(1, `IP:\t${ip}`);
  const owner = controllerOf(o);
  if (owner) page.line(0, `Controlled By:\t${owner}`);
  if (status.nominatedNodeName) page.line(0, `NominatedNodeName:\t${status.nominatedNodeName}`);
  if (spec.resources) {
    page.line(0, "Resources:");
    describeResources(page, 1, spec.resources);
  }
  if (spec.initContainers?.length) describeContainers(page, "Init Containers", spec.initContainers, status.initContainerStatuses, o, "");
  describeContainers(page, "Containers", spec.containers, status.containerStatuses, o, "");
  if (spec.ephemeralContainers?.length)
    describeContainers(page, "Ephemeral Containers", spec.ephemeralContainers, status.ephemeralContainerStatuses, o, "");
  if (spec.readinessGates?.length) {
    page.line(0, "Readiness Gates:\n  Type\tStatus");
    for (const gate of spec.readinessGates)
      page.line(1, `${gate.conditionType} \t${status.conditions?.find((c) => c.type === gate.conditionType)?.status ?? "<none>"} `);
  }
  if (status.conditions?.length) {
    page.line(0, "Conditions:\n  Type\tStatus");
    for (const c of status.conditions) page.line(1, `${c.type} \t${c.status} `);
  }
  describeVolumes(page, spec.volumes ?? [], "");
  page.line(0, `QoS Class:\t${status.qosClass ?? qosClass(spec)}`);
  labelLines(page, "Node-Selectors", spec.nodeSelector);
  tolerationLines(page, "", spec.tolerations ?? []);
  spreadLines(page, "", spec);
  schedulingGroupLines(page, "", spec);
}

export function controllerOf(o: Resource): string {
  const owner = o.metadata.ownerReferences?.find((r) => r.controller);
  return owner ? `${owner.kind}/${owner.name}` : "";
}

/** The Pod Template block of workloads. */
export function describePodTemplate(page: Page, template: PodTemplate | undefined): void {
  page.line(0, "Pod Template:");
  if (!template) return page.raw("  <unset>");
  const { metadata = {}, spec } = template;
  labelLines(page, "  Labels", metadata.labels);
  if (Object.keys(metadata.annotations ?? {}).length > 0) annotationLines(page, "  Annotations", metadata.annotations);
  if (spec.serviceAccountName) page.line(1, `Service Account:\t${spec.serviceAccountName}`);
  if (spec.initContainers?.length) describeContainers(page, "Init Containers", spec.initContainers, undefined, undefined, "  ");
  describeContainers(page, "Containers", spec.containers, undefined, undefined, "  ");
  describeVolumes(page, spec.volumes ?? [], "  ");
  spreadLines(page, "  ", spec);
  if (spec.priorityClassName) page.line(1, `Priority Class Name:\t${spec.priorityClassName}`);
  labelLines(page, "  Node-Selectors", spec.nodeSelector);
  tolerationLines(page, "  ", spec.tolerations ?? []);
  schedulingGroupLines(page, "  ", spec);
}

function schedulingGroupLines(page: Page, indent: string, { schedulingGroup }: PodSpec): void {
  if (!schedulingGroup) return;
  page.line(0, `${indent}SchedulingGroup:`);
  page.line(1, `PodGroupName:\t${schedulingGroup.podGroupName ?? ""}`);
}

function tolerationLines(page: Page, indent: string, tolerations: readonly Toleration[]): void {
  if (tolerations.length === 0) return page.raw(`${indent}Tolerations:\t<none>\n`);
  const sorted = [...tolerations].sort((a, b) => ((a.key ?? "") < (b.key ?? "") ? -1 : (a.key ?? "") > (b.key ?? "") ? 1 : 0));
  sorted.forEach((t, i) => {
    const what = `${t.key ?? ""}${t.value ? `=${t.value}` : ""}${t.effect ? `:${t.effect}` : ""}`;
    const exists = t.operator === "Exists" && !t.value ? `${what ? " " : ""}op=Exists` : "";
    const seconds = t.tolerationSeconds === undefined ? "" : ` for ${t.tolerationSeconds}s`;
    page.raw(`${i === 0 ? `${indent}Tolerations:` : ""}\t${what}${exists}${seconds}\n`);
  });
}

function spreadLines(page: Page, indent: string, spec: PodSpec): void {
  const constraints = [...(spec.topologySpreadConstraints ?? [])].sort((a, b) => (a.topologyKey < b.topologyKey ? -1 : 1));
  constraints.forEach((c, i) => {
    const selector = c.labelSelector ? ` for selector ${formatLabelSelector(c.labelSelector)}` : "";
    page.raw(
      `${indent}${i === 0 ? "Topology Spread Constraints:" : ""}\t${c.topologyKey}:${c.whenUnsatisfiable} when max skew ${c.maxSkew} is exceeded${selector}\n`,
    );
  });
}

/** k8s: qos.ComputePodQOS, for pods whose status does not say. */
function qosClass(spec: PodSpec): string {
  const lists = [...spec.containers, ...(spec.initContainers ?? [])].map((c) => c.resources ?? {});
  const some = lists.some((r) => Object.keys(r.limits ?? {}).length + Object.keys(r.requests ?? {}).length > 0);
  if (!some) return "BestEffort";
  const full = lists.every((r) =>
    ["cpu", "memory"].every((n) => r.limits?.[n] !== undefined && (r.requests?.[n] ?? r.limits[n]) === r.limits[n]),
  );
  return full ? "Guaranteed" : "Burstable";
}
