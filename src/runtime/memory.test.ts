import { expect, it } from "vitest";
import { testClock } from "../sim/testing.ts";
import type { ContainerConfig, Programs, SandboxConfig } from "./index.ts";
import { testMachine } from "./testing/machine.ts";

const MiB = 1024 ** 2;
const programs: Programs = {
  /** Writes files of so many MiB each, then waits: "fill /dev/shm/a 3 /m/b 4". */
  async fill(proc) {
    for (let i = 1; i < proc.argv.length; i += 2) {
      const file = proc.open(proc.argv[i] as string, "w");
      for (let n = Number(proc.argv[i + 1]); n > 0; n--) await file.write(new Uint8Array(MiB));
      proc.close(file);
    }
    await proc.clock.sleep(3_600_000);
    return 0;
  },
  async spin(proc) {
    for (;;) await proc.cpu(10);
  },
  async show(proc) {
    for (const path of proc.argv.slice(1)) await proc.stdout.write(proc.fs.readText(path));
    return 0;
  },
  async forget(proc) {
    for (const path of proc.argv.slice(1)) proc.fs.unlink(path);
    return 0;
  },
};

function machine(clock?: ReturnType<typeof testClock>) {
  const m = testMachine(programs, clock ? { clock } : {});
  const inside = async (id: string, ...command: string[]): Promise<string> => {
    const session = await m.runtime.exec(id, command, { tty: false, stdin: false });
    let text = "";
    await m.settled(session.exited);
    for (let part = await m.settled(session.stdout.read()); part; part = await m.settled(session.stdout.read()))
      text += new TextDecoder().decode(part);
    return text;
  };
  const tmpfs = (id = "pods/u1/volumes/kubernetes.io~empty-dir/m") => {
    const volume = m.runtime.volume(id);
    volume.keepInMemory();
    return { containerPath: "/m", volume, readOnly: false };
  };
  return { ...m, inside, tmpfs };
}
const numbers = (text: string): Record<string, number> =>
  Object.fromEntries(
    text
      .trim()
      .split("\n")
      .map((line) => [line.split(" ")[0], Number(line.split(" ")[1])]),
  );

it("counts files in memory as their writer's until they are gone, and pages of files on the disk apart from them", async () => {
  const m = machine();
  const id = await m.run(["fill", "/dev/shm/a", "3", "/m/b", "4", "/tmp/c", "5"], { mounts: [m.tmpfs()] });
  await m.clock.advance(1000);
  const base = 512 * 1024;
  expect(m.runtime.stats(id)).toMatchObject({ memory: 7 * MiB + base, shared: 7 * MiB, cache: 5 * MiB, peak: 12 * MiB + base });
  expect(m.runtime.use().memory.used).toBe(7 * MiB + base);
  const stat = numbers(await m.inside(id, "show", "/sys/fs/cgroup/memory.stat"));
  expect(stat).toMatchObject({ anon: 2 * base, file: 12 * MiB, shmem: 7 * MiB, inactive_file: 5 * MiB });
  await m.inside(id, "forget", "/m/b", "/tmp/c");
  expect(m.runtime.stats(id)).toMatchObject({ memory: 3 * MiB + base, shared: 3 * MiB, cache: 0 });
});

it("lets pages of files go before anybody is killed for memory", async () => {
  const m = machine();
  const id = await m.run(["fill", "/tmp/c", "20", "/dev/shm/a", "5"], { memoryLimit: 8 * MiB });
  await m.clock.advance(1000);
  expect(m.runtime.status(id)?.state).toBe("running");
  expect(m.runtime.stats(id)).toMatchObject({ memory: 5.5 * MiB, cache: 2.5 * MiB, peak: 8 * MiB, ooms: 0 });
  const { max, oom } = numbers(await m.inside(id, "show", "/sys/fs/cgroup/memory.events"));
  expect([max !== undefined && max > 0, oom]).toEqual([true, 0]);
});

it.each<[what: string, command: string[], limits: Partial<ContainerConfig>, pod: Partial<SandboxConfig>, reason: string | undefined]>([
  ["/dev/shm within its limit", ["fill", "/dev/shm/a", "6"], { memoryLimit: 8 * MiB }, {}, undefined],
  ["/dev/shm beyond its limit", ["fill", "/dev/shm/a", "9"], { memoryLimit: 8 * MiB }, {}, "OOMKilled"],
  ["/dev/shm beyond its pod's limit", ["fill", "/dev/shm/a", "9"], {}, { resources: { memoryLimit: 8 * MiB } }, "OOMKilled"],
  ["its own disk beyond its limit", ["fill", "/tmp/a", "9"], { memoryLimit: 8 * MiB }, {}, undefined],
])("a container that fills %s", async (_, command, limits, pod, reason) => {
  const m = machine();
  const id = await m.run(command, limits, pod);
  await m.clock.advance(1000);
  expect(m.runtime.status(id)?.reason).toBe(reason);
});

