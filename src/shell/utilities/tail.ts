import type { Description } from "../../runtime/index.ts";
import { Held } from "./held.ts";
import { parseSize } from "./paths.ts";
import type { Tool, Utility } from "./tool.ts";

export const tail: Utility = {
  name: "tail",
  usage: "[-fF] [-n N] [-c N] [FILE]...",
  about: "Print last 10 lines of FILEs",
  number: "lines",
  flags: {
    lines: { short: "n", long: "lines", value: "N", help: "Print last N lines, or from the Nth with +N" },
    bytes: { short: "c", long: "bytes", value: "N", help: "Print last N bytes" },
    follow: { short: "f", long: "follow", help: "Print data as file grows" },
    name: { short: "F", help: "As -f, by name" },
    quiet: { short: "q", help: "Never print headers" },
    verbose: { short: "v", help: "Always print headers" },
    interval: { short: "s", value: "SECONDS", help: "Wait SECONDS between reads" },
  },
  async run(t) {
    const text = t.value("bytes") ?? t.value("lines") ?? "10";
    const size = parseSize(text.replace(/^[-+]/, ""));
    if (Number.isNaN(size))
      return t.fail(t.busybox ? `invalid number '${text}'` : `invalid number of ${t.has("bytes") ? "bytes" : "lines"}: ‘${text}’`);
    const paths = t.args.length > 0 ? t.args : ["-"];
    const titled = (paths.length > 1 && !t.has("quiet")) || t.has("verbose");
    let first = true;
    const ends = new Map<string, number>();
    for (const path of paths) {
      if (path !== "-" && !t.proc.fs.exists(path)) {
        await t.open(path);
        if (t.has("name")) ends.set(path, 0);
        continue;
      }
      if (titled) await t.out(`${first ? "" : "\n"}==> ${path === "-" ? "standard input" : path} <==\n`);
      first = false;
      const unit = t.has("bytes") ? "bytes" : "lines";
      const read = text.startsWith("+") ? await showFrom(t, path, size, unit) : await showLast(t, path, size, unit);
      if (path !== "-") ends.set(path, read);
    }
    if ((!t.has("follow") && !t.has("name")) || ends.size === 0) return t.status;
    return follow(t, ends, titled, paths.at(-1) as string);
  },
};

type Unit = "bytes" | "lines";

/** The last so many, of which no more than that is held; how many bytes went by. */
async function showLast(t: Tool, path: string, size: number, unit: Unit): Promise<number> {
  const held = new Held(t.proc);
  const counts: number[] = [];
  let [total, passed] = [0, 0];
  for await (const chunk of t.chunks([path])) {
    let n = chunk.length;
    if (unit === "lines") for (let at = ((n = 0), chunk.indexOf(10)); at >= 0; at = chunk.indexOf(10, at + 1)) n++;
    held.add(chunk);
    counts.push(n);
    total += n;
    passed += chunk.length;
    // One more line than asked for, because the last may end in a newline.
    let drop = 0;
    while (drop < counts.length - 1 && total - (counts[drop] as number) > size) total -= counts[drop++] as number;
    held.drop(drop);
    counts.splice(0, drop);
  }
  const data = held.bytes();
  await t.bytes(data.subarray(start(data, size, unit === "bytes")));
  return passed;
}

/** From the Nth on, as it comes; how many bytes went by. */
async function showFrom(t: Tool, path: string, size: number, unit: Unit): Promise<number> {
  let [left, passed] = [size - 1, 0];
  for await (const chunk of t.chunks([path])) {
    passed += chunk.length;
    let at = 0;
    if (unit === "bytes") at = Math.max(0, Math.min(left, chunk.length));
    else for (let n = left; n > 0 && at < chunk.length; n--) at = chunk.indexOf(10, at) + 1 || chunk.length;
    if (unit === "bytes") left -= at;
    else for (let i = chunk.indexOf(10); i >= 0 && i < at; i = chunk.indexOf(10, i + 1)) left--;
    if (at < chunk.length) await t.bytes(chunk.subarray(at));
  }
  return passed;
}

/** What is followed: -f an open file, even renamed or deleted; -F whatever has that name. */
interface Followed {
  file: Description | undefined;
  /** Bytes read so far. */
  at: number;
  ino: number;
}

async function follow(t: Tool, ends: ReadonlyMap<string, number>, titled: boolean, shown: string): Promise<number> {
  const { proc } = t;
  const byName = t.has("name");
  const files = new Map<string, Followed>();
  const open = async (path: string, skip: number): Promise<Followed> => {
    if (!proc.fs.exists(path)) return { file: undefined, at: 0, ino: 0 };
    const file = proc.open(path, "r");
    for (let left = skip; left > 0;) {
      const data = await file.read(Math.min(left, 65536));
      if (!data) break;
      left -= data.length;
    }
    return { file, at: skip, ino: proc.fs.stat(path).ino };
  };
  for (const [path, end] of ends) files.set(path, await open(path, end));
  let last = shown;
  for (;;) {
    await proc.clock.sleep(Number(t.value("interval") ?? 1) * 1000);
    for (const [path, f] of files) {
      const stat = proc.fs.exists(path) ? proc.fs.stat(path) : undefined;
      if (byName && !stat && f.file) {
        if (!t.busybox) await t.warn(`'${path}' has become inaccessible: No such file or directory`);
        proc.close(f.file);
        f.file = undefined;
      } else if (byName && stat && (!f.file || stat.ino !== f.ino)) {
        if (!t.busybox) await t.warn(`'${path}' has ${f.file ? "been replaced" : "appeared"};  following new file`, 0);
        if (f.file) proc.close(f.file);
        Object.assign(f, await open(path, 0));
      } else if (stat && stat.ino === f.ino && stat.size < f.at) {
        await t.warn(`${path}: file truncated`, 0);
        if (f.file) proc.close(f.file);
        Object.assign(f, await open(path, 0));
      }
      for (let data = await f.file?.read(); data; data = await f.file?.read()) {
        f.at += data.length;
        if (titled && last !== path) await t.out(`\n==> ${path} <==\n`);
        last = path;
        await t.bytes(data);
      }
    }
  }
}

function start(data: Uint8Array, size: number, bytes: boolean): number {
  if (bytes) return Math.max(0, data.length - size);
  if (size === 0) return data.length;
  let at = data.length - (data.at(-1) === 10 ? 1 : 0);
  for (let n = size; n > 0 && at >= 0; n--) at = at === 0 ? -1 : data.lastIndexOf(10, at - 1);
  return at + 1;
}
