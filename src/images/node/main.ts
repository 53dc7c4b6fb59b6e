import { sha1 } from "@noble/hashes/legacy.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { base64Decode, base64Encode } from "../../machinery/index.ts";
import { REASONS } from "../../network/index.ts";
import type { ProcessContext, Program, Signal } from "../../runtime/index.ts";
import { readIfThere } from "../process.ts";
import { latin1, unlatin1 } from "../javascript/bytes.ts";
import { Engine, type Thrown } from "./engine.ts";
import { fileCall, failure } from "./files.ts";
import { Traffic } from "./traffic.ts";

/** Where an image says which release its node is. */
export const VERSION_FILE = "/usr/local/include/node/version";
const HASHES: Readonly<Record<string, (data: Uint8Array) => Uint8Array>> = { sha1, sha256, sha512 };
/** What V8 and libuv take before a script does anything, in bytes and in ms of CPU. */
const RESIDENT = 42 * 1024 * 1024;
const STARTING = 40;

/** Thrown through the interpreter when a script ends its process. */
class Exit {
  readonly code: number;
  constructor(code: number) {
    this.code = code;
  }
}

/** Node.js: one script, its timers, sockets and servers, until nothing is left that could wake it. */
class Node {
  readonly #proc: ProcessContext;
  readonly #version: string;
  readonly #engine: Engine;
  readonly #traffic: Traffic;
  readonly #timers = new Set<number>();
  readonly #unref = new Set<number>();
  readonly #started: number;
  #reading = false;
  /** Code from the command line. */
  #given: string | undefined;
  #code: number | undefined;
  #ended: (code: number) => void = () => {};
  /** Output and CPU of what has run, in order. */
  #after: Promise<void> = Promise.resolve();

