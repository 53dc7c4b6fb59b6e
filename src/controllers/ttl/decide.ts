/** Seconds for which kubelets may keep secrets and config maps, by how many nodes there are; ranges overlap, so that a node that comes and goes moves nothing. */
const BOUNDARIES = [
  { least: 0, most: 100, seconds: 0 },
  { least: 90, most: 500, seconds: 15 },
  { least: 450, most: 1000, seconds: 30 },
  { least: 900, most: 2000, seconds: 60 },
  { least: 1800, most: Infinity, seconds: 300 },
] as const;

/** The step of so many nodes, coming from this one (k8s: ttl_controller.go addNode, deleteNode). */
export function nextStep(step: number, nodes: number): number {
  let next = step;
  while (nodes > (BOUNDARIES[next]?.most ?? Infinity)) next++;
  while (nodes < (BOUNDARIES[next]?.least ?? 0)) next--;
  return next;
}

export const secondsAt = (step: number): number => BOUNDARIES[step]?.seconds ?? 0;
