import type { HorizontalPodAutoscaler, HorizontalPodAutoscalerStatus, MetricStatus, Pod } from "../../api/index.ts";
import type { EventRecorder, ReconcileContext } from "../../client/index.ts";
import { deepEqual, parseLabelSelector, type Selector } from "../../machinery/index.ts";
import { type Clock, rfc3339 } from "../../sim/index.ts";
import { messageOf } from "../refusals.ts";
import { begun, bounded, changed, type History, minOf, NO_HISTORY, tolerancesOf, type Word } from "./behavior.ts";
import { createMetricsApi } from "./metrics-api.ts";
import { type Failure, isFailure, propose, type Scene } from "./proposals.ts";
import { countedStatus, withCondition } from "./status.ts";
import { groupOf, type Target, type Targets } from "./targets.ts";

/** What one look has in common with the next. */
export interface Surroundings {
  readonly clock: Clock;
  readonly events: EventRecorder;
  readonly targets: Targets;
  readonly histories: Map<string, History>;
  /** Selectors of targets as last seen, by autoscaler. */
  readonly selectors: Map<string, Selector>;
  podsOf(namespace: string, selector: Selector): readonly Pod[];
}

/** What all metrics together ask for. */
interface Sum {
  /** Undefined: nothing can be done. */
  readonly replicas: number | undefined;
  readonly name: string;
  readonly statuses: readonly MetricStatus[];
  readonly error: string | undefined;
}

/** One look at one autoscaler; its status is written once, at the end. */
export class Sync {
  readonly #key: string;
  readonly #hpa: HorizontalPodAutoscaler;
  readonly #context: ReconcileContext;
  readonly #around: Surroundings;
  readonly #now: number;
  #status: HorizontalPodAutoscalerStatus;

  constructor(around: Surroundings, key: string, hpa: HorizontalPodAutoscaler, context: ReconcileContext) {
    this.#around = around;
    this.#now = around.clock.now();
    this.#key = key;
    this.#hpa = hpa;
    this.#context = context;
    this.#status = hpa.status ?? { desiredReplicas: 0 };
  }

  async run(): Promise<void> {
    const target = await this.#target();
    if (target !== undefined) await this.#scale(target);
    await this.#write();
  }