  constructor(proc: ProcessContext, version: string, argv: readonly string[]) {
    this.#proc = proc;
    this.#version = version;
    this.#started = proc.clock.now();
    this.#traffic = new Traffic(proc, (name, id, data) => this.#turn(() => this.#engine.deliver(name, id, data)));
    this.#engine = new Engine(
      (op, args) => this.#call(op, args, argv),
      (file) => proc.fs.readText(file),
    );
  }

  async run(start: () => void): Promise<number> {
    const ended = new Promise<number>((resolve) => (this.#ended = resolve));
    this.#turn(start);
    const code = await ended;
    await this.#after;
    this.#engine.dispose();
    return code;
  }
  start(kind: "file" | "eval", text: string): string {
    if (kind === "eval") this.#given = text;
    return this.#engine.start(kind, text);
  }
  print(text: string): void {
    this.#write(1, new TextEncoder().encode(`${text}\n`));
  }

  /** Lets the script go on, then looks whether it has come to its end. */
  #turn(fn: () => void): void {
    if (this.#code !== undefined) return;
    try {
      fn();
    } catch (error) {
      if (this.#code === undefined) this.#uncaught(error);
    }
    const ms = this.#engine.spent();
    if (ms > 0) this.#after = this.#after.then(() => this.#proc.cpu(ms));
    void this.#after.then(() => this.#look());
  }
  #look(): void {
    if (this.#code === undefined && this.#idle()) {
      this.#quiet(() => this.#engine.deliver("beforeExit", 0));
      if (this.#idle()) {
        this.#quiet(() => this.#engine.deliver("exit", 0));
        this.#code ??= this.#engine.exitCode() & 255;
      }
    }
    if (this.#code !== undefined) this.#ended(this.#code);
  }
  #quiet(fn: () => void): void {
    try {
      fn();
    } catch (error) {
      this.#uncaught(error);
    }
  }
  #idle(): boolean {
    return ![...this.#timers].some((id) => !this.#unref.has(id)) && !this.#traffic.alive && !this.#reading;
  }
  #uncaught(error: unknown): void {
    if (error instanceof Exit || this.#code !== undefined) return;
    const thrown = error as Partial<Thrown>;
    if (thrown.stack === undefined) throw error;
    if (thrown.exiting) return;
    this.#write(
      2,
      new TextEncoder().encode(
        complaint(error as Thrown, this.#version, (path) => (path === "[eval]" ? this.#given : readIfThere(this.#proc, path))),
      ),
    );
    this.#code = 1;
  }

  #write(fd: number, data: Uint8Array): void {
    const to = fd === 2 ? this.#proc.stderr : this.#proc.stdout;
    this.#after = this.#after.then(() => to.write(data)).catch(() => {});
  }

  #call(op: string, args: readonly unknown[], argv: readonly string[]): string | number | boolean | undefined {
    const proc = this.#proc;
    const [first, second] = args as [number, unknown];
    switch (op) {
      case "info":
        return JSON.stringify({
          argv: ["/usr/local/bin/node", ...argv],
          env: proc.env,
          hostname: proc.hostname,
          ip: proc.net.ip,
          pid: proc.pid,
          ppid: proc.ppid,
          uid: proc.uid,
          gid: proc.gid,
          version: this.#version,
          reasons: REASONS,
          tty: [proc.stdin.tty, proc.stdout.tty, proc.stderr.tty],
        });
      case "write":
        this.#write(first, unlatin1(String(second)));
        return undefined;
      case "now":
        return proc.clock.now();
      case "uptime":
        return (proc.clock.now() - this.#started) / 1000;
      case "random":
        return proc.random.next();
      case "uuid":
        return proc.random.uuid();
      case "bytes":
        return latin1(proc.random.bytes(first));
      case "hash": {
        const hash = HASHES[String(first)];
        if (!hash) return failure({ code: "ERR_NOT_SIMULATED", message: `digest ${String(first)} is not simulated in Timonel` }, "hash");
        return latin1(hash(unlatin1(String(second))));
      }
      case "base64":
        return base64Encode(unlatin1(String(first)));
      case "unbase64": {
        const bytes = base64Decode(String(first).replaceAll("-", "+").replaceAll("_", "/"));
        return typeof bytes === "number" ? "" : latin1(bytes);
      }
      case "utf8":
        return new TextDecoder().decode(unlatin1(String(first)));
      case "cpu":
        return proc.usage().own;
      case "rss":
        return RESIDENT + this.#engine.heap();
      case "heap": {
        const used = this.#engine.heap();
        return JSON.stringify({ heapTotal: used, heapUsed: used, external: 0, arrayBuffers: 0 });
      }
      case "cwd":
        return proc.cwd;
      case "chdir":
        proc.cwd = proc.fs.realpath(String(first));
        return "";
      case "os":
        return osFact(proc, String(first));
      case "timer":
        this.#timer(first, Number(second));
        return undefined;
      case "untimer":
        this.#timers.delete(first);
        return undefined;
      case "ref":
        if (second === true) this.#unref.delete(first);
        else this.#unref.add(first);
        return undefined;
      case "stdin":
        void this.#read();
        return undefined;
      case "signal":
        proc.on(String(first) as Signal, () => this.#turn(() => this.#engine.deliver("signal", 0, first)));
        return "";
      case "kill":
        proc.kill(first, String(second) as Signal);
        return "";
      case "watch":
        proc.fs.watch(String(second), () => this.#turn(() => this.#engine.deliver("change", first)));
        return "";
      case "exit":
        this.#code = first & 255;
        throw new Exit(this.#code);
      default:
        if (this.#traffic.call(op, args)) return undefined;
        return fileCall(proc, op, args);
    }
  }

  #timer(id: number, ms: number): void {
    this.#timers.add(id);
    void this.#proc.clock.sleep(ms).then(() => {
      if (!this.#timers.delete(id)) return;
      this.#turn(() => this.#engine.deliver("timer", id));
    });
  }
  async #read(): Promise<void> {
    this.#reading = true;
    for (let data = await this.#proc.stdin.read(); data !== null; data = await this.#proc.stdin.read()) {
      const text = latin1(data);
      this.#turn(() => this.#engine.deliver("stdin", 0, text));
    }
    this.#reading = false;
    this.#turn(() => this.#engine.deliver("stdin", 0, null));
  }
}

/** QuickJS's words, and V8's for the same. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/^unexpected token in expression: '(.*)'$/, "Unexpected token '$1'"],
  [/^'(.*)' is not defined$/, "$1 is not defined"],
  [/^cannot read property '(.*)' of (undefined|null)$/, "Cannot read properties of $2 (reading '$1')"],
  [/^cannot set property '(.*)' of (undefined|null)$/, "Cannot set properties of $2 (setting '$1')"],
  [/^'(.*)' is read-only$/, "Assignment to constant variable."],
];
const said = (message: string): string => {
  const rule = WORDS.find(([pattern]) => pattern.test(message));
  return rule ? message.replace(...rule) : message;
};

/** What an error that nobody caught prints (node: src/node_errors.cc, lib/internal/process/execution.js). */
function complaint({ name, message, stack, shown, bare }: Thrown, version: string, read: (path: string) => string | undefined): string {
  const end = `\n\nNode.js ${version}\n`;
  if (bare) return `${shown}${end}`;
  if (name === "InternalError" && message === "interrupted")
    return `Timonel stops a script that computes for long without a pause\n${stack}${end}`;
  const all = stack.split("\n").map((frame) => frame.trim().replace(/^at (?:<anonymous>|<eval>) \((.*)\)$/, "at Object.<anonymous> ($1)"));
  const frames = all.filter((frame) => frame !== "" && !frame.includes("node:internal") && !frame.includes("(native)"));
  const place = /((?:\/|\[eval\])[^():]*):(\d+)(?::\d+)?\)?$/.exec(frames[0] ?? "");
  const line = place && read(place[1] as string)?.split("\n")[Number(place[2]) - 1];
  const mark = line?.includes("throw ") ? line.indexOf("throw ") : (line?.search(/\S/) ?? 0);
  const where = message.startsWith("Cannot find module")
    ? LOADER
    : place
      ? `${place[1]}:${place[2]}\n${line ?? ""}\n${" ".repeat(Math.max(0, mark))}^\n\n`
      : "";
  const extra = /\{[^]*\}$/.exec(shown.slice(shown.indexOf(message) + message.length))?.[0];
  return `${where}${name}: ${said(message)}\n${frames.map((frame) => `    ${frame}`).join("\n")}${extra ? ` ${extra}` : ""}${end}`;
}
const LOADER = "node:internal/modules/cjs/loader:1210\n  throw err;\n  ^\n\n";

