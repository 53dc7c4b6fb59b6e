import type { KubeObject, Pod } from "../../api/index.ts";
import type { Revision } from "../../etcd/index.ts";
import type { Checker } from "./checker.ts";
import { keyOfObject } from "./view.ts";

type Json = Readonly<Record<string, unknown>>;

/** The beginning of 2026. */
const EPOCH = 1_767_225_600_000;

/** Writes a history by hand, as no sound cluster would. */
export function forge(): {
  /** Who writes from now on, and when. */
  as(user: string, seconds?: number): void;
  /** Creates, or replaces: metadata's names and UID are filled in. */
  put<T extends KubeObject>(object: T): T;
  /** Changes parts of what is there. */
  change<T extends KubeObject>(object: T, parts: Json): T;
  drop(object: KubeObject): void;
  readonly history: readonly Revision[];
} {
  const history: Revision[] = [];
  const now = new Map<string, { readonly value: KubeObject; readonly revision: number; readonly version: number }>();
  let user = "kubernetes-admin";
  let at = EPOCH;
  const write = (key: string, value: KubeObject | undefined): void => {
    const revision = history.length + 2;
    const before = now.get(key);
    const previous = before && { key, value: before.value, createRevision: 1, modRevision: before.revision, version: before.version };
    const version = (before?.version ?? 0) + 1;
    const origin = { user, agent: "forger", causes: [{ kind: "input", at, sequence: revision, what: "forged" }] } as const;
    history.push({ revision, key, value, previous, createRevision: 1, version, at, origin });
    if (value) now.set(key, { value, revision, version });
    else now.delete(key);
  };
  const put = <T extends KubeObject>(object: T): T => {
    const resourceVersion = String(history.length + 2);
    const { name = "", namespace } = object.metadata ?? {};
    const metadata = {
      uid: `${object.kind}-${name}`,
      creationTimestamp: "2026-01-01T00:00:00Z",
      ...object.metadata,
      name,
      resourceVersion,
    };
    const stored = { ...object, metadata: namespace === undefined ? metadata : { ...metadata, namespace } };
    write(keyOfObject(stored), stored);
    return stored;
  };
  return {
    as(next, seconds = 0) {
      user = next.includes(":") || next === "kubernetes-admin" ? next : `system:serviceaccount:kube-system:${next}`;
      at += seconds * 1000;
    },
    put,
    change: (object, parts) => put(merged(object, parts)),
    drop: (object) => write(keyOfObject(object), undefined),
    history,
  };
}

/** Parts laid over an object, as deep as they go. */
function merged<T>(object: T, parts: Json): T {
  const out: Record<string, unknown> = { ...(object as Json) };
  for (const [key, value] of Object.entries(parts)) {
    const deep = typeof value === "object" && value !== null && !Array.isArray(value);
    out[key] = deep ? merged(out[key] ?? {}, value as Json) : value;
  }
  return out as T;
}

export type Forge = ReturnType<typeof forge>;
/** What is wrong, as a checker says it; and a history in which it is. */
type Row = readonly [problem: RegExp, write: (f: Forge) => void];

export const object = (kind: string, name: string, rest: object = {}): KubeObject & { readonly [key: string]: unknown } => ({
  apiVersion: "v1",
  kind,
  metadata: { name, namespace: "default", generation: 1 },
  ...rest,
});
export const ownedBy = (owner: KubeObject) => [
  { apiVersion: "v1", kind: owner.kind ?? "", name: owner.metadata?.name ?? "", uid: owner.metadata?.uid ?? "", controller: true },
];
export const owned = <T extends KubeObject>(o: T, owner: KubeObject, annotations?: Readonly<Record<string, string>>): T => ({
  ...o,
  metadata: { ...o.metadata, ownerReferences: ownedBy(owner), ...(annotations ? { annotations } : {}) },
});
export const ready = (status: string) => ({ type: "Ready", status, lastTransitionTime: "2026-01-01T00:00:00Z" });
export const running = (name: string, spec: object = {}): Pod =>
  object("Pod", name, {
    spec: { nodeName: "node-1", containers: [], ...spec },
    status: { phase: "Running", conditions: [ready("True")], containerStatuses: [{ state: { running: {} } }] },
  }) as unknown as Pod;
export const going = { metadata: { deletionTimestamp: "2026-01-01T00:00:30Z" } };

export const sized = (name: string, replicas: number, availableReplicas: number, desired = "4") =>
  object("ReplicaSet", name, {
    metadata: { name, namespace: "default", generation: 1, annotations: { "deployment.kubernetes.io/desired-replicas": desired } },
    spec: { replicas },
    status: { replicas, availableReplicas, observedGeneration: 1 },
  });
export const deployment = (f: Forge, strategy: object = { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } }) =>
  f.put(object("Deployment", "web", { spec: { replicas: 4, strategy }, status: { observedGeneration: 1 } }));

/** What each checker must see, and how it comes about. */
export type Forgeries = readonly (readonly [checker: () => Checker, rows: readonly Row[]])[];
