import type { KubeObject } from "../../api/index.ts";
import { patchSchemaOf } from "../../api/index.ts";
import {
  applyJsonPatch,
  applyMergePatch,
  applyStrategicPatch,
  badRequest,
  decodeJsonPatch,
  failure,
  genericServerResponse,
  isMap,
  type JsonMap,
  type JsonPatchOperation,
  PatchError,
  requestEntityTooLarge,
  unsupportedMediaType,
} from "../../machinery/index.ts";
import type { Scope } from "../context.ts";
import { mediaTypeOf, parseBody } from "../body.ts";
import { asStored, jsonTypeOf } from "../decode.ts";
import { andThen, type MaybePromise } from "../maybe.ts";
import { shown } from "../representation.ts";
import type { ApiResponse } from "../types.ts";
import { apply } from "./apply.ts";
import { matchPath } from "./metadata.ts";
import { decodePatched, type PatchType } from "./patch-decode.ts";
import { completed } from "./owners.ts";
import { onTopOf, updateObject } from "./update.ts";

const APPLY = "application/apply-patch+yaml";
const TYPES: Readonly<Record<string, PatchType>> = {
  "application/json-patch+json": "json",
  "application/merge-patch+json": "merge",
  "application/strategic-merge-patch+json": "strategic",
};

/** PATCH as it is answered: an apply may have created what it is about. */
export function answerPatch(scope: Scope): MaybePromise<ApiResponse> {
  if (mediaTypeOf(scope.request.contentType) !== APPLY) return andThen(patch(scope), (object) => shown(scope, object, 200));
  return andThen(apply(scope), ({ object, created }) => shown(scope, object, created ? 201 : 200));
}

/** PATCH: reads, patches and stores in one turn, so it meets a conflict only when it asked for one or admission had to wait. */
function patch(scope: Scope): MaybePromise<KubeObject> {
  const { request, requested } = scope;
  const type = patchType(scope);
  return onTopOf(scope, true, (entry) => {
    const live = request.trusted ? entry.value : completed(entry.value);
    const patched = patchedValue(scope, type, requested.storedAs?.from(live) ?? live);
    const decoded = request.trusted ? (patched as KubeObject) : decodePatched(scope, type, patched);
    return updateObject(scope, entry, keepVersion(asStored(scope, matchPath(scope, decoded)), entry.value));
  });
}

/** A patch that does not name a version goes on top of whatever is there. */
function keepVersion(object: KubeObject, old: KubeObject): KubeObject {
  return object.metadata?.resourceVersion
    ? object
    : { ...object, metadata: { ...object.metadata, resourceVersion: old.metadata?.resourceVersion as string } };
}

/** Throws 415 for a type that is not served: custom resources have no strategic merge. */
export function patchType({ request, requested }: Scope): PatchType {
  const type = TYPES[mediaTypeOf(request.contentType)];
  if (type !== undefined && !(type === "strategic" && requested.custom)) return type;
  const types = Object.keys(TYPES).filter((name) => !requested.custom || TYPES[name] !== "strategic");
  throw unsupportedMediaType([...types, APPLY]);
}

/** What the object becomes. Throws what a patch that cannot be read or does not fit is answered with. */
export function patchedValue(scope: Scope, type: PatchType, value: KubeObject): unknown {
  const body = parseBody(scope.request);
  if (type === "json") return jsonPatched(value, body);
  if (type === "merge" && body === null) throw badRequest("Invalid JSON Patch");
  if (body !== null && !isMap(body)) {
    const problem = `json: cannot unmarshal ${jsonTypeOf(body)} into Go value of type map[string]interface {}`;
    throw badRequest(type === "merge" ? `error decoding patch: ${problem}` : problem);
  }
  if (type === "merge") return applyMergePatch(value, body);
  try {
    return applyStrategicPatch(value as unknown as JsonMap, body ?? {}, patchSchemaOf(scope.requested));
  } catch (error) {
    if (!(error instanceof PatchError)) throw error;
    if (BAD_FORMAT.has(error.message)) throw badRequest(error.message);
    if (UNFIT.has(error.message)) throw genericServerResponse({ code: 422, verb: "", message: error.message });
    // What upstream's strategicpatch does not name is an error without a reason.
    throw failure(500, "", error.message);
  }
}

/** k8s: patch.go interpretStrategicMergePatchError. */
const BAD_FORMAT = new Set([
  "invalid patch format of primitive list",
  "invalid patch format of retainKeys",
  "invalid patch format of setElementOrder list",
]);
const UNFIT = new Set(["lists of lists are not supported", "patch content doesn't match retainKeys list"]);

const MAX_OPERATIONS = 10_000;

function jsonPatched(value: KubeObject, body: unknown): unknown {
  let operations: readonly JsonPatchOperation[];
  try {
    operations = decodeJsonPatch(body);
  } catch (error) {
    throw error instanceof PatchError ? badRequest(error.message) : error;
  }
  if (operations.length > MAX_OPERATIONS)
    throw requestEntityTooLarge(`The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${operations.length}`);
  try {
    return applyJsonPatch(value, operations);
  } catch (error) {
    // k8s: jsonPatcher.applyJSPatch answers 422 without saying what was wrong.
    if (error instanceof PatchError) throw genericServerResponse({ code: 422, verb: "", message: error.message });
    throw error;
  }
}
