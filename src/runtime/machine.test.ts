import { describe, expect, it } from "vitest";
import { testClock } from "../sim/testing.ts";
import { CONFIG, testMachine } from "./testing/machine.ts";
import type { Programs } from "./index.ts";

const programs: Programs = {
  async echo(proc) {
    await proc.stdout.write(`${proc.argv.slice(1).join(" ")}\n`);
    return 0;
  },
  async exit(proc) {
    return Number(proc.argv[1]);
  },
  async sleep(proc) {
    await proc.clock.sleep(Number(proc.argv[1]) * 1000);
    return Number(proc.argv[2] ?? 0);
  },
  async cat(proc) {
    for (let d = await proc.stdin.read(); d; d = await proc.stdin.read()) await proc.stdout.write(d);
    return 0;
  },
  async waste(proc) {
    const nothing = proc.open("/dev/null", "w");
    for (;;) await nothing.write("y\n".repeat(1000));
  },
  async yes(proc) {
    for (;;) await proc.stdout.write("y\n".repeat(1000));
  },
  async pipeline(proc) {
    const { read, write } = proc.pipe();
    const left = await proc.spawn({ argv: proc.argv.slice(1, 3), fds: { 1: write } });
    proc.close(write);
    const right = await proc.spawn({ argv: [proc.argv[3] as string], fds: { 0: read } });
    proc.close(read);
    const [a, b] = [await left.exited, await right.exited];
    await proc.stdout.write(`${a.code} ${b.code}\n`);
    return 0;
  },
  async head(proc) {
    await proc.stdin.read(10);
    return 0;
  },
  async trap(proc) {
    proc.on("TERM", () => void proc.stdout.write("caught\n"));
    await proc.clock.sleep(60_000);
    return 0;
  },
  async burn(proc) {
    await proc.cpu(Number(proc.argv[1]));
    await proc.stdout.write(`${proc.clock.now()}\n`);
    return 0;
  },
  async spin(proc) {
    for (;;) await proc.cpu(0.01);
  },
  async eat(proc) {
    proc.memory(Number(proc.argv[1]));
    await proc.clock.sleep(1000);
    return 0;
  },
  async parent(proc) {
    const child = await proc.spawn({ argv: proc.argv.slice(1) });
    const { code, signal } = await child.exited;
    await proc.stdout.write(`${code} ${signal ?? "-"}\n`);
    return 0;
  },
  async suicide(proc) {
    proc.kill(proc.pid, "KILL");
    await proc.stdout.write("alive\n");
    return 0;
  },
  async killer(proc) {
    const child = await proc.spawn({ argv: ["sleep", "100"] });
    child.kill(proc.argv[1] as "TERM");
    await proc.stdout.write(`${(await child.exited).code}\n`);
    return 0;
  },
  async boom(proc) {
    proc.fs.readText("/nowhere");
    return 0;
  },
  async files(proc) {
    await proc.stdout.write(`${proc.fs.readText("/data/a")}|${proc.fs.readdir("/data").join(",")}\n`);
    proc.fs.writeFile("/data/a", "changed");
    proc.fs.writeFile("/data/new", "x");
    proc.fs.unlink("/data/b");
    await proc.stdout.write(`${proc.fs.readText("/data/a")}|${proc.fs.readdir("/data").join(",")}\n`);
    return 0;
  },
  async why(proc) {
    proc.fs.writeFile("/dev/termination-log", "all is lost");
    return 5;
  },
  async proc(proc) {
    await proc.stdout.write(
      proc.fs.readText("/proc/self/cmdline").replaceAll("\0", " ") +
        proc.fs.readText("/etc/hostname") +
        proc.fs.readText("/etc/resolv.conf"),
    );
    return 0;
  },
  async tree(proc) {
    await proc.spawn({ argv: ["sleep", "5"] });
    return 0;
  },
};

