import { expect, it } from "vitest";
import { kindTable, type Node } from "../index.ts";
import { fieldErrorMessage } from "../../machinery/index.ts";

const kind = kindTable.nodes;
const context = { namespace: "", now: 0 };
const node = (spec: Node["spec"], status?: Node["status"]): Node => ({ metadata: { name: "n" }, spec, ...(status ? { status } : {}) });
const taint = { key: "a", effect: "NoSchedule" };

it.each([
  [
    node({ taints: [taint, taint] }),
    'metadata.taints[1]: Duplicate value: {"Key":"a","Value":"","Effect":"NoSchedule","TimeAdded":null}: taints must be unique by key and effect pair',
  ],
  [
    node({ podCIDRs: ["10.0.0.0/24", "10.0.1.0/24"] }),
    'spec.podCIDRs: Invalid value: ["10.0.0.0/24","10.0.1.0/24"]: may specify no more than one CIDR for each IP family',
  ],
  [node({}, { capacity: { cpu: "-1" } }), 'status.capacity.cpu: Invalid value: "-1": must be greater than or equal to 0'],
])("a node is refused: %j", (given, error) => expect(kind.validate(given, context).map(fieldErrorMessage)).toEqual([error]));

it("a node keeps its networks and its provider", () => {
  const old = node({ podCIDRs: ["10.0.0.0/24"], providerID: "p" });
  const changed = node({ podCIDRs: ["10.0.1.0/24"], providerID: "q", externalID: "x" });
  expect(kind.validateUpdate?.(changed, old, context).map(fieldErrorMessage)).toEqual([
    'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
    'spec.providerID: Forbidden: node updates may not change providerID except from "" to valid',
    "spec.externalID: Forbidden: may not be updated",
  ]);
  expect(kind.warnings?.(changed, old)).toEqual(["spec.externalID: this field is deprecated, and is unused by Kubernetes"]);
});
