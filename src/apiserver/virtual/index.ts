import type { KubeObject, List } from "../../api/index.ts";
import type { Scope } from "../context.ts";
import type { MaybePromise } from "../maybe.ts";
import { bindings } from "./bindings.ts";
import { componentStatuses } from "./component-statuses.ts";

/** How a resource that is computed and never stored answers; a verb that is absent is not supported. */
export interface VirtualResource {
  /** POST: what came is in `decodeBody(scope)`. */
  readonly create?: (scope: Scope) => MaybePromise<KubeObject>;
  readonly get?: (scope: Scope) => MaybePromise<KubeObject>;
  readonly list?: (scope: Scope) => MaybePromise<List<KubeObject>>;
}

/** `group/plural` of kinds with `virtual: true` to what computes them. */
export const virtualResources: Readonly<Record<string, VirtualResource>> = {
  "/bindings": bindings,
  "/componentstatuses": componentStatuses,
};
