import type { ProcessContext, Signal } from "../runtime/index.ts";

/** Shows `title` in ps instead of the command line. */
export function retitle(proc: ProcessContext, title: string): void {
  proc.title([title]);
}

/** Resolves with the first of these signals. */
export function nextSignal(proc: ProcessContext, signals: readonly Signal[]): Promise<Signal> {
  return new Promise((resolve) => {
    for (const signal of signals) proc.on(signal, () => resolve(signal));
  });
}

/** The exit code of a Go program that does not handle signals: as PID 1 it survives the default action and exits 2 (go: runtime dieFromSignal). */
export async function goExit(proc: ProcessContext): Promise<number> {
  await nextSignal(proc, ["TERM", "INT", "HUP", "QUIT"]);
  return 2;
}

/** Where a pod finds the token of its service account. */
export const TOKEN_FILE = "/var/run/secrets/kubernetes.io/serviceaccount/token";

/** Contents of a file, or undefined when it cannot be read. */
export function readIfThere(proc: ProcessContext, path: string): string | undefined {
  try {
    return proc.fs.readText(path);
  } catch {
    return undefined;
  }
}

/**
 * A file's contents as they are now, read when it changes rather than when somebody asks: a process that reads at times
 * of its own would not read at the same ones after a thaw. `changed` is the moment to cut the journal.
 */
export function keptFile(proc: ProcessContext, path: string, changed: () => void): () => string | undefined {
  let text: string | undefined;
  const read = (): void => {
    text = readIfThere(proc, path);
    if (text === undefined) return;
    proc.fs.watch(path, () => {
      read();
      changed();
    });
  };
  read();
  return () => text;
}
