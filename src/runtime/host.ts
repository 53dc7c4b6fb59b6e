import type { Clock, Persistent, Random } from "../sim/index.ts";
import { errno } from "./errno.ts";
import { buildLayer } from "./files/layer.ts";
import { type StoredNode, Tree } from "./files/tree.ts";
import { View } from "./files/view.ts";
import { type Credentials, type MountTable, ROOT } from "./files/walk.ts";
import { createCpuGroup } from "./kernel/cpu.ts";
import { findExecutable } from "./kernel/exec.ts";
import { CollectorFile, DeviceFile, SourceFile } from "./kernel/files.ts";
import { blockingRead } from "./kernel/handle.ts";
import { Kernel, type MachineHardware, type ThawingStack } from "./kernel/kernel.ts";
import { type OpenFile, READ_SIZE } from "./kernel/openfile.ts";
import { type Box, type Exit, PidNamespace } from "./kernel/process.ts";
import { Pty } from "./kernel/pty.ts";
import { inOrder, storedTrees, thawCounters, thawFiles, thawProcesses } from "./kernel/thaw.ts";
import { encode } from "./text.ts";
import type { Child, Description, Host, ImageFile, Programs, Terminal } from "./types.ts";

export interface HostOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly programs: Programs;
  readonly hardware: MachineHardware;
  readonly network: () => ThawingStack | undefined;
  /** What is installed, as an image's files. */
  readonly files: Readonly<Record<string, ImageFile>>;
  /** Who `start` runs as; default root. */
  readonly user?: Credentials;
  readonly persistent?: boolean;
  /** False: after a thaw the files are there and no process is, as on a computer that was switched off. Default true. */
  readonly keepProcesses?: boolean;
}

/** A host that can be frozen. After a thaw, `terminals` are those whose processes live on. */
export interface PersistentHost extends Host {
  /** Its records: `host/<name>`. */
  readonly persistent: Persistent;
  terminals(): readonly Terminal[];
}

