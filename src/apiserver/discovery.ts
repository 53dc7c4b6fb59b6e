import type { Kind, KindRegistry } from "../api/index.ts";
import { resourceNotFound } from "../machinery/index.ts";
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

/** Everything that is not about a resource: discovery (classic and aggregated), version, health. */
export function discovery(request: ApiRequest, { all: served }: KindRegistry): ApiResponse {
  const path = request.path.length > 1 && request.path.endsWith("/") ? request.path.slice(0, -1) : request.path;
  const accept = request.headers?.["accept"] ?? "";
  const aggregated = accept.includes("as=APIGroupDiscoveryList");
  switch (path) {
    case "/version":
      return { status: 200, body: VERSION };
    case "/healthz":
    case "/livez":
    case "/readyz":
      return health(path.slice(1), request);
    case "/":
      return {
        status: 200,
        body: {
          paths: [
            "/api",
            "/api/v1",
            "/apis",
            ...groupsOf(served).map((g) => `/apis/${g}`),
            "/healthz",
            "/livez",
            "/openapi/v3",
            "/readyz",
            "/version",
          ],
        },
      };
    case "/api":
      if (aggregated) return aggregatedAnswer(served.filter((k) => k.group === ""));
      return {
        status: 200,
        body: {
          kind: "APIVersions",
          versions: ["v1"],
          serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress: "127.0.0.1:6443" }],
        },
      };
    case "/apis":
      if (aggregated) return aggregatedAnswer(served.filter((k) => k.group !== ""));
      return { status: 200, body: { kind: "APIGroupList", apiVersion: "v1", groups: groupsOf(served).map((g) => groupOf(g, served)) } };
    default:
  }
  const [, root, group, version] = path.split("/");
  if (root === "api" && group === "v1" && version === undefined) return resourceList("", "v1", served);
  if (root === "apis" && group && groupsOf(served).includes(group)) {
    if (version === undefined) return { status: 200, body: { kind: "APIGroup", apiVersion: "v1", ...groupOf(group, served) } };
    return resourceList(group, version, served);
  }
  throw resourceNotFound();
}

function groupsOf(served: readonly Kind[]): readonly string[] {
  return [...new Set(served.map((k) => k.group))].filter((g) => g !== "");
}

function groupOf(name: string, served: readonly Kind[]) {
  const versions = [...new Set(served.filter((k) => k.group === name).map((k) => k.version))].map((version) => ({
    groupVersion: `${name}/${version}`,
    version,
  }));
  return { name, versions, preferredVersion: versions[0] };
}

function subresource(kind: Kind, name: string) {
  const known = subresourceOf(kind, name);
  return { kind: kind.kind, group: undefined, version: undefined, ...known?.kind, verbs: known?.verbs ?? [] };
}

function resourceList(group: string, version: string, served: readonly Kind[]): ApiResponse {
  const mine = served.filter((k) => k.group === group && k.version === version);
  if (mine.length === 0) throw resourceNotFound();
  const resources = mine.flatMap((k) => [
    {
      name: k.plural,
      singularName: k.singular,
      namespaced: k.namespaced,
      kind: k.kind,
      verbs: [...(k.verbs ?? VERBS)],
      ...(k.shortNames ? { shortNames: k.shortNames } : {}),
      ...(k.categories ? { categories: k.categories } : {}),
    },
    ...(k.subresources ?? []).map((name) => {
      const { kind, group: subGroup, version: subVersion, verbs } = subresource(k, name);
      return {
        name: `${k.plural}/${name}`,
        singularName: "",
        namespaced: k.namespaced,
        ...(subGroup ? { group: subGroup, version: subVersion } : {}),
        kind,
        verbs,
      };
    }),
  ]);
  resources.sort((a, b) => (a.name < b.name ? -1 : 1));
  const groupVersion = group === "" ? version : `${group}/${version}`;
  return { status: 200, body: { kind: "APIResourceList", ...(group === "" ? {} : { apiVersion: "v1" }), groupVersion, resources } };
}

/** apidiscovery.k8s.io/v2: all groups in one answer. */
function aggregatedAnswer(served: readonly Kind[]): ApiResponse {
  const groups = [...new Set(served.map((k) => k.group))];
  const items = groups.map((group) => {
    const versions = [...new Set(served.filter((k) => k.group === group).map((k) => k.version))];
    return {
      metadata: { ...(group === "" ? {} : { name: group }), creationTimestamp: null },
      versions: versions.map((version) => ({
        version,
        freshness: "Current",
        resources: served
          .filter((k) => k.group === group && k.version === version)
          .map((k) => ({
            resource: k.plural,
            responseKind: { group, version, kind: k.kind },
            scope: k.namespaced ? "Namespaced" : "Cluster",
            singularResource: k.singular,
            verbs: [...(k.verbs ?? VERBS)],
            ...(k.shortNames ? { shortNames: k.shortNames } : {}),
            ...(k.categories ? { categories: k.categories } : {}),
            ...(k.subresources?.length
              ? {
                  subresources: k.subresources.map((name) => {
                    const sub = subresource(k, name);
                    return {
                      subresource: name,
                      responseKind: { group: sub.group ?? group, version: sub.version ?? version, kind: sub.kind },
                      verbs: sub.verbs,
                    };
                  }),
                }
              : {}),
          })),
      })),
    };
  });
  return {
    status: 200,
    contentType: "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
    body: { kind: "APIGroupDiscoveryList", apiVersion: "apidiscovery.k8s.io/v2", metadata: {}, items },
  };
}

/** The server answers at all, and its store with it: there is nothing else in this process that could be unwell. */
function health(name: string, request: ApiRequest): ApiResponse {
  const verbose = request.query?.["verbose"] !== undefined;
  return { status: 200, contentType: "text/plain; charset=utf-8", body: verbose ? `[+]ping ok\n[+]etcd ok\n${name} check passed\n` : "ok" };
}
