import type { Node } from "../../api/index.ts";
import type { Controller } from "../../client/index.ts";
import { isNotFound } from "../../machinery/index.ts";
import { rfc3339 } from "../../sim/index.ts";
import type { Routes } from "../cloud.ts";
import type { ControllerContext } from "../context.ts";
import { messageOf } from "../refusals.ts";
import { concernsRoutes, networkCondition, planRoutes, rangesOf } from "./decide.ts";

/** All routes are looked at together. */
const KEY = "routes";
/** k8s: --route-reconciliation-period. */
const PERIOD_MS = 10_000;

/** Sees to it that the cloud's network knows the way to every node's pods (k8s: cloud-provider controllers/route). */
export function createRouteController({ informers, clock, recorder }: ControllerContext, routes: Routes): Controller {
  const nodes = informers.of("nodes");
  const events = recorder("route_controller");
  let next = 0;
  return {
    name: "route",
    watches: [{ resource: "nodes", keys: ({ object, old }) => (concernsRoutes(old as Node, object as Node) ? [KEY] : []) }],
    async reconcile(_key, { client, causes }) {
      if (clock.now() < next) return next - clock.now();
      next = clock.now() + PERIOD_MS;
      const all = [...nodes.list()];
      const { remove, create } = planRoutes(all, routes.list());
      for (const route of remove) routes.delete(route);
      const failed = new Set<Node>();
      for (const { node, cidr } of create) {
        const { name = "", uid = "" } = node.metadata ?? {};
        try {
          routes.create(uid, name, cidr);
        } catch (error) {
          failed.add(node);
          const why = `Could not create route ${uid} ${cidr} for node ${name} after 0s: ${messageOf(error)}`;
          events.event({ apiVersion: "v1", kind: "Node", metadata: { name, uid } }, "Warning", "FailedToCreateRoute", why, causes);
        }
      }
      for (const node of all) {
        if (rangesOf(node).length === 0) continue;
        const condition = networkCondition(node, !failed.has(node), rfc3339(clock.now()));
        if (!condition) continue;
        try {
          await client.patch("nodes", undefined, node.metadata?.name ?? "", "strategic", { status: { conditions: [condition] } }, "status");
        } catch (error) {
          if (!isNotFound(error)) throw error;
        }
      }
      return failed.size > 0 ? PERIOD_MS : undefined;
    },
  };
}