  #say(type: string, status: "True" | "False", word: Word): void {
    const conditions = this.#status.conditions ?? [];
    const next = withCondition(conditions, type, status, word, rfc3339(this.#now));
    if (next !== conditions) this.#status = { ...this.#status, conditions: next };
  }
  #warn(reason: string, message: string): void {
    this.#around.events.event(this.#hpa, "Warning", reason, message, this.#context.causes);
  }
  #count(current: number, desired: number, metrics: readonly MetricStatus[], scaled = false): void {
    const counted = { current, desired, metrics, ...(scaled ? { scaledAt: rfc3339(this.#now) } : {}) };
    this.#status = countedStatus(this.#status, this.#status.conditions ?? [], counted);
  }

  async #target(): Promise<Target | undefined> {
    const { metadata, spec } = this.#hpa;
    try {
      const target = await this.#around.targets.scaleOf(this.#context.client, spec.scaleTargetRef, metadata?.namespace ?? "");
      const message = "the HPA controller was able to get the target's current scale";
      this.#say("AbleToScale", "True", { reason: "SucceededGetScale", message });
      return target;
    } catch (error) {
      this.#warn("FailedGetScale", messageOf(error));
      const message = `the HPA controller was unable to get the target's current scale: ${messageOf(error)}`;
      this.#say("AbleToScale", "False", { reason: "FailedGetScale", message });
      return undefined;
    }
  }

  async #scale(target: Target): Promise<void> {
    const { spec } = this.#hpa;
    const current = target.scale.spec?.replicas ?? 0;
    const history = begun(this.#around.histories.get(this.#key) ?? NO_HISTORY, current, this.#now);
    this.#around.histories.set(this.#key, history);
    if (current === 0 && minOf(spec) !== 0) {
      const message = "scaling is disabled since the replica count of the target is zero";
      this.#say("ScalingActive", "False", { reason: "ScalingDisabled", message });
      return this.#count(0, 0, []);
    }
    if (current > spec.maxReplicas) return this.#rescale(target, spec.maxReplicas, "Current number of replicas above Spec.MaxReplicas", []);
    if (current < minOf(spec)) return this.#rescale(target, minOf(spec), "Current number of replicas below Spec.MinReplicas", []);

    const { replicas, name, statuses, error } = await this.#measure(target, current);
    if (replicas === undefined) {
      this.#count(current, this.#status.desiredReplicas, statuses);
      return this.#warn("FailedComputeMetricsReplicas", error ?? "");
    }
    const bounds = bounded(spec, history, current, replicas, this.#now);
    this.#around.histories.set(this.#key, bounds.history);
    this.#say("AbleToScale", "True", bounds.ableToScale);
    this.#say("ScalingLimited", bounds.limited ? "True" : "False", bounds.scalingLimited);
    if (bounds.replicas === current) return this.#count(current, current, statuses);
    const reason = replicas > current ? `${name} above target` : replicas < current ? "All metrics below target" : "";
    await this.#rescale(target, bounds.replicas, reason, statuses);
  }

  async #rescale({ resource, scale }: Target, desired: number, reason: string, statuses: readonly MetricStatus[]): Promise<void> {
    const current = scale.spec?.replicas ?? 0;
    try {
      await this.#context.client.update(resource, { ...scale, spec: { ...scale.spec, replicas: desired } } as never, "scale");
    } catch (error) {
      this.#warn("FailedRescale", `New size: ${desired}; reason: ${reason}; error: ${messageOf(error)}`);
      const message = `the HPA controller was unable to update the target scale: ${messageOf(error)}`;
      this.#say("AbleToScale", "False", { reason: "FailedUpdateScale", message });
      return this.#count(current, this.#status.desiredReplicas, statuses);
    }
    const message = `the HPA controller was able to update the target scale to ${desired}`;
    this.#say("AbleToScale", "True", { reason: "SucceededRescale", message });
    this.#around.events.event(this.#hpa, "Normal", "SuccessfulRescale", `New size: ${desired}; reason: ${reason}`, this.#context.causes);
    const history = this.#around.histories.get(this.#key) ?? NO_HISTORY;
    this.#around.histories.set(this.#key, changed(history, this.#hpa.spec, desired - current, this.#now));
    this.#count(current, desired, statuses, true);
  }

  /** The target's selector, if it selects pods that no other autoscaler counts (k8s: validateAndParseSelector). */
  #selector(text: string): Selector | string {
    const inactive = (reason: string, message: string): string => {
      this.#say("ScalingActive", "False", { reason, message });
      return message;
    };
    if (text === "") {
      this.#warn("SelectorRequired", "selector is required");
      inactive("InvalidSelector", "the HPA target's scale is missing a selector");
      return "selector is required";
    }
    let selector: Selector;
    try {
      selector = parseLabelSelector(text);
    } catch (error) {
      const message = `couldn't convert selector into a corresponding internal selector object: ${messageOf(error)}`;
      this.#warn("InvalidSelector", message);
      return inactive("InvalidSelector", message);
    }
    this.#around.selectors.set(this.#key, selector);
    const namespace = this.#hpa.metadata?.namespace ?? "";
    const own = this.#around.podsOf(namespace, selector);
    const counting = [...this.#around.selectors]
      .filter(([key, other]) => key.startsWith(`${namespace}/`) && own.some((p) => other.matches(p.metadata?.labels)))
      .map(([key]) => key);
    if (counting.length <= 1) return selector;
    const message = `pods by selector ${text} are controlled by multiple HPAs: [${counting.sort().join(" ")}]`;
    this.#warn("AmbiguousSelector", message);
    return inactive("AmbiguousSelector", message);
  }

  /** The most that any metric asks for (k8s: computeReplicasForMetrics). */
  async #measure({ scale }: Target, current: number): Promise<Sum> {
    const { metadata, spec } = this.#hpa;
    const namespace = metadata?.namespace ?? "";
    const selector = this.#selector(scale.status?.selector ?? "");
    if (typeof selector === "string") return { replicas: undefined, name: "", statuses: [], error: selector };
    const api = createMetricsApi(this.#context.client);
    const metrics = spec.metrics ?? [];
    const statuses: MetricStatus[] = [];
    const failed: Failure[] = [];
    let most: { readonly replicas: number; readonly name: string } | undefined;
    for (const metric of metrics) {
      const scene: Scene = {
        namespace,
        selector,
        current,
        there: scale.status?.replicas ?? 0,
        pods: this.#around.podsOf(namespace, selector),
        tolerances: tolerancesOf(spec),
        now: this.#around.clock.now(),
        resourceOf: ({ apiVersion = "", kind }) => {
          const [{ plural, group } = { plural: "", group: "" }] = this.#around.targets.mappings(groupOf(apiVersion), kind);
          return group === "" ? plural : `${plural}.${group}`;
        },
      };
      const outcome = await propose(metric, scene, api);
      if (isFailure(outcome)) {
        this.#warn(outcome.reason, outcome.message);
        failed.push(outcome);
        // What nothing is known of is there, and empty.
        statuses.push({ type: "" });
        continue;
      }
      statuses.push(outcome.status);
      if (most === undefined || most.replicas === 0 || outcome.replicas > most.replicas) most = outcome;
    }
    const [first] = failed;
    const error = first && `invalid metrics (${failed.length} invalid out of ${metrics.length}), first error is: ${first.whole}`;
    // With some metrics unknown, going up is safe and going down is not.
    if (first && (most === undefined || most.replicas < current)) {
      const message = `the HPA was unable to compute the replica count: ${first.message}`;
      this.#say("ScalingActive", "False", { reason: first.reason, message });
      return { replicas: undefined, name: "", statuses, error };
    }
    const name = most?.name ?? "";
    const message = `the HPA was able to successfully calculate a replica count from ${name}`;
    this.#say("ScalingActive", "True", { reason: "ValidMetricFound", message });
    return { replicas: most?.replicas ?? 0, name, statuses, error };
  }

  async #write(): Promise<void> {
    const { status } = this.#hpa;
    if (status && (status === this.#status || deepEqual(status, this.#status))) return;
    try {
      await this.#context.client.update("horizontalpodautoscalers", { ...this.#hpa, status: this.#status }, "status");
    } catch (error) {
      this.#warn("FailedUpdateStatus", messageOf(error));
    }
  }
}
