import { concatBytes } from "../../../machinery/index.ts";
import { type Description, SIGNALS, type Signal } from "../../../runtime/index.ts";
import { PyBytes, PyFloat, PyList, PyTuple, type Value } from "../values.ts";
import { PyDict } from "../vm/dicts.ts";
import { osError, valueError } from "../vm/errors.ts";
import type { Gen } from "../vm/frame.ts";
import type { Machine } from "../vm/machine.ts";
import { functions } from "../vm/native.ts";
import { asInt } from "../vm/numbers.ts";
import { bytesOf } from "./encodings.ts";
import { pathOf } from "./files.ts";
import { record } from "./records.ts";

const number = (v: Value | undefined): number => Number(asInt(v as Value) ?? 0);
const MODES = { file: 0o100000, directory: 0o040000, symlink: 0o120000, device: 0o020000, fifo: 0o010000 } as const;
const signalName = (n: number): Signal => {
  const name = Object.entries(SIGNALS).find(([, number]) => number === n)?.[0];
  if (name === undefined) throw valueError("signal number out of range");
  return name as Signal;
};

/** What os is built on. */
export function posixModule(m: Machine): Map<string, Value> {
  const { proc } = m;
  const { fs } = proc;
  const path = (v: Value | undefined): string => pathOf(m.main, v as Value);
  /** A failed call tells the path it was given. */
  const guarded = <T>(of: Value | undefined, fn: (path: string) => T): T => {
    const p = path(of);
    try {
      return fn(p);
    } catch (error) {
      const { code, message } = error as { readonly code?: string; readonly message: string };
      if (code === undefined) throw error;
      throw osError(code, message, p);
    }
  };
  const stat = (of: Value | undefined, follow: boolean): Value =>
    guarded(of, (p) => {
      const s = follow ? fs.stat(p) : fs.lstat(p);
      const time = new PyFloat(s.mtime / 1000);
      return record(
        "os.stat_result",
        ["st_mode", "st_ino", "st_dev", "st_nlink", "st_uid", "st_gid", "st_size", "st_atime", "st_mtime", "st_ctime"],
        [MODES[s.type] | s.mode, s.ino, 66, s.nlink, s.uid, s.gid, s.size, time, time, time],
      );
    });
  const environ = new PyDict();
  for (const [name, value] of Object.entries(proc.env)) environ.put(name, value);
  return new Map<string, Value>([
    ...functions({
      getpid: ["", () => proc.pid],
      getppid: ["", () => proc.ppid],
      getuid: ["", () => proc.uid],
      geteuid: ["", () => proc.uid],
      getgid: ["", () => proc.gid],
      getegid: ["", () => proc.gid],
      getcwd: ["", () => proc.cwd],
      chdir: [
        "path",
        (_, [p]) => (guarded(p, (at) => (fs.stat(at).type === "directory" ? (proc.cwd = fs.realpath(at)) : fs.readdir(at))), null),
      ],
      listdir: ["path=", (_, [p]) => guarded(p ?? ".", (at) => new PyList([...fs.readdir(at)]))],
      mkdir: ["path, mode=", (_, [p, mode]) => guarded(p, (at) => (fs.mkdir(at, { mode: number(mode ?? 0o777) & ~proc.umask }), null))],
      rmdir: ["path", (_, [p]) => guarded(p, (at) => (fs.rmdir(at), null))],
      remove: ["path", (_, [p]) => guarded(p, (at) => (fs.unlink(at), null))],
      rename: ["src, dst", (_, [from, to]) => guarded(from, (at) => (fs.rename(at, path(to)), null))],
      symlink: ["src, dst", (_, [from, to]) => guarded(to, (at) => (fs.symlink(path(from), at), null))],
      link: ["src, dst", (_, [from, to]) => guarded(from, (at) => (fs.link(at, path(to)), null))],
      readlink: ["path", (_, [p]) => guarded(p, (at) => fs.readlink(at))],
      chmod: ["path, mode", (_, [p, mode]) => guarded(p, (at) => (fs.chmod(at, number(mode)), null))],
      chown: ["path, uid, gid", (_, [p, uid, gid]) => guarded(p, (at) => (fs.chown(at, number(uid), number(gid)), null))],
      stat: ["path", (_, [p]) => stat(p, true)],
      lstat: ["path", (_, [p]) => stat(p, false)],
      access: ["path, mode", (_, [p, mode]) => fs.access(path(p), number(mode))],
      _kind: [
        "path, follow",
        (_, [p, follow]) => {
          try {
            return (follow === true ? fs.stat(path(p)) : fs.lstat(path(p))).type;
          } catch {
            return null;
          }
        },
      ],
      _realpath: [
        "path",
        (_, [p]) => {
          try {
            return fs.realpath(path(p));
          } catch {
            return null;
          }
        },
      ],
      umask: [
        "mask",
        (_, [mask]) => {
          const before = proc.umask;
          proc.umask = Number(mask) & 0o777;
          return before;
        },
      ],
      kill: ["pid, signal", (_, [pid, signal]) => (proc.kill(number(pid), number(signal) === 0 ? 0 : signalName(number(signal))), null)],
      urandom: ["n", (_, [n]) => new PyBytes(proc.random.bytes(Math.min(Number(asInt(n as Value)), 1 << 20)))],
      _setenv: [
        "name, value",
        (_, [name, value]) => (value === null ? delete proc.env[String(name)] : (proc.env[String(name)] = String(value)), null),
      ],
      _uname: ["", () => new PyTuple(["Linux", proc.hostname, "6.12.0", "#1 SMP", "x86_64"])],
      getloadavg: ["", () => new PyTuple([new PyFloat(0), new PyFloat(0), new PyFloat(0)])],
      _exit: [
        "status",
        function* (_, [status]): Gen {
          yield* last(m, Number(status));
          return null;
        },
      ],
    }),
    ["_environ", environ],
  ]);
}
function* last(m: Machine, status: number): Gen<void> {
  m.leave(status);
  yield new Promise<void>(() => {});
}

