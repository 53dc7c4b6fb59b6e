import { type LaterImage, type LaterProgram, loadLater } from "../runtime/index.ts";
import { laterImage } from "./later-image.ts";

const VERSIONS = ["1.9.1", "1.9.0", "1.8.2", "1.8.1", "1.7.0", "1.6.1", "1.6.0", "1.5.0", "1.3.1", "1.3.0", "1.2.2", "1.1.2", "1.0.1"];

/** Prometheus' exporter of what a machine tells of itself. */
export const nodeExporterImages: readonly LaterImage[] = [
  "docker.io/prom/node-exporter",
  "quay.io/prometheus/node-exporter",
  "docker.io/bitnami/node-exporter",
].flatMap((repository) =>
  VERSIONS.map((version, i) =>
    laterImage({
      repository,
      tags: repository.includes("bitnami") ? [version, ...(i === 0 ? ["latest"] : [])] : [`v${version}`, ...(i === 0 ? ["latest"] : [])],
      size: 12_000_000,
      on: "busybox",
      config: {
        entrypoint: ["/bin/node_exporter"],
        user: "nobody",
        exposedPorts: [9100],
        env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
      },
      files: { "/bin/node_exporter": { program: `node-exporter-${version}` } },
    }),
  ),
);

export const nodeExporterPrograms: Readonly<Record<string, LaterProgram>> = Object.fromEntries(
  VERSIONS.map((version) => [
    `node-exporter-${version}`,
    loadLater(async () => (await import("./node-exporter/main.ts")).nodeExporter(version)),
  ]),
);
