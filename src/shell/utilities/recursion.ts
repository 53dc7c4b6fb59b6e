import { Errno } from "../../runtime/index.ts";
import { joinPath } from "./paths.ts";
import type { Tool } from "./tool.ts";

/** Does something to each path, and to what is below it when `deep`. Complains and goes on where it cannot. */
export async function eachPath(t: Tool, paths: readonly string[], fn: (path: string) => void, deep: boolean): Promise<number> {
  const visit = async (path: string): Promise<void> => {
    try {
      fn(path);
      if (deep && t.proc.fs.lstat(path).type === "directory") for (const n of t.proc.fs.readdir(path)) await visit(joinPath(path, n));
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      await t.warn(
        t.busybox
          ? `${path}: ${error.message}`
          : error.code === "ENOENT"
            ? `cannot access '${path}': ${error.message}`
            : `changing ${t.name === "chmod" ? "permissions" : t.name === "chgrp" ? "group" : "ownership"} of '${path}': ${error.message}`,
      );
    }
  };
  for (const path of paths) await visit(path);
  return t.status;
}
