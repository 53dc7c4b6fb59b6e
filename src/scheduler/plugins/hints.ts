import type { EventHint } from "../types.ts";

/** A new node may do. */
export const NODES_ADDED: EventHint = { resource: "nodes", actions: ["Add"] };
/** A pod left a node. */
export const PODS_GONE: EventHint = { resource: "pods", actions: ["Delete"] };
/** The waiting pod itself was changed. */
export const POD_CHANGED: EventHint = { resource: "pods", actions: ["SelfUpdate"] };
