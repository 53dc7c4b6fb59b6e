import type { ProcessContext } from "../../runtime/index.ts";

const BLOCK = 4096;

/** Bytes that a file takes on disk, in blocks of 4 KiB. */
export function diskBytes(stat: { readonly type: string; readonly size: number }): number {
  if (stat.type === "directory") return BLOCK;
  return stat.type === "file" ? Math.ceil(stat.size / BLOCK) * BLOCK : 0;
}

/** Places where something is mounted: path, type, read-only; from /proc/mounts. */
export function mountTable(
  proc: ProcessContext,
): readonly { readonly source: string; readonly path: string; readonly type: string; readonly options: string }[] {
  return proc.fs
    .readText("/proc/mounts")
    .split("\n")
    .filter(Boolean)
    .map((line) => {
      const [source = "", path = "", type = "", options = ""] = line.split(" ");
      return { source, path, type, options };
    });
}
