import { Gunzip, gzipSync } from "fflate";
import { concatBytes } from "../../machinery/index.ts";
import { Errno } from "../../runtime/index.ts";
import type { FlagTable, Tool, Utility } from "./tool.ts";

const flags: FlagTable = {
  decompress: { short: "d", long: "decompress", help: "Decompress" },
  stdout: { short: "c", long: "stdout", help: "Write to stdout" },
  force: { short: "f", long: "force", help: "Force" },
  keep: { short: "k", long: "keep", help: "Keep input files" },
  test: { short: "t", long: "test", help: "Test integrity" },
  verbose: { short: "v", long: "verbose", help: "Verbose" },
  list: { short: "l", long: "list", help: "List compressed file contents" },
  quiet: { short: "q", long: "quiet", help: "Suppress warnings" },
  nameless: { short: "n", long: "no-name", help: "Do not save or restore the original name and timestamp" },
  recursive: { short: "r", long: "recursive", help: "Operate recursively on directories" },
  level: { long: "level", value: "N", help: "Compression level" },
  fast: { long: "fast", help: "Compress faster" },
  best: { long: "best", help: "Compress better" },
};

const make = (name: string, about: string, as: "pack" | "unpack" | "show"): Utility => ({
  name,
  usage: name === "zcat" ? "[FILE]..." : "[-cfkdt] [FILE]...",
  about,
  flags,
  number: "level",
  run: (t) => all(t, as === "pack" && !t.has("decompress") && !t.has("test") && !t.has("list") ? "pack" : as === "pack" ? "unpack" : as),
});

export const gzip = make("gzip", "Compress FILEs (or stdin)", "pack");
export const gunzip = make("gunzip", "Decompress FILEs (or stdin)", "unpack");
export const zcat = make("zcat", "Decompress to stdout", "show");

async function all(t: Tool, what: "pack" | "unpack" | "show"): Promise<number> {
  // GNU's gunzip and zcat are scripts around gzip, which is who complains.
  const name = t.busybox ? t.name : "gzip";
  const complain = async (text: string, status = 1): Promise<void> => {
    await t.flush();
    t.status = Math.max(t.status, status);
    await t.proc.stderr.write(`${name}: ${text}\n`);
  };
  for (const path of t.args.length > 0 ? t.args : ["-"]) {
    if (path === "-" && what === "pack" && t.proc.stdout.tty && !t.has("force")) {
      if (t.busybox) await complain("compressed data not written to terminal, use -f to force it");
      else {
        await t.proc.stderr.write(
          "gzip: compressed data not written to a terminal. Use -f to force compression.\nFor help, type: gzip -h\n",
        );
        t.status = 1;
      }
    } else await one(t, what, path, complain);
  }
  return t.status;
}

