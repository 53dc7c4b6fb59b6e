import type { CrossVersionObjectReference, MetricIdentifier, MetricSpec, MetricStatus, MetricTarget } from "../../api/index.ts";
import { formatQuantity, labelSelector, milliValue, type Selector } from "../../machinery/index.ts";
import { printedSelector } from "../disruption/decide.ts";
import { messageOf } from "../refusals.ts";
import type { MetricsApi } from "./metrics-api.ts";
import { averageReplicas, NoAnswer, type Situation, sharedReplicas, utilizationReplicas, valueReplicas, type Wanted } from "./replicas.ts";
import { requestsOf } from "./requests.ts";

/** Where a metric is looked for. */
export interface Scene extends Situation {
  readonly namespace: string;
  /** The target's. */
  readonly selector: Selector;
  /** Pods that the target says there are. */
  readonly there: number;
  /** `deployments.apps` of what an object metric describes. */
  resourceOf(reference: CrossVersionObjectReference): string;
}

/** What one metric asks for. */
export interface Proposal {
  readonly replicas: number;
  /** As the reason of a rescale names it. */
  readonly name: string;
  readonly status: MetricStatus;
}

/** One metric that says nothing: `message` is for an event and the condition, `whole` for the sum of all metrics. */
export interface Failure {
  readonly reason: string;
  readonly message: string;
  readonly whole: string;
}

export const isFailure = (outcome: Proposal | Failure): outcome is Failure => "reason" in outcome;

/** k8s: computeReplicasForMetric. */
export function propose(spec: MetricSpec, scene: Scene, api: MetricsApi): Promise<Proposal | Failure> {
  if (spec.object) return ofObject(spec.object, scene, api);
  if (spec.pods) return ofPods(spec.pods, scene, api);
  if (spec.resource) return ofResource(spec.resource, scene, api);
  if (spec.containerResource) return ofContainer(spec.containerResource, scene, api);
  if (spec.external) return ofExternal(spec.external, scene, api);
  const message = `unknown metric source type "${spec.type}"`;
  return Promise.resolve({ reason: "InvalidMetricSourceType", message, whole: message });
}

/** What came of asking; `more` words the message for the event, `whole` wraps that for the sum. */
async function asked(
  reason: string,
  whole: (message: string) => string,
  ask: () => Promise<Proposal>,
  more: (message: string) => string = (message) => message,
): Promise<Proposal | Failure> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return { reason, message: error.message, whole: whole(more(error.message)) };
  }
}

/** Adds what was asked for to why there is no answer. */
async function because<T>(prefix: string, ask: () => Promise<T> | T): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw error instanceof NoAnswer ? new NoAnswer(`${prefix}${error.message}`) : error;
  }
}

const milli = (amount: number): string => formatQuantity({ nano: BigInt(Math.trunc(amount)) * 1_000_000n, format: "DecimalSI" });
const identifier = ({ name, selector }: MetricIdentifier): MetricIdentifier => ({ name, ...(selector ? { selector } : {}) });
const seriesOf = ({ selector }: MetricIdentifier): Selector => labelSelector(selector);

async function ofUsage(
  { name, target }: { readonly name: string; readonly target: MetricTarget },
  container: string,
  scene: Scene,
  api: MetricsApi,
): Promise<Wanted> {
  const unread = `unable to get metrics for resource ${name}: `;
  const read = () => api.resource(name, container, scene.namespace, scene.selector);
  if (target.averageValue !== undefined) {
    const failed = `failed to get ${name} usage: `;
    const metrics = await because(failed + unread, read);
    const wanted = milliValue(target.averageValue);
    return because(failed, () => averageReplicas(scene, metrics, name, wanted));
  }
  const wanted = target.averageUtilization;
  if (wanted === undefined)
    throw new NoAnswer("invalid resource metric source: neither an average utilization target nor an average value (usage) target was set");
  const failed = `failed to get ${name} utilization: `;
  const metrics = await because(failed + unread, read);
  return because(failed, () => utilizationReplicas(scene, metrics, name, wanted, (pods) => requestsOf(pods, name, container)));
}

const usageStatus = ({ utilization, average }: Wanted) => ({
  ...(utilization === undefined ? {} : { averageUtilization: utilization }),
  averageValue: milli(average),
});

function ofResource(source: NonNullable<MetricSpec["resource"]>, scene: Scene, api: MetricsApi): Promise<Proposal | Failure> {
  const { name } = source;
  return asked(
    "FailedGetResourceMetric",
    (message) => `failed to get ${name} resource metric value: ${message}`,
    async () => {
      const wanted = await ofUsage(source, "", scene, api);
      return {
        replicas: wanted.replicas,
        name: `${name} resource${wanted.utilization === undefined ? "" : " utilization (percentage of request)"}`,
        status: { type: "Resource", resource: { name, current: usageStatus(wanted) } },
      };
    },
  );
}

