import { andThen } from "../maybe.ts";
import { answerPatch } from "../registry/patch.ts";
import { get } from "../registry/read.ts";
import { update } from "../registry/update.ts";
import { shown } from "../representation.ts";
import type { Subresource } from "./types.ts";

/** The same object by another door: `updateObject` sees the subresource and keeps what the door is not for. */
export const part: Subresource = {
  verbs: ["get", "patch", "update"],
  serve(scope) {
    if (scope.verb === "get") return shown(scope, get(scope), 200);
    if (scope.verb === "patch") return answerPatch(scope);
    return andThen(update(scope), (object) => shown(scope, object, 200));
  },
};
