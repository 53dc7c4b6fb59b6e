import type { Client } from "../../client/index.ts";
import type { ContainerRuntime } from "../../runtime/index.ts";
import type { Clock } from "../../sim/index.ts";
import { nodeKeyring } from "../credentials/node-keyring.ts";
import { pullSecretsOf } from "../credentials/pull-secrets.ts";
import { ImageManager } from "../images.ts";
import { Backoff } from "../kuberuntime/backoff.ts";
import type { KubeletConfig } from "../types.ts";
import { HOST } from "../volumes/mounting.ts";
import { Puller } from "./puller.ts";
import { PulledRecords } from "./records.ts";

/** What brings images to a machine, as its configuration has it. */
export function createImageManager(options: {
  readonly runtime: ContainerRuntime;
  readonly clock: Clock;
  readonly client: Client;
  readonly config: KubeletConfig;
}): ImageManager {
  const { runtime, clock, client, config } = options;
  return new ImageManager({
    runtime,
    clock,
    backoff: new Backoff(),
    puller: new Puller({
      clock,
      serial: config.serializeImagePulls,
      ...(config.maxParallelImagePulls === undefined ? {} : { parallel: config.maxParallelImagePulls }),
      qps: config.registryPullQPS,
      burst: config.registryBurst,
    }),
    records: new PulledRecords(),
    secretsOf: (pod) => pullSecretsOf(client, pod),
    nodeKeyring: () => nodeKeyring(runtime.volume(HOST).fs),
  });
}
