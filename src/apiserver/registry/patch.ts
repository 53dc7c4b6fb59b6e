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
  goQuote,
  goSprint,
  PatchError,
  StatusError,
} from "../../machinery/index.ts";
import type { Scope } from "../context.ts";
import { mediaTypeOf, parseBody } from "../body.ts";
import { asStored, decodeObject } from "../decode.ts";
import { andThen, type MaybePromise } from "../maybe.ts";
import { shown } from "../representation.ts";
import type { ApiResponse } from "../types.ts";
import { apply } from "./apply.ts";
import { matchPath } from "./metadata.ts";
import { onTopOf, updateObject } from "./update.ts";

const TYPES: Readonly<Record<string, "json" | "merge" | "strategic">> = {
  "application/json-patch+json": "json",
  "application/merge-patch+json": "merge",
  "application/strategic-merge-patch+json": "strategic",
};

/** PATCH as it is answered: an apply may have created what it is about. */
export function answerPatch(scope: Scope): MaybePromise<ApiResponse> {
  if (mediaTypeOf(scope.request.contentType) !== "application/apply-patch+yaml")
    return andThen(patch(scope), (object) => shown(scope, object, 200));
  return andThen(apply(scope), ({ object, created }) => shown(scope, object, created ? 201 : 200));
}

/** PATCH: reads, patches and stores in one turn, so it meets a conflict only when it asked for one or admission had to wait. */
function patch(scope: Scope): MaybePromise<KubeObject> {
  const { request, requested } = scope;
  return onTopOf(scope, true, (entry) => {
    const patched = patchedValue(scope, requested.storedAs?.from(entry.value) ?? entry.value);
    const decoded = request.trusted ? (patched as KubeObject) : decodePatched(scope, patched);
    return updateObject(scope, entry, keepVersion(asStored(scope, matchPath(scope, decoded)), entry.value));
  });
}

/** A strategic patch meets the wrong type while a map becomes a struct, and says so in other words than a decoder (k8s: patch.go applyPatchToObject). */
function decodePatched(scope: Scope, patched: unknown): KubeObject {
  try {
    return decodeObject(scope, patched);
  } catch (error) {
    const why =
      error instanceof StatusError && (scope.request.contentType ?? "").startsWith("application/strategic-merge-patch+json")
        ? conversionFailure(error.message)
        : undefined;
    if (why === undefined) throw error;
    const message = `Invalid value: ${goQuote(goSprint(parseBody(scope.request)))}: ${why}`;
    throw failure(422, "Invalid", ` "" is invalid: patch: ${message}`, {
      causes: [{ reason: "FieldValueInvalid", message, field: "patch" }],
    });
  }
}

/** `json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32` as apimachinery's converter says it. */
function conversionFailure(message: string): string | undefined {
  const wrong = / cannot be handled as a \w+: json: cannot unmarshal (\w+) into Go (?:struct field \S+|value) of type (\S+)$/.exec(message);
  if (wrong) {
    const [, from = "", to = ""] = wrong;
    const given = from === "object" ? "map" : from === "array" ? "slice" : from === "number" ? "int64" : from;
    if (to.startsWith("map[")) return `cannot restore map from ${given}`;
    if (to.startsWith("[]")) return `cannot restore slice from ${given}`;
    return to.includes(".") ? `cannot restore struct from: ${given}` : `unrecognized type: ${to}`;
  }
  return / cannot be handled as a \w+: (?!strict decoding error)(?!converting)(?!json: )(.+)$/.exec(message)?.[1];
}

/** A patch that does not name a version goes on top of whatever is there. */
function keepVersion(object: KubeObject, old: KubeObject): KubeObject {
  return object.metadata?.resourceVersion
    ? object
    : { ...object, metadata: { ...object.metadata, resourceVersion: old.metadata?.resourceVersion as string } };
}

/** What the object becomes. Throws 415 for a type that is not served and 400/422 for a patch that does not fit. */
export function patchedValue(scope: Scope, value: KubeObject): unknown {
  const mediaType = (scope.request.contentType ?? "").split(";")[0]?.trim() ?? "";
  const type = TYPES[mediaType];
  if (type === undefined || (type === "strategic" && scope.requested.custom)) {
    const types = Object.keys(TYPES).filter((name) => !scope.requested.custom || TYPES[name] !== "strategic");
    const supported = [...types, "application/apply-patch+yaml"].join(", ");
    throw failure(
      415,
      "UnsupportedMediaType",
      `the body of the request was in an unknown format - accepted media types include: ${supported}`,
    );
  }
  return applyPatch(scope, type, value, parseBody(scope.request));
}

function applyPatch(scope: Scope, type: "json" | "merge" | "strategic", value: KubeObject, body: unknown): unknown {
  if (type === "json") {
    const operations = decoded(() => decodeJsonPatch(body));
    try {
      return applyJsonPatch(value, operations);
    } catch (error) {
      // k8s: jsonPatcher.applyJSPatch answers 422 without saying what was wrong.
      if (error instanceof PatchError) throw genericServerResponse({ code: 422, verb: "", message: error.message });
      throw error;
    }
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw badRequest("error decoding patch: json: cannot unmarshal into Go value of type map[string]interface {}");
  }
  if (type === "merge") return applyMergePatch(value, body);
  return decoded(() =>
    applyStrategicPatch(
      value as Readonly<Record<string, unknown>>,
      body as Readonly<Record<string, unknown>>,
      patchSchemaOf(scope.requested),
    ),
  );
}

function decoded<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof PatchError)) throw error;
    // What upstream's strategicpatch does not name is an error without a reason (k8s: interpretStrategicMergePatchError).
    throw error.message.includes("does not contain declared merge key") ? failure(500, "", error.message) : badRequest(error.message);
  }
}
