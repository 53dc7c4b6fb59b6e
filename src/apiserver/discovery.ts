import { sha256 } from "@noble/hashes/sha2.js";
import { apiVersionOf, type Kind, type KindRegistry } from "../api/index.ts";
import { base64Encode, resourceNotFound } from "../machinery/index.ts";
import { subresourceOf } from "./subresources/index.ts";
import type { ApiRequest, ApiResponse } from "./types.ts";

/** v1.36.2, whose behaviour is simulated (reference/api/version.json); `goVersion` and `platform` are the recorded build's. */
export const VERSION = {
  major: "1",
  minor: "36",
  emulationMajor: "1",
  emulationMinor: "36",
  minCompatibilityMajor: "1",
  minCompatibilityMinor: "35",
  gitVersion: "v1.36.2",
  gitCommit: "8e16b12fda5b1dccc41a6de48b3e356cc7d5048b",
  gitTreeState: "clean",
  buildDate: "1970-01-01T00:00:00Z",
  goVersion: "go1.26.7",
  compiler: "gc",
  platform: "linux/amd64",
};

const VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

/** Group-versions whose server does not answer: they are named, and nothing is said of what they hold. */
type Stale = readonly { readonly group: string; readonly version: string }[];

/** Everything that is not about a resource: discovery (classic and aggregated), version, health. */
export function discovery(request: ApiRequest, kinds: KindRegistry, more: readonly string[], stale: Stale = []): ApiResponse {
  const served = kinds.all;
  const path = request.path.length > 1 && request.path.endsWith("/") ? request.path.slice(0, -1) : request.path;
  const accept = request.headers?.["accept"] ?? "";
  const aggregated = accept.includes("as=APIGroupDiscoveryList");
  switch (path) {
    case "/version":
      return { status: 200, body: VERSION, plain: true };
    case "/":
      return {
        status: 200,
        plain: true,
        body: { paths: pathsOf(served, more) },
      };
    case "/api":
      if (aggregated) return aggregatedOnce(served, path, () => aggregatedAnswer(served, [""]));
      return {
        status: 200,
        body: {
          kind: "APIVersions",
          versions: ["v1"],
          serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress: "127.0.0.1:6443" }],
        },
      };
    case "/apis":
      if (aggregated) return aggregatedOnce(served, path + JSON.stringify(stale), () => aggregatedAnswer(served, groupsOf(served), stale));
      return {
        status: 200,
        body: {
          kind: "APIGroupList",
          apiVersion: "v1",
          groups: [...groupsOf(served).map((g) => groupOf(g, served)), ...stale.map(({ group, version }) => staleGroup(group, version))],
        },
      };
    default:
  }
  const [, root, group, version] = path.split("/");
  if (root === "api" && group === "v1" && version === undefined) return resourceList("v1", kinds);
  if (root === "apis" && group && groupsOf(served).includes(group)) {
    if (version === undefined) return { status: 200, body: { kind: "APIGroup", apiVersion: "v1", ...groupOf(group, served) } };
    return resourceList(`${group}/${version}`, kinds);
  }
  throw resourceNotFound();
}

/** Groups in the order of their APIServices' priorities, as a real cluster lists them; others follow by name. */
const GROUP_ORDER = [
  "apiregistration.k8s.io",
  "apps",
  "events.k8s.io",
  "authentication.k8s.io",
  "authorization.k8s.io",
  "autoscaling",
  "batch",
  "certificates.k8s.io",
  "networking.k8s.io",
  "policy",
  "rbac.authorization.k8s.io",
  "storage.k8s.io",
  "admissionregistration.k8s.io",
  "apiextensions.k8s.io",
  "scheduling.k8s.io",
  "coordination.k8s.io",
  "node.k8s.io",
  "discovery.k8s.io",
  "resource.k8s.io",
  "flowcontrol.apiserver.k8s.io",
];

function byPriority(a: string, b: string): number {
  const rank = (group: string): number => (GROUP_ORDER.includes(group) ? GROUP_ORDER.indexOf(group) : GROUP_ORDER.length);
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}

/** Every path but those of resources; `more`: what is no discovery. */
function pathsOf(served: readonly Kind[], more: readonly string[]): readonly string[] {
  const groups = groupsOf(served);
  const versions = [...new Set(served.map((kind) => apiVersionOf(kind)).filter((version) => version.includes("/")))];
  const openapi = [
    "/openapi/v2",
    "/openapi/v3",
    "/openapi/v3/",
    "/openapi/v3/api/v1",
    ...versions.map((version) => `/openapi/v3/apis/${version}`),
  ];
  const api = ["/api", "/api/v1", "/apis", "/apis/", ...groups.map((g) => `/apis/${g}`), ...versions.map((version) => `/apis/${version}`)];
  return [...api, ...openapi, ...more, "/version"].sort();
}

/** Named groups, most important first. */
function groupsOf(served: readonly Kind[]): readonly string[] {
  return [...new Set(served.map((k) => k.group))].filter((g) => g !== "").sort(byPriority);
}

