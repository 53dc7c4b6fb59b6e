// What scripts/live.mjs asks: commands drawn from a seed. Nothing here changes a cluster: every verb that writes is a dry run.
import { FIXED } from "./fixed.mjs";
import { randomOf } from "./random.mjs";
import { READS } from "./reads.mjs";
import { WRITES } from "./writes.mjs";

export const SETUP = [
  "kubectl apply -f all.yaml",
  "kubectl wait --for=condition=Established crd/shops.example.com --timeout=30s && sleep 1 && kubectl apply -f shop.yaml",
  "kubectl rollout status deploy/web --timeout=90s && kubectl rollout status sts/db -n shop --timeout=90s && kubectl rollout status ds/agent --timeout=90s",
  "kubectl wait --for=jsonpath='{.status.conditions[?(@.type==\"AbleToScale\")].status}'=True hpa/web --timeout=60s; sleep 2",
];

const LINES = [...READS, ...READS, ...WRITES, ...WRITES, ...Array.from({ length: 8 }, () => (pick) => pick(FIXED))];

/** `count` lines, each once. */
export function commands(seed, count) {
  const pick = randomOf(seed);
  const lines = new Set();
  for (let i = 0; lines.size < count && i < count * 50; i++) lines.add(pick(LINES)(pick).replaceAll(/ +/g, " ").trim());
  return [...lines];
}
