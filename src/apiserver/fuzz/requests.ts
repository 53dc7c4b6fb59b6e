import { apiVersionOf, type Kind, typeNameOf } from "../../api/index.ts";
import type { Random } from "../../sim/index.ts";
import { bodyText, mutated, nasty, pick, valueOf } from "./values.ts";

export interface FuzzRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer> | undefined;
}

const NAMES = ["x0", "x1", "x2", "web", "node-1", "default"];
const SEGMENTS = [
  "",
  ".",
  "..",
  "%2e%2e",
  "%00",
  "%2F",
  "%zz",
  "%25",
  "a%20b",
  "é",
  "x".repeat(400),
  "watch",
  "proxy",
  "namespaces",
  "constructor",
  "__proto__",
  "UPPER",
  "-",
];
const SELECTORS = [
  "a=b",
  "a in (b,c)",
  "!a",
  "a notin ()",
  "a in (",
  "a=b=c",
  ",",
  "a==",
  "=b",
  "a>1",
  "a<x",
  "a!=b,c",
  "\u0000",
  "__proto__=x",
  "a b",
  `${"a=b,".repeat(300)}c=d`,
];
const FIELDS = [
  "metadata.name=x0",
  "metadata.name!=x0",
  "metadata.namespace=default",
  "spec.nodeName=node-1",
  "status.phase=Running",
  "spec.x=1",
  "metadata.name",
  "=",
  "a=b=c",
  "metadata.name=x0,metadata.name=x1",
  "a\\x=b",
  "type=Opaque",
  "__proto__=x",
];
const VERSIONS = ["", "0", "1", "5", "99999999", "-1", "x", "18446744073709551616", "1.5", "0x1"];
const TOKENS = [
  "",
  "e30",
  "%%%",
  "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiJkZWZhdWx0XHUwMDAwIn0",
  "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6LTEsInN0YXJ0IjoiYSJ9",
  "bnVsbA",
  "W10",
];
const BOOLEANS = ["", "true", "false", "1", "0", "maybe"];
const NUMBERS = ["", "0", "1", "-1", "5", "x", "1e3", "9223372036854775807", "9223372036854775808", "1.5"];

const QUERY: Readonly<Record<string, readonly string[]>> = {
  labelSelector: SELECTORS,
  fieldSelector: FIELDS,
  resourceVersion: VERSIONS,
  resourceVersionMatch: ["Exact", "NotOlderThan", "", "x"],
  limit: NUMBERS,
  continue: TOKENS,
  watch: BOOLEANS,
  timeoutSeconds: ["1", "0", "-1", "x"],
  sendInitialEvents: BOOLEANS,
  allowWatchBookmarks: BOOLEANS,
  dryRun: ["All", "", "None"],
  fieldManager: ["me", "", "x".repeat(200), "\u0001"],
  fieldValidation: ["Strict", "Warn", "Ignore", "", "x"],
  force: BOOLEANS,
  pretty: BOOLEANS,
  timeout: ["1s", "0", "x", "-5s", "9999h"],
  includeObject: ["None", "Object", "Metadata", "x"],
  gracePeriodSeconds: NUMBERS,
  orphanDependents: BOOLEANS,
  propagationPolicy: ["Orphan", "Foreground", "Background", "x", ""],
  uid: ["x", ""],
  container: ["c", ""],
  tailLines: NUMBERS,
  sinceTime: ["x", "2026-01-01T00:00:00Z"],
  command: ["sh"],
  ["__proto__"]: ["x"],
  constructor: ["x"],
};
const ACCEPTS = [
  "",
  "*/*",
  "application/json",
  "application/yaml",
  "application/json;as=Table;v=v1;g=meta.k8s.io,application/json",
  "application/json;as=Table;v=v1;g=meta.k8s.io",
  "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io",
  "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io",
  "application/vnd.kubernetes.protobuf",
  "text/html",
  ";;;q=",
  "application/json;q=x;as=",
  "a/b/c, */*;q=0.1",
];
const PATCHES = [
  "application/json-patch+json",
  "application/merge-patch+json",
  "application/strategic-merge-patch+json",
  "application/apply-patch+yaml",
];
const TYPES = [
  "application/json",
  "application/yaml",
  "application/vnd.kubernetes.protobuf",
  "text/plain",
  "",
  "application/json; charset=utf-8",
  "x",
];
/** What they make decides about all that comes after. */
const LASTING = ["admissionregistration.k8s.io", "apiregistration.k8s.io", "apiextensions.k8s.io"];

