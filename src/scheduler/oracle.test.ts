import { describe, expect, it } from "vitest";
import type { Node, Pod, PodSpec } from "../api/index.ts";
import { createRandom, type Random } from "../sim/index.ts";
import { schedule } from "./cycle.ts";
import { plugins } from "./plugins/index.ts";
import { podInfo } from "./pod-info.ts";
import { testContext } from "./testing/context.ts";
import { filledCache, pluginsOver, pluginTotals, pluginVerdicts } from "./testing/filled-cache.ts";
import { verdicts } from "./testing/oracle.ts";
import { totals } from "./testing/oracle-scores.ts";
import { randomPod, type SmallCluster, smallCluster } from "./testing/random-cluster.ts";
import type { NodeInfo, Rejection, SchedulerPlugin } from "./types.ts";

/** `npm run prove` looks at thirty times as many. */
const SEEDS = process.env["TIMONEL_PROOFS"] === "full" ? 8000 : 250;

/** Runs one case a seed; the first that fails is named by its seed. */
function cases(check: (random: Random, cluster: SmallCluster, pod: Pod) => void): void {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const random = createRandom(seed, "scheduler oracle");
    const cluster = smallCluster(random);
    const pod = randomPod(random, "new");
    try {
      check(random, cluster, pod);
    } catch (error) {
      throw new Error(`seed ${seed}`, { cause: error });
    }
  }
}

const expected = (cluster: SmallCluster, pod: Pod) =>
  Object.fromEntries(cluster.nodes.map((node) => [node.metadata?.name, sorted(verdicts(cluster, pod, node))]));
const sorted = (said: Readonly<Record<string, readonly string[]>>) =>
  Object.fromEntries(Object.entries(said).map(([plugin, reasons]) => [plugin, reasons.toSorted((a, b) => (a < b ? -1 : 1))]));
const actual = (said: ReadonlyMap<string, Record<string, readonly string[]>>) =>
  Object.fromEntries([...said].map(([node, reasons]) => [node, sorted(reasons)]));

describe("what plugins say of a pod and a node", () => {
  it("is what the documentation says, by counting everything anew", () => {
    let rejected = 0;
    cases((_random, cluster, pod) => {
      const cache = filledCache(cluster);
      const said = actual(pluginVerdicts(pluginsOver(cluster, cache), pod, cache));
      expect(said).toEqual(expected(cluster, pod));
      rejected += Object.values(said).filter((r) => Object.keys(r).length > 0).length;
    });
    // Cases in which nothing is ever in the way would prove nothing.
    expect(rejected).toBeGreaterThan(SEEDS);
  });

  it("is scored as by an independent scorer", () => {
    let compared = 0;
    cases((_random, cluster, pod) => {
      const cache = filledCache(cluster);
      const plugins = pluginsOver(cluster, cache);
      const feasible = cluster.nodes.filter((n) => Object.keys(verdicts(cluster, pod, n)).length === 0);
      if (feasible.length === 0) return;
      compared += feasible.length;
      const infos = feasible.map((n) => cache.get(n.metadata?.name ?? "") as NodeInfo);
      expect(pluginTotals(plugins, pod, cache, infos)).toEqual(totals(cluster, pod, feasible));
    });
    expect(compared).toBeGreaterThan(SEEDS / 3);
  });
});

