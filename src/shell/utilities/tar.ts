import { Errno } from "../../runtime/index.ts";
import { create } from "./tar/create.ts";
import { parseTar, type TarOptions, unsupported } from "./tar/options.ts";
import { read } from "./tar/read.ts";
import { BadArchive, Source } from "./tar/source.ts";
import type { Tool, Utility } from "./tool.ts";

export const tar: Utility = {
  name: "tar",
  usage: "c|x|t [-zvokmOh] [-f TARFILE] [-C DIR] [FILE]...",
  about: "Create, extract, or list files from a tar file",
  flags: {},
  parse: "raw",
  async run(t) {
    const o = parseTar(t.args, t.busybox);
    if (typeof o === "string") return usage(t, o);
    const missing = unsupported(t.args);
    if (missing !== undefined) return t.fail(`${missing} is not supported by this simulator; gzip (-z) is`, 2);
    if (o.mode === undefined)
      return usage(t, t.busybox ? "" : "You must specify one of the '-Acdtrux', '--delete' or '--test-label' options", 2);
    try {
      if (o.directory !== "." && t.proc.fs.stat(o.directory).type !== "directory") throw new Errno("ENOTDIR", "Not a directory");
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      return fatal(
        t,
        t.busybox ? `can't change directory to '${o.directory}': ${error.message}` : `${o.directory}: Cannot open: ${error.message}`,
      );
    }
    if (o.mode === "r") return t.fail("appending is not supported by this simulator", 2);
    return o.mode === "c" ? pack(t, o) : unpack(t, o);
  },
};

async function pack(t: Tool, o: TarOptions): Promise<number> {
  if (o.operands.length === 0 && o.lists.length === 0)
    return t.busybox ? t.fail("empty archive") : usage(t, "Cowardly refusing to create an empty archive", 2);
  if ((o.file === undefined || o.file === "-") && t.proc.stdout.tty && !t.busybox)
    return fatal(t, "Refusing to write archive contents to terminal (missing -f option?)");
  const zip = o.gzip || (o.byName && /\.t?gz$/.test(o.file ?? ""));
  try {
    const clean = await create(t, o, zip);
    return clean
      ? 0
      : late(t, t.busybox ? "error exit delayed from previous errors" : "Exiting with failure status due to previous errors");
  } catch (error) {
    if (!(error instanceof Errno) || error.code === "EPIPE") throw error;
    return fatal(t, t.busybox ? `can't open '${o.file}': ${error.message}` : `${o.file}: Cannot open: ${error.message}`);
  }
}

async function unpack(t: Tool, o: TarOptions): Promise<number> {
  const standard = o.file === undefined || o.file === "-";
  if (standard && t.proc.stdin.tty && !t.busybox) return fatal(t, "Refusing to read archive contents from terminal (missing -f option?)");
  let from;
  try {
    from = standard ? t.proc.stdin : t.proc.open(o.file as string, "r");
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    return fatal(t, t.busybox ? `can't open '${o.file}': ${error.message}` : `${o.file}: Cannot open: ${error.message}`);
  }
  const source = new Source(t, from);
  try {
    const packed = await source.isGzip();
    if (o.gzip && !packed) {
      if (t.busybox) return await t.fail("invalid magic\ntar: short read");
      await t.proc.stderr.write("\ngzip: stdin: not in gzip format\n");
      await t.warn("Child returned status 1");
      return await late(t, "Error is not recoverable: exiting now");
    }
    if (packed && !o.gzip && standard)
      return t.busybox ? await t.fail("short read") : await fatal(t, "Archive is compressed. Use -z option");
    if (packed) source.unpack();
    const clean = await read(t, o, source);
    await source.drain();
    if (clean) return t.status;
    return t.busybox ? 1 : await late(t, "Exiting with failure status due to previous errors");
  } catch (error) {
    if (!(error instanceof BadArchive)) throw error;
    if (t.busybox) return t.fail(error.kind === "magic" && (await hasBlock(source)) ? "invalid tar magic" : "short read");
    if (error.kind === "short") return fatal(t, "Unexpected EOF in archive");
    await t.warn("This does not look like a tar archive");
    return late(t, "Exiting with failure status due to previous errors");
  }
}

/** Whether there was more than what could not be a header. */
async function hasBlock(source: Source): Promise<boolean> {
  return (await source.take(1)).length > 0;
}

async function usage(t: Tool, complaint: string, status = t.busybox ? 1 : 64): Promise<number> {
  const busybox = `Usage: tar ${tar.usage}\n\n${tar.about}\n`;
  await t.proc.stderr.write(
    `${complaint === "" ? "" : `tar: ${complaint}\n`}${t.busybox ? busybox : "Try 'tar --help' or 'tar --usage' for more information.\n"}`,
  );
  return status;
}
/** Complains and gives up. */
async function fatal(t: Tool, message: string): Promise<number> {
  await t.warn(message);
  return t.busybox ? 1 : late(t, "Error is not recoverable: exiting now");
}
async function late(t: Tool, message: string): Promise<number> {
  await t.warn(message);
  return t.busybox ? 1 : 2;
}
