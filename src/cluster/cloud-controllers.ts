import type { Machine } from "../api/index.ts";
import { createEventRecorder, createInformers } from "../client/index.ts";
import { type Cloud, cloudControllerFactories, runController, userOfController } from "../controllers/index.ts";
import type { Cancel, Cause, Clock, Random } from "../sim/index.ts";
import type { ControlPlaneOptions } from "./control-plane.ts";

const AGENT = "cloud-controller-manager/v1.36.2";

/** The cloud's own controller manager: a process beside kube-controller-manager, with caches of its own. */
export function startCloudControllers(options: {
  readonly cloud: Cloud;
  readonly clock: Clock;
  readonly random: Random;
  readonly client: ControlPlaneOptions["client"];
  readonly causes: readonly Cause[];
}): Cancel {
  const { cloud, clock, random, causes } = options;
  // Of its controllers' accounts this one may read all that they look at.
  const client = options.client(userOfController("service"), AGENT, causes);
  const informers = createInformers(client, clock);
  const recorder = (component: string) => createEventRecorder({ client, clock, component });
  const context = { informers, clock, random, recorder, rootCa: "" };
  const stops = cloudControllerFactories(cloud).map((create) => {
    const controller = create(context);
    return runController({ controller, client: options.client(userOfController(controller.name), AGENT, causes), informers, clock }).stop;
  });
  return () => {
    for (const stop of stops) stop();
    informers.stop();
  };
}

/** The machines that are ordered, as the cloud itself sees them: not through the cluster's accounts. */
export function machineOrders(client: ControlPlaneOptions["client"], clock: Clock): (name: string) => Machine | undefined {
  const owner = client({ name: "system:apiserver", groups: ["system:masters", "system:authenticated"] }, "timonel-cloud");
  const machines = createInformers(owner, clock).of("machines");
  return (name) => {
    if (!machines.synced) throw new Error("the cloud does not answer yet");
    return machines.get(name);
  };
}
