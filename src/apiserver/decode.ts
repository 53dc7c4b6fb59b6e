import type { KubeObject } from "../api/index.ts";
import { apiVersionOf, structureErrors } from "../api/index.ts";
import { badRequest, failure } from "../machinery/index.ts";
import { queryValue, type Scope } from "./context.ts";
import type { ApiRequest } from "./types.ts";

/** 3 MiB, as kube-apiserver limits bodies. */
export const MAX_BODY = 3 * 1024 * 1024;

const text = new TextDecoder();

/** The JSON value of a body, whatever it came as. Throws 400, 413 and 415 in upstream's words. */
export function parseBody(request: ApiRequest): unknown {
  const { body } = request;
  if (!(body instanceof Uint8Array) && typeof body !== "string") return body;
  if (body.length > MAX_BODY) {
    throw failure(413, "RequestEntityTooLarge", `Request entity too large: limit is ${MAX_BODY}`);
  }
  const mediaType = mediaTypeOf(request.contentType);
  const source = typeof body === "string" ? body : text.decode(body);
  if (!mediaType.endsWith("json")) {
    throw failure(
      415,
      "UnsupportedMediaType",
      `the body of the request was in an unknown format - accepted media types include: application/json, application/yaml`,
    );
  }
  try {
    return JSON.parse(source) as unknown;
  } catch (error) {
    // A patch is read as it is; an object is first asked what it is.
    const patching = mediaType.includes("patch");
    throw badRequest(`${patching ? "" : "couldn't get version/kind; json parse error: "}${goJsonError(source, (error as Error).message)}`);
  }
}

/** What Go's encoding/json says about text that is no JSON. */
function goJsonError(source: string, message: string): string {
  const at = /position (\d+)/.exec(message)?.[1];
  if (at === undefined || Number(at) >= source.length || /end of JSON|Unterminated/.test(message)) return "unexpected end of JSON input";
  const character = source[Number(at)] as string;
  const before = source.slice(0, Number(at)).trimEnd().at(-1);
  const where =
    before === undefined || before === ":" || before === "["
      ? "looking for beginning of value"
      : before === "{"
        ? "looking for beginning of object key string"
        : before === ","
          ? "looking for beginning of object key string"
          : "after object key:value pair";
  return `invalid character ${character === "'" ? `'\\''` : `'${character}'`} ${where}`;
}

export function mediaTypeOf(contentType = "application/json"): string {
  return contentType.split(";")[0]?.trim() ?? "";
}

/** A YAML body's first document as a JSON value. The parser is loaded when it is first needed: only outsiders send YAML. */
export async function parseYaml(body: Uint8Array): Promise<unknown> {
  if (body.length > MAX_BODY) throw failure(413, "RequestEntityTooLarge", `Request entity too large: limit is ${MAX_BODY}`);
  const { parseAllDocuments } = await import("yaml");
  const [document] = parseAllDocuments(text.decode(body));
  if (!document || !("errors" in document)) return null;
  const error = document.errors[0];
  if (error) throw badRequest(`error converting YAML to JSON: yaml: line ${error.linePos?.[0].line ?? 1}: ${error.code}`);
  return document.toJS({ maxAliasCount: 100 }) as unknown;
}

/** A decoded object with its version's defaults, as it is stored. */
export function asStored(scope: Scope, decoded: KubeObject): KubeObject {
  const { requested } = scope;
  const defaulted = requested.defaults?.(decoded) ?? decoded;
  return requested.storedAs?.to(defaulted) ?? defaulted;
}

/** The request's object in the requested version, checked against its kind's structure unless the typed client vouches for it. */
export function decodeBody<T extends KubeObject>(scope: Scope<T>): T {
  const value = parseBody(scope.request);
  if (scope.request.trusted) return value as T;
  return decodeObject(scope, value);
}

/**
 * Field validation (k8s: apiserver handlers, `fieldValidation`): Strict refuses unknown fields, Warn (the default)
 * warns and drops them, Ignore drops them. A value of the wrong type is always refused.
 */
export function decodeObject<T extends KubeObject>(scope: Scope<T>, value: unknown): T {
  const { requested: kind, request } = scope;
  const apiVersion = apiVersionOf(kind);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw badRequest(
      `the object provided is unrecognized (must be of type ${kind.kind}): couldn't get version/kind; json parse error: json: cannot unmarshal ${jsonTypeOf(value)} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
    );
  }
  const object = value as KubeObject;
  const given = { apiVersion: object.apiVersion || apiVersion, kind: object.kind || kind.kind };
  if (given.apiVersion !== apiVersion || given.kind !== kind.kind) {
    const [group, version] = splitApiVersion(given.apiVersion);
    const expected = `${kind.group}/${kind.version}, Kind=${kind.kind}`;
    if (given.kind === kind.kind && group === kind.group) {
      throw badRequest(`the API version in the data (${given.apiVersion}) does not match the expected API version (${apiVersion})`);
    }
    throw badRequest(
      `${kind.kind} in version ${JSON.stringify(kind.version)} cannot be handled as a ${kind.kind}: converting (${group}/${version}, Kind=${given.kind}) to (${expected}): unknown conversion`,
    );
  }
  const { typeErrors, unknown, pruned } = structureErrors(kind, object);
  if (typeErrors.length > 0) {
    throw badRequest(`${kind.kind} in version ${JSON.stringify(kind.version)} cannot be handled as a ${kind.kind}: ${typeErrors[0]}`);
  }
  const validation = queryValue(request, "fieldValidation") ?? "Warn";
  if (unknown.length > 0 && validation === "Strict") {
    throw badRequest(
      `${kind.kind} in version ${JSON.stringify(kind.version)} cannot be handled as a ${kind.kind}: strict decoding error: ${unknown.join(", ")}`,
    );
  }
  if (validation === "Warn") scope.warnings.push(...unknown);
  return { ...pruned, apiVersion, kind: kind.kind } as T;
}

function splitApiVersion(apiVersion: string): readonly [group: string, version: string] {
  const slash = apiVersion.indexOf("/");
  return slash < 0 ? ["", apiVersion] : [apiVersion.slice(0, slash), apiVersion.slice(slash + 1)];
}

/** How Go's decoder names a JSON value. */
function jsonTypeOf(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return value === null ? "null" : typeof value === "boolean" ? "bool" : typeof value;
}