/** Its turns are inputs: the learner's shell answers while the clock is paused (only its timers wait). */
export function createHost(options: HostOptions): PersistentHost {
  const { clock } = options;
  const kernel = new Kernel({ ...options, persistent: options.persistent ?? true, turn: (fn) => clock.foreground(fn) });
  const layer = buildLayer(options.files);
  const namespace = new PidNamespace("host");
  const user = options.user ?? ROOT;
  let table: MountTable;
  let fs: View;
  const mount = (stored?: ReadonlyMap<number, StoredNode>): void => {
    const tree = new Tree("host", kernel, { layer, ...(stored && { stored }) });
    table = {
      root: { path: "/", tree, rel: [], readOnly: false, type: "ext4" },
      mounts: new Map(kernel.systemMounts(namespace, () => table).map((m) => [m.path, m])),
    };
    fs = new View(table, { credentials: ROOT, cwd: "/", umask: 0o22, pid: 0 });
  };
  mount();
  const box: Box = {
    id: "host",
    namespace,
    hostname: options.name,
    cpu: createCpuGroup(undefined, 1024),
    memoryLimit: options.hardware.memory,
    memory: 0,
    processes: new Set(),
    table: () => table,
    stack: options.network,
    oom: () => [[...box.processes].reduce((most, p) => (p.memory > most.memory ? p : most))],
  };
  /** pid 1, which orphans go to and no signal ends. */
  const boot = (): void => {
    if (namespace.processes.has(1)) return;
    const start = { argv: ["/sbin/init"], env: {}, cwd: "/", umask: 0o22, credentials: ROOT, program: undefined, arguments: undefined };
    kernel.spawn({ box, start, fds: new Map(), ignored: ["TERM", "INT"] });
  };
  const outside = new WeakMap<Description, OpenFile>();
  /** A description for those who are no process. */
  const expose = (file: OpenFile): Description => {
    const description: Description = {
      id: file.id,
      tty: file.tty,
      read: (max = READ_SIZE) =>
        new Promise((resolve, reject) => blockingRead(file, max, { done: (v) => resolve(v as Uint8Array | null), fail: reject })),
      write: async (data) => {
        if (file.tryWrite(encode(data)) === 0 && data.length > 0) throw errno("EAGAIN");
      },
      ...(file.setRaw && { setRaw: (raw: boolean) => file.setRaw?.(raw) }),
    };
    outside.set(description, file);
    return description;
  };
  const signalGroup = (group: number, signal: Parameters<Kernel["signalGroup"]>[2]): void =>
    void kernel.signalGroup(namespace, group, signal, true);
  const terminals = new Map<number, Terminal>();
  const expand = (pty: Pty): Terminal => {
    kernel.hold(pty);
    const terminal: Terminal = {
      slave: expose(pty),
      input: (data) => pty.input(data),
      output: (on) => pty.output(on),
      acknowledge: (bytes) => pty.acknowledge(bytes),
      resize: (columns, rows) => pty.resize(columns, rows),
      hangup: () => {
        if (!terminals.delete(pty.id)) return;
        pty.hangup();
        for (const process of [...namespace.processes.values()]) if (process.tty === pty) kernel.signal(process, "HUP", true);
        kernel.release(pty);
      },
      get foreground() {
        return pty.foreground;
      },
      set foreground(group) {
        pty.foreground = group;
      },
    };
    terminals.set(pty.id, terminal);
    return terminal;
  };

  return {
    name: options.name,
    get fs() {
      return fs;
    },
    start({ argv, env, cwd, fds, terminal }): Child {
      boot();
      const viewer = { credentials: user, cwd, umask: 0o22, pid: 0 };
      const found = findExecutable(new View(table, viewer), user, argv, env["PATH"]);
      const open = new Map<number, OpenFile>();
      const take = (n: number, description: Description): void => {
        const file = outside.get(description) ?? kernel.files.get(description.id);
        if (!file) throw errno("EBADF");
        kernel.files.set(file.id, file);
        open.set(n, file);
      };
      for (const n of [0, 1, 2] as const) {
        const given = fds?.[n] ?? terminal?.slave;
        if (given) take(n, given);
        else
          open.set(
            n,
            kernel.add((id) => new DeviceFile(id, kernel.records, "null", kernel.random)),
          );
      }
      const pty = terminal && outside.get(terminal.slave);
      const tty = pty instanceof Pty ? pty : undefined;
      const { path: _, ...what } = found;
      const start = { ...what, env, cwd, umask: 0o22, arguments: undefined };
      const process = kernel.spawn({ box, start, fds: open, tty });
      if (tty) tty.foreground = process.group;
      const exited = new Promise<Exit>((resolve) => process.onExit((exit) => kernel.turn(() => resolve(exit))));
      return { pid: process.pid, exited, kill: (signal) => kernel.signal(process, signal, true) };
    },
    terminal: (size) => expand(kernel.add((id) => new Pty(id, kernel.records, { signal: signalGroup }, size))),
    terminals: () => [...terminals.values()],
    collector(limit = 16 * 1024 * 1024) {
      const file = kernel.add((id) => new CollectorFile(id, kernel.records, limit));
      return { description: expose(file), text: () => file.text() };
    },
    source: (data) => expose(kernel.add((id) => new SourceFile(id, kernel.records, encode(data)))),

    persistent: {
      name: `host/${options.name}`,
      drain: () => {
        kernel.cpu.settle();
        return kernel.records.drain();
      },
      restore(stored) {
        if (stored.size === 0) return;
        const records = inOrder(stored);
        thawCounters(kernel, records);
        const tree = storedTrees(records).get("host");
        if (tree) mount(tree);
        if (options.keepProcesses === false) return;
        thawFiles(
          kernel,
          records,
          () => table.root.tree,
          (_, group, signal) => signalGroup(group, signal),
        );
        thawProcesses(kernel, records, () => box);
        for (const file of [...kernel.files.values()]) {
          if (!(file instanceof Pty)) continue;
          if (file.refs > 0) expand(file);
          else {
            kernel.files.delete(file.id);
            file.closed();
          }
        }
      },
    },
  };
}
