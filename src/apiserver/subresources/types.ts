import type { Scope } from "../context.ts";
import type { MaybePromise } from "../maybe.ts";
import type { ApiResponse } from "../types.ts";

/** One subresource: what discovery says of it, and who answers. */
export interface Subresource {
  readonly verbs: readonly string[];
  /** What discovery names as its kind; absent: the kind's own. `group` absent: the kind's own. */
  readonly kind?: { readonly kind: string; readonly group?: string; readonly version?: string };
  serve(scope: Scope): MaybePromise<ApiResponse>;
}
