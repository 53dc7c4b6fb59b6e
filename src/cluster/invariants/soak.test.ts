import { expect, it } from "vitest";
import { testCluster } from "../testing.ts";
import { createSoak } from "./soak.ts";

/** `npm run prove` soaks for a day, others for as long as events live twice over and a little. */
const HOURS = process.env["TIMONEL_PROOFS"] === "full" ? 24 : 3;

it(`nothing piles up in ${HOURS} hours of schedules, rollouts and failing machines`, async () => {
  const cluster = await testCluster({ nodes: 4, addons: false });
  const soak = createSoak(cluster);
  await soak.begin();
  for (let hour = 0; hour < 2; hour++) await soak.hour();
  const early = soak.counts();
  for (let hour = 2; hour < HOURS; hour++) await soak.hour();
  const late = soak.counts();
  // Every kind of work went on.
  expect(late.revision - early.revision).toBeGreaterThan(4000 * (HOURS - 2));
  // Two old revisions of a rollout more or less.
  for (const key of ["pods", "jobs", "replicaSets"] as const) expect([key, late[key] - early[key] <= 5]).toEqual([key, true]);
  // Events end after an hour, so that there are never more than an hour makes.
  expect(late.events).toBeLessThan(early.events * 1.15);
  expect(late.objects).toBeLessThan(early.objects * 1.15);
  // What has been compacted is forgotten (k8s: --etcd-compaction-interval), but for the newest 5,000 writes.
  expect(late.remembered).toBeLessThanOrEqual(6001);
  cluster.stop();
}, 600_000);
