import { expect, it } from "vitest";
import { testClock } from "../sim/testing.ts";
import type { Programs } from "./index.ts";
import { testMachine } from "./testing/machine.ts";

const programs: Programs = {
  async count(proc) {
    for (let n = 1; ; n++) {
      await proc.stdout.write(`${n}\n`);
      await proc.clock.sleep(1000);
    }
  },
  async checkpointed(proc) {
    let { n } = (proc.restored ?? { n: 1 }) as { n: number };
    const step = Number(proc.fs.readText("/etc/step"));
    for (; ; n += step) {
      proc.checkpoint({ n });
      await proc.stdout.write(`${n}\n`);
      await proc.clock.sleep(1000);
    }
  },
  async bottom(proc) {
    let { n } = (proc.restored ?? { n: 1 }) as { n: number };
    for (;;) {
      await proc.stdout.write(`${n}\n`);
      await proc.clock.sleep(1000);
      proc.checkpoint({ n: ++n });
    }
  },
  async once(proc) {
    await proc.clock.sleep(30_000);
    return 3;
  },
  async producer(proc) {
    for (let n = 1; n <= 20; n++) {
      await proc.stdout.write(`line ${n}\n`);
      await proc.clock.sleep(700);
    }
    return 4;
  },
  async consumer(proc) {
    for (let d = await proc.stdin.read(); d; d = await proc.stdin.read()) {
      await proc.clock.sleep(300);
      await proc.stdout.write(d);
    }
    return 5;
  },
  async pipeline(proc) {
    const { read, write } = proc.pipe();
    const left = await proc.spawn({ argv: ["producer"], fds: { 1: write } });
    proc.close(write);
    const right = await proc.spawn({ argv: ["consumer"], fds: { 0: read } });
    proc.close(read);
    await proc.stdout.write(`${(await left.exited).code} ${(await right.exited).code}\n`);
    return 0;
  },
  async jobs(proc) {
    let { pid } = (proc.restored ?? { pid: 0 }) as { pid: number };
    if (pid === 0) pid = (await proc.spawn({ argv: ["once"] })).pid;
    proc.checkpoint({ pid });
    await proc.clock.sleep(1000);
    await proc.stdout.write(`waiting ${proc.clock.now() > 0}\n`);
    const exit = await proc.child(pid)?.exited;
    await proc.stdout.write(`${exit?.code} at ${proc.random.int(1000)}\n`);
    return 0;
  },
  async writer(proc) {
    const file = proc.open("/tmp/out", "a");
    for (let n = 0; n < 5; n++) {
      await file.write(`${n}`);
      await proc.clock.sleep(1000);
    }
    await proc.stdout.write(`${proc.fs.readText("/tmp/out")}\n`);
    return 0;
  },
  async spin(proc) {
    for (let n = 0; n < 100; n++) await proc.cpu(10);
    await proc.stdout.write(`${proc.clock.now()}\n`);
    return 0;
  },
  async trap(proc) {
    proc.on("USR1", () => void proc.stdout.write("usr1\n"));
    await proc.clock.sleep(20_000);
    return 9;
  },
  async signaller(proc) {
    const child = await proc.spawn({ argv: ["trap"] });
    await proc.clock.sleep(1000);
    child.kill("USR1");
    await proc.clock.sleep(10_000);
    child.kill("USR1");
    await proc.stdout.write(`${(await child.exited).code}\n`);
    return 0;
  },
  async stopper(proc) {
    const child = await proc.spawn({ argv: ["once"] });
    await proc.clock.sleep(1000);
    child.kill("STOP");
    await proc.clock.sleep(32_000);
    await proc.stdout.write(
      `${proc
        .processes()
        .map((p) => p.state)
        .join("")}\n`,
    );
    child.kill("CONT");
    await proc.stdout.write(`${(await child.exited).code} ${proc.clock.now() > 33_000}\n`);
    return 0;
  },
  async enterer(proc) {
    const child = await proc.spawn({ argv: ["inside"], namespaces: { pid: 1, kinds: ["mnt", "net", "pid", "uts"] } });
    await proc.stdout.write(`${(await child.exited).code}\n`);
    return 0;
  },
  async inside(proc) {
    await proc.clock.sleep(5000);
    await proc.stdout.write(`${proc.hostname} ${proc.net.ip} ${proc.fs.exists("/bin/inside")} ${proc.processes().length}\n`);
    return 7;
  },
  async busy(proc) {
    // Makes its pipe anew after a thaw: what comes before the checkpoint runs for real.
    const { read, write } = proc.pipe();
    let { seen } = (proc.restored ?? { seen: 0 }) as { seen: number };
    void write;
    for (; seen < 10; seen++) {
      proc.checkpoint({ seen });
      const pending = proc.description(read.id)?.read(1);
      await proc.description(write.id)?.write("x");
      await pending;
      await proc.stdout.write(`${seen}\n`);
      await proc.clock.sleep(1500);
    }
    return 0;
  },
  async alarms(proc) {
    // The one that ends last was begun first, and all are pending at every checkpoint.
    const start = proc.clock.now();
    const fresh = [9000, 3000, 6000, 12_000].map((ms) => start + ms);
    let { ends } = (proc.restored ?? { ends: fresh }) as { ends: readonly number[] };
    const rung = ends.map(async (end) => {
      await proc.clock.sleep(end - proc.clock.now());
      ends = ends.filter((e) => e !== end);
      await proc.stdout.write(`${end % 100_000}\n`);
      proc.checkpoint({ ends });
    });
    proc.checkpoint({ ends });
    await Promise.all(rung);
    return 0;
  },
};
const files = { "/etc/step": "2" };

