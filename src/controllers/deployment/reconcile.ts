import type { Deployment, DeploymentStatus, Pod, ReplicaSet } from "../../api/index.ts";
import type { Change, ReconcileContext } from "../../client/index.ts";
import { deepEqual, labelSelector } from "../../machinery/index.ts";
import { type ControllerContext, FIFTEEN_TIMES, MANAGER_PACE, type PacedController } from "../context.ts";
import { claim, controllerOf, controllerRef, indexOrphans, ownerKey } from "../owners.ts";
import { isPodTerminal } from "../pods.ts";
import { isNamespaceTerminating } from "../refusals.ts";
import { createSettled } from "../settled.ts";
import {
  activeSets,
  countedStatus,
  deadlineIn,
  desiredOf,
  isComplete,
  isRolling,
  isScalingEvent,
  newReplicaSetSize,
  oldReplicaSetSizes,
  pausedCondition,
  replicasOf,
  rollbackRevision,
  rolledBack,
  rolloutStatus,
  scaleSizes,
  withCondition,
} from "./decide.ts";
import { Rollout } from "./rollout.ts";

/** Rolls Deployments out over ReplicaSets (k8s: pkg/controller/deployment). */
export function createDeploymentController({ informers, clock, recorder }: ControllerContext): PacedController {
  const deployments = informers.of("deployments");
  const sets = informers.of("replicasets");
  const pods = informers.of("pods");
  const events = recorder("deployment-controller");
  const settled = createSettled(clock);
  indexOrphans(sets);

  const setKeys = ({ object, old }: Change<ReplicaSet>): readonly string[] => {
    const keys = new Set([ownerKey(old, "Deployment"), ownerKey(object, "Deployment")].filter((k) => k !== undefined));
    if (object && !controllerOf(object) && object.metadata?.labels) {
      const { namespace = "", labels } = object.metadata;
      for (const d of deployments.by("namespace", namespace))
        if (labelSelector(d.spec?.selector).matches(labels)) keys.add(`${namespace}/${d.metadata?.name}`);
    }
    return [...keys];
  };

  /** Only a Recreate waits for pods to be gone. */
  const podKeys = ({ object, old }: Change<Pod>): readonly string[] => {
    if (object || !old) return [];
    const rs = sets.get(ownerKey(old, "ReplicaSet") ?? "");
    const key = ownerKey(rs, "Deployment");
    const d = key === undefined ? undefined : deployments.get(key);
    return d && key !== undefined && !isRolling(d) ? [key] : [];
  };

  const oldPodsRunning = (old: readonly ReplicaSet[]): boolean =>
    old.some((rs) => (rs.status?.replicas ?? 0) > 0 || pods.by("owner", rs.metadata?.uid ?? "").some((p) => !isPodTerminal(p)));

  const rolling = async (rollout: Rollout, list: readonly ReplicaSet[]): Promise<void> => {
    const { fresh, old } = await rollout.replicaSets(list, true);
    if (!fresh) return;
    const d = rollout.deployment;
    const all = [...old, fresh];
    const size = replicasOf(fresh) > desiredOf(d) ? desiredOf(d) : newReplicaSetSize(d, all, replicasOf(fresh));
    const resized = (await rollout.resize([{ rs: fresh, replicas: size }])) || (await rollout.resize(oldReplicaSetSizes(d, old, fresh)));
    if (!resized && isComplete(d, d.status)) await rollout.cleanUp(old);
    await rollout.writeStatus(rolloutStatus(rollout.deployment, all, fresh, clock.now(), rollout.time));
  };

  const recreate = async (rollout: Rollout, list: readonly ReplicaSet[]): Promise<void> => {
    let { fresh, old } = await rollout.replicaSets(list, false);
    const finish = (): Promise<void> =>
      rollout.writeStatus(rolloutStatus(rollout.deployment, fresh ? [...old, fresh] : old, fresh, clock.now(), rollout.time));
    if (await rollout.resize(activeSets(old).map((rs) => ({ rs, replicas: 0 })))) return finish();
    if (oldPodsRunning(old)) return finish();
    if (!fresh) ({ fresh, old } = await rollout.replicaSets(list, true));
    if (fresh) await rollout.resize([{ rs: fresh, replicas: desiredOf(rollout.deployment) }]);
    if (isComplete(rollout.deployment, rollout.deployment.status)) await rollout.cleanUp(old);
    return finish();
  };

  /** Paused, or a change of size in the middle: no rollout, but sizes and status follow (k8s: sync.go sync). */
  const scaleOnly = async (rollout: Rollout, list: readonly ReplicaSet[]): Promise<void> => {
    const { fresh, old } = await rollout.replicaSets(list, false);
    const sizes = scaleSizes(rollout.deployment, fresh, old);
    const resized = new Set(sizes.filter(({ rs, replicas }) => replicas !== replicasOf(rs)).map(({ rs }) => rs));
    await rollout.resize(sizes);
    await rollout.annotate((fresh ? [...old, fresh] : old).filter((rs) => !resized.has(rs)));
    const { deployment: d } = rollout;
    if (d.spec?.paused && rollbackRevision(d) === undefined) await rollout.cleanUp(old);
    await plainStatus(rollout, fresh ? [...old, fresh] : old, fresh);
  };

  /** Back to what a revision was, as an annotation asks; the rollout of it is the next turn's (k8s: rollback). */
  const rollBack = async (
    rollout: Rollout,
    list: readonly ReplicaSet[],
    revision: number,
    { client, causes }: ReconcileContext,
  ): Promise<void> => {
    const { fresh, old } = await rollout.replicaSets(list, true);
    const { deployment, event } = rolledBack(rollout.deployment, fresh ? [...old, fresh] : old, revision);
    // What went well is told once it is done.
    const [type] = event;
    if (type === "Warning") events.event(deployment, ...event, causes);
    await client.update("deployments", deployment);
    if (type === "Normal") events.event(deployment, ...event, causes);
  };

  const plainStatus = (rollout: Rollout, all: readonly ReplicaSet[], fresh: ReplicaSet | undefined): Promise<void> => {
    const d = rollout.deployment;
    const status: DeploymentStatus = countedStatus(d, all, fresh, rollout.time);
    return rollout.writeStatus(d.status && deepEqual(d.status, status) ? d.status : status);
  };

  const sync = async (key: string, context: ReconcileContext): Promise<number | void> => {
    const d: Deployment | undefined = deployments.get(key);
    if (!d) return settled.forget(key);
    const own = sets.by("owner", d.metadata?.uid ?? "");
    const waitedFor = isRolling(d) ? [] : own.flatMap((rs) => pods.by("owner", rs.metadata?.uid ?? ""));
    const inputs = [d, ...own, ...sets.by("orphan", d.metadata?.namespace ?? ""), ...waitedFor];
    return settled.turn(key, inputs, context, (watched) => rollOut(d, watched));
  };

  const rollOut = async (d: Deployment, context: ReconcileContext): Promise<number | void> => {
    const { client } = context;
    const rollout = new Rollout(d, context, events, clock);
    const list = await claim({
      client,
      resource: "replicasets",
      owner: d,
      ref: controllerRef(d, "apps/v1", "Deployment"),
      selector: labelSelector(d.spec?.selector),
      informer: sets,
      recheck: () => client.get("deployments", d.metadata?.namespace, d.metadata?.name ?? ""),
    });
    if (d.metadata?.deletionTimestamp !== undefined) {
      const { fresh, old } = await rollout.replicaSets(list, false);
      return plainStatus(rollout, fresh ? [...old, fresh] : old, fresh);
    }
    const paused = pausedCondition(d);
    if (paused) await rollout.writeStatus(withCondition(d.status ?? {}, paused, rollout.time));
    const revision = rollbackRevision(d);
    if (revision !== undefined && !d.spec?.paused) return rollBack(rollout, list, revision, context);
    if (d.spec?.paused || isScalingEvent(d, list)) await scaleOnly(rollout, list);
    else if (isRolling(d)) await rolling(rollout, list);
    else await recreate(rollout, list);
    return deadlineIn(rollout.deployment, rollout.deployment.status ?? {}, clock.now());
  };

  return {
    name: "deployment",
    pace: MANAGER_PACE,
    retry: FIFTEEN_TIMES,
    watches: [
      { resource: "deployments", keys: ({ key }) => [key] },
      { resource: "replicasets", keys: (change) => setKeys(change as Change<ReplicaSet>) },
      { resource: "pods", keys: (change) => podKeys(change as Change<Pod>) },
    ],
    async reconcile(key, context) {
      try {
        return await sync(key, context);
      } catch (error) {
        // Nothing can be made where all is about to go (k8s: handleErr).
        if (!isNamespaceTerminating(error)) throw error;
      }
    },
  };
}
