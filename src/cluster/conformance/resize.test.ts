import { describe, expect, it } from "vitest";
import type { Pod, ResourceRequirements } from "../../api/index.ts";
import { deepEqual } from "../../machinery/index.ts";
import { walkedCluster } from "../testing/walk.ts";
import { PODS } from "../testing/workloads.ts";

type Texts = Readonly<Record<string, string>>;
type Row = readonly [requests: Texts, limits?: Texts];

const resourcesOf = ([requests, limits]: Row): ResourceRequirements => ({ requests, ...(limits ? { limits } : {}) });
const same = (cpu: string, memory: string): Row => [
  { cpu, memory },
  { cpu, memory },
];
const containers = (rows: readonly Row[]) =>
  rows.map((row, i) => ({ name: `c${i + 1}`, image: "busybox:1.36", command: ["sleep", "3600"], resources: resourcesOf(row) }));

/** A pod of these containers, resized to others, as the test looks at it: spec, status, cgroups, and nothing restarted. */
async function resized(before: readonly Row[], after: readonly Row[], how: "patch" | "put" = "patch") {
  const w = await walkedCluster({ preset: "reference-node" });
  const path = `${PODS}/resize`;
  await w.post(PODS, { metadata: { name: "resize" }, spec: { containers: containers(before) } });
  const ready = async (): Promise<boolean> =>
    (await w.get<Pod>(path)).status?.conditions?.find((c) => c.type === "Ready")?.status === "True";
  await w.until(ready);
  if (how === "patch")
    await w.patch(`${path}/resize`, { spec: { containers: containers(after).map(({ name, resources }) => ({ name, resources })) } });
  else {
    const pod = await w.get<Pod>(`${path}/resize`);
    const list = pod.spec?.containers.map((c, i) => ({ ...c, resources: resourcesOf(after[i] as Row) }));
    await w.put(`${path}/resize`, { ...pod, spec: { ...pod.spec, containers: list } });
  }
  const wanted = after.map(resourcesOf);
  await w.until(async () => {
    const { status } = await w.get<Pod>(path);
    return (
      status?.conditions?.every((c) => !c.type.startsWith("PodResize")) &&
      deepEqual(
        status.containerStatuses?.map((s) => s.allocatedResources),
        wanted.map((r) => r.requests),
      )
    );
  });
  const pod = await w.get<Pod>(path);
  expect(pod.status?.containerStatuses?.map((s) => s.restartCount)).toEqual(after.map(() => 0));
  expect(pod.status?.containerStatuses?.map((s) => s.resources)).toEqual(wanted);
  expect(pod.spec?.containers.map((c) => c.resources)).toEqual(wanted);
  expect(await w.get(`${path}/resize`)).toEqual(pod);
  const cgroups = [];
  for (const { name } of containers(after))
    cgroups.push(
      await w.sh(`kubectl exec resize -c ${name} -- sh -c 'cd /sys/fs/cgroup; cat cpu.weight cpu.max memory.max' | tr '\\n' ' '`),
    );
  w.stop();
  return cgroups;
}

describe("[sig-node] Pod InPlace Resize Container", () => {
  it("guaranteed pods with multiple containers 3 containers - increase cpu & mem on c1, c2, decrease cpu & mem on c3 - net increase", async () => {
    const before = [same("50m", "50Mi"), same("50m", "50Mi"), same("50m", "50Mi")];
    expect(await resized(before, [same("70m", "70Mi"), same("60m", "60Mi"), same("30m", "30Mi")])).toEqual([
      "13 7000 100000 73400320",
      "12 6000 100000 62914560",
      "7 3000 100000 31457280",
    ]);
  });
  it("guaranteed pods with multiple containers 3 containers - increase cpu & mem on c1, decrease cpu & mem on c2, c3 - net decrease", async () => {
    const before = [same("50m", "50Mi"), same("50m", "50Mi"), same("50m", "50Mi")];
    expect(await resized(before, [same("60m", "60Mi"), same("40m", "40Mi"), same("30m", "30Mi")])).toHaveLength(3);
  });
  it("guaranteed pods with multiple containers 3 containers - increase: CPU (c1,c3), memory (c2, c3) ; decrease: CPU (c2)", async () => {
    const before = [same("50m", "50Mi"), same("50m", "50Mi"), same("50m", "50Mi")];
    expect(await resized(before, [same("60m", "50Mi"), same("40m", "60Mi"), same("60m", "60Mi")])).toHaveLength(3);
  });
  it("burstable pods - extended 6 containers - various operations performed (including adding limits and requests)", async () => {
    const rows: readonly (readonly [Row, Row])[] = [
      [
        [{ cpu: "30m", memory: "30Mi" }],
        [
          { cpu: "30m", memory: "30Mi" },
          { cpu: "60m", memory: "60Mi" },
        ],
      ],
      [
        [
          { cpu: "30m", memory: "30Mi" },
          { cpu: "40m", memory: "40Mi" },
        ],
        [
          { cpu: "20m", memory: "20Mi" },
          { cpu: "30m", memory: "30Mi" },
        ],
      ],
      [
        [{ cpu: "30m", memory: "30Mi" }, { cpu: "40m" }],
        [{ cpu: "40m", memory: "40Mi" }, { cpu: "50m" }],
      ],
      [[{ cpu: "30m" }], [{ cpu: "30m", memory: "30Mi" }]],
      [[{ memory: "30Mi" }], [{ cpu: "30m", memory: "30Mi" }]],
      [[{ cpu: "5m", memory: "30Mi" }], [{ cpu: "25m", memory: "35Mi" }]],
    ];
    const cgroups = await resized(
      rows.map((r) => r[0]),
      rows.map((r) => r[1]),
    );
    expect(cgroups.slice(0, 2)).toEqual(["7 6000 100000 62914560", "6 3000 100000 31457280"]);
  });
  it("burstable pods - extended resize with equivalents", async () => {
    expect(await resized([[{ cpu: "2m" }, { cpu: "10m" }]], [[{ cpu: "1m" }, { cpu: "5m" }]])).toEqual(["1 1000 100000 max"]);
  });
  it("resize pod via the replace endpoint", async () => {
    expect(await resized([same("50m", "50Mi")], [same("60m", "60Mi")], "put")).toEqual(["12 6000 100000 62914560"]);
  });
});
