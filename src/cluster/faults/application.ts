import { deepEqual } from "../../machinery/index.ts";
import type { Fabric } from "../../network/index.ts";
import type { Cause } from "../../sim/index.ts";
import type { ComponentHandle } from "../components.ts";
import type { NodeProxy } from "../node-proxy.ts";
import type { MachinePark } from "../park.ts";
import { type ComponentEffects, type Effects, NO_COMPONENT_EFFECTS, NO_EFFECTS, severed, type targetsOf } from "./effects.ts";

interface Application {
  /** Starts everything that no fault holds down. */
  readonly start: (causes: readonly Cause[]) => void;
  /** What runs has changed. */
  readonly changed: (causes: readonly Cause[]) => void;
  readonly obey: (effects: Effects, causes: readonly Cause[]) => void;
  /** What of a fault's targets there is not. */
  readonly missing: (targets: ReturnType<typeof targetsOf>) => string | undefined;
  /** A node, its lease, its pods: what is written about them while something is wrong with their machine. */
  readonly faultsAbout: (key: string, value: unknown) => readonly Cause[];
}

/** Where effects meet the cluster: makes every part of it as faults want it, and says which faults are behind a write. */
export function createApplication(parts: {
  /** Controllers before their programs; those of machines come and go. */
  readonly handles: readonly ComponentHandle[];
  readonly park: MachinePark;
  readonly kubeProxies: ReadonlyMap<string, NodeProxy>;
  readonly fabric: Fabric;
  /** Whether a program runs at all, whatever faults want. */
  readonly runs?: (process: string) => boolean;
}): Application {
  const { handles, park, kubeProxies, fabric, runs } = parts;
  let effects: Effects = NO_EFFECTS;
  let started = false;

  /** Its own, and those of the program that it is part of. */
  const wanted = ({ name, process }: ComponentHandle): ComponentEffects => {
    const own = effects.components.get(name);
    const whole = process === name ? undefined : effects.components.get(process);
    if (runs?.(process) === false) return { ...(own ?? whole ?? NO_COMPONENT_EFFECTS), stopped: true };
    if (!own || !whole) return own ?? whole ?? NO_COMPONENT_EFFECTS;
    return {
      stopped: own.stopped || whole.stopped,
      delay: Math.max(own.delay, whole.delay),
      lag: Math.max(own.lag, whole.lag),
      faults: [...whole.faults, ...own.faults],
    };
  };
  const why = (causes: readonly Cause[], faults: readonly string[]): readonly Cause[] => [
    ...causes.filter((c) => c.kind !== "fault"),
    ...[...new Set(faults)].map((name) => ({ kind: "fault", name }) as const),
  ];
  const settle = (causes: readonly Cause[], all: boolean): void => {
    for (const handle of handles) {
      const is = wanted(handle);
      if (all || !deepEqual(is, handle.effects)) handle.obey(is, why(causes, [...handle.effects.faults, ...is.faults]));
    }
  };
  const leasePaths = (): ReadonlySet<string> | undefined => {
    if (effects.leases.size === 0) return undefined;
    const path = (key: string): string => `/apis/coordination.k8s.io/v1/namespaces/${key.replace("/", "/leases/")}`;
    return new Set([...effects.leases.keys()].map(path));
  };

  return {
    start(causes: readonly Cause[]): void {
      started = true;
      settle(causes, true);
    },

    changed(causes: readonly Cause[]): void {
      if (started) settle(causes, false);
    },

    obey(next: Effects, causes: readonly Cause[]): void {
      effects = next;
      const { partitions } = effects;
      fabric.partition(partitions.length === 0 ? undefined : (a, b) => severed(partitions, a, b));
      park.obey(effects, (faults) => why(causes, faults));
      const lost = leasePaths();
      for (const { name, kubelet } of park.machines.values()) {
        kubelet.lose(lost);
        kubeProxies.get(name)?.cut(effects.machines.get(name)?.cut ?? false);
      }
      if (started) settle(causes, false);
    },

    missing({ component, machines }: ReturnType<typeof targetsOf>): string | undefined {
      if (component !== undefined && !handles.some((h) => h.name === component)) return `component ${JSON.stringify(component)}`;
      const machine = machines.find((name) => !park.machines.has(name));
      return machine === undefined ? undefined : `machine ${JSON.stringify(machine)}`;
    },

    faultsAbout(key: string, value: unknown): readonly Cause[] {
      if (effects.machines.size === 0 && effects.leases.size === 0) return NONE;
      const [, , resource, namespace, name] = key.split("/");
      const machine =
        resource === "pods"
          ? (value as { readonly spec?: { readonly nodeName?: string } } | undefined)?.spec?.nodeName
          : resource === "nodes"
            ? namespace
            : undefined;
      const faults =
        resource === "leases"
          ? effects.leases.get(`${namespace}/${name}`)
          : [...(effects.machines.get(machine ?? "")?.faults ?? []), ...(effects.leases.get(`kube-node-lease/${machine}`) ?? [])];
      return faults?.map((fault) => ({ kind: "fault", name: fault })) ?? NONE;
    },
  };
}

const NONE: readonly Cause[] = [];