/** One request, nearly right in most things and wrong in some. */
export function fuzzRequest(random: Random, kinds: readonly Kind[]): FuzzRequest {
  const kind = pick(random, kinds);
  const method = pick(random, ["GET", "GET", "POST", "POST", "POST", "PUT", "PATCH", "PATCH", "DELETE", "OPTIONS", "HEAD"]);
  const lasting = LASTING.includes(kind.group);
  const query = queryOf(random, method, lasting);
  const contentType =
    method === "PATCH" && random.int(12) > 0 ? pick(random, PATCHES) : random.int(6) > 0 ? "application/json" : pick(random, TYPES);
  const url = `${pathOf(random, kind, method)}${query}`;
  const hasBody = ["POST", "PUT", "PATCH"].includes(method) || (method === "DELETE" && random.int(3) === 0);
  return {
    url,
    method,
    headers: headersOf(random, hasBody ? contentType : ""),
    body: hasBody ? bodyOf(random, kind, method, contentType) : undefined,
  };
}

function pathOf(random: Random, kind: Kind, method: string): string {
  if (random.int(30) === 0)
    return pick(random, [
      "/",
      "/api",
      "/apis",
      "/version",
      "/openapi/v3",
      "/openapi/v2",
      "/metrics",
      "/readyz",
      "/healthz/x",
      "/timonel/requests",
      "/logs",
      "/x",
      "//",
      "/apis/apps",
      "/apis/apps/v9",
      "/apis/%zz",
    ]);
  const parts = [kind.group === "" ? "/api" : `/apis/${kind.group}`, kind.version];
  if (random.int(40) === 0) parts.push("watch");
  if (kind.namespaced && random.int(15) > 0)
    parts.push("namespaces", pick(random, ["default", "default", "default", "none", "kube-system"]));
  parts.push(kind.plural);
  const named =
    method === "POST" ? random.int(10) === 0 : method === "PUT" || method === "PATCH" ? random.int(15) > 0 : random.int(2) === 0;
  if (named) {
    parts.push(pick(random, NAMES));
    if (random.int(5) === 0) parts.push(pick(random, [...(kind.subresources ?? []), "status", "scale", "x"]));
  }
  if (random.int(15) === 0) parts[1 + random.int(parts.length - 1)] = pick(random, SEGMENTS);
  if (random.int(40) === 0) parts.push(pick(random, SEGMENTS));
  return parts.join("/");
}

