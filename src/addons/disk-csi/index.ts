import { type Client, createEventRecorder, createInformers } from "../../client/index.ts";
import type { DiskControllerSettings } from "../../images/index.ts";
import type { Clock } from "../../sim/index.ts";
import { attacher } from "./attacher.ts";
import type { DiskCloud } from "./cloud.ts";
import { provisioner } from "./provisioner.ts";
import { resizer } from "./resizer.ts";
import { runSidecar, type SidecarContext } from "./sidecar.ts";

const SIDECARS = [provisioner, attacher, resizer];

/** The controller half of the disk driver, with the rights of its service account. */
export function startDiskController(
  parts: {
    readonly clock: Clock;
    readonly cloud: DiskCloud;
    /** A client whose every request bears the token that the function gives. */
    readonly client: (token: () => string, agent: string) => Client;
  },
  { identity, token, log }: DiskControllerSettings,
): { readonly stop: () => void } {
  const { clock, cloud } = parts;
  const client = parts.client(token, "disk-csi-driver");
  const informers = createInformers(client, clock);
  const recorder = (component: string) => createEventRecorder({ client, clock, component });
  const context: SidecarContext = { clock, client, informers, cloud, recorder, identity, log };
  const stops = SIDECARS.map((make) => runSidecar(context, make(context)));
  return {
    stop() {
      for (const stop of stops) stop();
      informers.stop();
    },
  };
}
