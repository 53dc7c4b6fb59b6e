import type { Node } from "../../api/index.ts";
import type { Profile } from "../profile.ts";
import { emptyNodeInfo } from "../pod-info.ts";
import type { NodeInfo, PodInfo, Snapshot } from "../types.ts";
import { type Edit, type Hypothesis, obstacles } from "./hypothesis.ts";
import { anotherLike, nodeEdits } from "./node-edits.ts";
import { podEdits } from "./pod-edits.ts";

/** Changes that together would give a pod a node. */
export interface Advice {
  /** Where it would fit then. */
  readonly node: string;
  readonly changes: readonly Omit<Edit, "cost" | "apply">[];
}

/** Most nodes to think about, most changes at once, most hypotheses to try for a node, and most answers to give. */
const MAX_NODES = 24;
const MAX_CHANGES = 3;
const MAX_TRIES = 1500;
const MAX_ANSWERS = 3;

interface Path {
  readonly edits: readonly Edit[];
  readonly hypothesis: Hypothesis;
  readonly obstacles: ReadonlySet<string>;
}

/**
 * The smallest changes to the pod or to the cluster that would let the pod be scheduled, smallest first. They are
 * searched, not guessed: each answer was found by running the profile's own filters on the changed pod and node.
 */
export function advise(pod: PodInfo, snapshot: Snapshot, profile: Profile): readonly Advice[] {
  const found: { readonly node: string; readonly edits: readonly Edit[]; readonly cost: number }[] = [];
  const note = (node: string, edits: readonly Edit[], extra = 0): void => {
    found.push({ node, edits, cost: edits.reduce((sum, e) => sum + e.cost, extra) });
  };
  const start = (node: Node): Path => {
    const hypothesis: Hypothesis = { pod: pod.pod, node, gone: [] };
    return { edits: [], hypothesis, obstacles: obstacles(hypothesis, snapshot, profile) };
  };
  const paths = snapshot.nodes
    .map((info) => ({ info, path: start(info.node) }))
    .toSorted((a, b) => a.path.obstacles.size - b.path.obstacles.size);
  for (const { info, path } of paths.slice(0, MAX_NODES)) {
    for (const edits of solve(path, [...podEdits(pod.pod, info), ...nodeEdits(pod.pod, info)], snapshot, profile)) note(info.name, edits);
  }
  const biggest = largest(snapshot.nodes);
  if (biggest) {
    const added = anotherLike(biggest);
    const more: Edit = {
      target: "cluster",
      action: "AddMachine",
      parameters: { like: biggest.name },
      what: `add a machine like ${biggest.name}`,
      cost: 1.8,
      apply: (h) => h,
    };
    const path = start(added);
    if (path.obstacles.size === 0) note(biggest.name, [more]);
    else {
      const edits = podEdits(pod.pod, emptyNodeInfo(added));
      for (const rest of solve(path, edits, snapshot, profile, MAX_CHANGES - 1)) note(biggest.name, [more, ...rest]);
    }
  }
  const sorted = found.toSorted((a, b) => a.edits.length - b.edits.length || a.cost - b.cost);
  return distinct(
    sorted.map(({ node, edits }) => ({
      node,
      changes: edits.map(({ target, what, action, parameters, command }) => ({
        target,
        what,
        action,
        parameters,
        ...(command === undefined ? {} : { command }),
      })),
    })),
  );
}

/** The shortest lists of edits after which nothing stands in the way. Only edits that take an obstacle away are followed. */
function solve(
  from: Path,
  edits: readonly Edit[],
  snapshot: Snapshot,
  profile: Profile,
  depth = MAX_CHANGES,
): readonly (readonly Edit[])[] {
  let level: readonly Path[] = [from];
  let tries = 0;
  for (let n = 0; n < depth; n++) {
    const next: Path[] = [];
    const solved: (readonly Edit[])[] = [];
    for (const path of level) {
      for (const edit of edits) {
        // In their order, so that each set of edits is tried once.
        if (path.edits.length > 0 && edits.indexOf(edit) <= edits.indexOf(path.edits.at(-1) as Edit)) continue;
        if (tries++ > MAX_TRIES) return solved;
        const hypothesis = edit.apply(path.hypothesis);
        const left = obstacles(hypothesis, snapshot, profile);
        if (left.size === 0) solved.push([...path.edits, edit]);
        else if (isProgress(path.obstacles, left)) next.push({ edits: [...path.edits, edit], hypothesis, obstacles: left });
      }
    }
    if (solved.length > 0) return solved;
    level = next;
  }
  return [];
}

/** Something that stood in the way no longer does, or says something else than before. */
function isProgress(before: ReadonlySet<string>, after: ReadonlySet<string>): boolean {
  return [...before].some((obstacle) => !after.has(obstacle));
}

function largest(nodes: readonly NodeInfo[]): NodeInfo | undefined {
  return nodes.toSorted((a, b) => b.allocatable.cpu - a.allocatable.cpu || b.allocatable.memory - a.allocatable.memory)[0];
}

/** Of answers that say the same about different nodes, the first. */
function distinct(answers: readonly Advice[]): readonly Advice[] {
  const seen = new Set<string>();
  const kept: Advice[] = [];
  for (const answer of answers) {
    const key = answer.changes.map((c) => c.what).join("; ");
    if (seen.has(key)) continue;
    seen.add(key);
    kept.push(answer);
    if (kept.length === MAX_ANSWERS) break;
  }
  return kept;
}
