import type { Resource } from "../client/index.ts";
import type { Action, EventHint, SchedulerPlugin } from "./types.ts";

/** A plugin, and how much its score counts. */
export interface Weighted {
  readonly plugin: SchedulerPlugin;
  readonly weight: number;
}

/** The plugins of one scheduler name, by extension point (k8s: framework/runtime frameworkImpl). */
export interface Profile {
  readonly name: string;
  readonly preEnqueue: readonly SchedulerPlugin[];
  /** With what prepares them. */
  readonly filters: readonly SchedulerPlugin[];
  readonly postFilters: readonly SchedulerPlugin[];
  readonly scores: readonly Weighted[];
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
    scores: at("score").flatMap(({ plugin, weight }) => (plugin.score ? [{ plugin: withPreScore(plugin, at), weight }] : [])),
    reserves: having("reserve"),
    permits: having("permit"),
    percentageOfNodesToScore,
    hints: hintsOf(everywhere),
  };
}

/** Filters in the order of their preparation; one of the two may be off. */
function filtersOf(at: (point: ExtensionPoint) => readonly Weighted[]): readonly SchedulerPlugin[] {
  const preparing = new Set(at("preFilter").map((w) => w.plugin));
  const filtering = new Set(at("filter").map((w) => w.plugin));
  const all = [...filtering, ...[...preparing].filter((p) => !filtering.has(p))].filter((p) => p.preFilter || p.filter);
  return all.map((plugin) => {
    if (preparing.has(plugin) && filtering.has(plugin)) return plugin;
    const { preFilter, filter, ...rest } = plugin;
    return {
      ...rest,
      ...(preparing.has(plugin) && preFilter ? { preFilter } : {}),
      ...(filtering.has(plugin) && filter ? { filter } : {}),
    };
  });
}

function withPreScore(plugin: SchedulerPlugin, at: (point: ExtensionPoint) => readonly Weighted[]): SchedulerPlugin {
  if (!plugin.preScore || at("preScore").some((w) => w.plugin === plugin)) return plugin;
  const { preScore: _off, ...rest } = plugin;
  return rest;
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
