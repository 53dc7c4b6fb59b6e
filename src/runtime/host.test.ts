import { describe, expect, it } from "vitest";
import { createRandom } from "../sim/index.ts";
import { testClock } from "../sim/testing.ts";
import { createHost, type Programs } from "./index.ts";

const programs: Programs = {
  async cat(proc) {
    for (let d = await proc.stdin.read(); d; d = await proc.stdin.read()) await proc.stdout.write(d);
    return 0;
  },
  async whoami(proc) {
    await proc.stdout.write(`${proc.uid} ${proc.pid} ${proc.stdin.tty}\n`);
    return 0;
  },
  async flood(proc) {
    for (;;) await proc.stdout.write("x".repeat(10_000));
  },
  async raw(proc) {
    proc.stdin.setRaw?.(true);
    await proc.stdout.write(`<${new TextDecoder().decode((await proc.stdin.read()) ?? undefined)}>\n`);
    return 0;
  },
  async work(proc) {
    for (let i = 0; i < 10; i++) await proc.cpu(3);
    return 7;
  },
  async shellish(proc) {
    const sub = await proc.spawn({ argv: ["sub"], program: { name: "sub", arguments: { n: 41 } } });
    return (await sub.exited).code;
  },
  async sub(proc) {
    return (proc.restored as { n: number }).n + 1;
  },
};

function host(clock = testClock()) {
  const files = Object.fromEntries(Object.keys(programs).map((name) => [`/bin/${name}`, { program: name }]));
  const made = createHost({
    name: "laptop",
    clock,
    random: createRandom(7),
    programs,
    hardware: { cpus: 4, memory: 2 ** 33 },
    network: () => undefined,
    files,
    user: { uid: 1000, gid: 1000, groups: [1000] },
  });
  const start = (argv: readonly string[], more: object = {}) => made.start({ argv, env: { PATH: "/bin" }, cwd: "/", ...more });
  return { clock, host: made, start };
}

function screen(terminal: { output(on: (data: Uint8Array) => void): unknown; acknowledge(n: number): void }, acknowledge = true) {
  let text = "";
  terminal.output((data) => {
    text += new TextDecoder().decode(data);
    if (acknowledge) terminal.acknowledge(data.length);
  });
  return () => text;
}

describe("a host", () => {
  it("runs programs between a source and a collector", async () => {
    const { clock, host: h, start } = host();
    const out = h.collector();
    const child = start(["cat"], { fds: { 0: h.source("hello"), 1: out.description } });
    await clock.settle();
    expect(await child.exited).toEqual({ code: 0 });
    expect(out.text()).toBe("hello");
  });

  it("stops a flood at the collector's limit with SIGPIPE", async () => {
    const { clock, host: h, start } = host();
    const child = start(["flood"], { fds: { 1: h.collector(100_000).description } });
    await clock.advance(100);
    expect(await child.exited).toEqual({ code: 141, signal: "PIPE" });
  });

  it("works while the clock is paused", async () => {
    const { clock, start } = host();
    clock.pause();
    const child = start(["work"]);
    for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
    expect(await child.exited).toEqual({ code: 7 });
    expect(clock.now()).toBe(0);
  });

  it("gives a subshell its arguments", async () => {
    const { clock, start } = host();
    const child = start(["shellish"]);
    await clock.settle();
    expect(await child.exited).toEqual({ code: 42 });
  });

  it("refuses what is not there", () => {
    const { start } = host();
    expect(() => start(["nope"])).toThrow("No such file or directory");
  });
});

describe("a terminal", () => {
  it("echoes, edits lines and ends at Ctrl-D", async () => {
    const { clock, host: h, start } = host();
    const terminal = h.terminal({ columns: 80, rows: 24 });
    const shown = screen(terminal);
    const child = start(["cat"], { terminal });
    terminal.input("ab\x7fc\r");
    await clock.settle();
    expect(shown()).toBe("ab\b \bc\r\nac\r\n");
    terminal.input("\x04");
    await clock.settle();
    expect(await child.exited).toEqual({ code: 0 });
  });

  it("interrupts the foreground group at Ctrl-C", async () => {
    const { clock, host: h, start } = host();
    const terminal = h.terminal({ columns: 80, rows: 24 });
    const shown = screen(terminal);
    const child = start(["cat"], { terminal });
    await clock.settle();
    terminal.input("half a line\x03");
    await clock.settle();
    expect(shown()).toBe("half a line^C");
    expect(await child.exited).toEqual({ code: 130, signal: "INT" });
  });

  it("passes keys through when raw", async () => {
    const { clock, host: h, start } = host();
    const terminal = h.terminal({ columns: 80, rows: 24 });
    const shown = screen(terminal);
    start(["raw"], { terminal });
    await clock.settle();
    terminal.input("\x03");
    await clock.settle();
    expect(shown()).toBe("<\x03>\r\n");
  });

  it("holds writers back at 64 KiB unacknowledged", async () => {
    const { clock, host: h, start } = host();
    const terminal = h.terminal({ columns: 80, rows: 24 });
    const shown = screen(terminal, false);
    start(["flood"], { terminal });
    await clock.advance(200);
    const held = shown().length;
    expect(held).toBeGreaterThanOrEqual(64 * 1024);
    expect(held).toBeLessThan(64 * 1024 + 20_000);
    terminal.acknowledge(held);
    await clock.advance(200);
    expect(shown().length).toBeGreaterThan(held);
    terminal.hangup();
  });

  it("survives a thaw with its half-typed line and its reader", async () => {
    const { clock, host: h, start } = host();
    const terminal = h.terminal({ columns: 100, rows: 30 });
    screen(terminal);
    start(["cat"], { terminal });
    h.fs.writeFile("/home", "kept");
    terminal.input("half");
    await clock.settle();
    const records = structuredClone(new Map([...h.persistent.drain()].filter(([, v]) => v !== undefined)));
    const thawed = host(testClock(clock.now()));
    await thawed.host.persistent.restore(records);
    const [again] = thawed.host.terminals();
    const shown = again && screen(again);
    again?.input(" whole\r");
    await thawed.clock.settle();
    expect(shown?.()).toBe(" whole\r\nhalf whole\r\n");
    expect(thawed.host.fs.readText("/home")).toBe("kept");
  });
});
