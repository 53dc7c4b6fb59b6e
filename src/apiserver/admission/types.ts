import type { KubeObject } from "../../api/index.ts";
import type { Scope } from "../context.ts";
import type { MaybePromise } from "../maybe.ts";
import type { Owners } from "../registry/owners.ts";
import type { Reinvocation } from "./dynamic/reinvocation.ts";

export interface Attributes<T extends KubeObject = KubeObject> {
  readonly scope: Scope;
  readonly operation: "CREATE" | "UPDATE" | "DELETE" | "CONNECT";
  /** Undefined for a deletion; what a connection asks for. */
  readonly object: T | undefined;
  readonly old: T | undefined;
  /** Who owns the fields of `object`, for plugins that show it to the outside. */
  readonly owners?: Owners;
  /** Whether mutating plugins run once more. */
  readonly reinvocation?: Reinvocation;
}

/** One admission plugin. A refusal throws StatusError. Only what must wait for somebody (a webhook, a library) answers a promise. */
export interface AdmissionPlugin {
  readonly name: string;
  /** Runs only when --enable-admission-plugins names it. */
  readonly offByDefault?: true;
  /** Resources it looks at, as `group/plural` ("/pods"); undefined: all. */
  readonly resources?: readonly string[];
  /** The object to go on with: itself when there is nothing to change. */
  mutate?(attributes: Attributes): MaybePromise<KubeObject>;
  validate?(attributes: Attributes): MaybePromise<void>;
}

export interface Admission {
  mutate(attributes: Attributes): MaybePromise<KubeObject | undefined>;
  validate(attributes: Attributes): MaybePromise<void>;
}
