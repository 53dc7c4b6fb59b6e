import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Pod } from "../src/api/index.ts";
import { benchCluster } from "./cluster.ts";
import { referenceLoop } from "./manifest.ts";

/** What learners type, each in a container of its own, at the speed of a clock on the wall. */
const SCRIPTS: Readonly<Record<string, readonly string[]>> = {
  quiet: ["sleep", "3600"],
  "fork bomb": ["bash", "-c", "b() { b | b & }; b; wait"],
  "endless forks": ["sh", "-c", "while :; do sleep 1000 & done"],
  yes: ["yes"],
  "yes into a pipe": ["sh", "-c", "yes | cat > /dev/null"],
  "cat /dev/zero": ["cat", "/dev/zero"],
  "cat /dev/urandom": ["cat", "/dev/urandom"],
  "1 GB file": ["sh", "-c", "while :; do dd if=/dev/zero of=/big bs=1M count=1024 2>/dev/null; done"],
  "1 GB of text": ["sh", "-c", "while :; do yes | head -c 1G > /big; done"],
  "endless line": ["sh", "-c", "while :; do tail /dev/zero; done"],
  recursion: ["sh", "-c", "f() { f; }; while :; do (f); done"],
  "bash recursion": ["bash", "-c", "f() { f $(f); }; while :; do (f); done"],
  "kill -9 1": ["sh", "-c", "while :; do kill -9 1; kill -9 -1; done"],
  "deep pipes": ["sh", "-c", `while :; do seq 100000 ${"| cat ".repeat(200)}> /dev/null; done`],
  "busy loop": ["sh", "-c", "while :; do :; done"],
  "string that doubles": ["bash", "-c", "x=a; while :; do x=$x$x; done"],
  "array that grows": ["bash", "-c", "while :; do a+=(x x x x x x x x); done"],
  "log flood": ["sh", "-c", "while :; do seq 100000; done"],
  "deep directories": ["sh", "-c", "while mkdir d && cd d; do :; done; sleep 3600"],
  "many files": ["sh", "-c", "i=0; while :; do i=$((i+1)); echo $i > /tmp/f$i; done"],
  "glob bomb": ["bash", "-c", "echo {a..z}{a..z}{a..z}{a..z}{a..z}"],
  "python loop": ["python", "-c", "while True: pass"],
  "python recursion": ["python", "-c", "def f(n): return f(n + 1)\nwhile True:\n  try: f(0)\n  except RecursionError: pass"],
  "python that grows": ["python", "-c", "a = []\nwhile True: a.append('x' * 1000)"],
  "find everything": ["sh", "-c", "while :; do find / -type f -exec cat {} + > /dev/null 2>&1; done"],
};

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const only = process.argv.slice(2);
const rows: unknown[] = [];
for (const [name, command] of Object.entries(SCRIPTS)) {
  if (only.length > 0 && !only.includes(name)) continue;
  const { cluster, client } = await benchCluster({ nodes: 1, podsPerNode: 110, speed: 1 });
  const pod: Pod = {
    metadata: { name: "wild", namespace: "default" },
    spec: {
      restartPolicy: "Always",
      containers: [{ name: "c", image: command[0] === "python" ? "python:3.12-slim" : "debian:12", command: [...command], resources: {} }],
    },
  };
  const fed = cluster.clock.input(() => client.create("pods", pod));
  void fed;
  const kubectl = async (script: string): Promise<{ readonly ms: number; readonly cpuMs: number; readonly out: string }> => {
    const began = performance.now();
    const cpu = process.cpuUsage();
    const out = await new Promise<string>((resolve) =>
      cluster.clock.input(async () => resolve((await cluster.workstation.run(script)).out)),
    );
    const { user, system } = process.cpuUsage(cpu);
    return { ms: performance.now() - began, cpuMs: (user + system) / 1000, out };
  };
  for (let i = 0; i < 60; i++) {
    await wait(250);
    if (/Running|OOMKilled|Error|Crash/.test((await kubectl("kubectl get pods")).out)) break;
  }
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const times: number[] = [];
  const cpus: number[] = [];
  const before = cluster.clock.now();
  const wall = performance.now();
  while (performance.now() - wall < 6000) {
    await wait(100);
    const { ms, cpuMs } = await kubectl("kubectl get pods");
    times.push(ms);
    cpus.push(cpuMs);
  }
  delay.disable();
  times.sort((a, b) => a - b);
  const virtual = (cluster.clock.now() - before) / (performance.now() - wall);
  const { out } = await kubectl("kubectl get pods --no-headers");
  cluster.stop();
  (globalThis as { gc?: () => void }).gc?.();
  const row = {
    name,
    answers: times.length,
    medianMs: times[times.length >> 1],
    worstMs: times.at(-1),
    // Of all of the process's threads, between the question and its answer: what other work of the machine does not change.
    worstCpuMs: Math.max(...cpus),
    longestStallMs: delay.max / 1e6,
    clock: virtual,
    heapMB: Math.round(process.memoryUsage().heapUsed / 1e6),
    rssMB: Math.round(process.memoryUsage().rss / 1e6),
    pod: out.trim().replace(/ +/g, " "),
  };
  rows.push(row);
  console.error(JSON.stringify(row));
}
process.stdout.write(`${JSON.stringify({ referenceMs: referenceLoop(), boundMs: 50, rows })}\n`, () => process.exit(0));
