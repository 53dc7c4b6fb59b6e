import type { Machine } from "../api/index.ts";
import { createInformers } from "../client/index.ts";
import { type Cloud, cloudControllerFactories, userOfController } from "../controllers/index.ts";
import type { Clock, Random } from "../sim/index.ts";
import type { Program } from "./control-loops.ts";
import type { ControlPlaneOptions } from "./control-plane.ts";

/** The cloud's own controller manager: a program beside kube-controller-manager, with caches of its own. */
export const cloudProgram = (options: { readonly cloud: Cloud; readonly clock: Clock; readonly random: Random }): Program => ({
  name: "cloud-controller-manager",
  // Of its controllers' accounts this one may read all that they look at.
  user: userOfController("service"),
  agent: "cloud-controller-manager/v1.36.2",
  context: { clock: options.clock, random: options.random, rootCa: "" },
  factories: () => cloudControllerFactories(options.cloud),
});

/** The machines that are ordered, as the cloud itself sees them: not through the cluster's accounts. */
export function machineOrders(client: ControlPlaneOptions["client"], clock: Clock): (name: string) => Machine | undefined {
  const owner = client({ name: "system:apiserver", groups: ["system:masters", "system:authenticated"] }, "timonel-cloud");
  const machines = createInformers(owner, clock).of("machines");
  return (name) => {
    if (!machines.synced) throw new Error("the cloud does not answer yet");
    return machines.get(name);
  };
}
