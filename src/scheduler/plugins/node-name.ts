import type { PluginFactory } from "../types.ts";
import { NODES_ADDED } from "./hints.ts";

/** k8s: plugins/nodename. */
export const nodeName: PluginFactory = () => ({
  name: "NodeName",
  retryOn: [NODES_ADDED],
  preFilter: ({ pod }) => (pod.spec?.nodeName ? {} : { skip: true }),
  filter: ({ pod }, node) =>
    !pod.spec?.nodeName || pod.spec.nodeName === node.name
      ? null
      : { reasons: ["node(s) didn't match the requested node name"], unresolvable: true },
});
