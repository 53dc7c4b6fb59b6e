import type { DaemonSet, PersistentVolumeClaim, ReplicationController, StatefulSet } from "../../api/index.ts";
import { labelsText } from "../printers/table.ts";
import { annotationLines, labelLines, longTime, type Page, nameLines } from "./page.ts";
import { controllerOf, describePodTemplate } from "./pod.ts";
import { selectorText } from "./selectors.ts";
import type { Condition, Describer, LabelSelector, PodTemplate } from "./types.ts";
import { conditionLines, podCounts } from "./workloads.ts";

function claimLines(page: Page, claims: readonly PersistentVolumeClaim[]): void {
  if (claims.length === 0) return page.line(0, "Volume Claims:\t<none>");
  page.line(0, "Volume Claims:");
  for (const { metadata, spec } of claims) {
    const { annotations } = metadata ?? {};
    page.line(1, `Name:\t${metadata?.name ?? ""}`);
    page.line(1, `StorageClass:\t${annotations?.["volume.beta.kubernetes.io/storage-class"] ?? spec?.storageClassName ?? ""}`);
    labelLines(page, "Labels", metadata?.labels, "  ");
    labelLines(page, "Annotations", annotations, "  ");
    page.line(1, `Capacity:\t${spec?.resources?.requests?.["storage"] ?? "<default>"}`);
    page.line(1, `Access Modes:\t[${(spec?.accessModes ?? []).join(" ")}]`);
  }
}

export const statefulSet: Describer = {
  group: "apps",
  kind: "StatefulSet",
  events: true,
  async describe(page, object, context) {
    const { metadata, spec, status } = object as StatefulSet;
    nameLines(page, metadata);
    page.line(0, `CreationTimestamp:\t${longTime(metadata?.creationTimestamp)}`);
    if (!spec) return;
    const selector = selectorText(spec.selector as LabelSelector);
    page.line(0, `Selector:\t${selector}`);
    labelLines(page, "Labels", metadata?.labels);
    annotationLines(page, "Annotations", metadata?.annotations);
    page.line(0, `Replicas:\t${spec.replicas ?? 1} desired | ${status?.replicas ?? 0} total`);
    page.line(0, `Update Strategy:\t${spec.updateStrategy?.type ?? ""}`);
    const { partition, maxUnavailable } = spec.updateStrategy?.rollingUpdate ?? {};
    if (partition !== undefined) {
      page.line(1, `Partition:\t${partition}`);
      if (maxUnavailable !== undefined) page.line(1, `MaxUnavailable:\t${maxUnavailable}`);
    }
    page.line(0, `Pods Status:\t${await podCounts(object, selector, context)}`);
    describePodTemplate(page, spec.template as unknown as PodTemplate);
    claimLines(page, spec.volumeClaimTemplates ?? []);
  },
};

export const daemonSet: Describer = {
  group: "apps",
  kind: "DaemonSet",
  events: true,
  async describe(page, object, context) {
    const { metadata, spec, status } = object as DaemonSet;
    nameLines(page, metadata);
    if (!spec) return;
    const selector = selectorText(spec.selector as LabelSelector);
    page.line(0, `Selector:\t${selector}`);
    page.line(0, `Node-Selector:\t${labelsText(spec.template.spec?.nodeSelector)}`);
    labelLines(page, "Labels", metadata?.labels);
    annotationLines(page, "Annotations", metadata?.annotations);
    page.line(0, `Desired Number of Nodes Scheduled: ${status?.desiredNumberScheduled ?? 0}`);
    page.line(0, `Current Number of Nodes Scheduled: ${status?.currentNumberScheduled ?? 0}`);
    page.line(0, `Number of Nodes Scheduled with Up-to-date Pods: ${status?.updatedNumberScheduled ?? 0}`);
    page.line(0, `Number of Nodes Scheduled with Available Pods: ${status?.numberAvailable ?? 0}`);
    page.line(0, `Number of Nodes Misscheduled: ${status?.numberMisscheduled ?? 0}`);
    page.line(0, `Pods Status:\t${await podCounts(object, selector, context)}`);
    describePodTemplate(page, spec.template as unknown as PodTemplate);
  },
};

export const replicationController: Describer = {
  group: "",
  kind: "ReplicationController",
  events: true,
  async describe(page, object, context) {
    const { metadata, spec, status } = object as ReplicationController;
    nameLines(page, metadata);
    if (!spec) return;
    page.line(0, `Selector:\t${labelsText(spec.selector)}`);
    labelLines(page, "Labels", metadata?.labels);
    annotationLines(page, "Annotations", metadata?.annotations);
    const owner = controllerOf(object);
    if (owner) page.line(0, `Controlled By:\t${owner}`);
    page.line(0, `Replicas:\t${status?.replicas ?? 0} current / ${spec.replicas ?? 1} desired`);
    page.line(0, `Pods Status:\t${await podCounts(object, selectorText({ matchLabels: spec.selector ?? {} }), context)}`);
    describePodTemplate(page, spec.template as unknown as PodTemplate);
    conditionLines(page, status?.conditions as readonly Condition[] | undefined);
  },
};
