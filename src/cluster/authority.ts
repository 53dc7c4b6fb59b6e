import type { KubeObject } from "../api/index.ts";
import type { MemoryStore } from "../etcd/index.ts";
import { type Authority, entropyOf, type loadCurves } from "../pki/index.ts";
import { parseTime } from "../sim/index.ts";

/** The cluster's certificate authority: of the same secret and the cluster's first moment, so that a reload finds the same one. */
export function createClusterAuthority(
  curves: Awaited<ReturnType<typeof loadCurves>>,
  { store, secret }: { readonly store: MemoryStore; readonly secret: Uint8Array },
): Authority {
  return curves.createAuthority({ entropy: entropyOf(secret, "ca"), commonName: "kubernetes", now: bornAt(store) });
}

/** The cluster's first moment. */
export function bornAt(store: MemoryStore): number {
  const first = store.get("/registry/namespaces/kube-system")?.value as KubeObject | undefined;
  return parseTime(first?.metadata?.creationTimestamp ?? "");
}
