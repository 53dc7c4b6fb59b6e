import type { ImageDefinition } from "../runtime/index.ts";

export const metricsServerImage: ImageDefinition = {
  repository: "registry.k8s.io/metrics-server/metrics-server",
  tags: ["v0.8.0", "v0.7.2", "v0.7.1", "v0.7.0", "v0.6.4"],
  size: 22_500_000,
  config: { entrypoint: ["/metrics-server"], user: "65534" },
  files: { "/metrics-server": { program: "metrics-server" } },
};
