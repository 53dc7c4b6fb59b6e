import { Fabric } from "../../network/index.ts";
import {
  type ContainerConfig,
  createHost,
  createMachineRuntime,
  createRegistry,
  type ImageFile,
  type Programs,
  type SandboxConfig,
} from "../../runtime/index.ts";
import { createRandom } from "../../sim/index.ts";
import { testClock } from "../../sim/testing.ts";
import { emulator } from "./emulator.ts";
import { binFiles, shellPrograms, utilityNames } from "../index.ts";

const BIN = binFiles([...utilityNames, "sh", "bash"]);
const BUSYBOX = binFiles([...utilityNames, "sh", "ash", "busybox"], "/bin", "busybox");
const ETC: Readonly<Record<string, ImageFile>> = {
  "/etc/passwd": "root:x:0:0:root:/root:/bin/sh\n",
  "/etc/group": "root:x:0:\n",
  "/root": { directory: true },
  "/tmp": { directory: true, mode: 0o777 },
};

interface Start {
  readonly image?: string;
  readonly dns?: string;
  readonly config?: Partial<ContainerConfig>;
  readonly sandbox?: Partial<SandboxConfig>;
}

/** A machine with containers on a real network: `busybox` has /bin/busybox, `debian` has not. Both have bash. */
export function testCluster(
  epoch = 0,
  options: {
    readonly programs?: Programs;
    readonly files?: Readonly<Record<string, ImageFile>>;
    readonly fabric?: ReadonlyMap<string, unknown>;
  } = {},
) {
  const { programs = {} } = options;
  const clock = testClock(epoch);
  const fabric = new Fabric({ clock });
  if (options.fabric) fabric.restore(options.fabric);
  const network = fabric.addMachine("node-1", { ip: "172.18.0.3", podCidr: "10.244.0.0/24" });
  const files = { ...BIN, ...ETC, ...Object.fromEntries(Object.keys(programs).map((name) => [`/bin/${name}`, { program: name }])) };
  const image = (name: string, more: Readonly<Record<string, ImageFile>>) => ({
    repository: `docker.io/library/${name}`,
    tags: ["latest"],
    size: 1,
    config: {},
    files: { ...files, ...more, ...options.files },
  });
  const runtime = createMachineRuntime({
    name: "node-1",
    clock,
    random: createRandom(1),
    programs: { ...shellPrograms, ...programs },
    registry: createRegistry([image("busybox", BUSYBOX), image("debian", {})]),
    network: { create: (id) => network.createSandbox(id), release: () => {} },
    hardware: { cpus: 2, memory: 4 * 2 ** 30 },
  });
  const settled = async <T>(promise: Promise<T>): Promise<T> => {
    void promise.catch(() => {});
    await clock.advance(1000);
    return promise;
  };
  const output = (id: string, stream?: string): string =>
    runtime
      .logs(id)
      .lines(0)
      .filter((l) => stream === undefined || l.stream === stream)
      .map((l) => l.text)
      .join("");
  return {
    clock,
    fabric,
    network,
    runtime,
    output,
    /** Starts a pod of one container; its id. */
    async start(command: readonly string[], options: Start & { readonly name?: string } = {}): Promise<string> {
      const name = options.image ?? "busybox";
      if (!runtime.imageStatus(name)) await settled(runtime.pullImage(name));
      const uid = options.name ?? "pod";
      const dns = {
        servers: [options.dns ?? "10.96.0.10"],
        searches: ["default.svc.cluster.local", "svc.cluster.local", "cluster.local"],
        options: ["ndots:5"],
      };
      const pod = await runtime.runPodSandbox({
        name: uid,
        namespace: "default",
        uid,
        attempt: 0,
        hostname: uid,
        hostNetwork: false,
        labels: {},
        dns,
        ...options.sandbox,
      });
      const id = await runtime.createContainer(pod.id, {
        name: "c",
        attempt: 0,
        image: name,
        command,
        env: {},
        mounts: [],
        tty: false,
        stdin: false,
        stdinOnce: false,
        readOnlyRoot: false,
        cpuShares: 1024,
        labels: {},
        annotations: {},
        ...options.config,
      });
      await runtime.startContainer(id);
      return id;
    },
    /** Runs a script to its end, at most an hour of virtual time. */
    async run(
      script: string,
      options: Start & { readonly shell?: string } = {},
    ): Promise<{ readonly out: string; readonly err: string; readonly code: number | undefined }> {
      const id = await this.start([options.shell ?? "sh", "-c", script], options);
      for (let s = 0; s < 40 && runtime.status(id)?.state === "running"; s++) await clock.advance(s < 20 ? 1000 : 180_000);
      return { out: output(id, "stdout"), err: output(id, "stderr"), code: runtime.status(id)?.exitCode };
    },
  };
}

/** Puts what a Persistent drained into its records, as storage does; a copy of them. */
export function flush(records: Map<string, unknown>, drained: ReadonlyMap<string, unknown>): ReadonlyMap<string, unknown> {
  for (const [key, value] of drained) {
    if (value === undefined) records.delete(key);
    else records.set(key, structuredClone(value));
  }
  return structuredClone(records);
}

/** A computer with a terminal on which `bash -i` runs, and its commands are GNU's or BusyBox's. */
export async function testTerminal(
  env: Readonly<Record<string, string>> = {},
  flavour: "gnu" | "busybox" = "gnu",
  at: { readonly files?: Readonly<Record<string, ImageFile>>; readonly cwd?: string; readonly columns?: number } = {},
) {
  const clock = testClock();
  const host = createHost({
    name: "box",
    clock,
    random: createRandom(1),
    programs: shellPrograms,
    hardware: { cpus: 2, memory: 2 ** 32 },
    network: () => undefined,
    files: { ...BIN, ...(flavour === "busybox" && BUSYBOX), ...ETC, ...at.files },
  });
  const { columns = 80 } = at;
  const terminal = host.terminal({ columns, rows: 24 });
  const decoder = new TextDecoder();
  let screen = "";
  const grid = emulator(columns);
  terminal.output((data) => {
    const text = decoder.decode(data, { stream: true });
    screen += text;
    grid.write(text);
    terminal.acknowledge(data.length);
  });
  const child = host.start({
    argv: ["bash", "-i"],
    env: { PATH: "/bin", HOME: "/root", USER: "root", PS1: "\\u@\\h:\\w\\$ ", ...env },
    cwd: at.cwd ?? "/root",
    terminal,
  });
  const painted = (): string => screen.replace(/\x1b\[\?2004[hl]/g, "").replace(/\r\r\n/g, "\r\n");
  let exit: { readonly code: number } | undefined;
  void child.exited.then((e) => {
    exit = e;
  });
  await clock.advance(100);
  return {
    clock,
    host,
    terminal,
    child,
    exit: () => exit,
    /** Types, waits `ms`, and gives what was painted since, without bracketed-paste switches. */
    async type(keys: string, ms = 100): Promise<string> {
      screen = "";
      terminal.input(keys);
      await clock.advance(ms);
      return painted();
    },
    screen: painted,
    /** What the terminal shows. */
    grid,
  };
}