describe("a state with a pod supposed away or added", () => {
  /** Applies to all plugins that have `withPod`. */
  const supposing =
    (other: Pod, node: NodeInfo, ...steps: (1 | -1)[]) =>
    (plugin: SchedulerPlugin, state: unknown, pod: ReturnType<typeof podInfo>): unknown =>
      steps.reduce((s, by) => (plugin.withPod ? plugin.withPod(s, pod, podInfo(other), node, by) : s), state);
  const stateful = ({ name }: SchedulerPlugin): boolean => name === "InterPodAffinity" || name === "PodTopologySpread";
  const living = (cluster: SmallCluster) => cluster.placed.filter(({ pod }) => !pod.metadata?.deletionTimestamp);

  it("says what a cluster without that pod, or with it, would", () => {
    cases((_random, cluster, pod) => {
      const gone = living(cluster)[0];
      if (!gone) return;
      const without: SmallCluster = { ...cluster, placed: cluster.placed.filter((p) => p !== gone) };
      const [full, empty] = [filledCache(cluster), filledCache(without)];
      const of = (cache: typeof full, by?: 1 | -1) => {
        const plugins = pluginsOver(cluster, cache).filter(stateful);
        // A plugin that has nothing to say is not asked again (k8s: framework.Skip), so it is not compared.
        const asked = plugins.filter((p) => !p.preFilter?.(podInfo(pod), full).skip && !p.preFilter?.(podInfo(pod), empty).skip);
        const node = cache.get(gone.node) as NodeInfo;
        return actual(pluginVerdicts(asked, pod, cache, by && supposing(gone.pod, node, by)));
      };
      expect(of(full, -1)).toEqual(of(empty));
      expect(of(empty, 1)).toEqual(of(full));
    });
  });

  it("is itself again when the pod comes back", () => {
    cases((_random, cluster, pod) => {
      const cache = filledCache(cluster);
      for (const plugin of pluginsOver(cluster, cache).filter(stateful)) {
        const { state, skip } = plugin.preFilter?.(podInfo(pod), cache) ?? {};
        if (skip) continue;
        for (const p of living(cluster)) {
          const node = cache.get(p.node) as NodeInfo;
          for (const steps of [[-1, 1] as const, [1, -1] as const])
            expect(supposing(p.pod, node, ...steps)(plugin, state, podInfo(pod))).toEqual(state);
        }
      }
    });
  });
});

describe("a whole cycle", () => {
  const cycle = (cluster: SmallCluster, pod: Pod) => {
    const cache = filledCache(cluster);
    return schedule(podInfo(pod), testContext(cache, { objects: { namespaces: cluster.namespaces } })).decision;
  };
  const order = Object.keys(plugins);
  const first = (said: Readonly<Record<string, readonly string[]>>): string | undefined => order.find((plugin) => said[plugin]);

  it("takes one of the best nodes, or says of each what stood in the way first", () => {
    cases((_random, cluster, pod) => {
      const decision = cycle(cluster, pod);
      const feasible = cluster.nodes.filter((n) => Object.keys(verdicts(cluster, pod, n)).length === 0);
      const names = feasible.map(nameOf);
      expect(new Set(decision.feasible)).toEqual(new Set(names));
      const sums = totals(cluster, pod, feasible);
      const best = names.filter((_, i) => sums[i] === Math.max(...sums));
      expect(best.length === 0 ? [undefined] : best).toContain(decision.node);
      // A node that a plugin did not even name was not looked at.
      const looked = decision.rejection ? [] : cluster.nodes.filter((n) => !unnamed(decision.verdicts.get(nameOf(n))));
      expect(looked.map((n) => decision.verdicts.get(nameOf(n))?.plugin)).toEqual(looked.map((n) => first(verdicts(cluster, pod, n))));
    });
  });
  const nameOf = (node: Node): string => node.metadata?.name ?? "";
  const unnamed = (verdict: Rejection | undefined): boolean => verdict?.reasons[0]?.includes("didn't satisfy plugin(s)") ?? false;

  /** What is wrong with what preemption did for a pod of priority 2; undefined: nothing. */
  const wrong = (cluster: SmallCluster, pod: Pod, decision: ReturnType<typeof cycle>): string | undefined => {
    const without = (gone: (p: SmallCluster["placed"][number]) => boolean): SmallCluster => ({
      ...cluster,
      placed: cluster.placed.filter((p) => !gone(p)),
    });
    const fits = (rest: SmallCluster, node: Node): boolean => Object.keys(verdicts(rest, pod, node)).length === 0;
    const answer = decision.after.find((a) => a.plugin === "DefaultPreemption");
    const target = cluster.nodes.find((n) => nameOf(n) === answer?.nominated);
    if (target) {
      const victims = new Set(answer?.victims?.map((v) => v.uid));
      if (answer?.victims?.some((v) => v.priority >= 2)) return "a victim is as important";
      return fits(
        without(({ pod: p }) => victims.has(p.metadata?.uid ?? "")),
        target,
      )
        ? undefined
        : "the victims' leaving does not help";
    }
    for (const node of cluster.nodes) {
      if (decision.verdicts.get(nameOf(node))?.unresolvable) continue;
      const rest = without((p) => p.node === nameOf(node) && (p.pod.spec?.priority ?? 0) < 2);
      if (rest.placed.length < cluster.placed.length && fits(rest, node)) return `${nameOf(node)} could be cleared`;
    }
    return undefined;
  };

  it("sends pods away only where that makes room, and finds room where sending all away makes it", () => {
    let made = 0;
    cases((random, cluster, plain) => {
      const placed = cluster.placed.map((p) => ({
        ...p,
        pod: { ...p.pod, spec: { ...(p.pod.spec as PodSpec), priority: random.int(3) } },
      }));
      const ranked: SmallCluster = { ...cluster, placed };
      const pod = { ...plain, spec: { ...(plain.spec as PodSpec), priority: 2 } };
      const decision = cycle(ranked, pod);
      if (decision.node !== undefined || decision.rejection) return;
      expect(wrong(ranked, pod, decision)).toBeUndefined();
      if (decision.after.some((a) => a.victims?.length)) made++;
    });
    expect(made).toBeGreaterThan(SEEDS / 50);
  });
});