it("keeps what a container left in memory on its pod's account, where the next one may find no room to start", async () => {
  const m = machine();
  const mounts = [m.tmpfs()];
  const first = await m.run(["fill", "/m/a", "9"], { mounts, memoryLimit: 8 * MiB }, { resources: { memoryLimit: 8 * MiB } });
  await m.clock.advance(1000);
  expect(m.runtime.status(first)).toMatchObject({ reason: "OOMKilled", exitCode: 137 });
  const sandbox = m.runtime.status(first)?.sandbox as string;
  const config = { name: "c", attempt: 1, image: "test", command: ["spin"], env: {}, mounts, tty: false, stdin: false, stdinOnce: false };
  const rest = { readOnlyRoot: false, cpuShares: 1024, labels: {}, annotations: {}, memoryLimit: 8 * MiB };
  const next = await m.runtime.createContainer(sandbox, { ...config, ...rest });
  await expect(m.runtime.startContainer(next)).rejects.toThrow("container init was OOM-killed (memory limit too low?)");
  m.runtime.removeVolume("pods/u1/volumes/kubernetes.io~empty-dir/m");
  expect(m.runtime.use().memory.used).toBe(0);
});

it("kills the container that has most when a pod's containers have too much together", async () => {
  const m = machine();
  const greedy = await m.run(["fill", "/dev/shm/a", "6"], {}, { resources: { memoryLimit: 8 * MiB } });
  await m.clock.advance(1000);
  const sandbox = m.runtime.status(greedy)?.sandbox as string;
  m.runtime.updatePodResources(sandbox, { memoryLimit: 6 * MiB });
  await m.inside(greedy, "show", "/etc/hostname").catch(() => {});
  expect(m.runtime.status(greedy)).toMatchObject({ state: "exited", reason: "OOMKilled" });
});

it("thaws with the same accounts", async () => {
  const m = machine();
  const id = await m.run(["fill", "/dev/shm/a", "3", "/m/b", "4"], { mounts: [m.tmpfs()], memoryLimit: 20 * MiB });
  await m.clock.advance(1000);
  const before = m.runtime.stats(id);
  const records = structuredClone(new Map([...m.runtime.drain()].filter(([, v]) => v !== undefined)));
  const thawed = machine(testClock(m.clock.now()));
  await thawed.runtime.restore(records);
  await thawed.clock.settle();
  expect(thawed.runtime.stats(id)).toMatchObject({ memory: before?.memory, shared: 7 * MiB });
  expect(thawed.runtime.use().memory).toEqual(m.runtime.use().memory);
  await thawed.inside(id, "forget", "/m/b", "/dev/shm/a");
  expect(thawed.runtime.stats(id)).toMatchObject({ memory: 512 * 1024, shared: 0 });
});

it("holds a pod's containers to the CPU that it has as a whole", async () => {
  const m = machine();
  const first = await m.run(["spin"], { cpuLimit: 1000 }, { resources: { cpuLimit: 1000 } });
  const sandbox = m.runtime.status(first)?.sandbox as string;
  const config = {
    name: "d",
    attempt: 0,
    image: "test",
    command: ["spin"],
    env: {},
    mounts: [],
    tty: false,
    stdin: false,
    stdinOnce: false,
  };
  const rest = { readOnlyRoot: false, cpuShares: 1024, labels: {}, annotations: {}, cpuLimit: 1000 };
  const second = await m.runtime.createContainer(sandbox, { ...config, ...rest });
  await m.runtime.startContainer(second);
  await m.clock.advance(10_000);
  const used = [first, second].map((id) => Math.round((m.runtime.stats(id)?.cpu ?? 0) / 1000));
  expect(used).toEqual([5, 5]);
  m.runtime.updatePodResources(sandbox, { cpuLimit: 500 });
  await m.clock.advance(10_000);
  expect(Math.round(((m.runtime.stats(first)?.cpu ?? 0) + (m.runtime.stats(second)?.cpu ?? 0)) / 1000)).toBe(15);
});
