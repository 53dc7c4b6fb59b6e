import { CliError, Exit } from "../errors.ts";
import type { detaching } from "./detach.ts";
import type { Invocation, KubectlDuplex, Stream } from "../types.ts";

/** Copies between the process's streams and an exec or attach until it ends; resolves to the exit code. */
export async function pump(
  invocation: Invocation,
  duplex: KubectlDuplex,
  options: { readonly stdin: boolean; readonly tty: boolean; readonly detach?: ReturnType<typeof detaching> },
): Promise<number> {
  const { proc } = invocation;
  const undo: (() => void)[] = [];
  const stop = (): void => duplex.close();
  proc.signal.addEventListener("abort", stop, { once: true });
  if (options.tty) {
    proc.stdin.setRaw?.(true);
    undo.push(() => proc.stdin.setRaw?.(false));
    const resize = (): void => {
      const size = proc.stdout.size ?? proc.stdin.size;
      if (size) duplex.resize(size.columns, size.rows);
    };
    resize();
    undo.push(proc.on("WINCH", resize));
  }
  const done = { ended: false };
  if (options.stdin) void forward(proc.stdin, duplex, done, options.detach);
  else duplex.stdin.close();
  try {
    await Promise.all([drain(duplex.stdout, proc.stdout), drain(duplex.stderr, proc.stderr)]);
    return exitCode(await duplex.status);
  } finally {
    done.ended = true;
    for (const fn of undo) fn();
    proc.signal.removeEventListener("abort", stop);
    duplex.close();
  }
}

async function forward(
  from: Stream,
  duplex: KubectlDuplex,
  done: { readonly ended: boolean },
  detach: ReturnType<typeof detaching> | undefined,
): Promise<void> {
  try {
    for (let chunk = await from.read(); chunk !== null && !done.ended; chunk = await from.read()) {
      const { data, left } = detach?.(chunk) ?? { data: chunk, left: false };
      if (data.length > 0) await duplex.stdin.write(data);
      if (left) break;
    }
    duplex.stdin.close();
  } catch {
    // The other side has closed its stdin, or this process is being killed: the copy just ends.
  }
}

async function drain(from: { read(): Promise<Uint8Array | null> }, to: Stream): Promise<void> {
  for (let chunk = await from.read(); chunk !== null; chunk = await from.read()) await to.write(chunk);
}

/** The final Status: success, the command's exit code, or a failure to be worded. */
export function exitCode(answer: object): number {
  const status = answer as {
    status?: string;
    reason?: string;
    message?: string;
    details?: { causes?: readonly { reason?: string; message?: string }[] };
  };
  if (status.status === "Success") return 0;
  if (status.reason === "NonZeroExitCode") return Number(status.details?.causes?.find((c) => c.reason === "ExitCode")?.message ?? 1);
  throw new CliError(status.message ?? "the connection was lost");
}

/** `command terminated with exit code 3` on stderr, and that code. */
export async function finish(invocation: Invocation, code: number): Promise<number> {
  if (code !== 0) {
    await invocation.err(`command terminated with exit code ${code}\n`);
    throw new Exit(code);
  }
  return 0;
}
