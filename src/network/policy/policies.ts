import type { KubeObject, Pod } from "../../api/index.ts";
import type { Informer, Informers } from "../../client/index.ts";
import type { Cancel } from "../../sim/index.ts";
import type { Place, Verdict } from "../types.ts";
import { type Party, permits } from "./decide.ts";

/**
 * What a network plugin makes of NetworkPolicies, for every machine of the cluster. Pods and namespaces are looked at
 * from the first policy on: without one, this costs one watch of nothing.
 */
export class NetworkPolicies {
  readonly #informers: Pick<Informers, "of">;
  readonly #pods = new Map<string, Pod>();
  #stop: Cancel | undefined;
  #following: Informer<Pod & KubeObject> | undefined;

  constructor(informers: Pick<Informers, "of">) {
    this.#informers = informers;
  }

  start(): void {
    this.#stop = this.#informers.of("networkpolicies").on(() => this.#follow());
  }

  stop(): void {
    this.#stop?.();
  }

  #follow(): void {
    if (this.#following) return;
    this.#informers.of("namespaces");
    this.#following = this.#informers.of("pods");
    this.#following.on(({ object, old }) => {
      const was = old && addressOf(old);
      if (was !== undefined && this.#pods.get(was)?.metadata?.uid === old?.metadata?.uid) this.#pods.delete(was);
      const is = object && addressOf(object);
      if (is !== undefined && object) this.#pods.set(is, object);
    });
  }

  readonly verdict: Verdict = (from, to, port, protocol) => {
    const policies = this.#informers.of("networkpolicies");
    if (policies.size === 0) return "allow";
    const around = {
      policies: (namespace: string) => policies.by("namespace", namespace),
      namespaceLabels: (name: string) => this.#informers.of("namespaces").get(name)?.metadata?.labels,
    };
    // What is not let through is lost without a word, as with iptables' DROP.
    return permits(around, { from: this.#party(from), to: this.#party(to), port, protocol }) ? "allow" : "drop";
  };

  #party({ ip, machine, sandbox }: Place): Party {
    return { ip, machine, pod: sandbox === undefined ? undefined : this.#pods.get(ip) };
  }
}

/** Where a pod is found that has a namespace of its own and has not ended. */
function addressOf({ spec, status }: Pod): string | undefined {
  const ended = status?.phase === "Succeeded" || status?.phase === "Failed";
  return spec?.hostNetwork || ended ? undefined : status?.podIP;
}
