import { CliError } from "../errors.ts";
import { revisionOf } from "./replicasets.ts";
import type { Deployment } from "../describe/types.ts";
import type { Resource } from "../types.ts";

export interface RolloutStatus {
  readonly text: string;
  readonly done: boolean;
}

interface DaemonSet extends Resource {
  readonly spec: { readonly updateStrategy?: { readonly type?: string } };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly updatedNumberScheduled?: number;
    readonly desiredNumberScheduled?: number;
    readonly numberAvailable?: number;
  };
}
interface StatefulSet extends Resource {
  readonly spec: {
    readonly replicas?: number;
    readonly updateStrategy?: { readonly type?: string; readonly rollingUpdate?: { readonly partition?: number } };
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly readyReplicas?: number;
    readonly updatedReplicas?: number;
    readonly currentReplicas?: number;
    readonly updateRevision?: string;
    readonly currentRevision?: string;
  };
}

/** What `kubectl rollout status` says of an object now (k8s: polymorphichelpers/rollout_status.go). Throws CliError for a failed rollout. */
export function rolloutStatus(object: Resource, revision: number): RolloutStatus {
  switch (object.kind) {
    case "Deployment":
      return deploymentStatus(object as Deployment, revision);
    case "DaemonSet":
      return daemonSetStatus(object as DaemonSet);
    case "StatefulSet":
      return statefulSetStatus(object as StatefulSet);
    default:
      throw new CliError(
        `no status viewer has been implemented for ${object.kind}${object.apiVersion.includes("/") ? `.${object.apiVersion.split("/")[0]}` : ""}`,
      );
  }
}

const waiting = (text: string): RolloutStatus => ({ text: `${text}\n`, done: false });

function deploymentStatus(d: Deployment, revision: number): RolloutStatus {
  const name = JSON.stringify(d.metadata.name);
  const s = d.status ?? {};
  if (revision > 0 && revisionOf(d) !== revision)
    throw new CliError(`desired revision (${revision}) is different from the running revision (${revisionOf(d)})`);
  if ((d.metadata.generation ?? 0) > (s.observedGeneration ?? 0)) return waiting("Waiting for deployment spec update to be observed...");
  if (s.conditions?.some((c) => c.type === "Progressing" && c.reason === "ProgressDeadlineExceeded"))
    throw new CliError(`deployment ${name} exceeded its progress deadline`);
  const [replicas, updated, all, available] = [d.spec.replicas ?? 1, s.updatedReplicas ?? 0, s.replicas ?? 0, s.availableReplicas ?? 0];
  const wait = (what: string): RolloutStatus => waiting(`Waiting for deployment ${name} rollout to finish: ${what}...`);
  if (updated < replicas) return wait(`${updated} out of ${replicas} new replicas have been updated`);
  if (all > updated) return wait(`${all - updated} old replicas are pending termination`);
  if (available < updated) return wait(`${available} of ${updated} updated replicas are available`);
  return { text: `deployment ${name} successfully rolled out\n`, done: true };
}

function daemonSetStatus(d: DaemonSet): RolloutStatus {
  const name = JSON.stringify(d.metadata.name);
  const s = d.status ?? {};
  if (d.spec.updateStrategy?.type !== "RollingUpdate")
    throw new CliError("rollout status is only available for RollingUpdate strategy type");
  if ((d.metadata.generation ?? 0) > (s.observedGeneration ?? 0)) return waiting("Waiting for daemon set spec update to be observed...");
  const [updated, desired, available] = [s.updatedNumberScheduled ?? 0, s.desiredNumberScheduled ?? 0, s.numberAvailable ?? 0];
  if (updated < desired)
    return waiting(`Waiting for daemon set ${name} rollout to finish: ${updated} out of ${desired} new pods have been updated...`);
  if (available < desired)
    return waiting(`Waiting for daemon set ${name} rollout to finish: ${available} of ${desired} updated pods are available...`);
  return { text: `daemon set ${name} successfully rolled out\n`, done: true };
}

function statefulSetStatus(o: StatefulSet): RolloutStatus {
  const s = o.status ?? {};
  const strategy = o.spec.updateStrategy;
  if (strategy?.type !== "RollingUpdate") throw new CliError("rollout status is only available for RollingUpdate strategy type");
  if (!s.observedGeneration || (o.metadata.generation ?? 0) > s.observedGeneration)
    return waiting("Waiting for statefulset spec update to be observed...");
  const replicas = o.spec.replicas ?? 1;
  if ((s.readyReplicas ?? 0) < replicas) return waiting(`Waiting for ${replicas - (s.readyReplicas ?? 0)} pods to be ready...`);
  const partition = strategy.rollingUpdate?.partition;
  if (strategy.rollingUpdate) {
    const updated = s.updatedReplicas ?? 0;
    if (partition !== undefined && updated < replicas - partition)
      return waiting(`Waiting for partitioned roll out to finish: ${updated} out of ${replicas - partition} new pods have been updated...`);
    return { text: `partitioned roll out complete: ${updated} new pods have been updated...\n`, done: true };
  }
  if (s.updateRevision !== s.currentRevision)
    return waiting(
      `waiting for statefulset rolling update to complete ${s.updatedReplicas ?? 0} pods at revision ${s.updateRevision ?? ""}...`,
    );
  return {
    text: `statefulset rolling update complete ${s.currentReplicas ?? 0} pods at revision ${s.currentRevision ?? ""}...\n`,
    done: true,
  };
}
