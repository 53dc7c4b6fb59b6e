import { expect, it } from "vitest";
import type { Node, Pod } from "../api/index.ts";
import { createRandom, type Random } from "../sim/index.ts";
import { SchedulerCache } from "./cache.ts";
import type { TermKind } from "./placed-terms.ts";
import { podInfo } from "./pod-info.ts";
import { pluginsOver } from "./testing/filled-cache.ts";
import { chance, one, randomLabels, randomNode, randomPod, smallCluster } from "./testing/random-cluster.ts";
import type { PodQuestion } from "./tally.ts";
import type { Snapshot } from "./types.ts";

const SEEDS = process.env["TIMONEL_PROOFS"] === "full" ? 2000 : 100;
const KEYS = ["kubernetes.io/hostname", "zone", "rack"];
const KINDS: readonly TermKind[] = ["affinity", "antiAffinity", "preferred", "preferredAnti"];

/** All that a cache knows, in a form that can be compared: entries sorted, zeros left out. */
function contents(cache: SchedulerCache, questions: ReadonlyMap<string, PodQuestion>) {
  const entries = (counts: ReadonlyMap<string, number>) =>
    Object.fromEntries([...counts].filter(([, n]) => n !== 0).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const tally = (t: ReturnType<SchedulerCache["tally"]>) => ({
    byNode: entries(t.byNode),
    domains: KEYS.map((key) => entries(t.domains(key))),
  });
  const every = { app: "web", tier: "1" };
  return {
    nodes: cache.nodes
      .map((n) => ({
        name: n.name,
        node: n.node,
        pods: [...n.pods.keys()].toSorted(),
        requested: { ...n.requested, others: entries(n.requested.others) },
        nonZero: n.nonZero,
        hostPorts: n.hostPorts,
        images: entries(n.images),
      }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    onNodes: ["app:1", "app:2", "registry.example/tool:latest"].map((image) => cache.nodesWithImage(image)),
    domains: KEYS.map((key) => entries(cache.domains(key))),
    tallies: [...questions].map(([key, question]) => [key, tally(cache.tally(question))]),
    terms: KINDS.map((kind) =>
      [...cache.placedTerms.of(kind, every)].map((p) => [p.term.key, tally(p.tally)] as const).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    ),
  };
}

/** Asks what plugins ask in cycles, so that counts are kept up from then on. */
function ask(
  random: Random,
  cache: SchedulerCache,
  questions: Map<string, PodQuestion>,
  namespaces: ReturnType<typeof smallCluster>["namespaces"],
): void {
  const listening: Snapshot = {
    nodes: cache.nodes,
    placedTerms: cache.placedTerms,
    get: (name) => cache.get(name),
    nodesWithImage: (image) => cache.nodesWithImage(image),
    domains: (key) => cache.domains(key),
    defaultSelector: () => undefined,
    tally(question) {
      questions.set(question.key, question);
      return cache.tally(question);
    },
  };
  const pod = podInfo(randomPod(random, "asks"));
  for (const plugin of pluginsOver({ namespaces }, listening)) {
    plugin.preFilter?.(pod, listening);
    plugin.preScore?.(pod, listening, cache.nodes);
  }
}

it("is the same cache after any history as one that saw only the outcome", () => {
  let asked = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const random = createRandom(seed, "scheduler cache");
    const { namespaces, nodes, placed } = smallCluster(random);
    const cache = new SchedulerCache();
    const questions = new Map<string, PodQuestion>();
    const existing = new Map<string, Node>();
    const bound = new Map<string, Pod>();
    const put = (node: Node): void => {
      existing.set(node.metadata?.name ?? "", node);
      cache.setNode(node);
    };
    const bind = (pod: Pod): void => {
      bound.set(pod.metadata?.uid ?? "", pod);
      cache.observe(pod);
    };
    for (const node of nodes) put(node);
    for (const { pod } of placed) bind(pod);
    for (let step = 0; step < 40; step++) {
      const old = bound.size > 0 ? one(random, [...bound.values()]) : undefined;
      const name = `node-${random.int(7)}`;
      switch (random.int(9)) {
        case 0:
          put(randomNode(random, name));
          break;
        case 1:
          existing.delete(name);
          cache.removeNode(name);
          break;
        case 2:
        case 3: {
          const pod = randomPod(random, `pod-${step}`);
          bind({ ...pod, spec: { ...pod.spec, containers: pod.spec?.containers ?? [], nodeName: name } });
          break;
        }
        case 4:
          if (!old) break;
          bound.delete(old.metadata?.uid ?? "");
          cache.forget(old.metadata?.uid ?? "");
          break;
        case 5:
          if (old) bind({ ...old, metadata: { ...old.metadata, labels: randomLabels(random) } });
          break;
        case 6:
          if (old) bind({ ...old, metadata: { ...old.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" } });
          break;
        case 7:
          if (old) bind({ ...old, spec: { ...old.spec, containers: randomPod(random, "resized").spec?.containers ?? [] } });
          break;
        default:
          ask(random, cache, questions, namespaces);
      }
      if (chance(random, 0.1)) ask(random, cache, questions, namespaces);
    }
    const fresh = new SchedulerCache();
    for (const node of existing.values()) fresh.setNode(node);
    for (const pod of bound.values()) fresh.observe(pod);
    expect(contents(cache, questions), `seed ${seed}`).toEqual(contents(fresh, questions));
    asked += questions.size;
  }
  expect(asked).toBeGreaterThan(SEEDS);
});