/** v2 before v1 before v1beta2 before v1alpha1; other names last (k8s: version.CompareKubeAwareVersionStrings). */
function byVersion(a: string, b: string): number {
  const parts = (text: string): readonly number[] => {
    const [, major, stage, minor] = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(text) ?? [];
    if (major === undefined) return [-1, 0, 0];
    return [stage === undefined ? 2 : stage === "beta" ? 1 : 0, Number(major), Number(minor ?? 0)];
  };
  const [x, y] = [parts(a), parts(b)];
  for (const [i, n] of x.entries()) if (n !== y[i]) return (y[i] ?? 0) - n;
  return a < b ? -1 : 1;
}

function versionsOf(group: string, served: readonly Kind[]): readonly string[] {
  return [...new Set(served.filter((k) => k.group === group).map((k) => k.version))].sort(byVersion);
}

function staleGroup(name: string, version: string): object {
  const there = { groupVersion: `${name}/${version}`, version };
  return { name, versions: [there], preferredVersion: there };
}

function groupOf(name: string, served: readonly Kind[]) {
  const versions = versionsOf(name, served).map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions, preferredVersion: versions[0] };
}

function subresource(kind: Kind, name: string) {
  const known = subresourceOf(kind, name);
  return { kind: kind.kind, group: undefined, version: undefined, ...known?.kind, verbs: known?.verbs ?? [] };
}

const hashes = new WeakMap<Kind, string>();

/** Tells whether the version that objects are kept in has changed (k8s: discovery.StorageVersionHash). */
function storageVersionHash(kind: Kind): string {
  let hash = hashes.get(kind);
  if (hash === undefined) {
    const { group, version, kind: name } = kind.storedAs?.kind ?? kind;
    hash = base64Encode(sha256(new TextEncoder().encode(`${group}/${version}/${name}`)).subarray(0, 8));
    hashes.set(kind, hash);
  }
  return hash;
}

const byPlural = (a: Kind, b: Kind): number => (a.plural < b.plural ? -1 : 1);

function resourceList(groupVersion: string, kinds: KindRegistry): ApiResponse {
  const mine = kinds.resourcesOf(groupVersion);
  if (mine.length === 0) throw resourceNotFound();
  const resources = mine.toSorted(byPlural).flatMap((k) => [
    {
      name: k.plural,
      singularName: k.singular,
      namespaced: k.namespaced,
      kind: k.kind,
      verbs: [...(k.verbs ?? VERBS)],
      ...(k.shortNames ? { shortNames: k.shortNames } : {}),
      ...(k.categories ? { categories: k.categories } : {}),
      ...(k.virtual ? {} : { storageVersionHash: storageVersionHash(k) }),
    },
    ...(k.subresources ?? []).toSorted().map((name) => {
      const { kind, group, version, verbs } = subresource(k, name);
      const other = group === undefined || group === k.group ? {} : { group, version };
      return { name: `${k.plural}/${name}`, singularName: "", namespaced: k.namespaced, ...other, kind, verbs };
    }),
  ]);
  const apiVersion = groupVersion === "v1" ? {} : { apiVersion: "v1" };
  return { status: 200, body: { kind: "APIResourceList", ...apiVersion, groupVersion, resources } };
}

const documents = new WeakMap<readonly Kind[], Map<string, ApiResponse>>();

/** Every command asks for these, and they change with the kinds alone. */
function aggregatedOnce(served: readonly Kind[], what: string, make: () => ApiResponse): ApiResponse {
  const made = documents.get(served) ?? new Map<string, ApiResponse>();
  documents.set(served, made);
  const answer = made.get(what) ?? make();
  // Beside the newest of each path nothing is kept: who serves what may flap.
  if (made.size > 4) made.clear();
  made.set(what, answer);
  return answer;
}

/** apidiscovery.k8s.io/v2: all groups in one answer. */
function aggregatedAnswer(served: readonly Kind[], groups: readonly string[], stale: Stale = []): ApiResponse {
  const current = groups.map((group) => ({
    metadata: { ...(group === "" ? {} : { name: group }), creationTimestamp: null },
    versions: versionsOf(group, served).map((version) => ({
      version,
      resources: served
        .filter((k) => k.group === group && k.version === version)
        .sort(byPlural)
        .map(aggregatedResource),
      freshness: "Current",
    })),
  }));
  const items = [
    ...current,
    ...stale.map(({ group, version }) => ({
      metadata: { name: group, creationTimestamp: null },
      versions: [{ version, freshness: "Stale" }],
    })),
  ];
  return {
    status: 200,
    contentType: "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
    body: { kind: "APIGroupDiscoveryList", apiVersion: "apidiscovery.k8s.io/v2", metadata: {}, items },
  };
}

function aggregatedResource(k: Kind): object {
  const { group, version } = k;
  const subresources = (k.subresources ?? []).toSorted().map((name) => {
    const sub = subresource(k, name);
    const responseKind = { group: sub.group ?? group, version: sub.version ?? version, kind: sub.kind };
    return { subresource: name, responseKind, verbs: sub.verbs };
  });
  return {
    resource: k.plural,
    responseKind: { group, version, kind: k.kind },
    scope: k.namespaced ? "Namespaced" : "Cluster",
    singularResource: k.singular,
    verbs: [...(k.verbs ?? VERBS)],
    ...(k.shortNames ? { shortNames: k.shortNames } : {}),
    ...(k.categories ? { categories: k.categories } : {}),
    ...(subresources.length > 0 ? { subresources } : {}),
  };
}
