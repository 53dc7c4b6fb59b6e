import type { Client } from "../../client/index.ts";
import { milliValue, parseDuration, type Selector } from "../../machinery/index.ts";
import { parseTime } from "../../sim/index.ts";
import { messageOf } from "../refusals.ts";
import { NoAnswer, type PodMetric, type PodMetrics } from "./replicas.ts";

/** metrics.k8s.io/v1beta1 PodMetrics, as much of it as is read. */
interface PodUsage {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly timestamp: string;
  readonly window: string;
  readonly containers?: readonly { readonly name: string; readonly usage: Readonly<Record<string, string>> }[];
}

/** custom.metrics.k8s.io MetricValue: v1beta1 says `window` for what v1beta2 calls `windowSeconds`. */
interface MetricValue {
  readonly describedObject?: { readonly name?: string };
  readonly timestamp: string;
  readonly windowSeconds?: number;
  readonly window?: number;
  readonly value: string;
}

type Items<T> = { readonly items?: readonly T[] };

const RESOURCE = "metrics.k8s.io";
const CUSTOM = "custom.metrics.k8s.io";
const EXTERNAL = "external.metrics.k8s.io";
/** What a custom metric's window is when its server does not say. */
const DEFAULT_WINDOW_S = 60;

/** What the metrics APIs say; what they do not is a NoAnswer in upstream's words (k8s: podautoscaler/metrics/client.go). */
export interface MetricsApi {
  /** What pods use of a resource; one container of theirs, if it is named. */
  resource(name: string, container: string, namespace: string, selector: Selector): Promise<PodMetrics>;
  ofPods(metric: string, namespace: string, selector: Selector, metricSelector: Selector): Promise<PodMetrics>;
  /** In thousandths. `resource` as `deployments.apps`; the namespace itself when it is undefined. */
  ofObject(metric: string, namespace: string, resource: string | undefined, name: string, metricSelector: Selector): Promise<number>;
  /** The sum of all series, in thousandths. */
  external(metric: string, namespace: string, selector: Selector): Promise<number>;
}

export function createMetricsApi(client: Client): MetricsApi {
  const fetch = async <T>(api: string, ...request: Parameters<Client["read"]>): Promise<readonly T[]> => {
    const { items = [] } = (await client.read(...request).catch((error: unknown) => {
      throw new NoAnswer(`unable to fetch metrics from ${api} metrics API: ${messageOf(error)}`);
    })) as Items<T>;
    if (items.length === 0) throw new NoAnswer(`no metrics returned from ${api} metrics API`);
    return items;
  };

  /** The version to ask in (k8s: custom_metrics/discovery.go PreferredVersion). */
  const customVersion = async (): Promise<string> => {
    const { groups = [] } = (await client.read("/apis", {})) as { groups?: readonly ApiGroup[] };
    const group = groups.find(({ name }) => name === CUSTOM);
    if (group === undefined) throw new NoAnswer(`no custom metrics API (${CUSTOM}) registered`);
    const known = [group.preferredVersion, ...group.versions].find((v) => v?.version === "v1beta2" || v?.version === "v1beta1");
    if (known === undefined) throw new NoAnswer("no known available metric versions found");
    return known.version;
  };
  const custom = async (
    path: string,
    query: Record<string, string>,
    about: { resource: string; name: string },
  ): Promise<readonly MetricValue[]> => {
    const version = await customVersion().catch((error: unknown) => {
      throw new NoAnswer(`unable to fetch metrics from custom metrics API: ${messageOf(error)}`);
    });
    return fetch("custom", `/apis/${CUSTOM}/${version}/${path}`, query, { group: CUSTOM, ...about });
  };

  return {
    async resource(name, container, namespace, selector) {
      const path = `/apis/${RESOURCE}/v1beta1/namespaces/${namespace}/pods`;
      const items = await fetch<PodUsage>("resource", path, given({ labelSelector: `${selector}` }), { resource: "pods", group: RESOURCE });
      return container === "" ? wholePods(items, name) : containers(items, name, container);
    },
    async ofPods(metric, namespace, selector, metricSelector) {
      const query = given({ labelSelector: `${selector}`, metricLabelSelector: `${metricSelector}` });
      const items = await custom(`namespaces/${namespace}/pods/*/${metric}`, query, { resource: "pods", name: "*" });
      return new Map(
        items.map((m) => [
          m.describedObject?.name ?? "",
          {
            timestamp: parseTime(m.timestamp),
            window: (m.windowSeconds ?? m.window ?? DEFAULT_WINDOW_S) * 1000,
            value: milliValue(m.value),
          },
        ]),
      );
    },
    async ofObject(metric, namespace, resource, name, metricSelector) {
      const [path, about] =
        resource === undefined
          ? [`namespaces/${namespace}/metrics/${metric}`, { resource: "metrics", name: metric }]
          : [`namespaces/${namespace}/${resource}/${name}/${metric}`, { resource, name }];
      const items = await custom(path, given({ metricLabelSelector: `${metricSelector}` }), about);
      const [only] = items;
      if (only === undefined || items.length > 1)
        throw new NoAnswer(
          `unable to fetch metrics from custom metrics API: the custom metrics API server returned ${items.length} results when we asked for exactly one`,
        );
      return milliValue(only.value);
    },
    async external(metric, namespace, selector) {
      const path = `/apis/${EXTERNAL}/v1beta1/namespaces/${namespace}/${metric}`;
      const items = await fetch<MetricValue>("external", path, given({ labelSelector: `${selector}` }), {
        resource: metric,
        group: EXTERNAL,
      });
      return items.reduce((sum, { value }) => sum + milliValue(value), 0);
    },
  };
}

interface ApiGroup {
  readonly name: string;
  readonly preferredVersion?: { readonly version: string };
  readonly versions: readonly { readonly version: string }[];
}

const given = (query: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ""));

const metricOf = ({ timestamp, window }: PodUsage, value: number): PodMetric => ({
  timestamp: parseTime(timestamp),
  window: parseDuration(window),
  value,
});

/** Pods of which every container says what it uses (k8s: getPodMetrics). */
function wholePods(items: readonly PodUsage[], resource: string): PodMetrics {
  const metrics = new Map<string, PodMetric>();
  for (const item of items) {
    const amounts = (item.containers ?? []).map(({ usage }) => usage[resource]);
    if (amounts.length === 0 || amounts.includes(undefined)) continue;
    metrics.set(
      item.metadata.name,
      metricOf(
        item,
        amounts.reduce((sum, amount) => sum + milliValue(amount), 0),
      ),
    );
  }
  return metrics;
}

/** k8s: getContainerMetrics. */
function containers(items: readonly PodUsage[], resource: string, container: string): PodMetrics {
  const metrics = new Map<string, PodMetric>();
  for (const item of items) {
    const { name, namespace = "" } = item.metadata;
    const found = item.containers?.find((c) => c.name === container);
    if (found === undefined)
      throw new NoAnswer(`failed to get container metrics: container ${container} not present in metrics for pod ${namespace}/${name}`);
    const amount = found.usage[resource];
    if (amount !== undefined) metrics.set(name, metricOf(item, milliValue(amount)));
  }
  return metrics;
}
