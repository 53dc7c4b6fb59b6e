import { type CustomResourceDefinition, extension, type Kind, kindTable, type KubeObject, loadExtension } from "../../api/index.ts";
import type { Entry } from "../../etcd/index.ts";
import type { Cause } from "../../sim/index.ts";
import { prefixOf, type ServerContext } from "../context.ts";
import type { ApiRequest, ApiResponse } from "../types.ts";
import type { OpenApiDocument } from "../openapi/index.ts";
import { createCleanup } from "./cleanup.ts";
import { isTrue } from "./conditions.ts";
import { nextStatus } from "./decide.ts";
import { customDocuments } from "./documents.ts";

export type Handle = (request: ApiRequest) => Promise<ApiResponse>;

/** The API server's own user, as it calls itself over the loopback (k8s: DeprecatedInsecureServing... system:apiserver). */
export const LOOPBACK = { name: "system:apiserver", groups: ["system:masters", "system:authenticated"] };

export interface Definitions {
  /** Serves what restored definitions define. */
  restored(): Promise<void>;
  /** OpenAPI v3 of what they define, by path. */
  documents(): ReadonlyMap<string, OpenApiDocument>;
}

const PREFIX = prefixOf(kindTable.customresourcedefinitions);

interface Served {
  readonly crd: CustomResourceDefinition;
  readonly kinds: readonly Kind[];
}

/**
 * The controllers of CustomResourceDefinitions, which kube-apiserver runs in itself: they accept names, establish,
 * serve and clean up. Level-based: each looks at what is stored now, so a restored store goes on where it was.
 */
export function createDefinitions(server: ServerContext, handle: Handle): Definitions {
  const { store, clock, kinds } = server;
  const served = new Map<string, Served>();
  let documents: ReadonlyMap<string, OpenApiDocument> | undefined = new Map();
  const stored = (): readonly CustomResourceDefinition[] =>
    (store.range({ prefix: PREFIX }).entries as readonly Entry<CustomResourceDefinition>[]).map((e) => e.value);
  const get = (name: string): CustomResourceDefinition | undefined =>
    store.get(PREFIX + name)?.value as CustomResourceDefinition | undefined;

  const write = async (crd: CustomResourceDefinition, causes: readonly Cause[]): Promise<void> => {
    await handle({
      method: "PUT",
      path: `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${crd.metadata?.name}/status`,
      body: crd,
      user: LOOPBACK,
      agent: "kube-apiserver",
      causes,
      trusted: true,
    });
  };

  const stopServing = (name: string): void => {
    for (const kind of served.get(name)?.kinds ?? []) if (kinds.kindOf(kind.group, kind.version, kind.plural) === kind) kinds.remove(kind);
    served.delete(name);
    documents = undefined;
  };

  /** Replaces what is served only when the definition says something else than before. */
  const serve = (crd: CustomResourceDefinition): void => {
    const name = crd.metadata?.name ?? "";
    const now = served.get(name);
    if (now !== undefined && extension().servesTheSame(now.crd, crd)) return;
    stopServing(name);
    const mine = extension()
      .customKinds(crd)
      // A built-in resource keeps its path.
      .filter((kind) => kinds.kindOf(kind.group, kind.version, kind.plural) === undefined);
    for (const kind of mine) kinds.add(kind);
    served.set(name, { crd, kinds: mine });
    documents = undefined;
  };

  const cleanup = createCleanup({ server, handle, get, write });

  const sync = async (name: string, causes: readonly Cause[]): Promise<void> => {
    const crd = get(name);
    if (crd === undefined) {
      stopServing(name);
      // Its names are free: others may have waited for them.
      const group = name.slice(name.indexOf(".") + 1);
      for (const other of stored()) if (other.spec.group === group) await sync(other.metadata?.name ?? "", causes);
      return;
    }
    if (isTrue(crd, "Established")) serve(crd);
    const others = stored().filter((o) => o.metadata?.name !== name);
    const next = nextStatus(crd, others, clock.now(), extension());
    // Whoever is told that it is established finds it served.
    if (isTrue(next, "Established")) serve(next);
    if (next !== crd) await write(next, causes);
    else cleanup(crd, causes);
  };

  store.watch({ prefix: PREFIX, from: 0 }, (revisions) => {
    for (const { key, revision } of revisions) void sync(key.slice(PREFIX.length), [{ kind: "revision", revision }]);
  });

  return {
    documents: () => (documents ??= customDocuments([...served.values()].filter((s) => s.kinds.length > 0).map((s) => s.crd))),
    async restored() {
      const all = stored();
      if (all.length === 0) return;
      await loadExtension();
      for (const crd of all) {
        if (isTrue(crd, "Established")) serve(crd);
        const { name = "", resourceVersion } = (crd as KubeObject).metadata ?? {};
        clock.turn(() => void sync(name, [{ kind: "revision", revision: Number(resourceVersion) }]));
      }
    },
  };
}
