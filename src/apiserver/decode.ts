import type { KubeObject } from "../api/index.ts";
import { apiVersionOf, structureErrors } from "../api/index.ts";
import { badRequest } from "../machinery/index.ts";
import { bodyText, ReadBody, readBody, summary } from "./body.ts";
import type { Scope } from "./context.ts";
import { strictErrors } from "./strict-json.ts";
import type { ApiRequest } from "./types.ts";

/** A decoded object with its version's defaults, as it is stored. */
export function asStored(scope: Scope, decoded: KubeObject): KubeObject {
  const { requested } = scope;
  const defaulted = requested.defaults?.(decoded) ?? decoded;
  return requested.storedAs?.to(defaulted) ?? defaulted;
}

/** The request's object in the requested version, checked against its kind's structure unless the typed client vouches for it. */
export function decodeBody<T extends KubeObject>(scope: Scope<T>): T {
  const { request } = scope;
  if (request.trusted) return request.body as T;
  const read = readBody(request);
  if ("problem" in read) throw unrecognized(scope, read.problem);
  // JSON's null fills in nothing (Go: json.Unmarshal).
  return decodeObject(scope, read.value ?? {}, (unknown) => bodyErrors(request, unknown));
}

/** What strict decoding holds against the body as it came, unknown fields included. */
function bodyErrors(request: ApiRequest, unknown: readonly string[]): readonly string[] {
  const text = bodyText(request);
  if (text !== undefined) return strictErrors(text, unknown);
  const twice = request.body instanceof ReadBody ? request.body.duplicates : [];
  return twice.length === 0 ? unknown : [`${YAML_ERRORS}${twice.join("\n  ")}`, ...unknown];
}
const YAML_ERRORS = "yaml: unmarshal errors:\n  ";

/**
 * Field validation (k8s: apiserver handlers, `fieldValidation`): Strict refuses unknown fields, Warn (the default)
 * warns and drops them, Ignore drops them. A value of the wrong type is always refused.
 */
export function decodeObject<T extends KubeObject>(
  scope: Scope<T>,
  value: unknown,
  strictErrorsOf: (unknown: readonly string[]) => readonly string[] = (unknown) => unknown,
): T {
  const { requested: kind } = scope;
  const apiVersion = apiVersionOf(kind);
  const object = value as KubeObject;
  checkType(scope, value);
  const { typeErrors, unknown, pruned } = structureErrors(kind, object);
  if (typeErrors.length > 0) {
    throw badRequest(`${kind.kind} in version ${JSON.stringify(kind.version)} cannot be handled as a ${kind.kind}: ${typeErrors[0]}`);
  }
  const { fieldValidation: validation } = scope.options;
  const strict = validation === "Ignore" ? [] : strictErrorsOf(unknown);
  if (strict.length > 0 && validation === "Strict") {
    throw badRequest(
      `${kind.kind} in version ${JSON.stringify(kind.version)} cannot be handled as a ${kind.kind}: strict decoding error: ${strict.join(", ")}`,
    );
  }
  // Each line of go-yaml's complaints is a warning of its own.
  for (const error of strict)
    scope.warnings.push(...(error.startsWith(YAML_ERRORS) ? error.slice(YAML_ERRORS.length).split("\n  ") : [error]));
  return { ...withReset(pruned, object), apiVersion, kind: kind.kind } as T;
}

/** An empty list of managers says something, unlike other empty lists: it has them forgotten. */
export function withReset<T extends KubeObject>(pruned: T, { metadata }: KubeObject): T {
  return Array.isArray(metadata?.managedFields) && metadata.managedFields.length === 0
    ? { ...pruned, metadata: { ...pruned.metadata, managedFields: metadata.managedFields } }
    : pruned;
}

/** What the data say they are must be what the path is about (k8s: serializer/json Decode, handlers/rest.go transformDecodeError). */
export function checkType(scope: Scope, value: unknown): void {
  const { requested: kind, server } = scope;
  const wrong = (what: unknown, into: string) =>
    unrecognized(scope, `${UNTYPED}json: cannot unmarshal ${jsonTypeOf(what)} into Go ${into}`);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrong(value, `value of type ${TYPE_META}`);
  const { apiVersion, kind: name } = value as Readonly<Record<string, unknown>>;
  for (const [field, given] of [
    ["apiVersion", apiVersion],
    ["kind", name],
  ] as const)
    if (given !== undefined && given !== null && typeof given !== "string") throw wrong(given, `struct field .${field} of type string`);
  const given = { apiVersion: (apiVersion as string) || apiVersionOf(kind), kind: (name as string) || kind.kind };
  if (given.apiVersion === apiVersionOf(kind) && given.kind === kind.kind) return;
  const parts = given.apiVersion.split("/");
  if (parts.length > 2) throw unrecognized(scope, `unexpected GroupVersion string: ${given.apiVersion}`);
  const [version, group = ""] = parts.toReversed() as [string, string?];
  const handled = `${given.kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind.kind}`;
  const known = server.kinds.kindByGVK(group, version, given.kind);
  if (!known)
    throw badRequest(
      `${handled}: no kind ${JSON.stringify(given.kind)} is registered for version ${JSON.stringify(given.apiVersion)} in scheme ${SCHEME}`,
    );
  if (given.kind !== kind.kind || group !== kind.group)
    throw badRequest(
      `${handled}: converting (${version}.${given.kind}) to (${internalPackage(kind.group)}.${kind.kind}): unknown conversion`,
    );
  throw badRequest(`the API version in the data (${given.apiVersion}) does not match the expected API version (${apiVersionOf(kind)})`);
}

const UNTYPED = "couldn't get version/kind; json parse error: ";
const TYPE_META = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';
const SCHEME = '"pkg/api/legacyscheme/scheme.go:30"';

/** Where Kubernetes keeps a group's own types: `core`, `apps`, `rbac`. */
export const internalPackage = (group: string): string => (group === "" ? "core" : (group.split(".")[0] as string));

/** Nothing says what came: it is shown instead. */
function unrecognized({ requested, request }: Scope, problem: string) {
  return badRequest(`the object provided is unrecognized (must be of type ${requested.kind}): ${problem} (${summary(request)})`);
}

/** How Go's decoder names a JSON value. */
export function jsonTypeOf(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return value === null ? "null" : typeof value === "boolean" ? "bool" : typeof value;
}