function osFact(proc: ProcessContext, what: string): string | number {
  const meminfo = (key: string): number =>
    1024 * Number(new RegExp(`^${key}: +(\\d+)`, "m").exec(readIfThere(proc, "/proc/meminfo") ?? "")?.[1] ?? 0);
  if (what === "totalmem") return meminfo("MemTotal");
  if (what === "freemem") return meminfo("MemAvailable");
  if (what === "cpus")
    return (readIfThere(proc, "/proc/cpuinfo") ?? "").split("\n").filter((line) => line.startsWith("processor")).length || 1;
  if (what === "loadavg") return JSON.stringify((readIfThere(proc, "/proc/loadavg") ?? "0 0 0").split(" ").slice(0, 3).map(Number));
  return (readIfThere(proc, "/proc/sys/kernel/osrelease") ?? "").trim();
}

export { loadEngine } from "./engine.ts";

/** `node [-v] [-e code] [-p code] [file | -] [arguments]`. */
export const node: Program = async (proc) => {
  const version = (readIfThere(proc, VERSION_FILE) ?? "").trim();
  const args = proc.argv.slice(1);
  let code: string | undefined;
  let print = false;
  while (args[0]?.startsWith("-") && args[0] !== "-") {
    const flag = args.shift() as string;
    if (flag === "-v" || flag === "--version") return (await proc.stdout.write(`${version}\n`), 0);
    if (flag === "-e" || flag === "--eval" || flag === "-p" || flag === "--print" || flag === "-pe") {
      print = flag !== "-e" && flag !== "--eval";
      code = args.shift();
      if (code === undefined) return (await proc.stderr.write(`node: ${flag} requires an argument\n`), 9);
      break;
    }
    // How much V8 may use, what it warns of, and the like: there is no V8 here.
    if (/^--(?:max-old-space-size|no-warnings|enable-source-maps|unhandled-rejections|trace-warnings|expose-gc)/.test(flag)) continue;
    return (await proc.stderr.write(`node: bad option: ${flag}\n`), 9);
  }
  proc.memory(RESIDENT);
  await proc.cpu(STARTING);
  if (code === undefined && (args.length === 0 || args[0] === "-")) {
    if (proc.stdin.tty)
      return (await proc.stderr.write("node: the interactive prompt is not simulated in Timonel: give a file, or code after -e\n"), 1);
    const parts: string[] = [];
    for (let data = await proc.stdin.read(); data !== null; data = await proc.stdin.read()) parts.push(latin1(data));
    code = new TextDecoder().decode(unlatin1(parts.join("")));
  }
  const run = new Node(proc, version, code === undefined ? args : args.filter((arg) => arg !== "--"));
  return run.run(() => {
    if (code === undefined) return void run.start("file", args[0] as string);
    const value = run.start("eval", code);
    if (print) run.print(value);
  });
};
