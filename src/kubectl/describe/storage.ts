import {
  modesCell,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type Pod,
  type StorageClass,
  type VolumeAttributesClass,
  type CSINode,
} from "../../api/index.ts";
import { labelsText } from "../printers/table.ts";
import { annotationLines, labelLines, longTime, orNone, type Page, since, nameLines } from "./page.ts";
import type { Describer } from "./types.ts";
import { describePersistentSource } from "./volumes.ts";

const CLASS = "volume.beta.kubernetes.io/storage-class";
const DEFAULT_CLASS = ["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"];

interface Named {
  readonly metadata?: {
    readonly annotations?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
    readonly finalizers?: readonly string[];
  };
  readonly spec?: { readonly storageClassName?: string };
  readonly status?: { readonly phase?: string };
}
const classOf = ({ metadata, spec }: Named): string => metadata?.annotations?.[CLASS] ?? spec?.storageClassName ?? "";
const statusOf = ({ metadata, status }: Named, now: number): string =>
  metadata?.deletionTimestamp === undefined ? (status?.phase ?? "") : `Terminating (lasts ${since(metadata.deletionTimestamp, now)})`;
const finalizersText = ({ metadata }: Named): string => `[${(metadata?.finalizers ?? []).join(" ")}]`;

export const persistentVolume: Describer = {
  group: "",
  kind: "PersistentVolume",
  events: true,
  describe(page, object) {
    const volume = object as unknown as PersistentVolume;
    const { metadata, spec, status } = volume;
    const claim = spec?.claimRef;
    page.line(0, `Name:\t${metadata?.name}`);
    labelLines(page, "Labels", metadata?.labels);
    annotationLines(page, "Annotations", metadata?.annotations);
    page.line(0, `Finalizers:\t${finalizersText(volume)}`);
    page.line(0, `StorageClass:\t${classOf(volume)}`);
    page.line(0, `Status:\t${statusOf(volume, page.now)}`);
    page.line(0, `Claim:\t${claim ? `${claim.namespace ?? ""}/${claim.name ?? ""}` : ""}`);
    page.line(0, `Reclaim Policy:\t${spec?.persistentVolumeReclaimPolicy ?? ""}`);
    page.line(0, `Access Modes:\t${modesCell(spec?.accessModes)}`);
    if (spec?.volumeMode !== undefined) page.line(0, `VolumeMode:\t${spec.volumeMode}`);
    page.line(0, `Capacity:\t${spec?.capacity?.["storage"] ?? "0"}`);
    affinityLines(page, spec?.nodeAffinity);
    page.line(0, `Message:\t${status?.message ?? ""}`);
    page.line(0, "Source:");
    describePersistentSource(page, (spec ?? {}) as Readonly<Record<string, unknown>>);
  },
};

type Affinity = NonNullable<PersistentVolume["spec"]>["nodeAffinity"];

function affinityLines(page: Page, affinity: Affinity): void {
  const terms = affinity?.required?.nodeSelectorTerms;
  if (affinity?.required === undefined) return page.line(0, "Node Affinity:\t<none>");
  page.line(0, "Node Affinity:\t");
  if (!terms?.length) return page.line(1, "Required Terms:\t<none>");
  page.line(1, "Required Terms:\t");
  for (const [i, { matchExpressions = [] }] of terms.entries()) {
    const parts = matchExpressions.map(
      ({ key, operator, values }) => `${key} ${operator.toLowerCase()}${values?.length ? ` [${values.join(", ")}]` : ""}`,
    );
    page.line(2, `Term ${i}:\t${parts.length === 0 ? "<none>" : parts[0]}`);
    for (const part of parts.slice(1)) page.line(2, `\t${part}`);
  }
}

