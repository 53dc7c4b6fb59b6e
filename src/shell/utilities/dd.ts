import { type Description, Errno } from "../../runtime/index.ts";
import { parseSize } from "./paths.ts";
import type { Tool, Utility } from "./tool.ts";

const KNOWN = new Set(["if", "of", "bs", "ibs", "obs", "count", "skip", "seek", "conv", "status", "iflag", "oflag"]);
/** Ours is always synchronous and never pads, so these change nothing. */
const CONV = new Set(["notrunc", "noerror", "fsync", "fdatasync"]);
const MAX_BLOCK = 64 << 20;

export const dd: Utility = {
  name: "dd",
  usage: "[if=FILE] [of=FILE] [bs=N] [count=N] [skip=N] [seek=N] [conv=notrunc|noerror|fsync] [status=none]",
  about: "Copy a file with blocks",
  flags: {},
  parse: "raw",
  async run(t) {
    const options = new Map<string, string>();
    for (const word of t.args) {
      const [name, value] = word.split(/=([\s\S]*)/, 2) as [string, string | undefined];
      if (value === undefined || !KNOWN.has(name))
        return t.fail(t.busybox ? `invalid argument '${word}'` : `unrecognized operand ‘${word}’`);
      options.set(name, value);
    }
    for (const name of ["iflag", "oflag"]) if (options.has(name)) return t.fail(`${name} is not supported by this simulator`);
    const conv = options.get("conv")?.split(",") ?? [];
    const unknown = conv.find((c) => !CONV.has(c));
    if (unknown !== undefined) return t.fail(t.busybox ? `invalid argument '${unknown}' for 'conv'` : `invalid conversion: ‘${unknown}’`);
    const numbers = new Map<string, number>();
    for (const name of ["bs", "ibs", "obs", "count", "skip", "seek"]) {
      const value = options.get(name);
      if (value === undefined) continue;
      const n = parseSize(value);
      if (Number.isNaN(n)) return t.fail(t.busybox ? `invalid number '${value}'` : `invalid number: ‘${value}’`);
      numbers.set(name, n);
    }
    const block = numbers.get("bs") ?? numbers.get("ibs") ?? 512;
    if (block < 1 || block > MAX_BLOCK) return t.fail(`memory exhausted by input buffer of size ${block} bytes`);
    const began = t.proc.clock.now();
    const from = await open(t, options.get("if"), "r");
    const to = from && (await open(t, options.get("of"), conv.includes("notrunc") || (numbers.get("seek") ?? 0) > 0 ? "r+" : "w"));
    if (!from || !to) return 1;
    const source = new Blocks(from, block);
    for (let i = numbers.get("skip") ?? 0; i > 0; i--) if (!(await source.next())) break;
    await seek(t, options.get("of"), to, (numbers.get("seek") ?? 0) * (numbers.get("bs") ?? numbers.get("obs") ?? 512));
    const most = numbers.get("count") ?? Infinity;
    const read = new Count(block);
    const written = new Count(block);
    let failed = false;
    while (read.records < most && !failed) {
      const data = await source.next();
      if (!data) break;
      read.add(data);
      try {
        await to.write(data);
        written.add(data);
      } catch (error) {
        if (!(error instanceof Errno) || error.code === "EPIPE") throw error;
        failed = true;
        await t.warn(`error writing '${options.get("of") ?? "standard output"}': ${error.message}`);
      }
      await t.proc.cpu(0.005 + data.length / 1_000_000);
    }
    const code = failed ? 1 : 0;
    if (options.get("status") === "none") return code;
    const records = `${read} records in\n${written} records out\n`;
    const end = options.get("status") === "noxfer" ? "" : summary(t, written.bytes, (t.proc.clock.now() - began) / 1000);
    await t.proc.stderr.write(records + end);
    return code;
  },
};

/** Whole blocks and others, as `1024+1`. */
class Count {
  readonly #block: number;
  #full = 0;
  #partial = 0;
  bytes = 0;
  constructor(block: number) {
    this.#block = block;
  }
  get records(): number {
    return this.#full + this.#partial;
  }
  add(data: Uint8Array): void {
    if (data.length === this.#block) this.#full++;
    else this.#partial++;
    this.bytes += data.length;
  }
  toString(): string {
    return `${this.#full}+${this.#partial}`;
  }
}

async function open(t: Tool, path: string | undefined, flags: "r" | "w" | "r+"): Promise<Description | undefined> {
  if (path === undefined) return flags === "r" ? t.proc.stdin : t.proc.stdout;
  try {
    if (flags === "r+" && !t.proc.fs.exists(path)) t.proc.fs.writeFile(path, "");
    return t.proc.open(path, flags);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    await t.warn(t.busybox ? `can't open '${path}': ${error.message}` : `failed to open '${path}': ${error.message}`);
    return undefined;
  }
}

/** Moves the output's position: what lies before it is read over, or filled with zeros. */
async function seek(t: Tool, path: string | undefined, to: Description, offset: number): Promise<void> {
  if (offset === 0) return;
  if (path !== undefined && t.proc.fs.stat(path).size < offset) t.proc.fs.truncate(path, offset);
  for (let left = offset; left > 0;) {
    const data = await to.read(Math.min(left, 65536));
    if (!data) break;
    left -= data.length;
  }
}

/** Blocks of one size; a pipe may give less at once, and the last is as long as it is. */
class Blocks {
  readonly #from: Description;
  readonly #size: number;
  constructor(from: Description, size: number) {
    this.#from = from;
    this.#size = size;
  }
  async next(): Promise<Uint8Array | undefined> {
    const first = await this.#from.read(this.#size);
    if (!first || first.length === 0) return undefined;
    if (first.length === this.#size || this.#from.tty) return first;
    const out = new Uint8Array(this.#size);
    out.set(first);
    let at = first.length;
    while (at < this.#size) {
      const more = await this.#from.read(this.#size - at);
      if (!more) break;
      out.set(more, at);
      at += more.length;
    }
    return out.subarray(0, at);
  }
}

function summary(t: Tool, bytes: number, seconds: number): string {
  const scaled = (n: number, base: number, units: readonly string[]): string => {
    let [value, i] = [n, 0];
    while (value >= base && i < units.length - 1) {
      value /= base;
      i++;
    }
    return `${i === 0 ? value : value.toFixed(1)}${t.busybox ? "" : " "}${units[i]}`;
  };
  const decimal = ["B", t.busybox ? "KB" : "kB", "MB", "GB"];
  const rate = `${scaled(Math.round(bytes / Math.max(seconds, 0.000001)), t.busybox ? 1024 : 1000, decimal)}/s`;
  if (t.busybox) return `${bytes} bytes (${scaled(bytes, 1024, decimal)}) copied, ${seconds.toFixed(6)} seconds, ${rate}\n`;
  const size =
    bytes < 1000
      ? ""
      : bytes < 1024
        ? ` (${scaled(bytes, 1000, decimal)})`
        : ` (${scaled(bytes, 1000, decimal)}, ${scaled(bytes, 1024, ["B", "KiB", "MiB", "GiB"])})`;
  return `${bytes} bytes${size} copied, ${Number(seconds.toPrecision(6))} s, ${rate}\n`;
}
