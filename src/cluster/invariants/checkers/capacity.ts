import { type Pod, podAmounts } from "../../../api/index.ts";
import { parseQuantity } from "../../../machinery/index.ts";
import type { Checker } from "../checker.ts";
import { isOver, nameOf } from "../pods.ts";
import type { Write } from "../view.ts";

const nano = (amounts: Readonly<Record<string, { readonly nano: bigint }>>, name: string): bigint => amounts[name]?.nano ?? 0n;

/** No pod is bound to a node that has no room for it. */
export const nodeCapacity = (): Checker => ({
  name: "a node takes no more pods than it has room for",
  *at(write, view) {
    if (write.plural !== "pods") return;
    const { before, after } = write as Write<Pod>;
    const name = after?.spec?.nodeName;
    if (!after || !name || before?.spec?.nodeName) return;
    const allocatable = view.get("nodes", undefined, name)?.status?.allocatable ?? {};
    const here = view.list("pods").filter((p) => p.spec?.nodeName === name && !isOver(p));
    if (here.length > Number(allocatable["pods"] ?? 0))
      yield `${nameOf(after)} is pod number ${here.length} of ${name}, which takes ${allocatable["pods"]}`;
    for (const resource of ["cpu", "memory"]) {
      const room = parseQuantity(allocatable[resource] ?? "0").nano;
      const asked = here.reduce((sum, p) => sum + nano(podAmounts(p.spec, "requests"), resource), 0n);
      if (asked > room) yield `${nameOf(after)} brings the ${resource} asked of ${name} to ${asked / 1_000_000n}m of ${room / 1_000_000n}m`;
    }
  },
});
