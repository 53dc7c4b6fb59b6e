import { DeviceFile } from "../kernel/files.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { OpenFile } from "../kernel/openfile.ts";
import type { PidNamespace } from "../kernel/process.ts";
import { Pty } from "../kernel/pty.ts";
import { LogSink, Pace } from "./log-sink.ts";
import type { ContainerLog } from "./log.ts";
import type { Outlet } from "./streams.ts";

/** /dev/null, opened. */
export function devNull(kernel: Kernel): OpenFile {
  return kernel.add((id) => new DeviceFile(id, kernel.records, "null", kernel.random));
}

/** A terminal whose keys reach processes of a namespace. */
export function openPty(kernel: Kernel, namespace: PidNamespace): Pty {
  const hooks = {
    signal: (group: number, signal: Parameters<Kernel["signalGroup"]>[2]) => void kernel.signalGroup(namespace, group, signal, true),
  };
  return kernel.add((id) => new Pty(id, kernel.records, hooks, { columns: 80, rows: 24 }));
}

/** A container's standard streams: from whoever attaches, to its log and to them. */
export class Stdio {
  readonly #kernel: Kernel;
  readonly #log: ContainerLog;
  readonly #pace: Pace;
  /** Made when somebody attaches. */
  attached: Set<{ readonly stdout: Outlet; readonly stderr: Outlet }> | undefined;
  /** The end that is written to. */
  stdin: OpenFile | undefined;
  terminal: Pty | undefined;
  #out: OpenFile | undefined;
  #err: OpenFile | undefined;

  constructor(kernel: Kernel, log: ContainerLog) {
    this.#kernel = kernel;
    this.#log = log;
    this.#pace = new Pace(kernel);
  }

  /** Opens them, or again those with these ids after a thaw. */
  open(
    config: { readonly tty: boolean; readonly stdin: boolean },
    namespace: PidNamespace,
    ids?: readonly (number | null)[],
  ): Map<number, OpenFile> {
    const kernel = this.#kernel;
    const fds = new Map<number, OpenFile>();
    if (config.tty) {
      const found = ids?.[3] ? kernel.files.get(ids[3]) : undefined;
      const pty = found instanceof Pty ? found : openPty(kernel, namespace);
      pty.output((data) => {
        this.#pace.took(this.#emit("stdout", data));
        const { delay } = this.#pace;
        if (delay < 1) pty.acknowledge(data.length);
        else kernel.clock.timer(delay, () => pty.acknowledge(data.length));
      });
      this.terminal = pty;
      kernel.hold(pty);
      for (const n of [0, 1, 2]) fds.set(n, pty);
      return fds;
    }
    if (ids) this.stdin = ids[0] ? kernel.files.get(ids[0]) : undefined;
    else if (config.stdin) {
      const { read, write } = kernel.pipe();
      this.stdin = write;
      fds.set(0, read);
    } else fds.set(0, devNull(kernel));
    if (this.stdin) kernel.hold(this.stdin);
    this.#out = kernel.hold(this.#sink("stdout", ids?.[1]));
    this.#err = kernel.hold(this.#sink("stderr", ids?.[2]));
    return fds.set(1, this.#out).set(2, this.#err);
  }
  #sink(stream: "stdout" | "stderr", known: number | null | undefined): OpenFile {
    const kernel = this.#kernel;
    const make = (id: number): LogSink => new LogSink(id, kernel, this.#pace, (data) => this.#emit(stream, data));
    if (known === null || known === undefined) return kernel.add(make);
    const file = make(known);
    kernel.files.set(known, file);
    return file;
  }
  #emit(stream: "stdout" | "stderr", data: Uint8Array): number {
    const lines = this.#log.append(stream, data);
    for (const session of this.attached ?? []) session[stream].push(data.slice());
    return lines;
  }
  closeStdin(): void {
    if (this.stdin) this.#kernel.release(this.stdin);
    this.stdin = undefined;
  }
  /** Nobody writes any more. */
  end(): void {
    for (const { stdout, stderr } of this.attached ?? []) {
      stdout.end();
      stderr.end();
    }
    this.attached = undefined;
    for (const file of [this.stdin, this.#out, this.#err, this.terminal]) if (file) this.#kernel.release(file);
    this.stdin = this.#out = this.#err = this.terminal = undefined;
  }
  /** Ids of descriptions: [stdin's write end, stdout, stderr, terminal]. */
  ids(): readonly (number | null)[] {
    return [this.stdin?.id ?? null, this.#out?.id ?? null, this.#err?.id ?? null, this.terminal?.id ?? null];
  }
}