/** Runs a container, freezing and thawing it at these times (ms after its start); returns its output, state and when. */
async function story(command: string, freezes: readonly number[], until: number) {
  let m = testMachine(programs, { files });
  const id = await m.run([command], { privileged: true });
  const began = m.clock.now();
  const records = new Map<string, unknown>();
  const flush = (): void => {
    for (const [key, value] of m.runtime.drain()) {
      if (value === undefined) records.delete(key);
      else records.set(key, structuredClone(value));
    }
  };
  for (const at of freezes) {
    await m.clock.advance(began + at - m.clock.now());
    flush();
    const frozen = m.clock.now();
    m = testMachine(programs, { files, clock: testClock(frozen) });
    await m.runtime.restore(structuredClone(records));
    await m.clock.settle();
    expect(m.clock.now()).toBe(frozen);
  }
  await m.clock.advance(began + until - m.clock.now());
  const { state, exitCode, finishedAt, message } = m.runtime.status(id) ?? {};
  const cpu = Math.round(m.runtime.stats(id)?.cpu ?? 0);
  return {
    cpu,
    out: m.output(id),
    lines: m.runtime
      .logs(id)
      .lines(0)
      .map((l) => l.at - began),
    state,
    exitCode,
    took: (finishedAt ?? Number.NaN) - began,
    message,
  };
}

it.each([
  "count",
  "checkpointed",
  "bottom",
  "once",
  "pipeline",
  "jobs",
  "writer",
  "spin",
  "signaller",
  "stopper",
  "busy",
  "alarms",
  "enterer",
])("%s does the same whether frozen or not", async (command) => {
  const whole = await story(command, [], 40_000);
  expect(whole.message).toBeUndefined();
  expect(await story(command, [12_000], 40_000)).toEqual(whole);
  expect(await story(command, [500, 1000, 1001, 3300, 12_345, 29_999], 40_000)).toEqual(whole);
});

it("sleep 30; exit 3, frozen at 12 s, exits at 30 s", async () => {
  expect(await story("once", [12_000], 40_000)).toMatchObject({ state: "exited", exitCode: 3, took: 30_000 });
});

it("is where it had entered when it is back", async () => {
  expect(await story("enterer", [3000], 40_000)).toMatchObject({ state: "exited", exitCode: 0, out: "pod 10.244.0.2 true 2\n7\n" });
});

it("kills a process whose program is unknown, and says so", async () => {
  const m = testMachine({ ...programs, gone: programs["count"] as NonNullable<Programs[string]> }, { files });
  const id = await m.run(["gone"]);
  await m.clock.advance(1000);
  const thawed = testMachine(programs, { files, clock: testClock(m.clock.now()) });
  await thawed.runtime.restore(structuredClone(new Map([...m.runtime.drain()].filter(([, v]) => v !== undefined))));
  await thawed.clock.settle();
  expect(thawed.runtime.status(id)).toMatchObject({
    state: "exited",
    exitCode: 137,
    message: expect.stringContaining('its program "gone" is unknown'),
  });
});

it("kills a process that does more at its thaw than it had done, and does not do it for ever", async () => {
  // What it goes by is not its own: it is there when it runs for the first time, and gone when it thaws.
  let there = true;
  const fickle: NonNullable<Programs[string]> = async (proc) => {
    const end = proc.clock.sleep(10_000);
    while (!there) await proc.clock.sleep(100);
    await end;
    return 0;
  };
  const m = testMachine({ ...programs, fickle }, { files });
  const id = await m.run(["fickle"]);
  await m.clock.advance(1000);
  const records = structuredClone(new Map([...m.runtime.drain()].filter(([, v]) => v !== undefined)));
  there = false;
  const thawed = testMachine({ ...programs, fickle }, { files, clock: testClock(m.clock.now()) });
  await thawed.runtime.restore(records);
  await thawed.clock.settle();
  expect(thawed.runtime.status(id)).toMatchObject({
    state: "exited",
    exitCode: 137,
    message: expect.stringContaining("it made more than 1 calls"),
  });
});
