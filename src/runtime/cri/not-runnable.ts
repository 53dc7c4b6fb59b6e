import type { ProcessStart } from "../kernel/process.ts";
import type { Errno, Program } from "../types.ts";
import { InitError } from "./mounts.ts";

/** containerd's words for an executable that cannot be run. */
export function startFailure(name: string, error: Errno): string {
  if (error instanceof InitError) return `unable to start container process: ${error.message}: unknown`;
  const why =
    error.code === "ENOENT"
      ? name.includes("/")
        ? `stat ${name}: no such file or directory`
        : "executable file not found in $PATH"
      : error.message.toLowerCase();
  return `unable to start container process: exec: "${name}": ${why}: unknown`;
}

/** What runs in place of what execve refuses. */
export const NOT_RUNNABLE = "not-runnable";

/**
 * A start that got as far as execve: the container runs, says why not, and is over (runc: libcontainer/init_linux.go
 * Init).
 */
export const notRunnable = (start: ProcessStart, path: string, why: string): ProcessStart => ({
  ...start,
  argv: [path],
  program: NOT_RUNNABLE,
  arguments: why.toLowerCase(),
});

export const reportNotRunnable: Program = async (proc) => {
  await proc.stderr.write(`exec ${proc.argv[0]}: ${String(proc.arguments)}\n`);
  return 255;
};
