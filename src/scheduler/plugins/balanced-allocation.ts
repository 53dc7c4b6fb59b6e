import type { PluginFactory } from "../types.ts";
import { balancedAllocationArgs } from "./args.ts";
import { amount, balanceScorer } from "./resource-scoring.ts";

/** k8s: plugins/noderesources BalancedAllocation: resources should fill up alike. Pods that ask for none of them would all go to one node. */
export const balancedAllocation: PluginFactory = (_handle, args) => {
  const { resources } = balancedAllocationArgs(args);
  const score = balanceScorer(resources);
  return {
    name: "NodeResourcesBalancedAllocation",
    weight: 1,
    retryOn: [],
    preScore: ({ requests }) => (resources.every(({ name }) => amount(requests, name) === 0) ? "skip" : undefined),
    score,
  };
};
