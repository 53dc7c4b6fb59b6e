import type { Controller } from "../../client/index.ts";
import type { ControllerContext } from "../context.ts";
import { createSettled } from "../settled.ts";
import { gatheredRules } from "./decide.ts";

/** Fills the rules of ClusterRoles that gather them from others (k8s: pkg/controller/clusterroleaggregation). */
export function createClusterRoleAggregation({ informers, clock }: ControllerContext): Controller {
  const roles = informers.of("clusterroles");
  const settled = createSettled(clock);
  return {
    name: "clusterrole-aggregation",
    watches: [
      {
        resource: "clusterroles",
        // Any role may be gathered by any that gathers.
        keys: () => [...roles.list()].filter((role) => role.aggregationRule).map((role) => role.metadata?.name ?? ""),
      },
    ],
    async reconcile(name, context) {
      const role = roles.get(name);
      if (!role) return settled.forget(name);
      const all = [...roles.list()];
      return settled.turn(name, all, context, async ({ client }) => {
        const rules = gatheredRules(role, all);
        if (rules) await client.update("clusterroles", { ...role, rules });
      });
    },
  };
}
