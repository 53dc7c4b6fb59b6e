import type { Checker } from "../checker.ts";
import { nodeCapacity } from "./capacity.ts";
import { cronJobConcurrency } from "./cron-job.ts";
import { daemonSetNodes } from "./daemon-set.ts";
import { deploymentBounds } from "./deployment.ts";
import { disruptionBudgets } from "./disruption.ts";
import { jobCompletions } from "./job.ts";
import { metadataRules } from "./metadata.ts";
import { ownership } from "./ownership.ts";
import { quotas } from "./quota.ts";
import { podRemoval } from "./removal.ts";
import { replicaSetSize } from "./replica-set.ts";
import { statefulSetOrder } from "./stateful-set.ts";

/** All that must be so. */
export const checkers: readonly (() => Checker)[] = [
  deploymentBounds,
  replicaSetSize,
  statefulSetOrder,
  daemonSetNodes,
  jobCompletions,
  cronJobConcurrency,
  disruptionBudgets,
  ownership,
  quotas,
  nodeCapacity,
  podRemoval,
  metadataRules,
];
