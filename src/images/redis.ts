import type { ImageDefinition } from "../runtime/index.ts";
import { VERSIONS } from "./redis/versions.ts";

const BIN = "/usr/local/bin";
const PASSWD =
  "root:x:0:0:root:/root:/bin/sh\nredis:x:999:999::/home/redis:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n";
const GROUP = "root:x:0:\nredis:x:999:\nnogroup:x:65534:\n";

/** The official redis images. */
export function redisImages(base: (alpine: boolean) => ImageDefinition["files"]): readonly ImageDefinition[] {
  return VERSIONS.map((v) => ({
    repository: "docker.io/library/redis",
    tags: v.tags,
    size: v.size,
    config: {
      entrypoint: ["docker-entrypoint.sh"],
      cmd: ["redis-server"],
      workingDir: "/data",
      exposedPorts: [6379],
      env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", REDIS_VERSION: v.version },
    },
    files: {
      ...base(v.alpine),
      "/etc/passwd": PASSWD,
      "/etc/group": GROUP,
      "/data": { directory: true, uid: 999 },
      [`${BIN}/docker-entrypoint.sh`]: { program: "redis-entrypoint" },
      [`${BIN}/redis-server`]: { program: "redis-server" },
      [`${BIN}/redis-cli`]: { program: "redis-cli" },
      "/usr/local/lib/redis/build": `${v.version}\n`,
    },
  }));
}
