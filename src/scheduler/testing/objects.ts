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

/** A node of 2 CPUs and 4Gi, or as much as is said. */
export const node = (
  name: string,
  more: {
    cpu?: string;
    memory?: string;
    pods?: string;
    labels?: Record<string, string>;
    spec?: Node["spec"];
    images?: [string, number][];
  } = {},
): Node =>
  aNode(name, more.labels, {
    spec: more.spec ?? {},
    status: {
      allocatable: { cpu: more.cpu ?? "2", memory: more.memory ?? "4Gi", pods: more.pods ?? "110" },
      images: (more.images ?? []).map(([image, sizeBytes]) => ({ names: [image], sizeBytes })),
    },
  });

/** `aPod`, with what it asks for before its labels. */
export const pod = (name: string, spec: Partial<PodSpec> = {}, requests?: Record<string, string>, labels?: Record<string, string>): Pod =>
  aPod(name, spec, labels, requests);
