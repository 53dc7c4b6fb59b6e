import type { KubeObject } from "../../api/index.ts";

/** On a claim: it was bound once, so whatever is missing now is lost. */
export const BIND_COMPLETED = "pv.kubernetes.io/bind-completed";
/** On a volume: who made it for its claim. */
export const PROVISIONED_BY = "pv.kubernetes.io/provisioned-by";
/** On a claim: who is to make its volume. */
export const PROVISIONER = "volume.kubernetes.io/storage-provisioner";
export const BETA_PROVISIONER = "volume.beta.kubernetes.io/storage-provisioner";
/** On both: the CSI driver that took the in-tree plugin's place. */
export const MIGRATED_TO = "pv.kubernetes.io/migrated-to";
/** Keep a volume's object until what it stands for is deleted, as its policy says. */
export const IN_TREE_FINALIZER = "kubernetes.io/pv-controller";
export const EXTERNAL_FINALIZER = "external-provisioner.volume.kubernetes.io/finalizer";

export const annotation = ({ metadata }: KubeObject, key: string): string | undefined => metadata?.annotations?.[key];

/** The object with these annotations; undefined takes one away. */
export function annotated<T extends KubeObject>(object: T, changes: Readonly<Record<string, string | undefined>>): T {
  const { annotations: before, ...metadata } = object.metadata ?? {};
  const after = Object.fromEntries(Object.entries({ ...before, ...changes }).filter(([, value]) => value !== undefined));
  return { ...object, metadata: Object.keys(after).length > 0 ? { ...metadata, annotations: after } : metadata };
}
