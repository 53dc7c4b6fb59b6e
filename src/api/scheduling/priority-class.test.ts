import { describe, expect, it } from "vitest";
import { fieldErrorMessage } from "../../machinery/index.ts";
import { kindTable, type PriorityClass } from "../index.ts";

const kind = kindTable.priorityclasses;
const context = { namespace: "", now: 0 };
const named = (name: string, rest: PriorityClass = {}): PriorityClass => ({ metadata: { name }, value: 1, ...rest });
const reserved = "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: ";

describe("a PriorityClass", () => {
  // hpa-pdb-priorityclass.yaml, and what its neighbours in the source say.
  const rows: readonly [PriorityClass, readonly string[]][] = [
    [named("high", { value: 1_000_000_000 }), []],
    [named("huge", { value: 2_000_000_000 }), ["value: Forbidden: maximum allowed value of a user defined priority is 1000000000"]],
    [named("system-mine"), [`${reserved}system-mine is not a known system priority class`]],
    [named("system-node-critical"), [`${reserved}value of system-node-critical PriorityClass must be 2000001000`]],
    [
      named("odd", { preemptionPolicy: "Sometimes" }),
      ['preemptionPolicy: Unsupported value: "Sometimes": supported values: "Never", "PreemptLowerPriority"'],
    ],
  ];
  it.each(rows)("%j", (object, expected) => expect(kind.validate(object, context).map(fieldErrorMessage)).toEqual(expected));

  it("is what the system says it is, for the system's own", () => {
    expect(kind.validate(named("system-cluster-critical", { value: 2_000_000_000 }), context)).toEqual([]);
  });

  it("keeps its value", () => {
    const old = named("high");
    expect(kind.validateUpdate?.({ ...old, value: 5 }, old, context).map(fieldErrorMessage)).toEqual([
      "value: Forbidden: may not be changed in an update.",
    ]);
  });
});
