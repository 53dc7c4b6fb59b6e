import { expect, it } from "vitest";
import type { Pod } from "../api/index.ts";
import { byProgress } from "./pod-ranking.ts";

interface Shape {
  readonly node?: string;
  readonly phase?: string;
  readonly ready?: string;
  readonly restarts?: number;
  readonly sidecarRestarts?: number;
  readonly created?: string;
  readonly cost?: string;
}
const pod = (name: string, shape: Shape): Pod => {
  const {
    node = "n1",
    phase = "Running",
    ready = "2026-01-01T00:30:00Z",
    restarts = 0,
    sidecarRestarts = 0,
    created = "2026-01-01T00:00:00Z",
  } = shape;
  const status = (container: string, restartCount: number) => ({ name: container, restartCount, image: "", imageID: "", ready: true });
  return {
    metadata: { name, creationTimestamp: created, annotations: { "controller.kubernetes.io/pod-deletion-cost": shape.cost ?? "0" } },
    spec: { ...(node ? { nodeName: node } : {}), initContainers: [{ name: "s", restartPolicy: "Always" }], containers: [] },
    status: {
      phase,
      ...(ready ? { conditions: [{ type: "Ready", status: "True", lastTransitionTime: ready }] } : {}),
      containerStatuses: [status("c", restarts)],
      initContainerStatuses: [status("s", sidecarRestarts)],
    },
  };
};

it.each<[string, Shape, Shape]>([
  ["the unassigned", { node: "", phase: "Pending", ready: "" }, { phase: "Pending", ready: "" }],
  ["the pending", { phase: "Pending", ready: "" }, { ready: "" }],
  ["the unready, whatever the others cost", { ready: "", cost: "100" }, { cost: "-100" }],
  ["the one ready for a second less", { ready: "2026-01-01T00:30:01Z" }, {}],
  ["the one that restarted more often", { restarts: 2 }, { restarts: 1, sidecarRestarts: 9 }],
  ["the one whose sidecar restarted more often", { sidecarRestarts: 2 }, { sidecarRestarts: 1 }],
  ["the younger by a second", { created: "2026-01-01T00:00:01Z" }, {}],
])("a job parts first with %s", (_, goes, stays) => {
  const pods = [pod("stays", stays), pod("goes", goes)];
  expect(pods.toSorted(byProgress).map((p) => p.metadata?.name)).toEqual(["goes", "stays"]);
  expect(
    pods
      .toReversed()
      .toSorted(byProgress)
      .map((p) => p.metadata?.name),
  ).toEqual(["goes", "stays"]);
});
