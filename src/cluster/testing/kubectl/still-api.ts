import { readdirSync, readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";
import { kindByGVK, type KubeObject, loadExtension } from "../../../api/index.ts";
import { type ApiRequest, createApiServer } from "../../../apiserver/index.ts";
import { MemoryStore } from "../../../etcd/index.ts";
import { createRandom } from "../../../sim/index.ts";
import { testClock } from "../../../sim/testing.ts";

const CAUSES = [{ kind: "input" as const, at: 0, sequence: 0, what: "a fixture" }];
const ADMIN = { name: "kubernetes-admin", groups: ["system:masters", "system:authenticated"] };
export const TOKEN = "still";
const UNITS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Fields whose moments are told to the microsecond. */
const MICRO = ["eventTime", "lastObservedTime"];

/** "@3h5m" is so long before `now`. */
function momentsIn(value: unknown, now: number, field = ""): unknown {
  if (typeof value === "string" && /^@(\d+[smhd])+$/.test(value)) {
    const ago = [...value.matchAll(/(\d+)([smhd])/g)].reduce((sum, [, n, unit]) => sum + Number(n) * UNITS[unit as keyof typeof UNITS], 0);
    return new Date(now - ago).toISOString().replace(/\.\d+Z$/, MICRO.includes(field) ? ".000000Z" : "Z");
  }
  if (Array.isArray(value)) return value.map((item) => momentsIn(item, now));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, momentsIn(item, now, key)]));
}

interface Plain extends KubeObject {
  readonly items?: readonly KubeObject[];
}

function objectsAt(now: number, folder: URL): readonly KubeObject[] {
  const documents = readdirSync(folder)
    .toSorted()
    .flatMap((name) => parseAllDocuments(readFileSync(new URL(name, folder), "utf8")).map((d) => d.toJS() as Plain));
  return documents.flatMap((d) => momentsIn(d.kind === "List" ? d.items : [d], now) as readonly KubeObject[]);
}

/**
 * The API server alone, over objects as they are in `objects/`: states that no cluster would reach in one test, or ever,
 * and that nothing here changes.
 */
export async function stillApi(now: number, folder: URL) {
  await loadExtension();
  const clock = testClock(now);
  const store = new MemoryStore({ now: () => clock.now(), turn: (fn) => clock.turn(fn), strictCauses: true });
  const nothing = { range: "none", has: () => false, allocate: () => undefined, release: () => undefined };
  const api = createApiServer({
    store,
    clock,
    random: createRandom(1),
    clusterIps: { ...nothing, allocateNext: () => "10.96.0.99" },
    nodePorts: { ...nothing, allocateNext: () => 30_999 },
    tokens: new Map([[TOKEN, ADMIN]]),
  });
  const put = (object: KubeObject): void => {
    const [group, version] = object.apiVersion?.includes("/")
      ? (object.apiVersion.split("/") as [string, string])
      : ["", object.apiVersion ?? ""];
    const kind = kindByGVK(group, version, object.kind ?? "");
    const { name, namespace } = object.metadata ?? {};
    const plural = kind?.plural ?? `${object.kind?.toLowerCase()}s.${group}`;
    const key = `/registry/${plural}/${namespace ? `${namespace}/` : ""}${name}`;
    store.txn({ success: [{ put: key, value: object }] }, { user: "test", agent: "test", causes: CAUSES });
  };
  const objects = objectsAt(now, folder);
  for (const object of objects) if (object.kind === "CustomResourceDefinition") put(object);
  await api.restored();
  for (const object of objects) if (object.kind !== "CustomResourceDefinition") put(object);
  return {
    fetch: ((request) => api.fetch(request)) as typeof api.fetch,
    /** As the administrator. */
    handle: (request: ApiRequest) => api.handle({ ...request, user: ADMIN }),
    connect: (request: ApiRequest) => api.connect({ ...request, user: ADMIN }),
    forward: (request: ApiRequest) => api.forward({ ...request, user: ADMIN }),
  };
}
