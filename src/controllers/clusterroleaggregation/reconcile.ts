import type { Controller } from "../../client/index.ts";
import type { ControllerContext } from "../context.ts";
import { gatheredRules } from "./decide.ts";

/** Fills the rules of ClusterRoles that gather them from others (k8s: pkg/controller/clusterroleaggregation). */
export function createClusterRoleAggregation({ informers }: ControllerContext): Controller {
  const roles = informers.of("clusterroles");
  return {
    name: "clusterrole-aggregation",
    watches: [
      {
        resource: "clusterroles",
        // Any role may be gathered by any that gathers.
        keys: () => [...roles.list()].filter((role) => role.aggregationRule).map((role) => role.metadata?.name ?? ""),
      },
    ],
    async reconcile(name, { client }) {
      const role = roles.get(name);
      const rules = role && gatheredRules(role, [...roles.list()]);
      if (role && rules) await client.update("clusterroles", { ...role, rules });
    },
  };
}
