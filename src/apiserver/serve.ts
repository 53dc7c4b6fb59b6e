import type { KubeObject } from "../api/index.ts";
import { failure, resourceNotFound } from "../machinery/index.ts";
import type { Scope } from "./context.ts";
import { andThen, type MaybePromise } from "./maybe.ts";
import { create } from "./registry/create.ts";
import { deleteCollection, deleteOne } from "./registry/delete.ts";
import { answerPatch } from "./registry/patch.ts";
import { get, list } from "./registry/read.ts";
import { update } from "./registry/update.ts";
import { watch } from "./registry/watch.ts";
import { currentEntry } from "./registry/write.ts";
import { shown, shownWatch } from "./representation.ts";
import { methodNotAllowed } from "./route.ts";
import { serveSubresource } from "./subresources/index.ts";
import type { ApiResponse } from "./types.ts";
import { checkBeside, getBeside, listBeside } from "./virtual/catalogue.ts";
import { virtualResources } from "./virtual/index.ts";

/** What validates objects. */
export const WRITES: ReadonlySet<string> = new Set(["create", "update", "patch"]);

const notSimulated = (message: string): Error => failure(501, "NotImplemented", message);

/** A request that may be made, by its verb. Most are answered at once. */
export function serve(scope: Scope): MaybePromise<ApiResponse> {
  const { info, requested, verb } = scope;
  if (requested.notSimulated !== undefined && !requested.verbs) throw notSimulated(requested.notSimulated);
  if (info.subresource !== "") return serveSubresource(scope);
  // What nobody may write, the API server itself made at its first start.
  const unsupported = requested.verbs && !requested.verbs.includes(verb) && scope.user.name !== "system:apiserver";
  if (unsupported || !fitsPath(scope))
    throw requested.notSimulated === undefined ? methodNotAllowed() : notSimulated(requested.notSimulated);
  if (requested.terminating && verb === "create")
    throw failure(405, "MethodNotAllowed", `${verb} not allowed while custom resource definition is terminating`);
  if (requested.virtual) return serveVirtual(scope);
  if (requested.catalogue !== undefined) {
    if (verb === "get") return shown(scope, getBeside(scope), 200);
    if (verb === "list") return shown(scope, listBeside(scope) as KubeObject, 200);
    checkBeside(scope);
  }
  switch (verb) {
    case "create":
      return andThen(create(scope), (object) => shown(scope, object, 201));
    case "get":
      return shown(scope, get(scope), 200);
    case "list":
      return shown(scope, list(scope) as KubeObject, 200);
    case "watch":
      return { status: 200, watch: shownWatch(scope, watch(scope)) };
    case "update": {
      const status = currentEntry(scope) ? 200 : 201;
      return andThen(update(scope), (object) => shown(scope, object, status));
    }
    case "patch":
      return answerPatch(scope);
    case "delete":
      return andThen(deleteOne(scope), ({ status, body }) => shown(scope, body as KubeObject, status));
    default:
      return andThen(deleteCollection(scope), (listed) => shown(scope, listed, 200));
  }
}

/** What is made has no name in its path yet; what is changed has one. A HEAD is for paths that are no resource. */
function fitsPath({ verb, info, request, requested }: Scope): boolean {
  if (verb === "" || request.method === "HEAD") return false;
  if (requested.namespaced && info.namespace === "") {
    if (info.name !== "") throw resourceNotFound();
    return verb === "list" || verb === "watch";
  }
  if (verb === "create") return info.name === "";
  return info.name !== "" || !(verb === "update" || verb === "patch");
}

function serveVirtual(scope: Scope): MaybePromise<ApiResponse> {
  const { requested, verb } = scope;
  const resource = virtualResources[`${requested.group}/${requested.plural}`];
  const answer = verb === "create" ? resource?.create : verb === "get" ? resource?.get : verb === "list" ? resource?.list : undefined;
  if (!answer) throw methodNotAllowed();
  return andThen<KubeObject, ApiResponse>(answer(scope) as MaybePromise<KubeObject>, (object) =>
    shown(scope, object, verb === "create" ? 201 : 200),
  );
}
