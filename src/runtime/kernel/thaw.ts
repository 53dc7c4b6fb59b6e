import type { StoredNode, Tree } from "../files/tree.ts";
import { EMPTY } from "../files/node.ts";
import { createRandom } from "../../sim/index.ts";
import { DeviceFile, RegularFile, SourceFile, type StoredFile } from "./files.ts";
import { boxOf } from "./entered.ts";
import type { Entry } from "./entry.ts";
import type { Kernel, StoredKernel } from "./kernel.ts";
import { keepZombie } from "./lineage.ts";
import { Pipe, PipeEnd, type StoredPipe } from "./pipe.ts";
import { type Box, Process, type StoredProcess } from "./process.ts";
import { Pty, type StoredPty } from "./pty.ts";

export type StoredTrees = ReadonlyMap<string, ReadonlyMap<number, StoredNode>>;

/** The records in an order of their own: what storage makes of it must not matter. */
export function inOrder(records: ReadonlyMap<string, unknown>): ReadonlyMap<string, unknown> {
  return new Map([...records].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Sorts `fs/<tree>/<ino>` records by tree. */
export function storedTrees(records: ReadonlyMap<string, unknown>): StoredTrees {
  const trees = new Map<string, Map<number, StoredNode>>();
  const pages: (readonly [id: string, ino: number, page: number, bytes: Uint8Array])[] = [];
  for (const [key, value] of records) {
    if (!key.startsWith("fs/")) continue;
    const [, id, ino, page] = key.split("/") as [string, string, string, string?];
    let tree = trees.get(id);
    if (!tree) trees.set(id, (tree = new Map()));
    if (page === undefined) tree.set(Number(ino), value as StoredNode);
    else if (value !== undefined) pages.push([id, Number(ino), Number(page), value as Uint8Array]);
  }
  for (const [id, ino, page, bytes] of pages) {
    const node = trees.get(id)?.get(ino);
    if (!node) continue;
    const all = [...(node.pages ?? [])];
    all[page - 1] = bytes;
    trees.get(id)?.set(ino, { ...node, pages: all });
  }
  return trees;
}

export function thawCounters(kernel: Kernel, records: ReadonlyMap<string, unknown>): void {
  const stored = records.get("kernel") as StoredKernel | undefined;
  if (stored) kernel.restoreCounters(stored);
}

/** Pipes, terminals and open files, under their ids. */
export function thawFiles(
  kernel: Kernel,
  records: ReadonlyMap<string, unknown>,
  tree: (id: string) => Tree | undefined,
  signal: (pty: number, group: number, signal: Parameters<Kernel["signalGroup"]>[2]) => void,
): void {
  for (const [key, value] of records) {
    if (key.startsWith("pipe/")) {
      const { read, write, bytes } = value as StoredPipe;
      const first = Number(key.slice(5));
      const pipe = new Pipe(kernel.records, first, first + 1, bytes);
      pipe.readOpen = read !== undefined;
      pipe.writeOpen = write !== undefined;
      if (pipe.readOpen) kernel.files.set(first, new PipeEnd(pipe, "read"));
      if (pipe.writeOpen) kernel.files.set(first + 1, new PipeEnd(pipe, "write"));
    } else if (key.startsWith("file/") && value !== undefined) {
      const id = Number(key.slice(5));
      kernel.files.set(id, reopen(id, value as StoredFile | StoredPty));
    }
  }
  function reopen(id: number, stored: StoredFile | StoredPty) {
    if (stored.kind === "pty") return new Pty(id, kernel.records, { signal: (group, s) => signal(id, group, s) }, stored, stored);
    if (stored.kind === "device") return new DeviceFile(id, kernel.records, stored.device, createRandom(id, "device"));
    if (stored.kind === "source") return new SourceFile(id, kernel.records, stored.bytes);
    const home = tree(stored.tree);
    const node = home?.at(stored.rel);
    // Unlinked while open: its content is gone.
    if (!home || !node) return new SourceFile(id, kernel.records, EMPTY);
    return new RegularFile(
      id,
      kernel.records,
      home,
      stored.rel,
      stored.flags === "r" ? node : home.own(stored.rel),
      stored.flags,
      stored.offset,
    );
  }
}

/** Processes, each to be run in a turn; virtual time stands still until all are live again. */
export function thawProcesses(kernel: Kernel, records: ReadonlyMap<string, unknown>, box: (id: string) => Box | undefined): void {
  const thawed: { readonly process: Process; readonly stored: StoredProcess }[] = [];
  const rows = [...records]
    .filter(([key]) => key.startsWith("process/"))
    .map(([key, value]) => [Number(key.slice(8)), value as StoredProcess] as const);
  for (const [id, stored] of rows.sort((a, b) => a[0] - b[0])) {
    const home = boxOf(stored.box, box);
    if (!home) continue;
    const { argv, env, cwd, umask, credentials, program, arguments: args, exe, comm, root, limits } = stored;
    const process = new Process(
      id,
      stored.pid,
      home,
      undefined,
      stored.group,
      {
        argv,
        env,
        cwd,
        umask,
        credentials,
        program,
        arguments: args,
        ...(exe !== undefined && { exe }),
        ...(comm !== undefined && { comm }),
        ...(root !== undefined && { root }),
        ...(limits && { limits }),
      },
      stored.started,
    );
    process.base = stored.base;
    process.memory = stored.memory;
    process.peak = stored.peak;
    process.oomScoreAdj = stored.oomScoreAdj;
    process.cpu = stored.cpu;
    process.childrenCpu = stored.childrenCpu;
    process.debt = stored.debt;
    process.title = stored.title;
    process.stopped = stored.stopped;
    process.awaited = stored.awaited;
    process.reaper = stored.reaper;
    for (const signal of stored.ignored) process.dispose(signal, "ignore");
    for (const [n, file] of stored.fds) {
      const open = kernel.files.get(file);
      if (open) process.fds.set(n, kernel.hold(open));
    }
    const tty = stored.tty === null ? undefined : kernel.files.get(stored.tty);
    if (tty instanceof Pty) process.tty = tty;
    for (const socket of stored.sockets) {
      (process.sockets ??= new Map()).set(socket.id, socket);
      // Held, though nothing may wait for it at this moment.
      home.stack()?.socket?.(socket.id);
    }
    for (const listener of stored.listeners) (process.listeners ??= new Map()).set(listener.id, listener);
    home.namespace.next = Math.max(home.namespace.next, stored.pid + 1);
    if (stored.zombie) keepZombie(process);
    else kernel.admit(process);
    thawed.push({ process, stored });
  }
  for (const { process, stored } of thawed) {
    const parent = stored.parent === null ? undefined : kernel.processes.get(stored.parent);
    process.parent = parent;
    if (parent) (parent.children ??= new Set()).add(process);
  }
  // What nobody holds any more was held from outside: an exec's client, a terminal's emulator.
  for (const file of [...kernel.files.values()].sort((a, b) => a.id - b.id)) {
    if (file.refs > 0 || file instanceof Pty) continue;
    kernel.files.delete(file.id);
    file.closed();
  }
  const programs = thawed.filter(({ process }) => process.start.program !== undefined && !process.zombie);
  if (programs.length === 0) return;
  const release = kernel.clock.hold();
  kernel.onThawed = release;
  for (const { process } of programs) kernel.thawing.add(process);
  for (const { process, stored } of programs) {
    const { journal } = stored;
    if (!journal || journal.lost) {
      kernel.turn(() => kernel.fail(process, "its journal had grown too long to keep"));
      continue;
    }
    if (!stored.base.checkpointed && journal.calls === 0 && journal.chunks === 0) {
      // Its main() has not been called yet, or has done nothing.
      kernel.turn(() => {
        kernel.run(process);
        kernel.thawed(process);
      });
      continue;
    }
    const log: Entry[] = [];
    for (let i = 0; i < journal.chunks; i++) log.push(...((records.get(`journal/${process.id}/${i}`) ?? []) as readonly Entry[]));
    process.journal?.thaw(journal, log, stored.base.at, stored.base.checkpointed);
    kernel.turn(() => kernel.run(process));
  }
}
