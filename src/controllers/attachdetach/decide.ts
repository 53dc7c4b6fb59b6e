import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import type { Node, PersistentVolume, Pod } from "../../api/index.ts";

/** How long a volume may stay mounted on a node that is not ready before it is taken from it (k8s: --attach-detach-reconcile maxWaitForUnmountDuration). */
export const FORCE_DETACH_MS = 360_000;
/** How long an attacher has to answer (k8s: csi_attacher.go csiTimeout). */
export const ATTACH_TIMEOUT_MS = 120_000;
/** First and longest wait after a failure (k8s: goroutinemap/exponentialbackoff). */
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 122_000;
export const retryAfter = (failures: number): number => Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LAST_RETRY_MS);

const OUT_OF_SERVICE = "node.kubernetes.io/out-of-service";
const MANAGED = "volumes.kubernetes.io/controller-managed-attach-detach";

/** `kubernetes.io/csi/<driver>^<handle>`: what node statuses call a volume. */
export const uniqueNameOf = (driver: string, handle: string): string => `kubernetes.io/csi/${driver}^${handle}`;

/** k8s: csi_attacher.go getAttachmentName. */
export const attachmentName = (driver: string, handle: string, node: string): string =>
  `csi-${bytesToHex(sha256(new TextEncoder().encode(`${handle}${driver}${node}`)))}`;

/** Whether several nodes may have it (k8s: volume/util IsMultiAttachAllowed). */
export function mayBeShared({ spec }: PersistentVolume): boolean {
  const modes = spec?.accessModes ?? [];
  return modes.length === 0 || modes.includes("ReadWriteMany") || modes.includes("ReadOnlyMany");
}

export interface Attachment {
  readonly node: string;
  readonly attached: boolean;
  /** It is being detached. */
  readonly ending: boolean;
}

/** What is known of one volume. */
export interface Situation {
  /** Nodes with the pods on them that use it. */
  readonly wanted: ReadonlyMap<string, readonly Pod[]>;
  readonly attachments: readonly Attachment[];
  readonly shared: boolean;
  node(name: string): Node | undefined;
  /** Whether a node's status says that it is mounted there. */
  inUse(node: string): boolean;
  /** When it was first seen to be unwanted there, in ms. */
  unwantedSince(node: string): number;
  readonly now: number;
}

export type Step =
  | { readonly kind: "attach"; readonly node: string }
  | { readonly kind: "detach"; readonly node: string }
  /** Somebody else has what only one may have. */
  | { readonly kind: "blocked"; readonly node: string }
  | { readonly kind: "look again"; readonly after: number };

const isReady = (node: Node | undefined): boolean =>
  node?.status?.conditions?.some((c) => c.type === "Ready" && c.status === "True") === true;

/** What is to be done about a volume: first what is to go, so that it can come elsewhere (k8s: attachdetach/reconciler reconcile). */
export function plan(s: Situation): readonly Step[] {
  const steps: Step[] = [];
  for (const { node: name, ending } of s.attachments) {
    if (ending || s.wanted.has(name)) continue;
    const node = s.node(name);
    const outOfService = node?.spec?.taints?.some((t) => t.key === OUT_OF_SERVICE) === true;
    const left = s.unwantedSince(name) + FORCE_DETACH_MS - s.now;
    if (node === undefined || !s.inUse(name) || outOfService || (left <= 0 && !isReady(node))) steps.push({ kind: "detach", node: name });
    // A node that is ready and goes on using it is waited for: its status will tell.
    else if (left > 0) steps.push({ kind: "look again", after: left });
  }
  const holders = s.attachments.map((a) => a.node);
  for (const name of s.wanted.keys()) {
    if (holders.includes(name)) continue;
    const node = s.node(name);
    if (node?.metadata?.annotations?.[MANAGED] !== "true") continue;
    if (!s.shared && holders.length > 0) {
      steps.push({ kind: "blocked", node: name });
      continue;
    }
    steps.push({ kind: "attach", node: name });
    holders.push(name);
  }
  return steps;
}

/** Who is in the way, as far as a pod's namespace may know (k8s: reconciler.go reportMultiAttachError). */
export function multiAttachMessage(volume: string, pod: Pod, others: readonly Pod[]): string {
  const namespace = pod.metadata?.namespace;
  const own = others.filter((o) => o.metadata?.namespace === namespace).map((o) => o.metadata?.name ?? "");
  const strangers = others.length - own.length;
  const why =
    others.length === 0
      ? "Volume is already exclusively attached to one node and can't be attached to another"
      : own.length === 0
        ? `Volume is already used by ${strangers} pod(s) in different namespaces`
        : `Volume is already used by pod(s) ${own.join(", ")}${strangers > 0 ? ` and ${strangers} pod(s) in different namespaces` : ""}`;
  return `Multi-Attach error for volume "${volume}" ${why}`;
}
