import { isDeepStrictEqual } from "node:util";
import { expect, it } from "vitest";
import type { Pod, PodSpec } from "../api/index.ts";
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

type Step = "a node" | "a node's end" | "a pod" | "a pod's end" | "new labels" | "a pod's leaving" | "a resize";
const STEPS: readonly Step[] = ["a node", "a node's end", "a pod", "a pod's end", "new labels", "a pod's leaving", "a resize"];

/** What a cache knows after a random history, and one that saw only the outcome; `deaf`: what it is not told of. */
function histories(seed: number, deaf?: Step) {
  const random = createRandom(seed, "scheduler cache");
  const { namespaces, nodes, placed } = smallCluster(random);
  const cache = new SchedulerCache();
  const questions = new Map<string, PodQuestion>();
  const existing = new Map(nodes.map((node) => [node.metadata?.name ?? "", node]));
  const bound = new Map(placed.map(({ pod }) => [pod.metadata?.uid ?? "", pod]));
  for (const node of nodes) cache.setNode(node);
  for (const { pod } of placed) cache.observe(pod);
  for (let i = 0; i < 40; i++) {
    const old = bound.size > 0 ? one(random, [...bound.values()]) : undefined;
    const name = `node-${random.int(7)}`;
    const step = one(random, [...STEPS, "a pod" as const]);
    const heard = step !== deaf;
    const bind = (pod: Pod): void => {
      bound.set(pod.metadata?.uid ?? "", pod);
      if (heard) cache.observe(pod);
    };
    if (step === "a node") {
      const node = randomNode(random, name);
      existing.set(name, node);
      if (heard) cache.setNode(node);
    } else if (step === "a node's end") {
      existing.delete(name);
      if (heard) cache.removeNode(name);
    } else if (step === "a pod") {
      const pod = randomPod(random, `pod-${i}`);
      bind({ ...pod, spec: { ...(pod.spec as PodSpec), nodeName: name } });
    } else if (old && step === "a pod's end") {
      bound.delete(old.metadata?.uid ?? "");
      if (heard) cache.forget(old.metadata?.uid ?? "");
    } else if (old && step === "new labels") bind({ ...old, metadata: { ...old.metadata, labels: randomLabels(random) } });
    else if (old && step === "a pod's leaving") bind({ ...old, metadata: { ...old.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" } });
    else if (old && step === "a resize") {
      const { containers } = randomPod(random, "resized").spec as PodSpec;
      bind({ ...old, spec: { ...(old.spec as PodSpec), containers } });
    }
    if (chance(random, 0.3)) ask(random, cache, questions, namespaces);
  }
  const fresh = new SchedulerCache();
  for (const node of existing.values()) fresh.setNode(node);
  for (const pod of bound.values()) fresh.observe(pod);
  return { kept: contents(cache, questions), counted: contents(fresh, questions), asked: questions.size };
}

it("is the same cache after any history as one that saw only the outcome", () => {
  let total = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { kept, counted, asked } = histories(seed);
    expect(kept, `seed ${seed}`).toEqual(counted);
    total += asked;
  }
  expect(total).toBeGreaterThan(SEEDS);
});

it.each(STEPS)("is another cache when it was not told of %s", (deaf) => {
  const differs = (seed: number): boolean => {
    const { kept, counted } = histories(seed, deaf);
    return !isDeepStrictEqual(kept, counted);
  };
  expect(Array.from({ length: 20 }, (_, i) => i + 1).some(differs)).toBe(true);
});
