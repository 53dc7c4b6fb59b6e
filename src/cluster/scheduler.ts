import { parse } from "yaml";
import type { ConfigMap } from "../api/index.ts";
import {
  type Client,
  createEventRecorder,
  createEventRecorders,
  createInformers,
  createInformersView,
  type InformersView,
} from "../client/index.ts";
import {
  checkConfiguration,
  type Decision,
  type KubeSchedulerConfiguration,
  type RunningScheduler,
  startScheduler,
} from "../scheduler/index.ts";
import type { Cancel, Cause, Clock, Random } from "../sim/index.ts";

/** Where a learner puts a KubeSchedulerConfiguration: this key of this ConfigMap. There is no host whose files could be edited. */
const CONFIG_MAP = { namespace: "kube-system", name: "kube-scheduler" };
const KEY = "config.yaml";

export interface ClusterSchedulerOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** The scheduler's own; `causes` say why it writes before anything has happened. */
  readonly client: (causes: readonly Cause[]) => Client;
  /** Whoever keeps the configuration, as kubeadm does. */
  readonly administrator: (causes: readonly Cause[]) => Client;
  readonly onDecision: (decision: Decision) => void;
  /** What faults do to it, in ms: each cycle takes longer, what changes is seen late. */
  readonly delay: () => number;
  readonly lag: () => number;
}

/** kube-scheduler as the cluster runs it: begun anew whenever its configuration changes. */
export interface ClusterScheduler {
  /** Undefined while it does not run. */
  readonly running: RunningScheduler | undefined;
  start(causes: readonly Cause[]): void;
  /** `lag` is another one. */
  lagChanged(): void;
  stop(): void;
}

export function createClusterScheduler(options: ClusterSchedulerOptions): ClusterScheduler {
  const { clock, random, client, administrator, onDecision, delay, lag } = options;
  let running: RunningScheduler | undefined;
  let informers: InformersView | undefined;
  let watching: Cancel | undefined;
  let configured = "";

  const begin = (configuration: KubeSchedulerConfiguration, causes: readonly Cause[]): void => {
    end();
    const own = client(causes);
    informers = createInformersView(createInformers(own, clock), clock);
    informers.lag(lag());
    running = startScheduler({
      client: own,
      informers,
      recorder: createEventRecorders({ client: own, clock }),
      clock,
      random,
      configuration,
      onDecision,
      delay,
    });
  };
  const end = (): void => {
    running?.stop();
    informers?.stop();
    running = undefined;
  };

  return {
    get running() {
      return running;
    },
    start(causes) {
      begin({}, causes);
      configured = "";
      const admin = administrator(causes);
      const events = createEventRecorder({ client: admin, clock, component: "kube-scheduler" });
      const configs = createInformers(admin, clock);
      const cancel = configs
        .of("configmaps", { namespace: CONFIG_MAP.namespace, fieldSelector: `metadata.name=${CONFIG_MAP.name}` })
        .on((change) => {
          const text = change.object?.data?.[KEY] ?? "";
          if (text === configured) return;
          configured = text;
          const read = readConfiguration(text);
          if ("problem" in read) events.event(change.object as ConfigMap, "Warning", "InvalidConfiguration", read.problem, change.causes);
          else begin(read.configuration, change.causes);
        });
      watching = () => {
        cancel();
        configs.stop();
      };
    },
    lagChanged: () => informers?.lag(lag()),
    stop() {
      watching?.();
      watching = undefined;
      end();
    },
  };
}

function readConfiguration(text: string): { readonly configuration: KubeSchedulerConfiguration } | { readonly problem: string } {
  if (text === "") return { configuration: {} };
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    return { problem: `${KEY}: ${error instanceof Error ? error.message : String(error)}` };
  }
  const problems = checkConfiguration(value);
  return problems.length > 0
    ? { problem: `${KEY}: ${problems.join("; ")}; the configuration before it stays in force` }
    : { configuration: value as KubeSchedulerConfiguration };
}
