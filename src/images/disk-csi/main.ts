import type { ProcessContext, Program } from "../../runtime/index.ts";
import { DISK_DRIVER_VERSION, type DiskDriverLink } from "../disk-csi.ts";
import { klogHead } from "../klog.ts";
import { keptFile, nextSignal, TOKEN_FILE } from "../process.ts";

/** The simulated cloud's CSI driver: `controller` makes, attaches and enlarges disks, `node` mounts them. */
export const diskCsiDriver =
  (link: DiskDriverLink | undefined): Program =>
  async (proc) => {
    const [, mode] = proc.argv;
    const stop = nextSignal(proc, ["TERM", "INT"]);
    const kept = proc.restored as { readonly identity?: string } | undefined;
    const identity = kept?.identity ?? `${proc.hostname}_${proc.random.uuid()}`;
    if (mode !== "controller" && mode !== "node")
      return fail(proc, `unknown mode ${JSON.stringify(mode ?? "")}: expected controller or node`);
    let writing = 0;
    let ended = false;
    let idle = false;
    const checkpoint = (): void => {
      if (idle && writing === 0 && !ended) proc.checkpoint({ identity });
    };
    const log = async (message: string): Promise<void> => {
      if (ended) return;
      writing++;
      await proc.stderr.write(`${klogHead(proc, "I")} ${message}\n`);
      writing--;
      checkpoint();
    };
    if (!kept)
      await log(`driver.go:84] "Driver Information" Driver="disk.csi.timonel.dev" Version="${DISK_DRIVER_VERSION}" Mode="${mode}"`);
    if (!link) return fail(proc, "no cloud to work with");
    const token = mode === "controller" ? keptFile(proc, TOKEN_FILE, checkpoint) : () => undefined;
    const running =
      mode === "node"
        ? link.node(proc.env["CSI_NODE_NAME"] ?? "", proc.pid)
        : link.controller({ identity, token: () => token()?.trim() ?? "", log: (text) => void log(text) });
    if (!running) return fail(proc, `could not get metadata of node ${JSON.stringify(proc.env["CSI_NODE_NAME"] ?? "")}`);
    const end = (): void => {
      ended = true;
      running.stop();
    };
    proc.signal.addEventListener("abort", end, { once: true });
    idle = true;
    checkpoint();
    await stop;
    end();
    return 0;
  };

async function fail(proc: ProcessContext, why: string): Promise<number> {
  await proc.stderr.write(`${klogHead(proc, "F")} main.go:61] ${why}\n`);
  return 255;
}
