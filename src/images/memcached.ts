import type { ImageDefinition } from "../runtime/index.ts";

const ENTRY = "/usr/local/bin/docker-entrypoint.sh";

/** The official memcached images. */
export function memcachedImages(base: (alpine: boolean) => ImageDefinition["files"]): readonly ImageDefinition[] {
  const builds = [
    ["1.6.39", ["latest", "1", "1.6", "1.6.39", "1.6.38", "1.6.32", "1.6.29", "1.6.21", "1.6.17", "1.6.9"], [31_500_000, 10_200_000]],
    ["1.5.22", ["1.5", "1.5.22", "1.5.16", "1.5.6"], [28_200_000, 3_700_000]],
    ["1.4.39", ["1.4", "1.4.39", "1.4.36"], [27_000_000, 3_500_000]],
  ] as const;
  return builds.flatMap(([version, tags, sizes]) =>
    [false, true].map((alpine): ImageDefinition => ({
      repository: "docker.io/library/memcached",
      tags: alpine ? tags.map((t) => (t === "latest" ? "alpine" : `${t}-alpine`)) : tags,
      size: sizes[alpine ? 1 : 0],
      config: {
        entrypoint: ["docker-entrypoint.sh"],
        cmd: ["memcached"],
        user: "11211",
        exposedPorts: [11_211],
        env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", MEMCACHED_VERSION: version },
      },
      files: {
        ...base(alpine),
        "/etc/passwd":
          "root:x:0:0:root:/root:/bin/sh\nmemcache:x:11211:11211::/home/memcache:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
        [ENTRY]: { program: "memcached-entrypoint" },
        "/usr/local/bin/memcached": { program: "memcached" },
        "/usr/local/lib/memcached/build": `${version}\n`,
      },
    })),
  );
}
