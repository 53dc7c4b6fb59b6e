import { CliError } from "../errors.ts";
import { editField } from "./field.ts";
import { gvkText, selectedBy } from "./ids.ts";
import type { Res } from "./resource.ts";
import type { FieldSpec } from "./specs.ts";

/** replicas: of every kind that has them and the name. */
export function setReplicas(
  list: readonly Res[],
  replica: { readonly name?: string; readonly count?: number },
  specs: readonly FieldSpec[],
): void {
  const { name = "", count = 0 } = replica;
  let found = false;
  for (const spec of specs)
    for (const res of list) {
      if (!res.everyId.some((id) => id.name === name && selectedBy(id, spec))) continue;
      found = true;
      editField(res.node, spec, "scalar", () => count);
    }
  if (!found)
    throw new CliError(`resource with name ${name} does not match a config with the following GVK [${specs.map(gvkText).join(" ")}]`);
}
