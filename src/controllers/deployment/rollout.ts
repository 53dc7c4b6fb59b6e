import type { Deployment, DeploymentStatus, ReplicaSet } from "../../api/index.ts";
import type { EventRecorder, ReconcileContext } from "../../client/index.ts";
import { computeHash, isAlreadyExists, isNotFound } from "../../machinery/index.ts";
import { rfc3339, type Clock } from "../../sim/index.ts";
import { controllerOf, controllerRef } from "../owners.ts";
import { isNamespaceTerminating, messageOf } from "../refusals.ts";
import {
  conditionOf,
  findNew,
  hasDeadline,
  HASH_LABEL,
  maxRevision,
  newAnnotations,
  type NewCondition,
  newReplicaSetSize,
  replicasOf,
  REVISION,
  sameTemplate,
  sizeAnnotations,
  type Sizes,
  surplus,
  withCondition,
} from "./decide.ts";

/** One reconcile's hands: the Deployment as last written, and what can be done to it and its ReplicaSets. */
export class Rollout {
  deployment: Deployment;
  readonly #context: ReconcileContext;
  readonly #events: EventRecorder;
  readonly #clock: Clock;

  constructor(deployment: Deployment, context: ReconcileContext, events: EventRecorder, clock: Clock) {
    this.deployment = deployment;
    this.#context = context;
    this.#events = events;
    this.#clock = clock;
  }

  get time(): string {
    return rfc3339(this.#clock.now());
  }

  /** Splits into new and old, and brings the new one's annotations up to date; creates it when asked (k8s: getAllReplicaSetsAndSyncRevision). */
  async replicaSets(
    sets: readonly ReplicaSet[],
    create: boolean,
  ): Promise<{ readonly fresh: ReplicaSet | undefined; readonly old: readonly ReplicaSet[] }> {
    const found = findNew(this.deployment, sets);
    const old = sets.filter((rs) => rs !== found);
    const revision = maxRevision(old) + 1n;
    if (found) return { fresh: await this.#refresh(found, revision), old };
    return { fresh: create ? await this.#create(old, revision) : undefined, old };
  }

  async #refresh(rs: ReplicaSet, revision: bigint): Promise<ReplicaSet> {
    const d = this.deployment;
    const annotations = newAnnotations(d, rs.metadata?.annotations, revision, true);
    const minReadySeconds = d.spec?.minReadySeconds ?? 0;
    if (annotations !== rs.metadata?.annotations || (rs.spec?.minReadySeconds ?? 0) !== minReadySeconds) {
      const spec = rs.spec && { ...rs.spec, ...(minReadySeconds || rs.spec.minReadySeconds ? { minReadySeconds } : {}) };
      return this.#context.client.update("replicasets", { ...rs, metadata: { ...rs.metadata, annotations }, ...(spec ? { spec } : {}) });
    }
    const name = rs.metadata?.name;
    const found = { type: "Progressing", status: "True", reason: "FoundNewReplicaSet", message: `Found new replica set "${name}"` };
    await this.#record(annotations[REVISION], hasDeadline(d) && !conditionOf(d.status, "Progressing") ? found : undefined);
    return rs;
  }

  async #create(old: readonly ReplicaSet[], revision: bigint): Promise<ReplicaSet> {
    const d = this.deployment;
    const { client, causes } = this.#context;
    const { namespace, name } = d.metadata ?? {};
    const template = d.spec?.template ?? {};
    const hash = computeHash(template, d.status?.collisionCount);
    const labels = { ...template.metadata?.labels, [HASH_LABEL]: hash };
    const selector = d.spec?.selector ?? {};
    const replicas = newReplicaSetSize(d, old, 0);
    const wanted: ReplicaSet = {
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      metadata: {
        name: `${name}-${hash}`,
        ...(namespace === undefined ? {} : { namespace }),
        labels,
        annotations: newAnnotations(d, undefined, revision, false),
        ownerReferences: [controllerRef(d, "apps/v1", "Deployment")],
      },
      spec: {
        replicas,
        ...(d.spec?.minReadySeconds ? { minReadySeconds: d.spec.minReadySeconds } : {}),
        selector: { ...selector, matchLabels: { ...selector.matchLabels, [HASH_LABEL]: hash } },
        template: { ...template, metadata: { ...template.metadata, labels } },
      },
    };
    let created: ReplicaSet;
    try {
      created = await client.create("replicasets", wanted);
    } catch (error) {
      if (isAlreadyExists(error)) return this.#collide(wanted, revision, error);
      if (isNamespaceTerminating(error)) throw error;
      const message = `Failed to create new replica set "${wanted.metadata?.name}": ${messageOf(error)}`;
      if (hasDeadline(d)) await this.#record(undefined, { type: "Progressing", status: "False", reason: "ReplicaSetCreateError", message });
      this.#events.event(d, "Warning", "ReplicaSetCreateError", message, causes);
      throw error;
    }
    if (replicas > 0)
      this.#events.event(d, "Normal", "ScalingReplicaSet", `Scaled up replica set ${created.metadata?.name} from 0 to ${replicas}`, causes);
    const message = `Created new replica set "${created.metadata?.name}"`;
    await this.#record(
      String(revision),
      hasDeadline(d) ? { type: "Progressing", status: "True", reason: "NewReplicaSetCreated", message } : undefined,
    );
    return created;
  }

