import { type LaterImage, type LaterProgram, loadLater } from "../runtime/index.ts";
import { laterImage } from "./later-image.ts";

const CONFIG = `# my global config
global:
  scrape_interval: 15s # Set the scrape interval to every 15 seconds. Default is every 1 minute.

scrape_configs:
  - job_name: "prometheus"
    # metrics_path defaults to '/metrics'
    # scheme defaults to 'http'.
    static_configs:
      - targets: ["localhost:9090"]
`;

export const prometheusImages: readonly LaterImage[] = ["docker.io/prom/prometheus", "quay.io/prometheus/prometheus"].map((repository) =>
  laterImage({
    repository,
    tags: ["latest", "v3.5.0", "v3", "v3.5", "main"],
    size: 118_000_000,
    on: "busybox",
    config: {
      entrypoint: ["/bin/prometheus"],
      cmd: ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"],
      user: "nobody",
      workingDir: "/prometheus",
      exposedPorts: [9090],
      env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
    },
    files: {
      "/bin/prometheus": { program: "prometheus" },
      "/etc/prometheus/prometheus.yml": CONFIG,
      "/prometheus": { directory: true, uid: 65534 },
    },
  }),
);

export const prometheusPrograms: Readonly<Record<string, LaterProgram>> = {
  prometheus: loadLater(async () => (await import("./prometheus/main.ts")).prometheus),
};
