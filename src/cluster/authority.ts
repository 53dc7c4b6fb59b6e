import type { KubeObject } from "../api/index.ts";
import type { MemoryStore } from "../etcd/index.ts";
import { type Authority, entropyOf, type loadCurves, loadKeyTools } from "../pki/index.ts";
import { parseTime } from "../sim/index.ts";

/** The cluster's certificate authority: of the same secret and the cluster's first moment, so that a reload finds the same one. */
export async function createClusterAuthority(
  curves: Awaited<ReturnType<typeof loadCurves>>,
  { store, secret, rsa }: { readonly store: MemoryStore; readonly secret: Uint8Array; readonly rsa: boolean },
): Promise<Authority> {
  const entropy = entropyOf(secret, "ca");
  // The documentation's pipe for a joining machine reads the authority's key with `openssl rsa`.
  const key = rsa ? (await loadKeyTools()).newKey("RSA", entropy, 4) : undefined;
  return curves.createAuthority({ entropy, commonName: "kubernetes", now: bornAt(store), key });
}

/** The cluster's first moment. */
export function bornAt(store: MemoryStore): number {
  const first = store.get("/registry/namespaces/kube-system")?.value as KubeObject | undefined;
  return parseTime(first?.metadata?.creationTimestamp ?? "");
}
