import { beforeEach, expect, it } from "vitest";
import type { Node } from "../../api/index.ts";
import { type World, world } from "../testing/world.ts";

let w: World;
beforeEach(async () => {
  w = await world();
});

const nodes = async (): Promise<readonly Node[]> => (await w.client.list("nodes")).items;
const emptied = async (): Promise<string> =>
  (await nodes())
    .filter((n) => n.spec?.taints?.some((t) => t.effect === "NoExecute"))
    .map((n) => n.metadata?.name)
    .join(" ");
const unknown = async (): Promise<string> =>
  (await nodes())
    .filter((n) => n.status?.conditions?.some((c) => c.type === "Ready" && c.status === "Unknown"))
    .map((n) => n.metadata?.name)
    .join(" ");
const zone = (name: string, labels: object): Promise<unknown> =>
  w.client.patch("nodes", undefined, name, "strategic", { metadata: { labels } });
/** Time passes while these kubelets are heard. */
const beat = async (seconds: number, ...names: string[]): Promise<void> => {
  for (let s = 0; s < seconds; s += 5) {
    for (const name of names) await w.heartbeat(name);
    await w.clock.advance(5000);
  }
};

it("empties one node of a zone every ten seconds", async () => {
  for (const name of ["a", "b", "c", "d"]) await w.node(name);
  await beat(51, "c", "d");
  expect(await unknown()).toBe("a b");
  expect(await emptied()).toBe("a");
  await beat(10, "c", "d");
  expect(await emptied()).toBe("a b");
});

it("empties none of a small zone of which most is down, and all that are left once it has recovered", async () => {
  for (const name of ["a", "b", "c", "d", "e"]) await w.node(name);
  await beat(80, "d", "e");
  expect(await unknown()).toBe("a b c");
  expect(await emptied()).toBe("");
  // Those that say so do not count.
  await zone("c", { "node.kubernetes.io/exclude-disruption": "" });
  await beat(30, "d", "e");
  expect(await emptied()).toBe("a b c");
});

it("empties a zone that is down whole, unless all zones are", async () => {
  for (const name of ["a", "b", "c"]) await w.node(name);
  await zone("c", { "topology.kubernetes.io/zone": "other" });
  await beat(70, "c");
  expect(await emptied()).toBe("a b");
  await w.clock.advance(60_000);
  expect(await unknown()).toBe("a b c");
  expect(await emptied()).toBe("");
  const ready = { type: "Ready", status: "True", reason: "KubeletReady", message: "kubelet is posting ready status" };
  await w.client.patch("nodes", undefined, "c", "strategic", { status: { conditions: [ready] } }, "status");
  await beat(20, "c");
  expect(await emptied()).toBe("a b");
});

it("declares a node that never reported after a minute, at its next look", async () => {
  await w.client.create("nodes", { metadata: { name: "silent" } });
  await w.clock.advance(59_000);
  expect(await unknown()).toBe("");
  await w.clock.advance(6000);
  expect((await nodes())[0]?.status?.conditions?.map((c) => `${c.type} ${c.status} ${c.reason}: ${c.message}`)).toEqual(
    ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"].map(
      (type) => `${type} Unknown NodeStatusNeverUpdated: Kubelet never posted node status.`,
    ),
  );
});

it("keeps the old names of labels equal to the new ones", async () => {
  await w.node("a");
  await zone("a", { "kubernetes.io/os": "linux", "kubernetes.io/arch": "arm64", "beta.kubernetes.io/arch": "amd64" });
  await w.clock.advance(1000);
  expect((await nodes())[0]?.metadata?.labels).toMatchObject({ "beta.kubernetes.io/os": "linux", "beta.kubernetes.io/arch": "arm64" });
});
