import { expect, it } from "vitest";
import type { Pod } from "../../api/index.ts";
import { world } from "../testing/world.ts";
import { isOutOfService } from "./decide.ts";

const taint = { key: "node.kubernetes.io/out-of-service", value: "nodeshutdown", effect: "NoExecute" };
const ready = (status: string) => ({ status: { conditions: [{ type: "Ready", status }] } });

it.each([
  ["off, as somebody vouches", { spec: { taints: [taint] }, ...ready("Unknown") }, true],
  ["not ready, and nobody vouches", ready("False"), false],
  ["ready after all", { spec: { taints: [taint] }, ...ready("True") }, false],
])("a node is %s", (_, node, expected) => expect(isOutOfService(node)).toBe(expected));

it("lets pods go that wait for a kubelet which is out of service", async () => {
  const w = await world();
  await w.node("node-1");
  const pod: Pod = { metadata: { name: "p", namespace: "default" }, spec: { containers: [{ name: "c", image: "nginx" }] } };
  await w.ready(await w.client.create("pods", pod));
  await w.client.delete("pods", "default", "p");
  await w.clock.advance(60_000);
  expect((await w.pods()).map((p) => p.status?.phase)).toEqual(["Running"]);
  await w.client.patch("nodes", undefined, "node-1", "strategic", { spec: { taints: [taint] } });
  await w.clock.advance(1000);
  expect(await w.pods()).toEqual([]);
  const phases = w.store.history(1).flatMap((r) => (r.key.endsWith("/pods/default/p") && r.value ? [(r.value as Pod).status?.phase] : []));
  expect(phases.at(-1)).toBe("Failed");
});
