import { CliError } from "../errors.ts";
import { ORDER, rank, sortText } from "./config.ts";
import { gvkText, sameGvk } from "./ids.ts";
import type { Res } from "./resource.ts";

export interface SortOptions {
  readonly order?: string;
  readonly legacySortOptions?: { readonly orderFirst?: readonly string[]; readonly orderLast?: readonly string[] };
}

/** sortOptions; without them kubectl puts first what others need. */
export function inOrder(list: readonly Res[], options: SortOptions = { order: "legacy" }): readonly Res[] {
  const { order = "", legacySortOptions } = options;
  if (order !== "fifo" && order !== "legacy") throw new CliError("the field 'sortOptions.order' must be one of [fifo, legacy]");
  if (order === "fifo") {
    if (legacySortOptions)
      throw new CliError("the field 'sortOptions.legacySortOptions' is set but the selected sort order is 'fifo', not 'legacy'");
    return list;
  }
  const given = legacySortOptions && { first: legacySortOptions.orderFirst ?? [], last: legacySortOptions.orderLast ?? [] };
  const before = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return [...list].sort((x, y) => {
    const [a, b] = [x.id, y.id];
    if (sameGvk(a, b))
      return before(`${gvkText(a)}|${a.namespace || "~X"}|${a.name || "~N"}`, `${gvkText(b)}|${b.namespace || "~X"}|${b.name || "~N"}`);
    const byKind = rank(a.kind, given ?? ORDER) - rank(b.kind, given ?? ORDER);
    if (byKind !== 0) return byKind;
    const reverse = a.kind === "Namespace" && b.kind === "Namespace" && (a.group === "" || b.group === "");
    return reverse ? before(sortText(b), sortText(a)) : before(sortText(a), sortText(b));
  });
}
