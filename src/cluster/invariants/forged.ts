import type { KubeObject } from "../../api/index.ts";
import type { Revision } from "../../etcd/index.ts";
import { keyOfObject } from "./view.ts";

type Json = Readonly<Record<string, unknown>>;

const EPOCH = Date.UTC(2026, 0, 1);

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