export const persistentVolumeClaim: Describer = {
  group: "",
  kind: "PersistentVolumeClaim",
  events: true,
  async describe(page, object, { session }) {
    const claim = object as unknown as PersistentVolumeClaim;
    const { metadata, spec, status } = claim;
    const list = (await session.object("GET", `/api/v1/namespaces/${metadata?.namespace ?? ""}/pods`)) as unknown as {
      readonly items: readonly Pod[];
    };
    const uses = (pod: Pod): boolean =>
      pod.spec?.volumes?.some((v) => v.persistentVolumeClaim?.claimName === metadata?.name) === true ||
      metadata?.ownerReferences?.some((o) => o.kind === "Pod" && o.uid === pod.metadata?.uid) === true;
    const bound = Boolean(spec?.volumeName);
    nameLines(page, metadata);
    page.line(0, `StorageClass:\t${classOf(claim)}`);
    page.line(0, `Status:\t${statusOf(claim, page.now)}`);
    page.line(0, `Volume:\t${spec?.volumeName ?? ""}`);
    labelLines(page, "Labels", metadata?.labels);
    annotationLines(page, "Annotations", metadata?.annotations);
    page.line(0, `Finalizers:\t${finalizersText(claim)}`);
    page.line(0, `Capacity:\t${bound ? (status?.capacity?.["storage"] ?? "0") : ""}`);
    page.line(0, `Access Modes:\t${bound ? modesCell(status?.accessModes) : ""}`);
    if (spec?.volumeMode !== undefined) page.line(0, `VolumeMode:\t${spec.volumeMode}`);
    if (spec?.dataSource !== undefined) {
      page.line(0, "DataSource:");
      if (spec.dataSource.apiGroup !== undefined) page.line(1, `APIGroup:\t${spec.dataSource.apiGroup}`);
      page.line(1, `Kind:\t${spec.dataSource.kind}`);
      page.line(1, `Name:\t${spec.dataSource.name}`);
    }
    const users = list.items.filter(uses).map((pod) => pod.metadata?.name ?? "");
    page.line(0, `Used By:\t${orNone(users[0])}`);
    for (const name of users.slice(1)) page.line(0, `\t${name}`);
    if (!status?.conditions?.length) return;
    page.line(0, "Conditions:");
    page.line(1, "Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage");
    page.line(1, "----\t------\t-----------------\t------------------\t------\t-------");
    for (const c of status.conditions) {
      const times = `${longTime(c.lastProbeTime)} \t${longTime(c.lastTransitionTime)}`;
      page.line(1, `${c.type} \t${c.status} \t${times} \t${c.reason ?? ""} \t${c.message ?? ""}`);
    }
  },
};

export const storageClass: Describer = {
  group: "storage.k8s.io",
  kind: "StorageClass",
  events: true,
  describe(page, object) {
    const { metadata, provisioner, parameters, allowVolumeExpansion, mountOptions, ...rest } = object as unknown as StorageClass;
    const annotations = metadata?.annotations ?? {};
    page.line(0, `Name:\t${metadata?.name}`);
    page.line(0, `IsDefaultClass:\t${DEFAULT_CLASS.some((key) => annotations[key] === "true") ? "Yes" : "No"}`);
    page.line(0, `Annotations:\t${labelsText(annotations)}`);
    page.line(0, `Provisioner:\t${provisioner}`);
    page.line(0, `Parameters:\t${labelsText(parameters)}`);
    page.line(0, `AllowVolumeExpansion:\t${allowVolumeExpansion === undefined ? "<unset>" : allowVolumeExpansion ? "True" : "False"}`);
    if (!mountOptions?.length) page.line(0, "MountOptions:\t<none>");
    else {
      page.line(0, "MountOptions:");
      for (const option of mountOptions) page.line(1, option);
    }
    if (rest.reclaimPolicy !== undefined) page.line(0, `ReclaimPolicy:\t${rest.reclaimPolicy}`);
    if (rest.volumeBindingMode !== undefined) page.line(0, `VolumeBindingMode:\t${rest.volumeBindingMode}`);
    if (rest.allowedTopologies === undefined) return;
    if (rest.allowedTopologies.length === 0) return page.line(0, "AllowedTopologies:\t<none>");
    page.line(0, "AllowedTopologies:\t");
    for (const [i, { matchLabelExpressions = [] }] of rest.allowedTopologies.entries()) {
      const parts = matchLabelExpressions.map(({ key, values }) => `${key} in [${values.join(", ")}]`);
      page.line(1, `Term ${i}:\t${orNone(parts[0])}`);
      for (const part of parts.slice(1)) page.line(1, `\t${part}`);
    }
  },
};

export const volumeAttributesClass: Describer = {
  group: "storage.k8s.io",
  kind: "VolumeAttributesClass",
  events: true,
  describe(page, object) {
    const { metadata, driverName, parameters } = object as unknown as VolumeAttributesClass;
    page.line(0, `Name:\t${metadata?.name}`);
    page.line(0, `Annotations:\t${labelsText(metadata?.annotations)}`);
    page.line(0, `DriverName:\t${driverName}`);
    page.line(0, `Parameters:\t${labelsText(parameters)}`);
  },
};

export const csiNode: Describer = {
  group: "storage.k8s.io",
  kind: "CSINode",
  events: true,
  describe(page, object) {
    const { metadata, spec } = object as unknown as CSINode;
    page.line(0, `Name:\t${metadata?.name}`);
    labelLines(page, "Labels", metadata?.labels);
    annotationLines(page, "Annotations", metadata?.annotations);
    page.line(0, `CreationTimestamp:\t${longTime(metadata?.creationTimestamp)}`);
    page.line(0, "Spec:");
    if (!spec?.drivers) return;
    page.line(1, "Drivers:");
    for (const { name, nodeID, allocatable, topologyKeys } of spec.drivers) {
      page.line(2, `${name}:`);
      page.line(3, `Node ID:\t${nodeID}`);
      if (allocatable?.count !== undefined) {
        page.line(3, "Allocatables:");
        page.line(4, `Count:\t${allocatable.count}`);
      }
      if (topologyKeys) page.line(3, `Topology Keys:\t[${topologyKeys.join(" ")}]`);
    }
  },
};
