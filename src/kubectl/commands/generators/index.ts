import type { Command } from "../../types.ts";
import { configmap, namespace, secret, serviceaccount } from "./data.ts";
import { ingress } from "./ingress.ts";
import { podDisruptionBudget, priorityClass, quota } from "./policy.ts";
import { clusterrole, clusterrolebinding, role, rolebinding } from "./rbac.ts";
import { token } from "./token.ts";
import { cronjob, deployment, job, services } from "./workloads.ts";

/** `kubectl create <kind>`. */
export const generators: readonly Command[] = [
  clusterrole,
  clusterrolebinding,
  configmap,
  cronjob,
  deployment,
  ingress,
  job,
  namespace,
  podDisruptionBudget,
  priorityClass,
  quota,
  role,
  rolebinding,
  secret,
  services,
  serviceaccount,
  token,
];
