import type { Kernel } from "../kernel/kernel.ts";
import type { Process } from "../kernel/process.ts";
import type { MachineBox } from "./machine-box.ts";
import type { Sandbox } from "./sandbox.ts";

const SHIM = "/usr/bin/containerd-shim-runc-v2";

interface Options {
  readonly kernel: Kernel;
  readonly machine: MachineBox;
  readonly sandboxes: ReadonlyMap<string, Sandbox>;
  stop(sandbox: Sandbox): void;
  /** One of them has ended, and with it the sandbox. */
  stopped(sandbox: Sandbox, pid: number): void;
}

interface PodProcesses {
  startPause(sandbox: Sandbox): void;
  startShim(sandbox: Sandbox): void;
  watchPause(sandbox: Sandbox, pause: Process): void;
  /** Who shares the machine's process numbers sees its first one, and those of all pods. */
  showEverybody(): void;
}

/** What a pod has besides its containers: the process that holds it together, and the one that all are started through. */
export function podProcesses(o: Options): PodProcesses {
  /** Without its first process a sandbox is none: its containers go with it. */
  const watchPause = (sandbox: Sandbox, pause: Process): void => {
    pause.onExit(() => {
      if (!sandbox.ready) return;
      o.stop(sandbox);
      o.stopped(sandbox, pause.id);
    });
  };
  const startPause = (sandbox: Sandbox): void => watchPause(sandbox, sandbox.startPause());
  /** Nor without its shim: containerd clears away what that leaves (containerd: cleanupAfterDeadShim). */
  const startShim = (sandbox: Sandbox): void => {
    const { shims } = o.machine.namespace;
    if (shims.has(sandbox.id)) return;
    const shim = o.machine.stand([SHIM, "-namespace", "k8s.io", "-id", sandbox.id, "-address", "/run/containerd/containerd.sock"]);
    shims.set(sandbox.id, shim);
    watchPause(sandbox, shim);
  };
  return {
    startPause,
    startShim,
    watchPause,
    showEverybody() {
      o.machine.init();
      for (const sandbox of o.sandboxes.values()) {
        if (!sandbox.ready) continue;
        startShim(sandbox);
        if (sandbox.processes.size === 0) startPause(sandbox);
      }
    },
  };
}
