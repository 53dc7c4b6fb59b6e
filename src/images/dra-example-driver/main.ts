import type { ProcessContext, Program } from "../../runtime/index.ts";
import type { DevicePluginLink } from "../dra-example-driver.ts";
import { keptFile, nextSignal, TOKEN_FILE } from "../process.ts";

const REGISTRAR = "/var/lib/kubelet/plugins_registry";
const DRIVER = "gpu.example.com";

/** kubernetes-sigs/dra-example-driver's plugin: pretends that its node has so many GPUs. */
export const draExamplePlugin =
  (link: DevicePluginLink | undefined): Program =>
  async (proc) => {
    const stop = nextSignal(proc, ["TERM", "INT"]);
    const { NODE_NAME: node, NUM_DEVICES = "8", KUBELET_REGISTRAR_DIRECTORY_PATH: registrar = REGISTRAR } = proc.env;
    if (!node) return fail(proc, 'Required flag "node-name" not set');
    const devices = Number(NUM_DEVICES);
    if (!Number.isInteger(devices) || devices < 0)
      return fail(
        proc,
        `could not parse ${JSON.stringify(NUM_DEVICES)} as int value from environment variable "NUM_DEVICES" for flag num-devices`,
      );
    const socket = `${registrar}/${DRIVER}-reg.sock`;
    if (!proc.fs.exists(registrar))
      return fail(proc, `start kubelet plugin: start plugin registration: listen unix ${socket}: bind: no such file or directory`);
    const token = keptFile(proc, TOKEN_FILE, () => proc.checkpoint({}));
    const running = link?.start({ driver: DRIVER, node, devices, pid: proc.pid, token: () => token()?.trim() ?? "" });
    if (!running) return fail(proc, `no kubelet found for node ${JSON.stringify(node)}`);
    proc.signal.addEventListener("abort", () => running.stop(), { once: true });
    proc.checkpoint({});
    await stop;
    running.stop();
    return 0;
  };

async function fail(proc: ProcessContext, why: string): Promise<number> {
  await proc.stderr.write(`Error: ${why}\n`);
  return 1;
}