describe("a container", () => {
  it("logs what its process writes and exits with its code", async () => {
    const m = testMachine(programs);
    const id = await m.run(["echo", "hello", "world"]);
    await m.clock.settle();
    expect(m.runtime.status(id)).toMatchObject({ state: "exited", exitCode: 0, reason: "Completed" });
    expect(m.output(id)).toBe("hello world\n");
    const other = await m.run(["exit", "3"]);
    await m.clock.settle();
    expect(m.runtime.status(other)).toMatchObject({ exitCode: 3, reason: "Error" });
  });

  it.each([
    [["slep"], 'exec: "slep": executable file not found in $PATH: unknown'],
    [["/nope"], 'exec: "/nope": stat /nope: no such file or directory: unknown'],
    [["/etc/plain"], 'exec: "/etc/plain": permission denied: unknown'],
  ])("refuses to start %j in containerd's words", async (command, words) => {
    const m = testMachine(programs, { files: { "/etc/plain": "text" } });
    const message = `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ${words}`;
    await expect(m.run(command)).rejects.toMatchObject({ reason: "StartError", message });
    expect(m.runtime.containers()[0]).toMatchObject({ state: "exited", exitCode: 128, reason: "StartError", message });
  });

  it.each([
    ["echo hi", "exec format error"],
    ["#!/bin/zsh\necho hi", "no such file or directory"],
  ])("starts what turns out not to be runnable, which says so and is over: %j", async (text, why) => {
    const m = testMachine(programs, { files: { "/etc/script": { text, mode: 0o755 } } });
    const id = await m.run(["/etc/script"]);
    await m.clock.settle();
    expect(m.runtime.status(id)).toMatchObject({ state: "exited", exitCode: 255, reason: "Error" });
    expect(m.output(id)).toBe(`exec /etc/script: ${why}\n`);
  });

  it("runs a script by its interpreter", async () => {
    const m = testMachine(programs, { files: { "/run.sh": { text: "#!/bin/echo -x\n", mode: 0o755 } } });
    const id = await m.run(["/run.sh", "a"]);
    await m.clock.settle();
    expect(m.output(id)).toBe("-x /run.sh a\n");
  });

  it("shares its image and keeps its changes to itself", async () => {
    const m = testMachine(programs, { files: { "/data/a": "A", "/data/b": "B" } });
    const [one, two] = [await m.run(["files"]), await m.run(["files"])];
    await m.clock.settle();
    expect(m.output(one)).toBe("A|a,b\nchanged|a,new\n");
    expect(m.output(two)).toBe(m.output(one));
  });

  it("sees itself in /proc and its pod in /etc", async () => {
    const m = testMachine(programs);
    const id = await m.run(["proc", "x"]);
    await m.clock.settle();
    expect(m.output(id)).toBe("proc x pod\nsearch default.svc.cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n");
  });

  it("leaves a termination message", async () => {
    const m = testMachine(programs);
    const id = await m.run(["why"]);
    await m.clock.settle();
    expect(m.runtime.terminationMessage(id)).toBe("all is lost");
    expect(m.runtime.status(id)).toMatchObject({ exitCode: 5 });
  });

  it("is OOM-killed over its memory limit", async () => {
    const m = testMachine(programs);
    const id = await m.run(["eat", "20000000"], { memoryLimit: 10_000_000 });
    await m.clock.settle();
    expect(m.runtime.status(id)).toMatchObject({ exitCode: 137, reason: "OOMKilled" });
  });

  it("tells a program's mistake from the kernel's refusal", async () => {
    const m = testMachine(programs);
    const id = await m.run(["boom"]);
    await m.clock.settle();
    expect(m.output(id)).toBe("boom: /nowhere: No such file or directory\n");
    expect(m.runtime.status(id)).toMatchObject({ exitCode: 1 });
  });
});

describe("processes", () => {
  const outcome = async (...command: string[]): Promise<string> => {
    const m = testMachine(programs);
    const id = await m.run(command);
    await m.clock.advance(2000);
    return m.output(id);
  };
  it("pass data through pipes", async () => expect(await outcome("pipeline", "echo", "x", "cat")).toBe("x\n0 0\n"));
  it("die of SIGPIPE when nobody reads", async () => expect(await outcome("pipeline", "yes", "", "head")).toBe("141 0\n"));
  it("report exit codes", async () => expect(await outcome("parent", "exit", "7")).toBe("7 -\n"));
  it.each(["TERM", "KILL", "INT"])("report death by %s", async (signal) =>
    expect(await outcome("killer", signal)).toBe(`${{ TERM: 143, KILL: 137, INT: 130 }[signal]}\n`),
  );
  it("cannot kill pid 1 from inside", async () => expect(await outcome("suicide")).toBe("alive\n"));
  it("end abruptly when they kill themselves", async () => expect(await outcome("parent", "suicide")).toBe("137 KILL\n"));

  it("as pid 1 ignore TERM without a handler, and are killed after the grace period", async () => {
    const m = testMachine(programs);
    const id = await m.run(["sleep", "100"]);
    const stopped = m.runtime.stopContainer(id, 5000);
    await m.clock.advance(4999);
    expect(m.runtime.status(id)?.state).toBe("running");
    await m.clock.advance(1);
    await stopped;
    expect(m.runtime.status(id)).toMatchObject({ state: "exited", exitCode: 137 });
  });

  it("run their handlers", async () => {
    const m = testMachine(programs);
    const id = await m.run(["trap"]);
    await m.clock.settle();
    void m.runtime.stopContainer(id, 5000);
    await m.clock.settle();
    expect(m.output(id)).toBe("caught\n");
  });

  it("take everybody with them as pid 1", async () => {
    const m = testMachine(programs);
    const id = await m.run(["tree"]);
    await m.clock.settle();
    expect(m.runtime.status(id)?.state).toBe("exited");
    expect(m.runtime.stats(id)?.memory).toBe(0);
  });
});

