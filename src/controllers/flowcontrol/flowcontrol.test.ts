import { expect, it } from "vitest";
import type { FlowSchema, PriorityLevelConfiguration } from "../../api/index.ts";
import { world } from "../testing/world.ts";

const schema = (level: string): FlowSchema => ({
  metadata: { name: "mine" },
  spec: {
    priorityLevelConfiguration: { name: level },
    rules: [
      { subjects: [{ kind: "User", user: { name: "jane" } }], nonResourceRules: [{ verbs: ["get"], nonResourceURLs: ["/version"] }] },
    ],
  },
});
const level: PriorityLevelConfiguration = {
  metadata: { name: "slow" },
  spec: { type: "Limited", limited: { limitResponse: { type: "Reject" } } },
};

it("a schema says whether its level is there", async () => {
  const { client, clock, errors } = await world();
  await client.create("flowschemas", schema("slow"));
  await clock.advance(1000);
  const dangling = async () => (await client.get("flowschemas", undefined, "mine")).status?.conditions;
  expect(await dangling()).toMatchObject([
    {
      type: "Dangling",
      status: "True",
      reason: "NotFound",
      message: 'This FlowSchema references the PriorityLevelConfiguration object named "slow" but there is no such object',
    },
  ]);
  await client.create("prioritylevelconfigurations", level);
  await clock.advance(1000);
  expect(await dangling()).toMatchObject([
    {
      status: "False",
      reason: "Found",
      message: 'This FlowSchema references the PriorityLevelConfiguration object named "slow" and it exists',
    },
  ]);
  await client.delete("prioritylevelconfigurations", undefined, "slow");
  await clock.advance(1000);
  expect(await dangling()).toMatchObject([{ status: "True" }]);
  expect(errors()).toEqual([]);
});

it("what is mandatory is back within a minute", async () => {
  const { client, clock, errors } = await world();
  const names = async () => (await client.list("flowschemas")).items.map((s) => s.metadata?.name);
  const spec = {
    priorityLevelConfiguration: { name: "exempt" },
    matchingPrecedence: 1,
    rules: [
      {
        subjects: [{ kind: "Group", group: { name: "system:masters" } }],
        resourceRules: [{ verbs: ["*"], apiGroups: ["*"], resources: ["*"], clusterScope: true, namespaces: ["*"] }],
        nonResourceRules: [{ verbs: ["*"], nonResourceURLs: ["*"] }],
      },
    ],
  };
  await client.create("flowschemas", { metadata: { name: "exempt" }, spec });
  await client.delete("flowschemas", undefined, "exempt");
  expect(await names()).toEqual([]);
  await clock.advance(61_000);
  expect(await names()).toEqual(["exempt"]);
  expect((await client.get("flowschemas", undefined, "exempt")).spec).toEqual(spec);
  expect(errors()).toEqual([]);
});