function ofContainer(source: NonNullable<MetricSpec["containerResource"]>, scene: Scene, api: MetricsApi): Promise<Proposal | Failure> {
  const { name, container } = source;
  return asked(
    "FailedGetContainerResourceMetric",
    (message) => `failed to get ${container} container metric value: ${message}`,
    async () => {
      const wanted = await ofUsage(source, container, scene, api);
      return {
        replicas: wanted.replicas,
        name: wanted.utilization === undefined ? `${name} resource` : `${name} container resource utilization (percentage of request)`,
        status: { type: "ContainerResource", containerResource: { name, container, current: usageStatus(wanted) } },
      };
    },
  );
}

function ofPods({ metric, target }: NonNullable<MetricSpec["pods"]>, scene: Scene, api: MetricsApi): Promise<Proposal | Failure> {
  return asked(
    "FailedGetPodsMetric",
    (message) => `failed to get pods metric value: ${message}`,
    async () => {
      const values = () => api.ofPods(metric.name, scene.namespace, scene.selector, seriesOf(metric));
      const metrics = await because(`unable to get metric ${metric.name}: `, values);
      const { replicas, average } = averageReplicas(scene, metrics, "", milliValue(target.averageValue));
      const status = { type: "Pods", pods: { metric: identifier(metric), current: { averageValue: milli(average) } } };
      return { replicas, name: `pods metric ${metric.name}`, status };
    },
  );
}

function ofObject(source: NonNullable<MetricSpec["object"]>, scene: Scene, api: MetricsApi): Promise<Proposal | Failure> {
  const { metric, target, describedObject } = source;
  const each = target.type === "AverageValue" && target.averageValue !== undefined;
  return asked(
    "FailedGetObjectMetric",
    (message) => `failed to get object metric value: ${message}`,
    async () => {
      if (!each && (target.type !== "Value" || target.value === undefined))
        throw new NoAnswer("invalid object metric source: neither a value target nor an average value target was set");
      const usage = await because(
        `unable to get metric ${metric.name}: ${describedObject.kind} on ${scene.namespace} ${describedObject.name}/`,
        () => objectUsage(source, scene, api),
      );
      if (each) {
        const { replicas, average } = sharedReplicas(scene, usage, milliValue(target.averageValue), scene.there);
        return {
          replicas,
          name: `external metric ${metric.name}(${printedSelector(metric.selector)})`,
          // Upstream forgets what it is of here, and Go writes what is forgotten as empty.
          status: {
            type: "Object",
            object: { metric: identifier(metric), current: { averageValue: milli(average) }, describedObject: { kind: "", name: "" } },
          },
        };
      }
      const { replicas, average } = valueReplicas(scene, usage, milliValue(target.value));
      return {
        replicas,
        name: `${describedObject.kind} metric ${metric.name}`,
        status: { type: "Object", object: { metric: identifier(metric), current: { value: milli(average) }, describedObject } },
      };
    },
    each ? (message) => `failed to get ${metric.name} object metric: ${message}` : undefined,
  );
}

async function objectUsage(
  { metric, describedObject: of }: NonNullable<MetricSpec["object"]>,
  scene: Scene,
  api: MetricsApi,
): Promise<number> {
  const series = seriesOf(metric);
  const { kind, name, apiVersion = "" } = of;
  if (kind === "Namespace" && !apiVersion.includes("/")) return api.ofObject(metric.name, scene.namespace, undefined, name, series);
  let resource: string;
  try {
    resource = scene.resourceOf(of);
  } catch (error) {
    const group = apiVersion.includes("/") ? `.${apiVersion.split("/")[0]}` : "";
    throw new NoAnswer(
      `unable to fetch metrics from custom metrics API: unable to map kind ${kind}${group} to resource: ${messageOf(error)}`,
    );
  }
  return api.ofObject(metric.name, scene.namespace, resource, name, series);
}

function ofExternal({ metric, target }: NonNullable<MetricSpec["external"]>, scene: Scene, api: MetricsApi): Promise<Proposal | Failure> {
  const each = target.averageValue !== undefined;
  const printed = printedSelector(metric.selector);
  return asked(
    "FailedGetExternalMetric",
    (message) => `failed to get ${metric.name} external metric value: ${message}`,
    async () => {
      if (!each && target.value === undefined)
        throw new NoAnswer("invalid external metric source: neither a value target nor an average value target was set");
      const values = () => api.external(metric.name, scene.namespace, seriesOf(metric));
      const usage = await because(`unable to get external metric ${scene.namespace}/${metric.name}/${printed}: `, values);
      const { replicas, average } = each
        ? sharedReplicas(scene, usage, milliValue(target.averageValue), scene.there)
        : valueReplicas(scene, usage, milliValue(target.value));
      const current = each ? { averageValue: milli(average) } : { value: milli(average) };
      return {
        replicas,
        name: `external metric ${metric.name}(${printed})`,
        status: { type: "External", external: { metric: identifier(metric), current } },
      };
    },
    each
      ? (message) => `failed to get ${metric.name} external metric: ${message}`
      : (message) => `failed to get external metric ${metric.name}: ${message}`,
  );
}
