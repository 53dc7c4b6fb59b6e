import { type LaterImage, type LaterProgram, loadLater } from "../runtime/index.ts";
import { laterImage } from "./later-image.ts";

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const FOLLOW = 'if [ "${GET_HOSTS_FROM:-dns}" = env ]; then\n  exec redis-server --slaveof';

const GO = [
  "registry.k8s.io/guestbook",
  "k8s.gcr.io/guestbook",
  "gcr.io/google-containers/guestbook",
  "gcr.io/google_containers/guestbook",
  "docker.io/ibmcom/guestbook",
];

/** The guestbook walk-through's front ends and Redis followers, by their newer and their older names. */
export const guestbookImages: readonly LaterImage[] = [
  ...GO.map((repository) =>
    laterImage({
      repository,
      tags: repository.includes("ibmcom") ? ["v1", "v2", "latest"] : ["v3", "v2", "v1"],
      size: 9_700_000,
      config: { cmd: ["./guestbook"], workingDir: "/app", exposedPorts: [3000], env: { PATH } },
      files: { "/app/guestbook": { program: "guestbook-go" } },
    }),
  ),
  ...[
    "gcr.io/google-samples/gb-frontend",
    "gcr.io/google_samples/gb-frontend",
    "us-docker.pkg.dev/google-samples/containers/gke/gb-frontend",
  ].flatMap((repository) =>
    (["old", "new"] as const).map((age) =>
      laterImage({
        repository,
        tags: age === "new" ? ["v5", "v6", "latest"] : ["v3", "v4"],
        size: 150_000_000,
        on: "debian",
        packages: ["curl"],
        config: { cmd: ["apache2-foreground"], workingDir: "/var/www/html", stopSignal: "WINCH", exposedPorts: [80], env: { PATH } },
        files: { "/usr/local/bin/apache2-foreground": { program: `gb-frontend-${age}` } },
      }),
    ),
  ),
  ...[
    ["gcr.io/google_samples/gb-redis-follower", "leader"],
    ["gcr.io/google-samples/gb-redis-follower", "leader"],
    ["us-docker.pkg.dev/google-samples/containers/gke/gb-redis-follower", "leader"],
    ["gcr.io/google_samples/gb-redisslave", "master"],
    ["gcr.io/google-samples/gb-redisslave", "master"],
  ].map(([repository = "", leader = ""]) =>
    laterImage({
      repository,
      tags: ["v1", "v2", "v3"],
      size: 40_000_000,
      on: "debian",
      config: { cmd: ["/bin/sh", "-c", "/run.sh"], workingDir: "/data", exposedPorts: [6379], env: { PATH } },
      files: {
        "/run.sh": {
          text: `#!/bin/sh\n${FOLLOW} "\${REDIS_${leader.toUpperCase()}_SERVICE_HOST}" 6379\nelse\n  exec redis-server --slaveof redis-${leader} 6379\nfi\n`,
          mode: 0o755,
        },
        "/usr/local/bin/redis-server": { program: "redis-server" },
        "/usr/local/bin/redis-cli": { program: "redis-cli" },
        "/data": { directory: true, mode: 0o777 },
      },
    }),
  ),
];

const frontend = () => import("./guestbook/main.ts");
export const guestbookPrograms: Readonly<Record<string, LaterProgram>> = {
  "guestbook-go": loadLater(async () => (await import("./guestbook/go.ts")).guestbookGo),
  "gb-frontend-new": loadLater(async () => (await frontend()).guestbookFrontend("redis-leader", "redis-follower")),
  "gb-frontend-old": loadLater(async () => (await frontend()).guestbookFrontend("redis-master", "redis-slave")),
};