describe("cpu", () => {
  it("runs 100 ms at 500m in 200 ms", async () => {
    const clock = testClock();
    const m = testMachine(programs, { clock });
    await m.settled(m.runtime.pullImage("test"));
    const from = clock.now();
    const id = await m.run(["burn", "100"], { cpuLimit: 500 });
    await clock.advance(1000);
    expect(Number(m.output(id)) - from).toBe(200);
    expect(m.runtime.stats(id)?.cpu).toBe(100);
  });

  it("is shared 3 to 1 by shares when one core is wanted by two", async () => {
    const m = testMachine(programs, { cpus: 1 });
    const a = await m.run(["spin"], { cpuShares: 3072 });
    const b = await m.run(["spin"], { cpuShares: 1024 });
    const before = [m.runtime.stats(a)?.cpu ?? 0, m.runtime.stats(b)?.cpu ?? 0] as const;
    await m.clock.advance(4000);
    expect((m.runtime.stats(a)?.cpu ?? 0) - before[0]).toBeCloseTo(3000, -2);
    expect((m.runtime.stats(b)?.cpu ?? 0) - before[1]).toBeCloseTo(1000, -2);
  });

  it("is charged for system calls, so that an endless writer cannot stop time", async () => {
    const m = testMachine(programs);
    const id = await m.run(["waste"], { cpuLimit: 100 });
    await m.clock.advance(200);
    expect(m.runtime.stats(id)?.cpu).toBeCloseTo(20, -1);
  });

  it("makes who floods its log wait: 256,000 lines a second are taken", async () => {
    const m = testMachine(programs);
    const id = await m.run(["yes"]);
    await m.clock.advance(1000);
    expect(m.runtime.logs(id).next).toBeGreaterThan(250_000);
    expect(m.runtime.logs(id).next).toBeLessThan(260_000);
  });

  it("throttles a busy loop to its limit", async () => {
    const m = testMachine(programs);
    const id = await m.run(["spin"], { cpuLimit: 300 });
    await m.clock.advance(10_000);
    expect(m.runtime.stats(id)?.cpu).toBeCloseTo(3000, -2);
  });
});

describe("exec", () => {
  it("streams in and out and reports the code", async () => {
    const m = testMachine(programs);
    const id = await m.run(["sleep", "100"]);
    const session = await m.runtime.exec(id, ["cat"], { tty: false, stdin: true });
    await session.stdin.write(new TextEncoder().encode("ping"));
    await m.clock.settle();
    expect(new TextDecoder().decode((await session.stdout.read()) as Uint8Array)).toBe("ping");
    session.stdin.close();
    await m.clock.settle();
    expect(await session.exited).toEqual({ code: 0 });
    expect(await session.stdout.read()).toBeNull();
    await expect(m.runtime.exec(id, ["frobnicate"], { tty: false, stdin: false })).rejects.toThrow(
      'exec: "frobnicate": executable file not found in $PATH: unknown',
    );
  });
  it("sends Ctrl-C through a terminal", async () => {
    const m = testMachine(programs);
    const id = await m.run(["sleep", "100"]);
    const session = await m.runtime.exec(id, ["sleep", "50"], { tty: true, stdin: true });
    await m.clock.settle();
    await session.stdin.write(Uint8Array.of(3));
    await m.clock.settle();
    expect(await session.exited).toEqual({ code: 130 });
  });
});

it("pulls coalesced, in time by size, and refuses unknown images in containerd's words", async () => {
  const m = testMachine(programs);
  const [a, b] = await m.settled(Promise.all([m.runtime.pullImage("test"), m.runtime.pullImage("docker.io/library/test:latest")]));
  expect(a).toEqual(b);
  await expect(m.settled(m.runtime.pullImage("busybox:9.99"))).rejects.toThrow(
    'failed to pull and unpack image "docker.io/library/busybox:9.99": failed to resolve reference "docker.io/library/busybox:9.99": docker.io/library/busybox:9.99: not found',
  );
});

describe("process numbers", () => {
  const NUMBERS: Programs = {
    ...programs,
    async ps(proc) {
      await proc.stdout.write(
        proc
          .processes()
          .map((p) => `${p.pid} ${p.argv.join(" ")}\n`)
          .join(""),
      );
      await proc.clock.sleep(60_000);
      return 0;
    },
  };

  it("are the target's for a container that joins it, and end with its first process", async () => {
    const m = testMachine(NUMBERS);
    const { runtime } = m;
    const app = await m.run(["sleep", "5"]);
    const { sandbox } = runtime.status(app) ?? { sandbox: "" };
    const create = (target: string): Promise<string> =>
      runtime.createContainer(sandbox, { ...CONFIG, name: "peek", command: ["ps"], pidNamespace: { target } });
    const peek = await create(app);
    await runtime.startContainer(peek);
    await m.settled(Promise.resolve());
    expect(m.output(peek)).toBe("1 sleep 5\n2 ps\n");
    await m.settled(Promise.resolve(), 5000);
    expect(runtime.status(peek)).toMatchObject({ state: "exited", exitCode: 137 });
    await expect(create(app)).rejects.toThrow(
      ` spec: failed to generate spec opts: invalid target container: container "${app}" is not running - in state CONTAINER_EXITED`,
    );
    await expect(create("gone")).rejects.toThrow('container "gone" does not exist');
  });
});
