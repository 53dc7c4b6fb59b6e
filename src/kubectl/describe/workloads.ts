import { annotationLines, labelLines, longTime, nameLines, type Page } from "./page.ts";
import { controllerOf, describePodTemplate } from "./pod.ts";
import { selectorText } from "./selectors.ts";
import { pathOf } from "../rest/session.ts";
import { replicaSetsOf } from "../workloads/replicasets.ts";
import type { Condition, Deployment, Describer, DescribeContext, Pod, ReplicaSet } from "./types.ts";
import type { Resource } from "../types.ts";

export function conditionLines(page: Page, conditions: readonly Condition[] | undefined): void {
  if (!conditions?.length) return;
  page.line(0, "Conditions:\n  Type\tStatus\tReason");
  page.line(1, "----\t------\t------");
  for (const c of conditions) page.line(1, `${c.type} \t${c.status}\t${c.reason ?? ""}`);
}

export const deployment: Describer = {
  group: "apps",
  kind: "Deployment",
  events: true,
  async describe(page, object, { session }) {
    const d = object as Deployment;
    const s = d.status ?? {};
    nameLines(page, d.metadata);
    page.line(0, `CreationTimestamp:\t${longTime(d.metadata.creationTimestamp)}`);
    labelLines(page, "Labels", d.metadata.labels);
    annotationLines(page, "Annotations", d.metadata.annotations);
    page.line(0, `Selector:\t${selectorText(d.spec.selector)}`);
    page.line(
      0,
      `Replicas:\t${d.spec.replicas ?? 1} desired | ${s.updatedReplicas ?? 0} updated | ${s.replicas ?? 0} total | ${s.availableReplicas ?? 0} available | ${s.unavailableReplicas ?? 0} unavailable`,
    );
    page.line(0, `StrategyType:\t${d.spec.strategy?.type ?? ""}`);
    page.line(0, `MinReadySeconds:\t${d.spec.minReadySeconds ?? 0}`);
    const rolling = d.spec.strategy?.rollingUpdate;
    if (rolling)
      page.line(0, `RollingUpdateStrategy:\t${rolling.maxUnavailable ?? ""} max unavailable, ${rolling.maxSurge ?? ""} max surge`);
    describePodTemplate(page, d.spec.template);
    conditionLines(page, s.conditions);
    const { current, old } = await replicaSetsOf(session, d);
    if (!current && old.length === 0) return;
    page.line(0, `OldReplicaSets:\t${replicaSetTexts(old)}`);
    page.line(0, `NewReplicaSet:\t${replicaSetTexts(current ? [current] : [])}`);
  },
};

const replicaSetTexts = (sets: readonly ReplicaSet[]): string =>
  sets.map((r) => `${r.metadata.name} (${r.status?.replicas ?? 0}/${r.spec.replicas ?? 1} replicas created)`).join(", ") || "<none>";

export const replicaSet: Describer = {
  group: "apps",
  kind: "ReplicaSet",
  events: true,
  async describe(page, object, context) {
    const r = object as ReplicaSet;
    nameLines(page, r.metadata);
    page.line(0, `Selector:\t${selectorText(r.spec.selector)}`);
    labelLines(page, "Labels", r.metadata.labels);
    annotationLines(page, "Annotations", r.metadata.annotations);
    const owner = controllerOf(r);
    if (owner) page.line(0, `Controlled By:\t${owner}`);
    page.line(0, `Replicas:\t${r.status?.replicas ?? 0} current / ${r.spec.replicas ?? 1} desired`);
    page.line(0, `Pods Status:\t${await podCounts(r, selectorText(r.spec.selector), context)}`);
    describePodTemplate(page, r.spec.template);
    conditionLines(page, r.status?.conditions);
  },
};

/** The pods of a workload, by phase. */
export async function podCounts({ metadata }: Resource, labelSelector: string, { session }: DescribeContext): Promise<string> {
  const path = pathOf(
    { group: "", version: "v1", name: "pods", singular: "pod", kind: "Pod", namespaced: true, verbs: [], shortNames: [], categories: [] },
    metadata.namespace,
  );
  try {
    const list = (await session.object("GET", path, { query: { labelSelector } })) as {
      items?: readonly Pod[];
    };
    const own = (list.items ?? []).filter((p) => p.metadata.ownerReferences?.some((o) => o.controller && o.uid === metadata.uid));
    const count = (phase: string): number => own.filter((p) => p.status?.phase === phase).length;
    return `${count("Running")} Running / ${count("Pending")} Waiting / ${count("Succeeded")} Succeeded / ${count("Failed")} Failed`;
  } catch (error) {
    return `error in fetching pods: ${error instanceof Error ? error.message : String(error)}`;
  }
}