describe("the oracle itself", () => {
  type Rewrite = (plugin: SchedulerPlugin) => SchedulerPlugin;
  const changed =
    (name: string, change: (plugin: SchedulerPlugin) => Partial<SchedulerPlugin>): Rewrite =>
    (plugin) =>
      plugin.name === name ? { ...plugin, ...change(plugin) } : plugin;
  /** What `preFilter` made, with something else in it. */
  const stateWith = (name: string, edit: (state: Readonly<Record<string, unknown>>) => unknown): Rewrite =>
    changed(name, (plugin) => ({
      preFilter(pod, snapshot) {
        const made = plugin.preFilter?.(pod, snapshot) ?? {};
        return made.state === undefined ? made : { ...made, state: edit(made.state as Readonly<Record<string, unknown>>) };
      },
    }));
  const rules = (state: Readonly<Record<string, unknown>>) => state["hard"] as readonly { readonly constraint: object }[];
  const never = () => ({ filter: () => null });
  const mutants: [string, Rewrite][] = [
    ["ports never conflict", changed("NodePorts", never)],
    ["cordons don't count", changed("NodeUnschedulable", never)],
    ["selectors don't count", changed("NodeAffinity", never)],
    ["a node may be overfull", changed("NodeResourcesFit", never)],
    ["a pod does not count itself", stateWith("PodTopologySpread", (s) => ({ ...s, hard: rules(s).map((h) => ({ ...h, self: 0 })) }))],
    [
      "domains are never too few",
      stateWith("PodTopologySpread", (s) => ({
        ...s,
        hard: rules(s).map((h) => ({ ...h, constraint: { ...h.constraint, minDomains: 1 } })),
      })),
    ],
    ["the first of a series waits for ever", stateWith("InterPodAffinity", (s) => ({ ...s, self: false }))],
    ["others' rules don't count", stateWith("InterPodAffinity", (s) => ({ ...s, against: new Map() }))],
    ["soft taints weigh double", changed("TaintToleration", () => ({ weight: 6 }))],
    ["company weighs nothing", changed("InterPodAffinity", () => ({ weight: 0 }))],
    ["images are where they are not", changed("ImageLocality", () => ({ score: () => 7 }))],
    ["full nodes are the best", changed("NodeResourcesFit", (plugin) => ({ score: (...args) => 100 - (plugin.score?.(...args) ?? 0) }))],
    ["spreading is turned round", changed("PodTopologySpread", () => ({ normalize: () => {} }))],
  ];
  it.each(mutants)("notices when %s", (_name, rewrite) => {
    for (let seed = 1; seed <= 3000; seed++) {
      const random = createRandom(seed, "scheduler oracle");
      const cluster = smallCluster(random);
      const pod = randomPod(random, "new");
      const cache = filledCache(cluster);
      const plugins = pluginsOver(cluster, cache).map(rewrite);
      const said = actual(pluginVerdicts(plugins, pod, cache));
      if (JSON.stringify(ordered(said)) !== JSON.stringify(ordered(expected(cluster, pod)))) return;
      const feasible = cluster.nodes.filter((n) => Object.keys(verdicts(cluster, pod, n)).length === 0);
      const infos = feasible.map((n) => cache.get(n.metadata?.name ?? "") as NodeInfo);
      if (JSON.stringify(pluginTotals(plugins, pod, cache, infos)) !== JSON.stringify(totals(cluster, pod, feasible))) return;
    }
    expect.fail("it was not noticed");
  });
  const ordered = (said: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>) =>
    Object.entries(said).map(([node, reasons]) => [node, Object.entries(reasons).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
});
