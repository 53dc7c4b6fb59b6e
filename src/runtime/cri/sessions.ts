import type { Kernel } from "../kernel/kernel.ts";
import type { OpenFile } from "../kernel/openfile.ts";
import { Errno, type ExecSession, RuntimeError } from "../types.ts";
import type { Box, Process, ProcessStart } from "../kernel/process.ts";
import type { Container } from "./container.ts";
import { startFailure } from "./not-runnable.ts";
import { devNull, openPty } from "./stdio.ts";
import { Outlet, pipeReader, pipeWriter } from "./streams.ts";

/** Where a session can begin: a container, or the machine around them. */
export interface Place extends Box {
  readonly config: { readonly oomScoreAdj?: number | undefined };
  /** Finds the program; throws Errno. */
  prepare(argv: readonly string[], tty: boolean): ProcessStart;
}

/** Starts another process in a container that runs, or on the machine. Throws RuntimeError. */
export function execIn(
  kernel: Kernel,
  found: Place,
  command: readonly string[],
  { tty, stdin }: { readonly tty: boolean; readonly stdin: boolean },
  newId: () => string,
  parent?: Process,
): ExecSession {
  const fds = new Map<number, OpenFile>();
  let session: Pick<ExecSession, "stdin" | "stdout" | "stderr" | "resize"> & { done(): void; abandon(): void };
  const terminal = tty ? openPty(kernel, found.namespace) : undefined;
  if (terminal) {
    const output = new Outlet();
    terminal.output((data) => {
      output.push(data);
      terminal.acknowledge(data.length);
    });
    for (const n of [0, 1, 2]) fds.set(n, terminal);
    const nothing = new Outlet();
    nothing.end();
    session = {
      stdin: { write: async (data) => terminal.input(data), close: () => terminal.input("\x04") },
      stdout: output,
      stderr: nothing,
      resize: (columns, rows) => terminal.resize(columns, rows),
      done: () => output.end(),
      abandon: () => terminal.hangup(),
    };
  } else {
    const [input, out, err] = [stdin ? kernel.pipe() : undefined, kernel.pipe(), kernel.pipe()];
    fds
      .set(0, input?.read ?? devNull(kernel))
      .set(1, out.write)
      .set(2, err.write);
    const writer = input && pipeWriter(kernel, input.write);
    const [stdout, stderr] = [pipeReader(kernel, out.read), pipeReader(kernel, err.read)];
    session = {
      stdin: { write: async (data) => writer?.write(data), close: () => writer?.close() },
      stdout,
      stderr,
      resize: () => {},
      done: () => writer?.close(),
      abandon: () => {
        writer?.close();
        stdout.close();
        stderr.close();
      },
    };
  }
  try {
    const start = found.prepare(command, tty);
    const process = kernel.spawn({
      box: found,
      start,
      fds,
      tty: terminal,
      oomScoreAdj: found.config.oomScoreAdj,
      ...(parent && { parent }),
    });
    if (terminal) terminal.foreground = process.group;
    const exited = new Promise<{ readonly code: number }>((resolve) => {
      const ended = ({ code }: { readonly code: number }): void => {
        session.done();
        kernel.clock.turn(() => resolve({ code }));
      };
      // There may have been no memory for it.
      if (process.state === "dead") ended({ code: 137 });
      else process.onExit(ended);
    });
    const { stdin: input, stdout, stderr, resize } = session;
    const kill = (): void => {
      session.abandon();
      kernel.signal(process, "KILL", true);
    };
    return { stdin: input, stdout, stderr, resize, exited, kill };
  } catch (error) {
    session.abandon();
    if (!(error instanceof Errno)) throw error;
    const why = startFailure(command[0] ?? "", error);
    throw new RuntimeError(
      "Unknown",
      `failed to exec in container: failed to start exec "${newId()}": OCI runtime exec failed: exec failed: ${why}`,
    );
  }
}

/** Joins the streams of a container's main process. */
export function attachTo(
  kernel: Kernel,
  found: Container,
  { stdin, tty }: { readonly stdin: boolean; readonly tty: boolean },
): ExecSession {
  const session = { stdout: new Outlet(), stderr: new Outlet() };
  const { stdio } = found;
  (stdio.attached ??= new Set()).add(session);
  const { terminal } = stdio;
  const writer = stdin && stdio.stdin ? pipeWriter(kernel, stdio.stdin) : undefined;
  const closeStdin = (): void => {
    stdio.closeStdin();
    kernel.records.mark(found);
  };
  const detach = (): void => {
    writer?.close();
    if (writer && found.config.stdinOnce) closeStdin();
    stdio.attached?.delete(session);
  };
  let leave: () => void = () => {};
  const exited = new Promise<{ readonly code: number }>((resolve) => {
    leave = () => {
      stdio.attached?.delete(session);
      session.stdout.end();
      session.stderr.end();
      kernel.clock.turn(() => resolve({ code: 0 }));
    };
    found.main?.onExit(({ code }) => {
      writer?.close();
      kernel.clock.turn(() => resolve({ code }));
    });
  });
  return {
    stdin: {
      write: async (data) => (terminal ? terminal.input(data) : writer?.write(data)),
      // Whoever has a terminal and types no more has left it, and the container goes on (containerd: container_io.go Attach).
      close: () => (terminal ? stdin && tty && leave() : (writer?.close(), found.config.stdinOnce ? closeStdin() : undefined)),
    },
    stdout: session.stdout,
    stderr: session.stderr,
    resize: (columns, rows) => terminal?.resize(columns, rows),
    exited,
    kill: detach,
  };
}
