import type { Resource } from "../client/index.ts";
import type { Action, EventHint, SchedulerPlugin } from "./types.ts";

/** A plugin, and how much its score counts. */
export interface Weighted {
  readonly plugin: SchedulerPlugin;
  readonly weight: number;
}

/** A plugin that filters, and which of its two steps are on. */
export interface FilterSteps {
  readonly plugin: SchedulerPlugin;
  readonly prepares: boolean;
  readonly filters: boolean;
}

/** The plugins of one scheduler name, by extension point (k8s: framework/runtime frameworkImpl). */
export interface Profile {
  readonly name: string;
  readonly preEnqueue: readonly SchedulerPlugin[];
  readonly filters: readonly FilterSteps[];
  readonly postFilters: readonly SchedulerPlugin[];
  readonly scores: readonly (Weighted & { readonly prepares: boolean })[];
  readonly reserves: readonly SchedulerPlugin[];
  readonly permits: readonly SchedulerPlugin[];
  /** Share of the nodes to find before the search ends; 0: it depends on how many there are. */
  readonly percentageOfNodesToScore: number;
  /** By `resource/action`: which plugins want to know. */
  readonly hints: ReadonlyMap<string, readonly { readonly plugin: string; readonly hint: EventHint }[]>;
}

/** The extension points, as KubeSchedulerConfiguration names them. */
export const extensionPoints = [
  "preEnqueue",
  "queueSort",
  "preFilter",
  "filter",
  "postFilter",
  "preScore",
  "score",
  "reserve",
  "permit",
  "preBind",
  "bind",
  "postBind",
] as const;
export type ExtensionPoint = (typeof extensionPoints)[number];

/** Sorts plugins by what they do; `at` tells which are on at a point, in their order. */
export function makeProfile(name: string, at: (point: ExtensionPoint) => readonly Weighted[], percentageOfNodesToScore = 0): Profile {
  const having = (point: "preEnqueue" | "postFilter" | "reserve" | "permit"): readonly SchedulerPlugin[] =>
    at(point)
      .map((w) => w.plugin)
      .filter((p) => p[point] !== undefined);
  const everywhere = new Set(extensionPoints.flatMap((point) => at(point).map((w) => w.plugin)));
  return {
    name,
    preEnqueue: having("preEnqueue"),
    filters: filtersOf(at),
    postFilters: having("postFilter"),
    scores: at("score")
      .filter(({ plugin }) => plugin.score !== undefined)
      .map(({ plugin, weight }) => ({ plugin, weight, prepares: at("preScore").some((w) => w.plugin === plugin) })),
    reserves: having("reserve"),
    permits: having("permit"),
    percentageOfNodesToScore,
    hints: hintsOf(everywhere),
  };
}

/** In the order in which they filter. */
function filtersOf(at: (point: ExtensionPoint) => readonly Weighted[]): readonly FilterSteps[] {
  const preparing = new Set(at("preFilter").map((w) => w.plugin));
  const filtering = new Set(at("filter").map((w) => w.plugin));
  return [...filtering, ...[...preparing].filter((p) => !filtering.has(p))]
    .map((plugin) => ({
      plugin,
      prepares: plugin.preFilter !== undefined && preparing.has(plugin),
      filters: plugin.filter !== undefined && filtering.has(plugin),
    }))
    .filter((steps) => steps.prepares || steps.filters);
}

function hintsOf(plugins: Iterable<SchedulerPlugin>): Profile["hints"] {
  const hints = new Map<string, { plugin: string; hint: EventHint }[]>();
  for (const plugin of plugins) {
    for (const hint of plugin.retryOn) {
      for (const action of hint.actions) {
        const key = eventKey(hint.resource, action);
        hints.set(key, [...(hints.get(key) ?? []), { plugin: plugin.name, hint }]);
      }
    }
  }
  return hints;
}

export const eventKey = (resource: Resource, action: Action): string => `${resource}/${action}`;
