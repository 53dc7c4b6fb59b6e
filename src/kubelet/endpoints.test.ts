import { expect, it } from "vitest";
import { makePod, testKubelet } from "./testing/bench.ts";

async function running() {
  const t = testKubelet({ "web:1": { present: true } });
  const kubelet = t.make();
  const up = kubelet.start();
  await t.clock.advance(0);
  await up;
  const probe = { exec: { command: ["true"] }, periodSeconds: 5 };
  t.runtime.commands.set("true", { code: 0 });
  t.api.put(
    "pods",
    makePod("a", [{ name: "web", image: "web:1", readinessProbe: probe, resources: { limits: { cpu: "500m", memory: "64Mi" } } }]),
  );
  await t.clock.advance(12_000);
  return { ...t, read: (path: string) => kubelet.read(path) };
}
const text = (answer: { readonly body: object | string } | undefined): string =>
  typeof answer?.body === "string" ? answer.body : JSON.stringify(answer?.body);
const metric = (all: string, name: string): readonly string[] => all.split("\n").filter((line) => line.startsWith(name));

it("a kubelet's server tells of pods, cgroups, probes, itself and its configuration, and of nothing else", async () => {
  const { read } = await running();
  expect(["healthz", "healthz/ping", "healthz/"].map((path) => text(read(path)))).toEqual(["ok", "ok", "ok"]);
  expect(read("nothing")).toBeUndefined();
  expect(JSON.parse(text(read("pods")))).toMatchObject({
    kind: "PodList",
    items: [{ metadata: { name: "a" }, status: { phase: "Running" } }],
  });
  expect(JSON.parse(text(read("runningpods"))).items).toEqual([
    {
      metadata: { name: "a", namespace: "default", uid: "uid-a" },
      spec: { containers: [{ name: "web", image: "web:1@sha256:0", resources: {} }] },
      status: {},
    },
  ]);
  const own = text(read("metrics"));
  expect(metric(own, "kubelet_running")).toEqual([
    'kubelet_running_containers{container_state="created"} 0',
    'kubelet_running_containers{container_state="exited"} 0',
    'kubelet_running_containers{container_state="running"} 1',
    "kubelet_running_pods 1",
  ]);
  expect(metric(own, "kubelet_node_name")).toEqual(['kubelet_node_name{node="node-1"} 1']);
  expect(metric(text(read("metrics/probes")), "prober_probe_total")).toEqual([
    'prober_probe_total{container="web",namespace="default",pod="a",pod_uid="uid-a",probe_type="Readiness",result="successful"} 3',
  ]);
  expect(JSON.parse(text(read("configz"))).kubeletconfig).toMatchObject({
    evictionHard: { "memory.available": "100Mi" },
    evictionPressureTransitionPeriod: "5m0s",
    imageMinimumGCAge: "2m0s",
    maxPods: 110,
    kind: "KubeletConfiguration",
  });
});

it("cgroups are told of by cAdvisor's names, with what they were told and what they use", async () => {
  const t = await running();
  t.runtime.disk = { rootfs: { bytes: 8192, inodes: 2 }, logs: { bytes: 4096, inodes: 1 } };
  const all = text(t.read("metrics/cadvisor"));
  const id = "/kubepods.slice/kubepods-poduid_a.slice/cri-containerd-";
  expect(metric(all, "container_spec_").map((line) => line.replace(/\{.*id="([^"]*)".*\}/, " $1"))).toEqual([
    `container_spec_cpu_period ${id}c2.scope 100000`,
    `container_spec_cpu_quota ${id}c2.scope 50000`,
    `container_spec_cpu_shares ${id}c2.scope 512`,
    `container_spec_memory_limit_bytes ${id}c2.scope 6.7108864e+07`,
  ]);
  expect(metric(all, "container_fs_usage_bytes").at(-1)).toMatch(/device="\/".*pod="a"\} 8192 \d+$/);
  expect(JSON.parse(text(t.read("stats/summary")))).toMatchObject({
    node: { nodeName: "node-1", fs: { capacityBytes: 100 * 1024 ** 3 }, rlimit: { maxpid: 1024 } },
    pods: [
      {
        podRef: { name: "a" },
        containers: [{ name: "web", rootfs: { usedBytes: 8192 }, logs: { usedBytes: 4096 } }],
        "ephemeral-storage": { usedBytes: 12_288 },
      },
    ],
  });
  expect(Object.keys(JSON.parse(text(t.read("stats/summary?only_cpu_and_memory=true"))).node)).toEqual(["nodeName", "cpu", "memory"]);
});