  /** The name is taken: by our own set that the cache has not shown yet, or by another template with this hash. */
  async #collide(wanted: ReplicaSet, revision: bigint, error: unknown): Promise<ReplicaSet> {
    const d = this.deployment;
    const { client } = this.#context;
    const there = await client.get("replicasets", d.metadata?.namespace, wanted.metadata?.name ?? "");
    if (controllerOf(there)?.uid === d.metadata?.uid && sameTemplate(there.spec?.template ?? {}, d.spec?.template ?? {})) {
      await this.#record(String(revision), undefined);
      return there;
    }
    await this.writeStatus({ ...d.status, collisionCount: (d.status?.collisionCount ?? 0) + 1 });
    throw error;
  }

  /** The Deployment carries the revision of its new ReplicaSet, and a condition when one is given. */
  async #record(revision: string | undefined, condition: NewCondition | undefined): Promise<void> {
    const d = this.deployment;
    const isNew = revision !== undefined && d.metadata?.annotations?.[REVISION] !== revision;
    const metadata = isNew ? { ...d.metadata, annotations: { ...d.metadata?.annotations, [REVISION]: revision } } : d.metadata;
    const status = condition ? withCondition(d.status ?? {}, condition, this.time) : d.status;
    if (metadata === d.metadata && status === d.status) return;
    // Both by the status (k8s: deployment/sync.go getNewReplicaSet UpdateStatus).
    this.deployment = await this.#context.client.update("deployments", { ...d, metadata, status } as Deployment, "status");
  }

  async writeStatus(status: DeploymentStatus): Promise<void> {
    if (status === this.deployment.status) return;
    this.deployment = await this.#context.client.update("deployments", { ...this.deployment, status }, "status");
  }

  /** Resizes, says so, and notes on each set what it was sized for. Answers whether any size changed (k8s: scaleReplicaSet). */
  async resize(sizes: Sizes): Promise<boolean> {
    const d = this.deployment;
    const { client, causes } = this.#context;
    const latest = new Map<string, ReplicaSet>();
    for (const { rs, replicas } of sizes) {
      const name = rs.metadata?.name ?? "";
      const now = latest.get(name) ?? rs;
      const before = replicasOf(now);
      if (before === replicas) continue;
      const annotations = { ...now.metadata?.annotations, ...sizeAnnotations(d) };
      const resized = await client.update("replicasets", {
        ...now,
        metadata: { ...now.metadata, annotations },
        spec: { ...now.spec, selector: now.spec?.selector ?? {}, replicas },
      });
      latest.set(name, resized);
      const direction = before < replicas ? "up" : "down";
      this.#events.event(d, "Normal", "ScalingReplicaSet", `Scaled ${direction} replica set ${name} from ${before} to ${replicas}`, causes);
    }
    return latest.size > 0;
  }

  /** Sets that keep their size learn what the Deployment wants now, or each of its events would look like a scaling (k8s: ReplicasAnnotationsNeedUpdate). */
  async annotate(sets: readonly ReplicaSet[]): Promise<void> {
    const wanted = Object.entries(sizeAnnotations(this.deployment));
    for (const rs of sets) {
      if (replicasOf(rs) === 0 || wanted.every(([k, v]) => rs.metadata?.annotations?.[k] === v)) continue;
      const annotations = { ...rs.metadata?.annotations, ...Object.fromEntries(wanted) };
      await this.#context.client.update("replicasets", { ...rs, metadata: { ...rs.metadata, annotations } });
    }
  }

  async cleanUp(old: readonly ReplicaSet[]): Promise<void> {
    for (const { metadata } of surplus(this.deployment, old)) {
      try {
        await this.#context.client.delete(
          "replicasets",
          metadata?.namespace,
          metadata?.name ?? "",
          metadata?.uid ? { preconditions: { uid: metadata.uid } } : {},
        );
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    }
  }
}
