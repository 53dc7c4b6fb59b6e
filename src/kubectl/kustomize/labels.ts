import { mergeSpecs, type Config } from "./config.ts";
import { editField } from "./field.ts";
import { isNodeMap, type Res } from "./resource.ts";
import type { FieldSpec } from "./specs.ts";
import { within } from "./within.ts";

export interface LabelArgs {
  readonly pairs?: Readonly<Record<string, string>>;
  readonly includeSelectors?: boolean;
  readonly includeTemplates?: boolean;
  readonly fields?: readonly FieldSpec[];
}

/** Where an entry of `labels` puts its labels. */
export function labelFields({ includeSelectors, includeTemplates, fields = [] }: LabelArgs, config: Config): readonly FieldSpec[] {
  return within("failed to merge labels", () => {
    const own = mergeSpecs(fields, config.labels);
    if (includeSelectors) return mergeSpecs(own, config.commonLabels);
    const below = includeTemplates ? within("failed to merge template fieldSpec", () => mergeSpecs(own, config.templateLabels)) : own;
    return mergeSpecs(below, [{ path: "metadata/labels", create: true }]);
  });
}

/** Labels or annotations, at every field of the specs. */
export function addEntries(list: readonly Res[], entries: Readonly<Record<string, string>>, specs: readonly FieldSpec[]): void {
  const keys = Object.keys(entries).sort();
  if (keys.length === 0) return;
  for (const res of list)
    for (const spec of specs)
      editField(res.node, spec, "map", (value) => {
        const map = value === null ? {} : value;
        if (isNodeMap(map)) for (const key of keys) map[key] = entries[key] as string;
        return map;
      });
}
