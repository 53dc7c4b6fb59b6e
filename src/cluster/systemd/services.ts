import { CommandFailed, kubeletServer, type KubeletServer } from "../../kubelet/index.ts";
import type { KubeletConfig } from "../../kubelet/index.ts";
import type { FileSystem } from "../../runtime/index.ts";
import type { Cause } from "../../sim/index.ts";
import type { Run, Service } from "./systemd.ts";

const MIB = 1024 * 1024;

/** A daemon that is on or off. */
export function switched(memory: number, turn: (on: boolean, causes: readonly Cause[]) => void): Service {
  return {
    memory: memory * MIB,
    begin({ causes }) {
      turn(true, causes);
      return true;
    },
    end: ({ causes }) => turn(false, causes),
  };
}

export interface KubeletServiceOptions {
  readonly fs: () => FileSystem;
  /** Whether containerd answers. */
  readonly runtimeUp: () => boolean;
  /** What the machine's own settings are, and the text that says so. */
  readonly known: () => { readonly text: string; readonly config: Partial<KubeletConfig> };
  /** Of its package. */
  readonly version?: () => string | undefined;
  readonly start: (server: KubeletServer, run: Run) => void;
  readonly stop: (causes: readonly Cause[]) => void;
}

const SOCKETS = ["unix:///run/containerd/containerd.sock", "unix:///var/run/containerd/containerd.sock"];

/** The kubelet as a daemon: it reads its flags and files, and runs or says why not. */
export function kubeletService(o: KubeletServiceOptions): Service {
  return {
    memory: 62 * MIB,
    begin(run) {
      const fs = o.fs();
      try {
        const server = kubeletServer({
          argv: run.argv,
          read: (path) => (path !== "" && fs.exists(path) && fs.stat(path).type === "file" ? fs.readText(path) : undefined),
          runtimeAt: (endpoint) => SOCKETS.includes(endpoint) && o.runtimeUp(),
          known: o.known(),
        });
        if (!run.resumed) {
          run.log({
            severity: "I",
            place: "server.go:525",
            text: "Kubelet version",
            fields: { kubeletVersion: o.version?.() ?? "v1.36.2" },
          });
          run.log({
            severity: "I",
            place: "server.go:527",
            text: "Golang settings",
            fields: { GOGC: "", GOMAXPROCS: "", GOTRACEBACK: "" },
          });
          for (const field of server.ignored)
            run.log({ severity: "W", place: "server.go:300", text: "Field of the configuration is not simulated", fields: { field } });
        }
        o.start(server, run);
        return true;
      } catch (error) {
        if (!(error instanceof CommandFailed)) throw error;
        run.log({ severity: "E", place: "run.go:72", text: "command failed", fields: { err: error.message } });
        return false;
      }
    },
    end: ({ causes }) => o.stop(causes),
  };
}
