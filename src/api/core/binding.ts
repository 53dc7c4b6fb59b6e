import type { Binding } from "../generated/types.ts";
import type { Kind } from "../kind.ts";

/** A scheduler's decision, as it was told before pods had a subresource for it. */
export const binding: Kind<Binding> = {
  group: "",
  version: "v1",
  kind: "Binding",
  plural: "bindings",
  singular: "binding",
  namespaced: true,
  verbs: ["create"],
  virtual: true,
  validate: () => [],
  columns: [],
};
