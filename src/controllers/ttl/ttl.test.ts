import { expect, it } from "vitest";
import { world } from "../testing/world.ts";
import { nextStep, secondsAt } from "./decide.ts";

it.each([
  ["few nodes", 0, 100, 0],
  ["one too many", 0, 101, 15],
  ["still in both ranges", 1, 95, 15],
  ["few again", 1, 89, 0],
  ["many at once", 0, 1500, 60],
  ["very many", 3, 5000, 300],
])("%s", (_, step, nodes, seconds) => expect(secondsAt(nextStep(step, nodes))).toBe(seconds));

it("marks nodes, again when somebody takes the mark away, and then is quiet", async () => {
  const w = await world();
  await w.node("node-1");
  await w.clock.advance(1000);
  const mark = async () => (await w.client.get("nodes", undefined, "node-1")).metadata?.annotations?.["node.alpha.kubernetes.io/ttl"];
  expect(await mark()).toBe("0");
  await w.client.patch("nodes", undefined, "node-1", "merge", { metadata: { annotations: { "node.alpha.kubernetes.io/ttl": null } } });
  await w.clock.advance(1000);
  expect(await mark()).toBe("0");
  expect(w.errors()).toEqual([]);
});
