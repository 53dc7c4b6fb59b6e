import type { Node, Pod, PodSpec } from "../../api/index.ts";

let uid = 0;

/** A node with room, which says its own name as its host name. */
export const aNode = (name: string, labels: Record<string, string> = {}, more: Partial<Node> = {}): Node => ({
  apiVersion: "v1",
  kind: "Node",
  spec: {},
  status: { allocatable: { cpu: "4", memory: "8Gi", pods: "110" } },
  ...more,
  metadata: { name, labels: { "kubernetes.io/hostname": name, ...labels } },
});

export const aPod = (
  name: string,
  spec: Partial<PodSpec> = {},
  labels: Record<string, string> = { app: "web" },
  requests?: Record<string, string>,
): Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "default", uid: `uid-${uid++}`, labels },
  spec: { containers: [{ name: "c", image: "nginx:1.27", ...(requests ? { resources: { requests } } : {}) }], ...spec },
});
