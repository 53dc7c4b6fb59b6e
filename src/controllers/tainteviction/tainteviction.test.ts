import { beforeEach, expect, it } from "vitest";
import type { Pod, Toleration } from "../../api/index.ts";
import { type World, world } from "../testing/world.ts";

let w: World;
beforeEach(async () => {
  w = await world();
  await w.node("node-1");
});

const taint = (...taints: object[]): Promise<unknown> => w.client.patch("nodes", undefined, "node-1", "merge", { spec: { taints } });
const noExecute = { key: "k", value: "v", effect: "NoExecute" };
const run = async (name: string, tolerations: readonly Toleration[]): Promise<void> => {
  const pod: Pod = { metadata: { name, namespace: "default" }, spec: { containers: [{ name: "c", image: "nginx" }], tolerations } };
  await w.ready(await w.client.create("pods", pod));
};
const leaving = async (): Promise<string> =>
  (await w.pods())
    .filter((p) => p.metadata?.deletionTimestamp)
    .map((p) => p.metadata?.name)
    .join(" ");

it("evicts at once who does not tolerate a taint, after their time who tolerate it for a time, and never who do for ever", async () => {
  await run("no", []);
  await run("some", [{ key: "k", operator: "Exists", effect: "NoExecute", tolerationSeconds: 30 }]);
  await run("ever", [{ key: "k", operator: "Exists" }]);
  await taint(noExecute);
  await w.clock.advance(1000);
  expect(await leaving()).toBe("no");
  await w.clock.advance(28_000);
  expect(await leaving()).toBe("no");
  await w.clock.advance(2000);
  expect(await leaving()).toBe("no some");
  expect(await w.events("TaintManagerEviction")).toEqual(["Marking for deletion Pod default/no", "Marking for deletion Pod default/some"]);
});

it("lets a pod stay when the taint goes in time", async () => {
  await run("p", [{ key: "k", operator: "Exists", effect: "NoExecute", tolerationSeconds: 30 }]);
  await taint(noExecute);
  await w.clock.advance(20_000);
  await taint();
  await w.clock.advance(60_000);
  expect(await leaving()).toBe("");
  expect(await w.events("TaintManagerEviction")).toEqual(["Cancelling deletion of Pod default/p"]);
});

it("keeps to the time that was planned when another taint is tolerated longer, and not when one is not tolerated", async () => {
  await run("p", [
    { key: "k", operator: "Exists", effect: "NoExecute", tolerationSeconds: 30 },
    { key: "other", operator: "Exists", effect: "NoExecute", tolerationSeconds: 5 },
  ]);
  await taint(noExecute);
  await w.clock.advance(10_000);
  await taint(noExecute, { key: "other", effect: "NoExecute" });
  await w.clock.advance(15_000);
  expect(await leaving()).toBe("");
  await taint(noExecute, { key: "third", effect: "NoExecute" });
  await w.clock.advance(1000);
  expect(await leaving()).toBe("p");
  expect(await w.events("TaintManagerEviction")).toEqual(["Cancelling deletion of Pod default/p", "Marking for deletion Pod default/p"]);
});