/** What signal is built on. */
export function signalModule(m: Machine): Map<string, Value> {
  return functions({
    _handle: [
      "number, handler",
      (_, [number, handler]) => {
        const n = Number(asInt(number as Value));
        if (!(n >= 1 && n <= 64)) throw valueError("signal number out of range");
        const signal = signalName(n);
        if (signal === "KILL" || signal === "STOP") throw osError("EINVAL", "Invalid argument");
        m.undo.get(signal)?.();
        m.undo.delete(signal);
        if (handler === 0) return null;
        if (handler === 1) m.undo.set(signal, m.proc.on(signal, "ignore"));
        else {
          m.handlers.set(signal, handler as Value);
          m.undo.set(
            signal,
            m.proc.on(signal, () => m.signalled(signal, n)),
          );
        }
        return null;
      },
    ],
    _numbers: [
      "",
      () => {
        const all = new PyDict();
        for (const [name, n] of Object.entries(SIGNALS)) if (/^[A-Z]+\d?$/.test(name)) all.put(`SIG${name}`, n);
        return all;
      },
    ],
  });
}

function* readAll(m: Machine, from: Description): Gen<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const data = (yield from.read()) as unknown as Uint8Array | null;
    if (data === null || size > 32 * 1024 * 1024) break;
    parts.push(data);
    size += data.length;
    m.charge(data.length);
  }
  m.proc.close(from);
  return concatBytes(parts);
}

/** What subprocess is built on: starts a program with its three streams, and waits for what it says. */
export function subprocessModule(m: Machine): Map<string, Value> {
  const { proc } = m;
  const children = new Map<number, Promise<{ readonly code: number; readonly signal?: Signal }>>();
  const pipes = new Map<number, Description>();
  let ids = 0;
  const keep = (d: Description): number => (pipes.set(++ids, d), ids);
  return functions({
    /** argv, cwd, env, how each stream is: None inherited, "pipe", "null", "out" → pid and the ids of pipes. */
    _start: [
      "argv, cwd, env, stdin, stdout, stderr",
      function* (_, [argv, cwd, env, ...streams]): Gen {
        yield m.out.drain();
        const fds: Record<number, Description> = {};
        const own: Value[] = [null, null, null];
        const theirs: Description[] = [];
        for (const [fd, how] of streams.entries()) {
          if (how === "pipe") {
            const pipe = proc.pipe();
            fds[fd] = fd === 0 ? pipe.read : pipe.write;
            theirs.push(fds[fd] as Description);
            own[fd] = keep(fd === 0 ? pipe.write : pipe.read);
          } else if (how === "null") theirs.push((fds[fd] = proc.open("/dev/null", fd === 0 ? "r" : "w")));
          else if (how === "out") fds[fd] = fds[1] ?? proc.stdout;
        }
        const child = (yield proc.spawn({
          argv: (argv as PyList).items.map(String),
          fds,
          ...(cwd !== null && { cwd: String(cwd) }),
          ...(env !== null && { env: Object.fromEntries([...(env as PyDict).entries()].map(([k, v]) => [String(k), String(v)])) }),
        })) as unknown as { readonly pid: number; readonly exited: Promise<{ readonly code: number; readonly signal?: Signal }> };
        for (const d of theirs) proc.close(d);
        children.set(child.pid, child.exited);
        return new PyTuple([child.pid, ...own]);
      },
    ],
    _wait: [
      "pid",
      function* (_, [pid]): Gen {
        const exited = children.get(Number(pid));
        if (!exited) return 0;
        const { code, signal } = (yield exited) as unknown as { readonly code: number; readonly signal?: Signal };
        return signal === undefined ? code : -(SIGNALS[signal] ?? 0);
      },
    ],
    _read: [
      "id",
      function* (_, [id]): Gen {
        const from = pipes.get(Number(id));
        pipes.delete(Number(id));
        return new PyBytes(from ? yield* readAll(m, from) : new Uint8Array(0));
      },
    ],
    _write: [
      "id, data",
      function* (_, [id, data]): Gen {
        const to = pipes.get(Number(id));
        if (to) yield to.write(bytesOf(data as Value) ?? new Uint8Array(0));
        return null;
      },
    ],
    _close: [
      "id",
      (_, [id]) => {
        const d = pipes.get(Number(id));
        if (d) proc.close(d);
        pipes.delete(Number(id));
        return null;
      },
    ],
  });
}
