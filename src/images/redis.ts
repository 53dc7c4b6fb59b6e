import type { ImageDefinition } from "../runtime/index.ts";
import { buildText, type RedisVersion, VALKEYS, VERSIONS } from "./redis/versions.ts";

const BIN = "/usr/local/bin";
const passwd = (name: string): string =>
  `root:x:0:0:root:/root:/bin/sh\n${name}:x:999:999::/${name === "redis" ? "home/redis" : "data"}:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n`;

type Base = (alpine: boolean) => ImageDefinition["files"];

/** The official redis images, and valkey's, which have redis' names too. */
export function redisImages(base: Base): readonly ImageDefinition[] {
  return [...VERSIONS, ...VALKEYS].map((v) => image(v, base));
}

function image(v: RedisVersion, base: Base): ImageDefinition {
  const name = v.product.toLowerCase();
  return {
    repository: v.product === "Redis" ? "docker.io/library/redis" : "docker.io/valkey/valkey",
    tags: v.tags,
    size: v.size,
    config: {
      entrypoint: ["docker-entrypoint.sh"],
      cmd: [`${name}-server`],
      workingDir: "/data",
      exposedPorts: [6379],
      env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", [`${v.product.toUpperCase()}_VERSION`]: v.version },
    },
    files: {
      ...base(v.alpine),
      "/etc/passwd": passwd(name),
      "/etc/group": `root:x:0:\n${name}:x:999:\nnogroup:x:65534:\n`,
      "/data": { directory: true, uid: 999 },
      [`${BIN}/docker-entrypoint.sh`]: { program: "redis-entrypoint" },
      [`${BIN}/${name}-server`]: { program: "redis-server" },
      [`${BIN}/${name}-cli`]: { program: "redis-cli" },
      ...(name === "valkey" && { [`${BIN}/redis-server`]: { link: "valkey-server" }, [`${BIN}/redis-cli`]: { link: "valkey-cli" } }),
      "/usr/local/lib/redis/build": buildText(v),
    },
  };
}
