import { expect, it } from "vitest";
import { testMachine } from "../runtime/testing/machine.ts";
import { stress, stressWorker, vishStress } from "./stress.ts";

const run = async (command: readonly string[], config: object = {}) => {
  const m = testMachine({ stress, "stress-worker": stressWorker, "vish-stress": vishStress }, { cpus: 4 });
  const id = await m.run(command, config);
  await m.clock.advance(20_000);
  return { m, id, cpu: Math.round((m.runtime.stats(id)?.cpu ?? 0) / 1000), memory: m.runtime.stats(id)?.memory, logs: m.output(id) };
};

it("stress keeps cores busy, and memory full", async () => {
  expect(await run(["stress", "--cpu", "2"])).toMatchObject({
    cpu: 40,
    logs: "stress: info: [1] dispatching hogs: 2 cpu, 0 io, 0 vm, 0 hdd\n",
  });
  expect(await run(["stress", "-c2"], { cpuLimit: 500 })).toMatchObject({ cpu: 10 });
  expect(await run(["stress", "--vm", "1", "--vm-bytes", "150M", "--vm-hang", "1"])).toMatchObject({ cpu: 0, memory: 151 * 1024 ** 2 });
});

it("stress ends in time, or by the memory that it does not get", async () => {
  const { m, id, logs } = await run(["stress", "--cpu", "1", "--timeout", "10s"]);
  expect([m.runtime.status(id)?.exitCode, logs.split("\n")[1]]).toEqual([0, "stress: info: [1] successful run completed in 10s"]);
  const full = await run(["stress", "--vm=1", "--vm-bytes=250M"], { memoryLimit: 100 * 1024 ** 2 });
  expect(full.m.runtime.status(full.id)).toMatchObject({ exitCode: 137, reason: "OOMKilled" });
  expect((await run(["stress", "--disk"])).logs).toBe("stress: FAIL: [1] (244) unrecognized option: --disk\n");
});

it("vish/stress does as Kubernetes' examples ask it", async () => {
  const { cpu, memory, logs } = await run([
    "vish-stress",
    "-cpus",
    "2",
    "-mem-total",
    "150Mi",
    "-mem-alloc-size",
    "10Mi",
    "-mem-alloc-sleep",
    "1s",
  ]);
  expect([cpu, memory]).toEqual([40, 152 * 1024 ** 2]);
  expect(logs.split("\n").map((line) => line.slice(line.indexOf("main.go")))).toEqual([
    'main.go:26] Allocating "150Mi" memory, in "10Mi" chunks, with a 1s sleep between allocations',
    "main.go:39] Spawning a thread to consume CPU",
    "main.go:39] Spawning a thread to consume CPU",
    'main.go:29] Allocated "150Mi" memory',
    "",
  ]);
});
