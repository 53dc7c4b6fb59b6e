import {
  type Child,
  type Description,
  Errno,
  type ProcessContext,
  type ProcessInfo,
  type Program,
  type Programs,
  type Signal,
  type SpawnOptions,
} from "../../runtime/index.ts";
import { createRandom } from "../../sim/index.ts";
import { testFiles } from "./files.ts";
import { rootUser } from "./user.ts";

const NUMBERS: Readonly<Record<string, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  KILL: 9,
  USR1: 10,
  USR2: 12,
  PIPE: 13,
  TERM: 15,
  CHLD: 17,
  CONT: 18,
  STOP: 19,
};
/** Here exec(2) is a child whose end is ours. */
class Replaced extends Error {
  readonly code: number;
  constructor(code: number) {
    super("replaced");
    this.code = code;
  }
}
class Killed extends Error {}

const structuredCloneJson = (state: unknown): unknown => JSON.parse(JSON.stringify(state));

interface Process {
  readonly info: ProcessInfo;
  readonly handlers: Map<Signal, "ignore" | (() => void)>;
  readonly die: (signal: Signal) => void;
}

/** A machine for tests: processes, pipes and files in memory, time that jumps to the next sleeper. No journal. */
export function testMachine(programs: Programs) {
  let time = Date.UTC(2026, 0, 1);
  let ids = 100;
  let pids = 1;
  let loading: Promise<unknown> = Promise.resolve();
  const sleepers: { at: number; wake: () => void }[] = [];
  const processes = new Map<number, Process>();
  let cwdNow = "/";
  const tree = testFiles(
    () => cwdNow,
    () => time,
  );
  const files = tree.fs;
  for (const dir of ["/bin", "/tmp", "/dev", "/etc", "/root"]) files.mkdir(dir);
  for (const name of Object.keys(programs)) if (name !== "subshell") tree.install(`/bin/${name}`, name);
  files.writeFile("/dev/null", "");
  files.writeFile("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/home:/bin/false\n");
  files.writeFile("/etc/group", "root:x:0:\n");

  const fileDescription = (path: string, flags: string, context: () => string): Description => {
    cwdNow = context();
    if (flags.startsWith("r")) files.readFile(path);
    if (flags.startsWith("w")) files.writeFile(path, "");
    else if (!files.exists(path)) files.writeFile(path, "");
    const full = files.realpath(path);
    let at = 0;
    return {
      id: ids++,
      tty: false,
      async read(max = 65536) {
        if (full === "/dev/null") return null;
        const chunk = files.readFile(full).slice(at, at + max);
        at += chunk.length;
        return chunk.length === 0 ? null : chunk;
      },
      async write(data) {
        if (full === "/dev/null") return;
        const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
        if (flags === "a") return files.writeFile(full, bytes, { append: true });
        const old = files.exists(full) ? files.readFile(full) : new Uint8Array();
        const next = new Uint8Array(Math.max(old.length, at + bytes.length));
        next.set(old);
        next.set(bytes, at);
        at += bytes.length;
        files.writeFile(full, next);
      },
    };
  };

  const counts = new Map<Description, { n: number; end: () => void }>();
  const makePipe = (): { read: Description; write: Description } => {
    const queue: Uint8Array[] = [];
    let [ended, broken] = [false, false];
    let waiting: (() => void)[] = [];
    const wake = (): void => {
      const all = waiting;
      waiting = [];
      for (const w of all) w();
    };
    const size = (): number => queue.reduce((n, c) => n + c.length, 0);
    const read: Description = {
      id: ids++,
      tty: false,
      async read(max = 65536) {
        while (queue.length === 0 && !ended) await new Promise<void>((r) => waiting.push(r));
        const first = queue[0];
        if (!first) return null;
        if (first.length <= max) queue.shift();
        else queue[0] = first.slice(max);
        wake();
        return first.slice(0, max);
      },
      write: async () => undefined,
    };
    const write: Description = {
      id: ids++,
      tty: false,
      read: async () => null,
      async write(data) {
        const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
        if (broken) throw new Errno("EPIPE", "Broken pipe");
        if (bytes.length > 0) queue.push(bytes);
        wake();
        while (size() > 65536 && !broken) await new Promise<void>((r) => waiting.push(r));
        if (broken) throw new Errno("EPIPE", "Broken pipe");
      },
    };
    counts.set(read, {
      n: 1,
      end: () => {
        broken = true;
        wake();
      },
    });
    counts.set(write, {
      n: 1,
      end: () => {
        ended = true;
        wake();
      },
    });
    return { read, write };
  };
  const release = (d: Description): void => {
    const c = counts.get(d);
    if (c && --c.n === 0) c.end();
  };

  const launch = (
    program: string,
    o: {
      argv: readonly string[];
      env: Readonly<Record<string, string>>;
      cwd: string;
      fds: ReadonlyMap<number, Description>;
      ppid: number;
      args?: unknown;
      restored?: unknown;
      checkpoint?: (state: unknown) => void;
      ignored?: readonly Signal[];
    },
  ): Child => {
    const pid = pids++;
    for (const d of new Set(o.fds.values())) {
      const c = counts.get(d);
      if (c) c.n++;
    }
    let kill: (signal: Signal) => void = () => undefined;
    const killed = new Promise<Signal>((resolve) => {
      kill = resolve;
    });
    const handlers = new Map<Signal, "ignore" | (() => void)>((o.ignored ?? []).map((s) => [s, "ignore" as const]));
    processes.set(pid, {
      info: { pid, ppid: o.ppid, group: pid, uid: 0, argv: o.argv, state: "S", cpu: 0, memory: 1_000_000, started: time, tty: false },
      handlers,
      die: kill,
    });
    const children = new Map<number, Child>();
    let cwd = o.cwd;
    let dead = false;
    const none = (): never => {
      throw new Error("no network in this machine");
    };
    const alive = async <T>(p: Promise<T>): Promise<T> => {
      const v = await p;
      if (dead) throw new Killed();
      return v;
    };
    const proc: ProcessContext = {
      pid,
      ppid: o.ppid,
      argv: o.argv,
      env: { ...o.env },
      ...rootUser,
      setHostname: none,
      hostname: "box",
      umask: 0o022,
      get cwd() {
        return cwd;
      },
      set cwd(path) {
        cwd = path;
      },
      fs: new Proxy(files, {
        get:
          (target, key) =>
          (...a: unknown[]) => {
            cwdNow = cwd;
            return (target[key as keyof typeof target] as (...x: unknown[]) => unknown)(...a);
          },
      }),
      stdin: o.fds.get(0) as Description,
      stdout: o.fds.get(1) as Description,
      stderr: o.fds.get(2) as Description,
      net: {
        ip: "10.0.0.2",
        hostname: "box",
        listen: none,
        connect: none,
        lookup: none,
        query: none,
        echo: none,
        sockets: none,
        bind: none,
        socket: none,
        listener: none,
      },
      clock: { now: () => time, sleep: (ms) => alive(new Promise<void>((wake) => sleepers.push({ at: time + ms, wake }))) },
      random: createRandom(pid, "test"),
      fd: (n) => o.fds.get(n),
      open: (path, flags) => fileDescription(path, flags, () => cwd),
      close: release,
      pipe: makePipe,
      async spawn(s: SpawnOptions) {
        let name = s.program?.name;
        if (name === undefined) {
          cwdNow = s.cwd ?? cwd;
          const path = (s.argv[0] as string).includes("/")
            ? (s.argv[0] as string)
            : ((s.env ?? o.env)["PATH"] ?? "/bin")
                .split(":")
                .map((d) => `${d}/${s.argv[0]}`)
                .find((p) => files.exists(p));
          if (path === undefined || !files.exists(path)) throw new Errno("ENOENT", "No such file or directory");
          if ((files.stat(path).mode & 0o111) === 0) throw new Errno("EACCES", "Permission denied");
          name = tree.program(path);
          if (name === undefined) throw new Errno("ENOEXEC", "Exec format error");
        }
        const fds = new Map(s.fds ? Object.entries(s.fds).map(([n, d]) => [Number(n), d] as const) : []);
        for (const n of [0, 1, 2]) if (!fds.has(n)) fds.set(n, o.fds.get(n) as Description);
        const ignored = [...handlers].filter(([, h]) => h === "ignore").map(([k]) => k);
        const child = launch(name, {
          argv: s.argv,
          env: s.env ?? o.env,
          cwd: s.cwd ?? cwd,
          fds,
          ppid: pid,
          args: s.program?.arguments,
          ignored,
        });
        children.set(child.pid, child);
        return child;
      },
      async exec(argv, options = {}): Promise<never> {
        const child = await proc.spawn({ argv, ...options });
        const { code } = await child.exited;
        throw new Replaced(code);
      },
      title: () => undefined,
      kill(target, signal) {
        const p = processes.get(Math.abs(target));
        if (!p) throw new Errno("ESRCH", "No such process");
        if (signal === 0) return;
        const h = p.handlers.get(signal);
        if (h === "ignore" && signal !== "KILL") return;
        if (typeof h === "function" && signal !== "KILL") h();
        else if (signal !== "CHLD" && signal !== "CONT") p.die(signal);
      },
      on(signal, handler) {
        handlers.set(signal, handler);
        return () => {
          if (handlers.get(signal) === handler) handlers.delete(signal);
        };
      },
      signal: new AbortController().signal,
      cpu: async () => {
        if (dead) throw new Killed();
      },
      memory: () => undefined,
      usage: () => ({ own: 0, children: 0 }),
      processes: () => [...processes.values()].map((p) => p.info),
      checkpoint: (state) => o.checkpoint?.(state),
      restored: o.restored ?? o.args,
      arguments: o.args,
      code(later) {
        if (later.program) return later.program;
        const fetched = later.load().then((loaded) => (later.program = loaded));
        loading = fetched;
        return fetched;
      },
      child: (n) => children.get(n),
      description: (id) => [...o.fds.values()].find((d) => d.id === id),
      outside: (_, ask) => ask(),
      foreground: () => undefined,
    };
    const run = (programs[program] as Program)(proc).catch((error: unknown) => {
      if (error instanceof Replaced) return error.code;
      if (error instanceof Killed) return 137;
      if (error instanceof Errno && error.code === "EPIPE") return 141;
      throw error;
    });
    const exited = Promise.race([
      run.then((code) => ({ code })),
      killed.then((signal) => ({ code: 128 + (NUMBERS[signal] ?? 0), signal })),
    ]).then((exit) => {
      dead = true;
      processes.delete(pid);
      for (const d of new Set(o.fds.values())) release(d);
      return exit;
    });
    return { pid, exited, kill: (signal) => proc.kill(pid, signal) };
  };

  const settle = async (): Promise<void> => {
    for (let i = 0; i < 400; i++) await Promise.resolve();
  };
  return {
    fs: files,
    now: () => time,
    processes,
    /** Runs a program to its end, moving time when everything sleeps. */
    async run(
      argv: readonly string[],
      options: {
        stdin?: string;
        env?: Record<string, string>;
        limit?: number;
        restored?: unknown;
        checkpoint?: (state: unknown, out: string) => void;
      } = {},
    ): Promise<{ out: string; err: string; code: number }> {
      const texts = ["", "", ""];
      const collect = (n: number): Description => {
        const decoder = new TextDecoder();
        return {
          id: ids++,
          tty: false,
          read: async () => null,
          write: async (d) => {
            texts[n] += typeof d === "string" ? d : decoder.decode(d, { stream: true });
          },
        };
      };
      const input = makePipe();
      void input.write
        .write(options.stdin ?? "")
        .catch(() => undefined)
        .then(() => release(input.write));
      const fds = new Map([
        [0, input.read],
        [1, collect(1)],
        [2, collect(2)],
      ]);
      const program = tree.program(`/bin/${argv[0]}`) as string;
      const child = launch(program, {
        argv,
        env: options.env ?? { PATH: "/bin", HOME: "/root" },
        cwd: "/tmp",
        fds,
        ppid: 0,
        restored: options.restored,
        checkpoint: (state) => options.checkpoint?.(structuredCloneJson(state), texts[1] as string),
      });
      let result: { code: number } | undefined;
      let failure: unknown;
      child.exited.then(
        (r) => {
          result = r;
        },
        (e: unknown) => {
          failure = e ?? new Error("failed");
        },
      );
      const until = time + (options.limit ?? 3_600_000);
      let idle = 0;
      while (!result && failure === undefined) {
        await loading;
        await settle();
        if (result || failure !== undefined) break;
        sleepers.sort((a, b) => a.at - b.at);
        const next = sleepers[0];
        if (next && next.at > until) break;
        if (next) {
          idle = 0;
          sleepers.shift();
          time = Math.max(time, next.at);
          next.wake();
        } else if (++idle > 5000) throw new Error(`stuck: ${argv.join(" ")}\n${texts[1]}${texts[2]}`);
      }
      if (failure !== undefined) throw failure;
      return { out: texts[1] as string, err: texts[2] as string, code: result?.code ?? -1 };
    },
  };
}
