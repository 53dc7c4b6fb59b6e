import { type CustomResourceDefinition, kindTable } from "../../api/index.ts";
import { goQuote, resourceNotFound } from "../../machinery/index.ts";
import { prefixOf, type ServerContext } from "../context.ts";
import type { ApiRequest, ApiResponse } from "../types.ts";

/** A named check. It fails with what it says; `served` false: what it is about is not in this server. */
interface Check {
  readonly name: string;
  readonly served?: (server: ServerContext) => boolean;
  readonly problem: (server: ServerContext) => string | undefined;
}

const store = ({ store: { revision, compactRevision } }: ServerContext): string | undefined =>
  revision >= compactRevision ? undefined : `the store is at revision ${revision}, below what it has compacted (${compactRevision})`;

/** A hook of the start is done when what it makes is there. */
function made(hook: string, plural: keyof typeof kindTable, names: readonly string[]): Check {
  const kind = kindTable[plural];
  return {
    name: `poststarthook/${hook}`,
    served: ({ kinds }) => kinds.kindOf(kind.group, kind.version, kind.plural) !== undefined,
    problem(server) {
      const missing = names.find((name) => server.store.get(prefixOf(kind) + name) === undefined);
      return missing === undefined ? undefined : `${kind.plural} ${missing} is not there yet`;
    },
  };
}

/** Every group and version that is served has its APIService, but for the aggregator's own. */
function unregistered({ kinds, store }: ServerContext): string | undefined {
  const prefix = prefixOf(kindTable.apiservices);
  const own = kindTable.apiservices.group;
  const missing = kinds.all.find(({ group, version }) => group !== own && store.get(`${prefix}${version}.${group}`) === undefined);
  return missing && `no APIService of ${missing.version}.${missing.group}`;
}

/** What an established definition defines is served. */
function undefinedKind({ kinds, store }: ServerContext): string | undefined {
  for (const { value } of store.range({ prefix: prefixOf(kindTable.customresourcedefinitions) }).entries) {
    const { spec, status } = value as CustomResourceDefinition;
    if (!status?.conditions?.some((c) => c.type === "Established" && c.status === "True")) continue;
    const missing = spec.versions.find((v) => v.served && kinds.kindOf(spec.group, v.name, spec.names.plural) === undefined);
    if (missing) return `${spec.names.plural}.${missing.name}.${spec.group} is not served yet`;
  }
  return undefined;
}

/** Those of kube-apiserver's checks that stand for something here, in its order. */
const checks: readonly Check[] = [
  { name: "ping", problem: () => undefined },
  { name: "log", problem: ({ requests }) => (requests.total > 0 ? undefined : "no request has been recorded") },
  { name: "etcd", problem: store },
  { name: "poststarthook/crd-informer-synced", problem: undefinedKind },
  made("start-system-namespaces-controller", "namespaces", ["default", "kube-node-lease", "kube-public", "kube-system"]),
  { name: "poststarthook/storage-readiness", problem: store },
  made("rbac/bootstrap-roles", "clusterroles", ["admin", "cluster-admin", "edit", "system:node", "view"]),
  made("scheduling/bootstrap-system-priority-classes", "priorityclasses", ["system-cluster-critical", "system-node-critical"]),
  made("priority-and-fairness-config-producer", "flowschemas", ["catch-all", "exempt"]),
  made("bootstrap-controller", "services", ["default/kubernetes"]),
  made("start-kubernetes-service-cidr-controller", "servicecidrs", ["kubernetes"]),
  { name: "poststarthook/kube-apiserver-autoregistration", problem: unregistered },
  { name: "autoregister-completion", problem: unregistered },
];

const PATHS = ["healthz", "livez", "readyz"];

/** `/healthz`, `/livez`, `/readyz` and each check below them; undefined for another path (k8s: apiserver/pkg/server/healthz). */
export function serveHealth(server: ServerContext, request: ApiRequest): ApiResponse | undefined {
  const path = request.path.endsWith("/") ? request.path.slice(0, -1) : request.path;
  const [, root = "", ...rest] = path.split("/");
  if (!PATHS.includes(root)) return undefined;
  const installed = checks.filter((check) => check.served?.(server) ?? true);
  if (rest.length === 0) return all(root, installed, server, request);
  const check = installed.find(({ name }) => name === rest.join("/"));
  if (!check) throw resourceNotFound();
  const problem = check.problem(server);
  return problem === undefined ? text(200, "ok") : text(500, `internal server error: ${problem}\n`);
}

/** Every check's path below each of the three, for the index of paths. */
export function healthPaths(server: ServerContext): readonly string[] {
  const names = checks.filter((check) => check.served?.(server) ?? true).map(({ name }) => name);
  return PATHS.flatMap((path) => [`/${path}`, ...names.map((name) => `/${path}/${name}`)]);
}

function all(root: string, installed: readonly Check[], server: ServerContext, request: ApiRequest): ApiResponse {
  const { exclude = [], verbose } = request.query ?? {};
  const excluded = new Set(typeof exclude === "string" ? [exclude] : exclude);
  const lines: string[] = [];
  let failed = false;
  for (const { name, problem } of installed) {
    if (excluded.delete(name)) lines.push(`[+]${name} excluded: ok`);
    else if (problem(server) === undefined) lines.push(`[+]${name} ok`);
    else {
      failed = true;
      lines.push(`[-]${name} failed: reason withheld`);
    }
  }
  if (excluded.size > 0)
    lines.push(`warn: some health checks cannot be excluded: no matches for ${[...excluded].sort().map(goQuote).join(",")}`);
  if (failed) return text(500, [...lines, `${root} check failed\n`].join("\n"));
  return text(200, verbose === undefined ? "ok" : [...lines, `${root} check passed\n`].join("\n"));
}

const text = (status: number, body: string): ApiResponse => ({
  status,
  body,
  contentType: "text/plain; charset=utf-8",
  headers: { "x-content-type-options": "nosniff" },
});
