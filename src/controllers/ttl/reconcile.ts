import type { Controller } from "../../client/index.ts";
import { isNotFound } from "../../machinery/index.ts";
import type { ControllerContext } from "../context.ts";
import { nextStep, secondsAt } from "./decide.ts";

const TTL = "node.alpha.kubernetes.io/ttl";

/** Tells kubelets on each node for how long what they have read is fresh (k8s: pkg/controller/ttl). Others learn of a new step when they next change. */
export function createTtlController({ informers }: ControllerContext): Controller {
  const nodes = informers.of("nodes");
  let step = 0;
  return {
    name: "ttl",
    watches: [
      {
        resource: "nodes",
        keys({ key, object, old }) {
          if (!object || !old) step = nextStep(step, nodes.size);
          return object && object.metadata?.annotations?.[TTL] !== String(secondsAt(step)) ? [key] : [];
        },
      },
    ],
    async reconcile(name, { client }) {
      const node = nodes.get(name);
      const wanted = String(secondsAt(step));
      if (!node || node.metadata?.annotations?.[TTL] === wanted) return;
      try {
        await client.patch("nodes", undefined, name, "strategic", { metadata: { annotations: { [TTL]: wanted } } });
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    },
  };
}