function queryOf(random: Random, method: string, lasting: boolean): string {
  const pairs: string[] = lasting && method !== "GET" ? ["dryRun=All"] : [];
  const many = random.int(3) === 0 ? random.int(4) : 0;
  for (let i = 0; i < many; i++) {
    const name = pick(random, Object.keys(QUERY));
    if (lasting && name === "dryRun") continue;
    pairs.push(`${encodeURIComponent(name)}=${encodeURIComponent(pick(random, QUERY[name] ?? [""]))}`);
  }
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

function headersOf(random: Random, contentType: string): Record<string, string> {
  const headers: Record<string, string> = {};
  const who = random.int(20);
  if (who > 1) headers["authorization"] = "Bearer admin";
  else if (who === 1) headers["authorization"] = pick(random, ["Bearer jane", "Bearer wrong", "Basic x", "Bearer", ""]);
  if (contentType !== "") headers["content-type"] = contentType;
  if (random.int(4) === 0) headers["accept"] = pick(random, ACCEPTS);
  if (random.int(20) === 0) headers["accept-encoding"] = "gzip";
  if (random.int(25) === 0)
    headers["impersonate-user"] = pick(random, ["jane", "", "system:serviceaccount:default:x", "system:admin", "\u00e9"]);
  if (random.int(60) === 0)
    headers[pick(random, ["impersonate-group", "impersonate-uid", "impersonate-extra-x", "impersonate-extra-%zz"])] = "x";
  return headers;
}

function objectOf(random: Random, kind: Kind): Record<string, unknown> {
  const object = valueOf(random, typeNameOf(kind), random.int(3) === 0 ? 0.6 : 0.95);
  const metadata = random.int(4) === 0 ? (object["metadata"] as object) : {};
  return { ...object, apiVersion: apiVersionOf(kind), kind: kind.kind, metadata: { ...metadata, name: pick(random, NAMES) } };
}

/** A message of the kind's type with bytes in it that mean anything or nothing. */
function protobufOf(random: Random, kind: Kind): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder();
  const field = (number: number, bytes: readonly number[]): number[] => [(number << 3) | 2, ...varint(bytes.length), ...bytes];
  const type = [...field(1, [...text.encode(apiVersionOf(kind))]), ...field(2, [...text.encode(kind.kind)])];
  const inner: number[] = [];
  for (let i = random.int(6); i > 0; i--) {
    const junk = [...random.bytes(random.int(12))];
    if (random.int(3) === 0) inner.push(...junk);
    else
      inner.push(...field(1 + random.int(8), random.int(2) === 0 ? junk : field(1 + random.int(8), [...text.encode(pick(random, NAMES))])));
  }
  return Uint8Array.from([0x6b, 0x38, 0x73, 0, ...field(1, type), ...field(2, inner)]);
}

const varint = (n: number): number[] => (n < 128 ? [n] : [(n & 127) | 128, ...varint(n >> 7)]);

function bodyOf(random: Random, kind: Kind, method: string, contentType: string): FuzzRequest["body"] {
  if (contentType === "application/vnd.kubernetes.protobuf" && random.int(4) > 0) return protobufOf(random, kind);
  if (kind.custom || random.int(40) === 0) return bodyText(random, nasty(random) ?? null);
  if (method === "DELETE") {
    const options = valueOf(random, "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions");
    return bodyText(random, random.int(2) === 0 ? mutated(random, options) : options);
  }
  let value: unknown = objectOf(random, kind);
  if (contentType.startsWith("application/json-patch")) value = jsonPatch(random, value);
  else if (method === "PATCH") value = partial(random, value);
  for (let i = random.int(3); i > 0; i--) value = mutated(random, value);
  return bodyText(random, value ?? null);
}

/** Part of an object, with directives here and there. */
function partial(random: Random, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const out: Record<string, unknown> = {};
  for (const [key, child] of Object.entries(value)) if (random.int(3) > 0) out[key] = random.int(12) === 0 ? null : partial(random, child);
  if (random.int(8) === 0) out["$patch"] = pick<unknown>(random, ["replace", "delete", "merge", "x", 1]);
  if (random.int(12) === 0) out["$retainKeys"] = pick<unknown>(random, [["a"], "a", [1], []]);
  if (random.int(12) === 0)
    out[`$setElementOrder/${pick(random, ["containers", "x", ""])}`] = pick<unknown>(random, [[{ name: "c" }], ["a"], "a"]);
  if (random.int(12) === 0)
    out[`$deleteFromPrimitiveList/${pick(random, ["finalizers", "args"])}`] = pick<unknown>(random, [["a"], "a", [1]]);
  return out;
}

function jsonPatch(random: Random, object: unknown): unknown {
  const pointers = [
    "",
    "/",
    "/metadata/labels",
    "/metadata/labels/a",
    "/metadata/name",
    "/spec",
    "/spec/x/-",
    "/metadata/finalizers/-",
    "/metadata/finalizers/0",
    "/a~2b",
    "spec",
    "/__proto__/x",
    "/constructor/prototype/x",
    "/metadata/finalizers/99999999999",
  ];
  return Array.from({ length: random.int(4) }, () => ({
    op: pick(random, ["add", "remove", "replace", "move", "copy", "test", "x"]),
    path: pick<unknown>(random, [...pointers, 1, null]),
    ...(random.int(3) > 0 ? { value: random.int(2) === 0 ? nasty(random) : object } : {}),
    ...(random.int(4) === 0 ? { from: pick(random, pointers) } : {}),
  }));
}
