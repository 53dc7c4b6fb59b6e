import type { NodeInfo, PluginFactory, PodInfo, Snapshot } from "../types.ts";

const MB = 1024 * 1024;
const MIN = 23 * MB;
const MAX_PER_CONTAINER = 1000 * MB;

/** k8s: plugins/imagelocality: nodes that have the images already, weighed by how widely they are spread. */
export const imageLocality: PluginFactory = () => ({
  name: "ImageLocality",
  weight: 1,
  retryOn: [],
  score: (pod, node, _state, snapshot) => locality(pod, node, snapshot),
});

/** Names are compared as they stand: `nginx:1.27` is not the `docker.io/library/nginx:1.27` that a node lists, upstream neither. */
function locality({ images, pod: { spec } }: PodInfo, node: NodeInfo, snapshot: Snapshot): number {
  if (node.images.size === 0 || images.length === 0) return 0;
  let sum = 0;
  for (const image of images) {
    const name = normalized(image);
    const size = node.images.get(name);
    // An image that all nodes have tells them apart no more; one that a single node has should not draw everything there.
    if (size !== undefined) sum += Math.floor(size * (snapshot.nodesWithImage(name) / snapshot.nodes.length));
  }
  // Images of volumes add to the sum and not to what is the most (k8s: kubernetes#138952, as v1.36 has it).
  const max = MAX_PER_CONTAINER * ((spec?.containers.length ?? 0) + (spec?.initContainers?.length ?? 0));
  const bounded = Math.min(Math.max(sum, MIN), max);
  return Math.floor((100 * (bounded - MIN)) / (max - MIN));
}

function normalized(image: string): string {
  return image.lastIndexOf(":") <= image.lastIndexOf("/") ? `${image}:latest` : image;
}
