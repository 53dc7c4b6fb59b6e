import { genericServerResponse, isValidPathSegmentName, type StatusError } from "../machinery/index.ts";
import { queryBoolean } from "./options.ts";
import type { ApiRequest } from "./types.ts";

/** What a path asks for (k8s: apiserver/pkg/endpoints/request RequestInfo). */
export interface ResourceInfo {
  readonly group: string;
  readonly version: string;
  /** Lower-case plural. */
  readonly resource: string;
  readonly subresource: string;
  /** Empty: cluster-scoped, or all namespaces. */
  readonly namespace: string;
  readonly name: string;
  /** What follows the subresource: a proxy's path. */
  readonly rest: string;
  /** Deprecated paths say `watch` before the resource. */
  readonly watching?: true;
  /** Why nothing can have this name. */
  readonly problem?: string;
}

const KNOWN_PATHS = 2048;

/** Reads each path once: those of collections come again and again. */
export function createRouter(): (path: string) => ResourceInfo | undefined {
  const known = new Map<string, ResourceInfo>();
  return (path) => {
    let info = known.get(path);
    if (info !== undefined) return info;
    info = route(path);
    if (info === undefined) return undefined;
    if (known.size >= KNOWN_PATHS) known.clear();
    known.set(path, info);
    return info;
  };
}

/** Undefined for a path that is not about a resource: discovery, health, OpenAPI. */
function route(path: string): ResourceInfo | undefined {
  const parts = unescaped(path).split("/");
  if (parts[parts.length - 1] === "") parts.pop();
  let i: number;
  let group = "";
  if (parts[1] === "api" && parts.length > 3) i = 2;
  else if (parts[1] === "apis" && parts.length > 4) {
    group = parts[2] as string;
    i = 3;
  } else return undefined;
  const version = parts[i++] as string;
  const watching = parts[i] === "watch" && parts.length > i + 1;
  if (watching) i++;
  let namespace = "";
  if (parts[i] === "namespaces" && parts.length > i + 1) {
    namespace = parts[i + 1] as string;
    // "namespaces/x" alone, and its own subresources, are about the namespace; a longer path is about what is in it.
    if (parts.length > i + 2 && !NAMESPACE_SUBRESOURCES.includes(parts[i + 2] as string)) i += 2;
  }
  const name = parts[i + 1] ?? "";
  const [problem] = name === "" ? [] : isValidPathSegmentName(name);
  return {
    group,
    version,
    resource: parts[i] ?? "",
    name,
    subresource: parts[i + 2] ?? "",
    rest: parts.slice(i + 3).join("/"),
    namespace,
    ...(watching ? { watching } : {}),
    ...(problem === undefined ? {} : { problem: `Name parameter invalid: ${JSON.stringify(name)}: ${problem}` }),
  };
}

const NAMESPACE_SUBRESOURCES = ["status", "finalize"];

/** A path is unescaped as a whole before it is taken apart, as Go does. */
function unescaped(path: string): string {
  if (!path.includes("%")) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    // No name has a percent sign: the path is refused for that.
    return path;
  }
}

/** The API verb of a request, as RBAC and admission name it; empty for a method that stands for none. */
export function verbOf(request: ApiRequest, info: ResourceInfo): string {
  switch (request.method) {
    case "POST":
      return "create";
    case "PUT":
      return "update";
    case "PATCH":
      return "patch";
    case "DELETE":
      return info.name === "" ? "deletecollection" : "delete";
    case "GET":
    case "HEAD":
      if (info.watching) return "watch";
      if (info.name !== "") return "get";
      return request.query !== undefined && queryBoolean(request, "watch") ? "watch" : "list";
    default:
      return "";
  }
}

/** No such verb there: what go-restful's router answers for Kubernetes. */
export const methodNotAllowed = (): StatusError => genericServerResponse({ code: 405, verb: "" });
