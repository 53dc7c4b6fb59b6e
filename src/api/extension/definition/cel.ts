import type { Errors } from "../../checks.ts";
import type { Schema } from "../schema/schema.ts";

/** Compiles and weighs the rules of a schema, node by node. */
export interface CelNode {
  field(name: string, schema: Schema): CelNode | undefined;
  items(schema: Schema): CelNode | undefined;
  values(schema: Schema): CelNode | undefined;
  /** The rules of this node. `uncorrelated`: an ancestor below which `oldSelf` cannot be known. */
  check(errors: Errors, path: string, uncorrelated: string | undefined): void;
}

/** The rules of one version's schema; `total` once everything was checked. */
export interface CelRoot {
  readonly node: CelNode;
  total(errors: Errors, path: string): void;
}