async function one(
  t: Tool,
  what: "pack" | "unpack" | "show",
  given: string,
  complain: (text: string, status?: number) => Promise<void>,
): Promise<void> {
  const { fs } = t.proc;
  const standard = given === "-";
  let path = given;
  try {
    if (!standard && what !== "pack" && !fs.exists(path) && !t.busybox && !/\.t?gz$/.test(path)) path = `${path}.gz`;
    const stat = standard ? undefined : fs.stat(path);
    if (stat?.type === "directory") {
      await complain(t.busybox ? `${path}: Is a directory` : `${path} is a directory -- ignored`, t.busybox ? 1 : 2);
      return;
    }
    const toStdout = standard || what === "show" || t.has("stdout");
    const inPlace = !toStdout && !t.has("test") && !t.has("list");
    const suffix = path.endsWith(".gz") ? path.slice(0, -3) : path.endsWith(".tgz") ? `${path.slice(0, -4)}.tar` : undefined;
    if (inPlace && what === "unpack" && suffix === undefined)
      return await complain(`${path}: unknown suffix ${t.busybox ? "-" : "--"} ignored`, t.busybox ? 1 : 2);
    if (inPlace && what === "pack" && suffix !== undefined && !t.busybox && !t.has("force"))
      return await complain(`${path} already has .gz suffix -- unchanged`, 2);
    const target = what === "pack" ? `${path}.gz` : (suffix as string);
    if (inPlace && fs.exists(target) && !t.has("force"))
      return await complain(
        t.busybox ? `can't open '${target}': File exists` : `${target} already exists;\tnot overwritten`,
        t.busybox ? 1 : 2,
      );
    const input = standard ? await t.all("-") : fs.readFile(path);
    await t.proc.cpu(input.length / (what === "pack" ? 40_000 : 150_000));
    const output =
      what === "pack"
        ? gzipSync(input, { level: levelOf(t), mtime: t.has("nameless") || standard ? 0 : (stat?.mtime ?? 0) })
        : unpacked(input);
    if (!output) {
      if (!t.busybox) await t.proc.stderr.write("\n");
      return await complain(t.busybox ? "invalid magic" : `${standard ? "stdin" : path}: not in gzip format`);
    }
    if (t.has("list")) {
      if (!t.has("quiet") && path === (t.args.find((a) => t.proc.fs.exists(a)) ?? path))
        await t.out("         compressed        uncompressed  ratio uncompressed_name\n");
      const ratio = output.length === 0 ? "0.0" : (100 - ((input.length - 18) * 100) / output.length).toFixed(1);
      await t.out(
        `${String(input.length).padStart(19)}${String(output.length).padStart(20)}${`${ratio}%`.padStart(7)} ${suffix ?? path}\n`,
      );
      return;
    }
    if (t.has("test")) {
      if (t.has("verbose")) await t.proc.stderr.write(`${path}:\t OK\n`);
      return;
    }
    if (toStdout) {
      for (let at = 0; at < output.length; at += 65_536) await t.bytes(output.subarray(at, at + 65_536));
      return;
    }
    fs.writeFile(target, output, { mode: (stat?.mode ?? 0o644) & 0o777 });
    fs.utimes(target, stat?.mtime ?? 0);
    if (t.proc.uid === 0 && stat) fs.chown(target, stat.uid, stat.gid);
    if (!t.has("keep")) fs.unlink(path);
    if (t.has("verbose")) {
      const [large, small] = what === "pack" ? [input.length, output.length] : [output.length, input.length];
      const ratio = large === 0 ? 0 : 100 - ((small - 18) * 100) / large;
      await t.proc.stderr.write(
        t.busybox
          ? `${path}: ${Math.floor(large === 0 ? 0 : (small * 100) / large)}% - replaced with ${target}\n`
          : `${path}:\t${`${ratio.toFixed(1)}%`.padStart(6)} -- ${t.has("keep") ? "created" : "replaced with"} ${target}\n`,
      );
    }
  } catch (error) {
    if (!(error instanceof Errno) || error.code === "EPIPE") throw error;
    await complain(`${t.busybox && what === "unpack" ? `can't open '${path}'` : path}: ${error.message}`);
  }
}

function levelOf(t: Tool): 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 {
  if (t.has("fast")) return 1;
  if (t.has("best")) return 9;
  const n = Number(t.value("level") ?? 6);
  return (n >= 1 && n <= 9 ? n : 6) as 1;
}

/** What one command may unpack into memory. */
const LIMIT = 256 * 1024 * 1024;

/** Undefined: it is no gzip. In pieces, since what an archive says of its size may be a lie. */
function unpacked(data: Uint8Array): Uint8Array | undefined {
  if (data[0] !== 0x1f || data[1] !== 0x8b) return undefined;
  const parts: Uint8Array[] = [];
  let size = 0;
  const gunzip = new Gunzip((chunk) => {
    parts.push(chunk);
    size += chunk.length;
  });
  try {
    for (let at = 0; at < data.length; at += 16_384) {
      gunzip.push(data.subarray(at, at + 16_384), at + 16_384 >= data.length);
      if (size > LIMIT) throw new Errno("ENOMEM", "Cannot allocate memory");
    }
  } catch (error) {
    if (error instanceof Errno) throw error;
    return undefined;
  }
  return concatBytes(parts);
}
