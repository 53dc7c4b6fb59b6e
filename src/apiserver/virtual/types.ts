import type { KubeObject, List } from "../../api/index.ts";
import type { Scope } from "../context.ts";
import type { MaybePromise } from "../maybe.ts";

/** How a resource that is computed and never stored answers; a verb that is absent is not supported. */
export interface VirtualResource {
  /** POST: what came is in `decodeBody(scope)`. */
  readonly create?: (scope: Scope) => MaybePromise<KubeObject>;
  readonly get?: (scope: Scope) => MaybePromise<KubeObject>;
  readonly list?: (scope: Scope) => MaybePromise<List<KubeObject>>;
}
